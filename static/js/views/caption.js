/**
 * The story in one sentence: the caption of the step in focus, and where the other slots stand.
 *
 * While the reader steps, a live region says each caption; while it plays it is silent. The room of
 * the longest caption is kept free from the start, so that nothing below jumps.
 */

import { focusSlot } from "../moving.js";
import { fault, focus, playing, presentOf, slots } from "../store.js";
import { isReal } from "../settings.js";
import { forWhom, stepNamed } from "../trace.js";
import { html } from "./html.js";
import { NOT_REAL } from "./notices.js";
import { rich } from "./rich.js";

/** @import { Slot } from "../store.js" */

/** Longer captions, in characters, are set smaller. */
const LONG = 90;

export function Caption() {
  const leading = slots.value[focus.value];
  const others = slots.value.filter((slot) => slot !== leading);
  if (fault.value || !leading) {
    return html`<section class="caption" aria-label="What happens now"><p class="caption-text">${fault.value?.message ?? ""}</p></section>`;
  }
  return html`<section class="caption" aria-label="What happens now" data-at="caption">
    <${Leading} slot=${leading} />
    ${others.length > 0 && html`<ul class="caption-others">${others.map((slot) => html`<${Other} key=${slot.index} slot=${slot} />`)}</ul>`}
  </section>`;
}

/** @param {{slot: Slot}} props */
function Leading({ slot }) {
  const { where, widest, text, longest } = told(slot);
  return html`<p class="caption-where" data-longest=${`${widest} · ${slot.title}`}><span>${where}${where && html` <span aria-hidden="true">·</span> `}<b>${slot.title}</b></span></p>
    <p class=${`caption-text ${slot.status === "error" ? "is-error" : ""}`} data-length=${longest.length > LONG ? "long" : "short"} data-longest=${longest}><span class=${sentence(text)}>${rich(text)}</span></p>
    <p class="visually-hidden" aria-live="polite">${playing.value ? "" : `${where}. ${text.replaceAll("`", "")}`}</p>`;
}

/** @param {{slot: Slot}} props */
function Other({ slot }) {
  const { where, widest, text, longest } = told(slot);
  return html`<li><button type="button" class="caption-other" onClick=${() => focusSlot(slot.index)} title="Follow this version">
    <span class="caption-other-title">Meanwhile, ${lower(slot.title)}</span>${where && html`<span class="caption-other-where" data-longest=${widest}><span>${lower(where)}</span></span>`}<span class="caption-other-text" data-longest=${longest}><span class=${sentence(text)}>${rich(text)}</span></span>
  </button></li>`;
}

/** Where a slot is, what happens there, and the longest of either that will come. @param {Slot} slot @returns {{where: string, widest: string, text: string, longest: string}} */
function told(slot) {
  const n = presentOf(slot.index).value;
  const step = stepNamed(slot.trace, n);
  const count = slot.trace.steps.length;
  const longest = slot.trace.steps.reduce((found, { action }) => (action.length > found.length ? action : found), "");
  const users = slot.trace.lanes.filter(({ kind }) => kind === "user");
  const whom = users.length > 1 ? users.reduce((found, { name }) => (name.length > found.length ? name : found), "") : "";
  const widest = `Step ${count} of ${count}${whom && `, for ${whom}`}`;
  if (slot.status === "error" && isReal(slot) && !slot.error?.file) return { where: "", widest: "", text: NOT_REAL, longest };
  if (slot.status === "error") return { where: "", widest: "", text: slot.error?.message ?? "This version could not be run.", longest };
  const user = step && forWhom(slot.trace, step.request);
  if (step) return { where: `Step ${n} of ${count}${user && `, for ${user}`}`, widest, text: step.action, longest };
  if (slot.status === "loading") return { where: "", widest: "", text: "The program is running …", longest };
  return { where: `Before step 1 of ${count}`, widest, text: "Nothing has happened yet.", longest };
}

/** A sentence begins with a capital on the screen, a name of the program does not. @param {string} text */
const sentence = (text) => (/^[a-z]+ /.test(text) ? "is-sentence" : "");

/** A phrase within a sentence; names and abbreviations keep their capitals. @param {string} title */
const lower = (title) => (/^(?:[A-Z][a-z]|A )/.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title);
