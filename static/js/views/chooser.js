/**
 * The chooser of a slot's views: a button, and a popover with a box to tick for each view.
 */

import { useEffect, useRef, useState } from "preact/hooks";

import { chosen, resetViews, toggleView, viewsOf } from "../panels.js";
import { beside } from "./beside.js";
import { html } from "./html.js";
import { ENTRIES } from "./panels.js";

/** @import { Slot } from "../store.js" */

/** @param {{ slot: Slot }} props */
export function Chooser({ slot }) {
  const button = useRef(/** @type {HTMLButtonElement | null} */ (null));
  const popover = useRef(/** @type {HTMLDivElement | null} */ (null));
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const element = popover.current;
    if (!element) return undefined;
    const toggled = (/** @type {Event} */ event) => {
      const now = /** @type {ToggleEvent} */ (event).newState === "open";
      setOpen(now);
      if (now) beside(element, button.current);
    };
    element.addEventListener("toggle", toggled);
    return () => element.removeEventListener("toggle", toggled);
  }, []);
  const id = `views-of-${slot.index}`;
  const own = Boolean(chosen.value[slot.index]);
  return html`<button type="button" ref=${button} class="button is-quiet chooser-button" popovertarget=${id} aria-expanded=${open}>
      Views
    </button>
    <div class="chooser" id=${id} ref=${popover} popover role="dialog" aria-label=${`Views of ${slot.title}`}>
      ${open && html`<fieldset class="chooser-list">
        <legend class="visually-hidden">Which views are open</legend>
        ${ENTRIES.map((entry) => html`<${Choice} key=${entry.name} entry=${entry} slot=${slot} />`)}
      </fieldset>
      <button type="button" class="link-button chooser-reset" disabled=${!own} onClick=${() => resetViews(slot.index)}>As the lesson opens them</button>`}
    </div>`;
}

/** @param {{ entry: import("./panels.js").Entry, slot: Slot }} props */
function Choice({ entry, slot }) {
  const lacks = entry.lacks?.(slot) ?? "";
  const on = viewsOf(slot.index).includes(entry.name);
  return html`<label class=${`chooser-choice${lacks ? " is-lacking" : ""}`}>
    <input type="checkbox" checked=${on && !lacks} disabled=${Boolean(lacks)} onChange=${() => toggleView(slot.index, entry.name)} />
    <span>${entry.title}${lacks && html`<span class="chooser-lacks">${lacks}</span>`}</span>
  </label>`;
}
