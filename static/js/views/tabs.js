/**
 * On a phone the views are tabs: one view at a time, of all versions one below the other.
 */

import { computed, signal } from "@preact/signals-core";
import { html } from "./html.js";
import { shownIn } from "./panels.js";

/** @import { Slot } from "../store.js" */
/** @import { Entry } from "./panels.js" */

const list = window.matchMedia("(max-width: 40rem)");
const narrow = signal(list.matches);
list.addEventListener("change", (event) => { narrow.value = event.matches; });
// Paper has no tabs.
window.addEventListener("beforeprint", () => { narrow.value = false; });
window.addEventListener("afterprint", () => { narrow.value = list.matches; });

/** Whether the window is so narrow that views are tabs. */
export const phone = computed(() => narrow.value);

/** The tab that was chosen last. */
const chosen = signal("");

/** Every view that any version shows, in the order of the first. @param {Slot[]} slots @returns {Entry[]} */
function entriesOf(slots) {
  const entries = slots.flatMap(shownIn);
  return entries.filter((entry, i) => entries.findIndex(({ name }) => name === entry.name) === i);
}

/** The tab that is open. @param {Slot[]} slots @returns {string} */
export function openTab(slots) {
  const entries = entriesOf(slots);
  return (entries.find(({ name }) => name === chosen.value) ?? entries[0])?.name ?? "";
}

/** @param {{ slots: Slot[] }} props */
export function Tabs({ slots }) {
  const entries = entriesOf(slots);
  const open = openTab(slots);
  if (entries.length < 2) return null;
  /** @param {KeyboardEvent} event */
  const walk = (event) => {
    const at = entries.findIndex(({ name }) => name === open);
    /** @type {Object<string, number>} */
    const goals = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: entries.length - 1 };
    const goal = goals[event.key];
    if (goal === undefined) return;
    event.preventDefault();
    const next = entries[(goal + entries.length) % entries.length]?.name ?? "";
    chosen.value = next;
    document.getElementById(`tab-${next}`)?.focus();
  };
  return html`<div class="tabs" role="tablist" aria-label="Views" onKeyDown=${walk}>
    ${entries.map(({ name, title }) => html`<button key=${name} type="button" role="tab" id=${`tab-${name}`} aria-selected=${name === open} aria-controls="slots"
      tabindex=${name === open ? 0 : -1} onClick=${() => { chosen.value = name; }}>${title}</button>`)}
  </div>`;
}
