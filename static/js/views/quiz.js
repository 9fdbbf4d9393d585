/**
 * Recall: the quiz beside the timeline, one question at a time, answered against the run that is on it.
 *
 * Questions that were answered wrongly some time ago come first. The learner chooses, may ask for the hint, and answers; the server grades and explains, and a
 * button leads to the step that proves it. The browser never holds an answer before it was given.
 * Every kind of question is a form of native controls, so keys and screen readers need nothing
 * more; the verdict is announced.
 */

import { signal } from "@preact/signals-core";
import { useEffect, useRef, useState } from "preact/hooks";

import { answered, due, inOrder, load, save } from "../progress.js";
import { changeable, showVersion } from "../changes.js";
import { jumpTo } from "../moving.js";
import { focus, lesson, slots } from "../store.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";
import { Field, Hint, blank, inWords, isComplete, showIn } from "./quiz-fields.js";
import { rich } from "./rich.js";

/** @import { Answer, Question } from "./quiz-fields.js" */

/**
 * @typedef {{ correct: boolean, explanation: string, step: { variant: string, n: number } | null }} Verdict
 * @typedef {{ answer: Answer, verdict: Verdict | null, error: string, hinted: boolean, busy: boolean }} Sheet
 *   what the learner did with one question
 */

/** The sheets by question; kept apart from the components, so that nothing is lost on the way back. */
const sheets = signal(/** @type {Record<string, Sheet>} */ ({}));

/** Whether the quiz stands open. */
const open = signal(true);

export function Quiz() {
  const all = /** @type {Question[]} */ (lesson.value.quiz ?? []);
  // Their order stays while the page is open, whatever is answered meanwhile.
  const [questions] = useState(() => inOrder(all, load(), lesson.value.id, Date.now()));
  const [back] = useState(() => due(load(), lesson.value.id, Date.now()));
  const [index, setIndex] = useState(0);
  const heading = useRef(/** @type {HTMLHeadingElement | null} */ (null));
  const question = questions[index];
  if (!question) return null;

  /** @param {number} to */
  const go = (to) => {
    setIndex(to);
    heading.current?.focus();
  };
  const right = questions.filter(({ id }) => sheets.value[id]?.verdict?.correct).length;
  return html`<section class="quiz card" id="recall" aria-labelledby="quiz-title">
    <div class="card-head">
      <h2 id="quiz-title" ref=${heading} tabindex="-1">
        Question ${index + 1} of ${questions.length}
      </h2>
      ${open.value &&
      html`<nav class="quiz-nav" aria-label="Questions">
        <${Page} name="Previous question" icon="back" to=${index - 1} count=${questions.length} go=${go} />
        <${Page} name="Next question" icon="on" to=${index + 1} count=${questions.length} go=${go} />
      </nav>`}
      <span class="card-note">${right > 0 && `${right} right`}</span>
      <button
        type="button"
        class="link-button quiz-fold"
        aria-expanded=${open.value}
        onClick=${() => (open.value = !open.value)}
      >
        ${open.value ? "Hide" : "Show"}
      </button>
    </div>
    ${open.value &&
    html`<${Sheet}
      key=${question.id}
      question=${question}
      again=${back.includes(question.id)}
      next=${index + 1 < questions.length ? () => go(index + 1) : null}
    />`}
  </section>`;
}

/**
 * Leads to the question before or behind this one.
 * @param {{ name: string, icon: import("../icons.js").IconName, to: number, count: number, go: (to: number) => void }} props
 */
function Page({ name, icon, to, count, go }) {
  return html`<button
    type="button"
    class="icon-button"
    aria-label=${name}
    title=${name}
    disabled=${to < 0 || to >= count}
    onClick=${() => go(to)}
  >
    <${Icon} name=${icon} size=${16} />
  </button>`;
}

/** @param {Verdict} verdict */
function mark(verdict) {
  return verdict.correct ? "is-right" : "is-wrong";
}

/**
 * One question with its controls; `again`: it comes back because it was wrong; `next` leads on to the one behind it, where there is one.
 * @param {{ question: Question, again: boolean, next: (() => void) | null }} props
 */
