/**
 * What to ask: a question of the lesson on the stage, or one made up now.
 */

import { signal } from "@preact/signals-core";
import { useState } from "preact/hooks";

import { MOST_POINTS, OWN, SECONDS, blankDraft, check } from "../../class/asking.js";
import { emit } from "../../class/socket.js";
import { lesson } from "../../store.js";
import { html } from "../html.js";
import { rich } from "../rich.js";
import { OwnQuestion } from "./ask-own.js";

/** @import { Draft } from "../../class/asking.js" */

/** What is being written; kept when the form is folded away. @type {import("@preact/signals-core").Signal<Draft|null>} */
const draft = signal(null);
/** The questions that this page has asked. @type {import("@preact/signals-core").Signal<string[]>} */
const done = signal([]);

export function AskForm() {
  const { quiz, variants, id } = lesson.value;
  const questions = /** @type {{id: string, text: string}[]} */ (quiz ?? []);
  const usual = blankDraft(questions.find((question) => !done.value.includes(question.id))?.id ?? OWN, variants[0]?.id);
  const form = draft.value ?? usual;
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState(/** @type {{field: string, text: string}|null} */ (null));

  /** @param {Partial<Draft>} change */
  const set = (change) => {
    draft.value = { ...form, ...change };
    setFault(null);
  };
  /** @param {SubmitEvent} event */
  const submit = async (event) => {
    event.preventDefault();
    const checked = check(form, id);
    if (checked.fault) return setFault(checked.fault);
    setBusy(true);
    try {
      await emit("ask", checked.message);
      if (form.source !== OWN) done.value = [...done.value, form.source];
      draft.value = null;
    } catch (refusal) {
      const { message, field } = /** @type {import("../../class/socket.js").Refused} */ (refusal);
      setFault({ field: field ?? "", text: message });
    }
    setBusy(false);
  };
  return html`<form class="ask-form" onSubmit=${submit} novalidate>
    <fieldset class="quiz-field ask-sources">
      <legend class="visually-hidden">Which question</legend>
      ${questions.map(
        (question) => html`<${Source} key=${question.id} id=${question.id} form=${form} set=${set}>
          ${rich(question.text)}${done.value.includes(question.id) && html` <span class="ask-done">asked</span>`}
        <//>`,
      )}
      <${Source} id=${OWN} form=${form} set=${set}>Write your own<//>
    </fieldset>
    ${form.source === OWN && html`<${OwnQuestion} form=${form} set=${set} />`}
    <div class="ask-limits">
      <${Count} label="Seconds" hint="no limit" bounds=${SECONDS} value=${form.seconds} change=${(/** @type {number|null} */ seconds) => set({ seconds })} />
      <${Count} label="Points" hint="none" bounds=${{ min: 0, max: MOST_POINTS }} value=${form.points} change=${(/** @type {number|null} */ points) => set({ points })} />
    </div>
    <div class="quiz-actions ask-actions">
      <button type="submit" class="button is-primary" disabled=${busy}>${busy ? "Asking…" : "Ask the class"}</button>
      <p class="ask-fault" role="alert">${fault?.text ?? ""}</p>
    </div>
  </form>`;
}

/** @param {{ id: string, form: Draft, set: (change: Partial<Draft>) => void, children?: unknown }} props */
function Source({ id, form, set, children }) {
  return html`<label class="quiz-choice">
    <input type="radio" name="ask-source" checked=${form.source === id} onChange=${() => set({ source: id })} />
    <span>${children}</span>
  </label>`;
}

/**
 * A whole number that may be left out.
 * @param {{ label: string, hint: string, bounds: {min: number, max: number}, value: number|null,
 *   change: (value: number|null) => void }} props
 */
function Count({ label, hint, bounds, value, change }) {
  return html`<label class="ask-line">
    <span>${label}</span>
    <input
      type="number" inputmode="numeric" class="ask-input is-short" min=${bounds.min} max=${bounds.max} step="1" placeholder=${hint} value=${value ?? ""}
      onInput=${(/** @type {Event} */ event) => {
        const { valueAsNumber } = /** @type {HTMLInputElement} */ (event.currentTarget);
        change(Number.isNaN(valueAsNumber) ? null : valueAsNumber);
      }}
    />
  </label>`;
}
