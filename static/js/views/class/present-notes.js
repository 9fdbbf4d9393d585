/** The lesson's notes for this moment, its key moments as places to go, and its text. */

import { notesFor } from "../../class/presenting.js";
import { notes } from "../../class/state.js";
import { seek } from "../../moving.js";
import { focus, lesson, presentOf, slots } from "../../store.js";
import { html } from "../html.js";
import { momentsIn } from "../moments.js";
import { rich } from "../rich.js";

/** @import { Slot } from "../../store.js" */

export function Notes() {
  const slot = slots.value[focus.value];
  if (!slot) return null;
  return html`<section class="card present-notes" aria-labelledby="notes-title">
    <div class="card-head"><h2 id="notes-title">Notes</h2><span class="card-note">only you see them</span></div>
    <${Said} slot=${slot} />
    <${Places} slot=${slot} />
    <details class="present-more">
      <summary>The lesson’s text</summary>
      <div class="present-text" dangerouslySetInnerHTML=${{ __html: lesson.value.text_html }}></div>
    </details>
  </section>`;
}

/** @param {{ slot: Slot }} props */
function Said({ slot }) {
  const present = presentOf(slot.index).value;
  const all = notesFor(notes.value, slot.variant, slot.trace, present);
  if (all.length === 0) return html`<p class="card-empty">This lesson has no notes.</p>`;
  const now = all.filter((note) => note.now);
  const later = all.filter((note) => !note.now);
  return html`<div class="present-said" role="status">
      ${now.length === 0 && html`<p class="present-note is-none">Nothing for this step.</p>`}
      ${now.map(({ text, n }) => html`<p key=${text} class="present-note is-now">
        ${n !== null && n < present && html`<span class="present-since-step">From step ${n}</span>`}${rich(text)}
      </p>`)}
    </div>
    ${later.length > 0 &&
    html`<details class="present-more">
      <summary>Notes of other steps</summary>
      <ul>
        ${later.map(({ text, n }) => html`<li key=${text} class="present-note">
          ${n !== null && html`<button type="button" class="link-button" onClick=${() => seek({ slot: slot.index, step: n })}>Step ${n}</button> `}${rich(text)}
        </li>`)}
      </ul>
    </details>`}`;
}

/** Key moments as buttons. @param {{ slot: Slot }} props */
function Places({ slot }) {
  const found = momentsIn(lesson.value.moments, slot.variant, slot.trace);
  const present = presentOf(slot.index).value;
  if (found.length === 0) return null;
  return html`<details class="present-more">
    <summary>Key moments</summary>
    <ol class="moments">
      ${found.map(({ text, n }) => html`<li key=${n}>
        <button type="button" class="moment" aria-current=${n === present ? "step" : undefined} onClick=${() => seek({ slot: slot.index, step: n })}>
          <span class="moment-step">Step ${n}</span><span>${rich(text)}</span>
        </button>
      </li>`)}
    </ol>
  </details>`;
}
