/**
 * A question that the host makes up: its kind, its text, and what is right, if anything is.
 */

import { MOST_CHOICES } from "../../class/asking.js";
import { choiceLetter } from "../../class/tally.js";
import { lesson, presentOf, slots } from "../../store.js";
import { html } from "../html.js";
import { Icon } from "../icon.js";

/** @import { AdhocKind, Draft } from "../../class/asking.js" */
/** @typedef {{ form: Draft, set: (change: Partial<Draft>) => void }} FormProps */

/** @type {Record<AdhocKind, string>} */
const KINDS = { choice: "One answer", choices: "Several answers", number: "A number", step: "A step of the run" };

/** @param {EventTarget|null} target */
const valueOf = (target) => /** @type {HTMLInputElement} */ (target).value;

/** @param {FormProps} props */
export function OwnQuestion({ form, set }) {
  const listed = form.kind === "choice" || form.kind === "choices";
  return html`<div class="ask-own">
    <label class="ask-line">
      <span>Kind</span>
      <select class="ask-input" value=${form.kind} onChange=${(/** @type {Event} */ event) => set({ kind: /** @type {AdhocKind} */ (valueOf(event.target)), right: [] })}>
        ${Object.entries(KINDS).map(([kind, name]) => html`<option key=${kind} value=${kind} selected=${kind === form.kind}>${name}</option>`)}
      </select>
    </label>
    <label class="ask-line is-block">
      <span>Question</span>
      <textarea class="ask-input" rows="2" maxlength="500" value=${form.text} onInput=${(/** @type {Event} */ event) => set({ text: valueOf(event.target) })}></textarea>
    </label>
    <label class="quiz-choice">
      <input type="checkbox" checked=${form.judged} onChange=${() => set({ judged: !form.judged })} />
      <span>It has a right answer</span>
    </label>
    ${listed ? html`<${Choices} form=${form} set=${set} />` : html`<${Value} form=${form} set=${set} />`}
  </div>`;
}

/** @param {FormProps} props */
function Choices({ form, set }) {
  const { choices, right, kind, judged } = form;
  /** @param {number} place @param {string} text */
  const write = (place, text) => set({ choices: choices.map((old, i) => (i === place ? text : old)) });
  /** @param {number} place */
  const drop = (place) => set({
    choices: choices.filter((_, i) => i !== place),
    right: right.filter((i) => i !== place).map((i) => (i > place ? i - 1 : i)),
  });
  /** @param {number} place */
  const mark = (place) => {
    if (kind === "choice") set({ right: [place] });
    else set({ right: right.includes(place) ? right.filter((i) => i !== place) : [...right, place] });
  };
  return html`<fieldset class="quiz-field ask-answers">
    <legend>Answers${judged && html` <span class="quiz-note">and which ${kind === "choice" ? "is" : "are"} right</span>`}</legend>
    ${choices.map(
      (choice, i) => html`<div key=${i} class="ask-answer">
        ${judged &&
        html`<label class="ask-right">
          <input type=${kind === "choice" ? "radio" : "checkbox"} name="ask-right" checked=${right.includes(i)} onChange=${() => mark(i)} />
          <span class="visually-hidden">${choiceLetter(i)} is right</span>
        </label>`}
        <span class="votes-letter" aria-hidden="true">${choiceLetter(i)}</span>
        <input class="ask-input" maxlength="200" aria-label=${`Answer ${choiceLetter(i)}`} value=${choice} onInput=${(/** @type {Event} */ event) => write(i, valueOf(event.target))} />
        <button type="button" class="icon-button" aria-label=${`Remove answer ${choiceLetter(i)}`} disabled=${choices.length <= 2} onClick=${() => drop(i)}><${Icon} name="close" size=${16} /></button>
      </div>`,
    )}
    ${choices.length < MOST_CHOICES &&
    html`<button type="button" class="button is-quiet ask-more" onClick=${() => set({ choices: [...choices, ""] })}>Add an answer</button>`}
  </fieldset>`;
}

/** A number or a step. @param {FormProps} props */
function Value({ form, set }) {
  const step = form.kind === "step";
  const variant = lesson.value.variants.some(({ id }) => id === form.variant) ? form.variant : (lesson.value.variants[0]?.id ?? "");
  const slot = slots.value.find((item) => item.variant === variant);
  const present = slot ? presentOf(slot.index).value : 0;
  return html`
    ${step &&
    html`<label class="ask-line">
      <span>Version</span>
      <select class="ask-input" value=${variant} onChange=${(/** @type {Event} */ event) => set({ variant: valueOf(event.target) })}>
        ${lesson.value.variants.map(({ id, title }) => html`<option key=${id} value=${id} selected=${id === variant}>${title}</option>`)}
      </select>
    </label>`}
    ${form.judged &&
    html`<div class="ask-limits">
      <label class="ask-line">
        <span>${step ? "Right step" : "Right answer"}</span>
        <input class="ask-input is-short" inputmode="decimal" value=${form.value} onInput=${(/** @type {Event} */ event) => set({ value: valueOf(event.target), variant })} />
      </label>
      ${step && present > 0 && html`<button type="button" class="button" onClick=${() => set({ value: String(present), variant })}>Use step ${present}</button>`}
      ${!step &&
      html`<label class="ask-line">
        <span>May be off by</span>
        <input class="ask-input is-short" inputmode="decimal" placeholder="0" value=${form.tolerance} onInput=${(/** @type {Event} */ event) => set({ tolerance: valueOf(event.target) })} />
      </label>`}
    </div>`}
    ${!step &&
    html`<label class="ask-line">
      <span>Unit</span>
      <input class="ask-input is-short" maxlength="20" placeholder="none" value=${form.unit} onInput=${(/** @type {Event} */ event) => set({ unit: valueOf(event.target) })} />
    </label>`}
  `;
}
