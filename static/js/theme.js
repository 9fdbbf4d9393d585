/**
 * How the pages look: light or dark, contrast, projector, motion. Each is the system's choice until the
 * reader makes one, which is remembered; <html> says all of them (`data-theme`, `data-contrast`,
 * `data-projector`, `data-motion`), and the style sheets follow.
 *
 * Some browsers refuse storage (private windows, blocked cookies); a choice then lasts as long as the page.
 */

import { computed, effect, signal } from "@preact/signals-core";

/** @import { ReadonlySignal, Signal } from "@preact/signals-core" */
/** @typedef {"theme"|"contrast"|"projector"|"motion"} Name */

const NAMES = "meanwhile.";
const systemDark = media("(prefers-color-scheme: dark)");
const more = media("(prefers-contrast: more)");
const less = media("(prefers-reduced-motion: reduce)");
const wide = media("(min-width: 112rem)");

/** What the reader has chosen; "system" where nothing. @type {Record<Name, Signal<string>>} */
export const choices = {
  theme: remembered("theme", ["light", "dark"]),
  contrast: remembered("contrast", ["usual", "more"]),
  projector: remembered("projector", ["on"]),
  motion: remembered("motion", ["usual", "less"]),
};

export const dark = computed(() => (choices.theme.value === "system" ? systemDark.value : choices.theme.value === "dark"));
export const contrast = computed(() => (choices.contrast.value === "system" ? more.value : choices.contrast.value === "more"));
export const projector = computed(() => choices.projector.value === "on");
/** Nothing is to move on its own. */
export const calm = computed(() => (choices.motion.value === "system" ? less.value : choices.motion.value === "less"));
/** Which letters pictures are drawn in: usual, large on a wide wall, largest for a projector. */
export const letters = computed(() => (projector.value ? "projector" : wide.value ? "large" : "usual"));

/** Keep the page in step with the choices. @returns {() => void} stops it */
export function startTheme() {
  return effect(() => {
    const { dataset } = document.documentElement;
    dataset.theme = dark.value ? "dark" : "light";
    dataset.contrast = contrast.value ? "more" : "usual";
    dataset.projector = projector.value ? "on" : "off";
    dataset.motion = calm.value ? "less" : "usual";
  });
}

/** @param {Name} name @param {string} value */
export function choose(name, value) {
  choices[name].value = value;
  try {
    if (value === "system") localStorage.removeItem(NAMES + name);
    else localStorage.setItem(NAMES + name, value);
  } catch {
    // Storage is refused: the choice lasts as long as the page.
  }
}

/** @param {Name} name @param {string[]} known */
function remembered(name, known) {
  try {
    const value = localStorage.getItem(NAMES + name) ?? "system";
    return signal(known.includes(value) ? value : "system");
  } catch {
    return signal("system"); // storage is refused: see above
  }
}

/** Whether the browser says so now; followed from then on. @param {string} query @returns {ReadonlySignal<boolean>} */
function media(query) {
  if (typeof matchMedia !== "function") return signal(false); // outside of a browser
  const list = matchMedia(query);
  const now = signal(list.matches);
  list.addEventListener("change", (event) => {
    now.value = event.matches;
  });
  return now;
}
