/**
 * The controls of a question, one set for each kind: choice, choices, step, number, order.
 *
 * A control shows the answer that it is given and reports a new one; it keeps nothing itself. The
 * hint that a question has is here, too.
 */

import { useEffect, useRef } from "preact/hooks";

import { presentOf, slots } from "../store.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";
import { pointed } from "./pointer.js";
import { rich } from "./rich.js";

/**
 * @typedef {{ id: string, kind: "choice" | "choices" | "step" | "number" | "order", variant: string,
 *   text: string, hint: string, choices: string[], unit: string, one?: string }} Question  `one`: the unit behind 1
 * @typedef {string | string[] | number | null} Answer  null: nothing given yet
 * @typedef {{ question: Question, answer: Answer, change: (answer: Answer) => void }} FieldProps
 */

/**
 * The answer of a question that nobody has touched.
 * @param {Question} question
 * @returns {Answer}
 */
export function blank(question) {
  if (question.kind === "order") return [...question.choices];
  return question.kind === "choices" ? [] : null;
}

/**
 * Whether there is something to send.
 * @param {Question} question
 * @param {Answer} answer
 */
export function isComplete(question, answer) {
  return question.kind === "choices"
    ? Array.isArray(answer) && answer.length > 0
    : answer !== null && answer !== "";
}

/**
 * An answer as a learner would say it.
 * @param {Question} question
 * @param {Answer} answer
 */
export function inWords(question, answer) {
  const text = Array.isArray(answer) ? answer.join(", ") : String(answer ?? "");
  if (question.kind === "step") return `step ${text}`;
  const unit = answer === 1 ? (question.one ?? question.unit) : question.unit;
  return rich(unit ? `${text} ${unit}` : text);
}

/** @param {FieldProps} props */
export function Field(props) {
  const { kind } = props.question;
  if (kind === "choice" || kind === "choices") return html`<${Choices} ...${props} />`;
  if (kind === "order") return html`<${Order} ...${props} />`;
  return html`<${Figure} ...${props} />`;
}

/** One of several, or several of several. @param {FieldProps} props */
function Choices({ question, answer, change }) {
  const several = question.kind === "choices";
  const given = Array.isArray(answer) ? answer : [answer];
  /** @param {string} choice */
  const toggle = (choice) => {
    if (!several) return change(choice);
    const rest = question.choices.filter((other) =>
      other === choice ? !given.includes(other) : given.includes(other),
    );
    return change(rest);
  };
  return html`<fieldset class="quiz-field">
    <legend class="quiz-text">${rich(question.text)}</legend>
    ${several && html`<p class="quiz-note">More than one may be right.</p>`}
    ${question.choices.map(
      (choice) => html`<label key=${choice} class="quiz-choice">
        <input
          type=${several ? "checkbox" : "radio"}
          name=${question.id}
          checked=${given.includes(choice)}
          onChange=${() => toggle(choice)}
        />
        <span>${rich(choice)}</span>
      </label>`,
    )}
  </fieldset>`;
}

/** A number, or the number of a step, which can also be pointed at. @param {FieldProps} props */
function Figure({ question, answer, change }) {
  const step = question.kind === "step";
  const slot = slots.value.find(({ variant }) => variant === question.variant);
  useEffect(() => {
    if (!step) return;
    pointed.value = null;
    return pointed.subscribe((place) => {
      if (place?.variant === question.variant) change(place.n);
    });
  }, [question.id]);
  const present = slot ? presentOf(slot.index).value : 0;
  const last = slot?.trace.steps.at(-1)?.n;

  /** @param {Event} event */
  const typed = (event) => {
    const { value, valueAsNumber } = /** @type {HTMLInputElement} */ (event.currentTarget);
    change(value === "" || Number.isNaN(valueAsNumber) ? null : valueAsNumber);
  };
  return html`<div class="quiz-field">
    <label class="quiz-text" for=${`answer-${question.id}`}>${rich(question.text)}</label>
    <div class="quiz-figure">
      ${step && html`<span>Step</span>`}
      <input
        id=${`answer-${question.id}`}
        type="number"
        inputmode="decimal"
        min=${step ? 1 : undefined}
        max=${step ? last : undefined}
        step=${step ? 1 : "any"}
        value=${answer ?? ""}
        onInput=${typed}
      />
      ${question.unit && html`<span>${question.unit}</span>`}
      ${step &&
      present > 0 &&
      html`<button type="button" class="button" onClick=${() => change(present)}>
        Use step ${present}
      </button>`}
    </div>
    ${step &&
    html`<p class="quiz-note">Type its number, or click its row in the execution table or its place in the timeline.</p>`}
  </div>`;
}

/** Things to be put in order, with a button up and down each. @param {FieldProps} props */
function Order({ question, answer, change }) {
  const given = Array.isArray(answer) ? answer : question.choices;
  /** @param {number} from @param {number} to */
  const move = (from, to) => {
    const next = [...given];
    next.splice(to, 0, ...next.splice(from, 1));
    change(next);
  };
  return html`<fieldset class="quiz-field">
    <legend class="quiz-text">${rich(question.text)}</legend>
    <ol class="quiz-order">
      ${given.map(
        (choice, index) => html`<li key=${choice}>
          <span>${index + 1}. ${rich(choice)}</span>
          <button
            type="button"
            class="icon-button"
            disabled=${index === 0}
            aria-label=${`Move up: ${choice}`}
            onClick=${() => move(index, index - 1)}
          >
            <${Icon} name="up" size=${16} />
          </button>
          <button
            type="button"
            class="icon-button"
            disabled=${index === given.length - 1}
            aria-label=${`Move down: ${choice}`}
            onClick=${() => move(index, index + 1)}
          >
            <${Icon} name="down" size=${16} />
          </button>
        </li>`,
      )}
    </ol>
  </fieldset>`;
}

/** What helps to find the answer. @param {{ text: string }} props */
export function Hint({ text }) {
  const hint = useRef(/** @type {HTMLParagraphElement | null} */ (null));
  // The button that was pressed is gone.
  useEffect(() => {
    hint.current?.focus({ preventScroll: true });
    showIn(hint.current?.closest("form") ?? null, hint.current);
  }, []);
  return html`<p ref=${hint} tabindex="-1" class="quiz-hint"><strong>Hint</strong> ${rich(text)}</p>`;
}

/**
 * Scrolls a sheet that is too long for its card so far that the end of what was said is seen.
 * The page itself stays where it is.
 * @param {HTMLElement | null} sheet
 * @param {HTMLElement | null} said
 */
export function showIn(sheet, said) {
  if (!sheet || !said) return;
  const actions = /** @type {HTMLElement | null} */ (sheet.querySelector(".quiz-actions"));
  const end = sheet.getBoundingClientRect().bottom - (actions?.offsetHeight ?? 0);
  sheet.scrollTop += Math.max(0, said.getBoundingClientRect().bottom - end);
}