function Sheet({ question, again, next }) {
  const sheet = sheetOf(question);
  const { answer, verdict, error, hinted, busy } = sheet;
  const about = titleOf(question.variant);

  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    if (!busy && isComplete(question, answer)) void send(question);
  };
  return html`<form class="quiz-sheet" onSubmit=${submit}>
    ${again && html`<p class="quiz-about">You had this one wrong before. It is back.</p>`}
    ${about && lesson.value.variants.length > 1 && html`<p class="quiz-about">${about}</p>`}
    ${verdict?.correct
      ? html`<p class="quiz-text">${rich(question.text)}</p>
          <p class="quiz-given"><span>Your answer</span> ${inWords(question, answer)}</p>`
      : html`<${Field}
          question=${question}
          answer=${answer}
          change=${(/** @type {Answer} */ given) =>
            update(question, { answer: given, verdict: null, error: "" })}
        />`}
    ${verdict && html`<${Said} verdict=${verdict} next=${next} />`}
    ${!verdict &&
    html`<div class="quiz-actions">
      <button
        type="submit"
        class="button is-primary"
        disabled=${busy || !isComplete(question, answer)}
      >
        ${busy ? "Checking…" : "Answer"}
      </button>
      ${question.hint &&
      !hinted &&
      html`<button
        type="button"
        class="button is-quiet"
        onClick=${() => update(question, { hinted: true })}
      >
        Hint
      </button>`}
    </div>`}
    <div class="quiz-said" role="status">
      ${hinted && !verdict && html`<${Hint} text=${question.hint} />`}
      ${error && html`<p class="quiz-verdict is-wrong">${error}</p>`}
    </div>
  </form>`;
}

/**
 * What is to be said about an answer, and where to look. A wrong one can be changed above.
 * @param {{ verdict: Verdict, next: (() => void) | null }} props
 */
function Said({ verdict, next }) {
  const said = useRef(/** @type {HTMLDivElement | null} */ (null));
  const { correct, explanation, step } = verdict;
  // The button that had the focus is gone; so a screen reader goes on here, and reads the verdict.
  useEffect(() => {
    said.current?.focus({ preventScroll: true });
    showIn(said.current?.closest("form") ?? null, said.current);
  }, [verdict]);
  return html`<div ref=${said} tabindex="-1" class=${`quiz-verdict ${mark(verdict)}`}>
      <p><strong>${correct ? "Right." : "Not quite."}</strong> ${rich(explanation)}</p>
    </div>
    <div class="quiz-actions">
      ${step &&
      html`<${Proof} step=${step} />`}
      ${correct &&
      next &&
      html`<button type="button" class="button is-quiet" onClick=${next}>Go on</button>`}
    </div>`;
}

/** Leads to the step that proves it; where its version is not on the stage, first puts it there. @param {{ step: { variant: string, n: number } }} props */
function Proof({ step: { variant, n } }) {
  const away = changeable.value && slots.value.every((slot) => slot.variant !== variant);
  return html`<button type="button" class="button" onClick=${() => (away ? showVersion(variant) : jumpTo(variant, n))}>
    ${away ? `Put “${titleOf(variant)}” on the stage` : `Show me in step ${n}`}
  </button>`;
}

/** @param {string} variant */
const titleOf = (variant) => lesson.value.variants.find(({ id }) => id === variant)?.title ?? "";

/** @param {Question} question @returns {Sheet} */
function sheetOf(question) {
  return (
    sheets.value[question.id] ?? {
      answer: blank(question),
      verdict: null,
      error: "",
      hinted: false,
      busy: false,
    }
  );
}

/** @param {Question} question @param {Partial<Sheet>} change */
function update(question, change) {
  sheets.value = { ...sheets.value, [question.id]: { ...sheetOf(question), ...change } };
}

/**
 * Has the answer graded against the run that is on the stage.
 * @param {Question} question
 */
async function send(question) {
  const slot =
    slots.value.find(({ variant }) => variant === question.variant) ?? slots.value[focus.value];
  update(question, { busy: true, verdict: null, error: "" });
  try {
    const response = await fetch(`/s/${lesson.value.id}/quiz/${question.id}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        answer: sheetOf(question).answer,
        parameters: slot?.parameters ?? {},
        seed: slot?.seed ?? 0,
      }),
    });
    const body = await response.json();
    if (response.ok) {
      save(answered(load(), lesson.value.id, question.id, body.correct, Date.now()));
      update(question, { busy: false, verdict: body });
    }
    else update(question, { busy: false, error: body.error.message });
  } catch (failure) {
    // Either no answer came or it was not the server's own (a proxy's page, say).
    console.warn("The answer could not be checked.", failure);
    update(question, {
      busy: false,
      error: "The server did not answer. Your answer is still here: try again.",
    });
  }
}
