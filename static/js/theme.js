/**
 * Light or dark: the system's choice, until the reader makes one, which is remembered.
 *
 * Some browsers refuse storage (private windows, blocked cookies); the choice then lasts as long as the page.
 */

import { computed, effect, signal } from "@preact/signals-core";

/** @import { Signal } from "@preact/signals-core" */
/** @typedef {"system"|"light"|"dark"} Theme */

const NAME = "meanwhile.theme";
const system = window.matchMedia("(prefers-color-scheme: dark)");
const systemDark = signal(system.matches);

/** @type {Signal<Theme>} */
export const theme = signal(remembered());
export const dark = computed(() => (theme.value === "system" ? systemDark.value : theme.value === "dark"));

/** Keep the page's colours in step with the choice. @returns {() => void} stops it */
export function startTheme() {
  system.addEventListener("change", (event) => {
    systemDark.value = event.matches;
  });
  return effect(() => {
    document.documentElement.dataset.theme = dark.value ? "dark" : "light";
  });
}

/** To the other one; back to the system's where that is the same. */
export function cycleTheme() {
  const next = dark.value ? "light" : "dark";
  theme.value = (next === "dark") === systemDark.value ? "system" : next;
  remember(theme.value);
}

/** @returns {Theme} */
function remembered() {
  try {
    const value = localStorage.getItem(NAME);
    return value === "light" || value === "dark" ? value : "system";
  } catch {
    return "system"; // storage is refused: see above
  }
}

/** @param {Theme} value */
function remember(value) {
  try {
    if (value === "system") localStorage.removeItem(NAME);
    else localStorage.setItem(NAME, value);
  } catch {
    // Storage is refused: the choice lasts as long as the page.
  }
}
