/**
 * A student's side of a question: answer, wait, see how the class voted, discuss, answer again, and
 * be told. What is said stands in one live region.
 */

import { useEffect, useRef } from "preact/hooks";

import { answering, askVerdict, give, openOutbox, setDraft, verdicts } from "../../class/answering.js";
import { callOf } from "../../class/method.js";
import { code, classConnection, missed, question as asked, you } from "../../class/state.js";
import { jumpTo } from "../../moving.js";
import { html } from "../html.js";
import { Field, blank, inWords, isComplete } from "../quiz-fields.js";
import { rich } from "../rich.js";
import { Countdown } from "./ask-clock.js";
import { Check, Histogram } from "./histogram.js";

/** @import { Missed, PublicQuestion } from "../../class/state.js" */
/** @import { Verdict } from "../../class/answering.js" */
/** @import { Question } from "../quiz-fields.js" */

export function StudentQuestions() {
  const question = asked.value;
  const seat = you.value?.seat;
  useEffect(() => {
    if (code.value && seat !== undefined) openOutbox(code.value, seat);
  }, [code.value, seat]);
  return html`<section class=${`quiz ask card${question ? " is-open" : ""}`} id="recall" aria-labelledby="ask-title">
    ${question ? html`<${Asked} question=${question} />` : html`<${Quiet} />`}
  </section>`;
}

/** Nothing is asked. */
function Quiet() {
  const earlier = missed.value.filter(({ stage }) => stage === "revealed");
  return html`<div class="card-head"><h2 id="ask-title">Questions</h2></div>
    <div class="quiz-sheet ask-quiet">
      <p>Nothing is asked right now. When your teacher asks, the question comes up here.</p>
      ${earlier.length > 0 &&
      html`<h3>Earlier questions</h3>
        <ul class="ask-earlier">
          ${earlier.map((item) => html`<${Earlier} key=${item.n} item=${item} />`)}
        </ul>`}
    </div>`;
}

/** A question that is over, with its answer where it was revealed. @param {{ item: Missed }} props */
function Earlier({ item }) {
  const verdict = verdicts.value[String(item.n)];
  return html`<li>
    <details onToggle=${() => void askVerdict(item.n)}>
      <summary>Question ${item.n}${item.answered ? "" : ", not answered"}<span class="ask-earlier-text">${rich(item.text)}</span></summary>
      ${verdict ? html`<p>${mark(verdict)} ${rich(verdict.explanation)}</p><${ShowMe} verdict=${verdict} />` : html`<p>One moment…</p>`}
    </details>
  </li>`;
}

/** @param {Verdict} verdict */
function mark({ correct }) {
  if (correct === null) return "";
  return html`<strong>${correct ? "You were right." : "You were not right."}</strong>`;
}

/** @param {{ question: PublicQuestion }} props */
function Asked({ question }) {
  const { stage, round, n } = question;
  const top = useRef(/** @type {HTMLDivElement|null} */ (null));
  const voting = stage === "voting";
  useEffect(() => {
    // Where the columns are one, the question may be far from what is read now.
    const card = top.current?.closest(".ask");
    if (!card || matchMedia("(min-width: 75rem)").matches) return;
    const { top: from, bottom } = card.getBoundingClientRect();
    if (from < 0 || bottom > innerHeight) card.scrollIntoView({ block: "start", behavior: "smooth" });
  }, [question.asked, round, stage]);
  useEffect(() => {
    if (stage === "revealed") void askVerdict(question.asked);
  }, [question.asked, stage]);
  return html`<div class="card-head" ref=${top}>
      <h2 id="ask-title" tabindex="-1">Question ${n}${round > 1 && html`<span class="ask-round">, vote ${round}</span>`}</h2>
      ${question.points > 0 && html`<span class="card-note">${question.points} ${question.points === 1 ? "point" : "points"}</span>`}
      ${voting && html`<${Countdown} closes=${question.closes_at} />`}
    </div>
    <div class="quiz-sheet">
      ${stage !== "revealed" && html`<p class=${`ask-call is-${stage}`}>${callOf(stage, round)}</p>`}
      ${voting ? html`<${Ballot} key=${`${question.asked}.${round}`} question=${question} />` : html`<${Outcome} question=${question} />`}
    </div>
    <p class="visually-hidden" role="status">${news(question)}</p>`;
}

/** What has just changed, for those who do not see it. @param {PublicQuestion} question */
function news({ n, text, stage, round }) {
  if (stage === "voting") return round > 1 ? `Question ${n}: vote again.` : `Question ${n}: ${text.replaceAll("`", "")}`;
  if (stage === "closed") return "The vote is closed.";
  if (stage === "shown") return "The votes are shown. Discuss with your neighbour.";
  return "";
}

/** The question as the controls of the quiz take it. @param {PublicQuestion} question @returns {Question} */
export function forField({ asked: number, kind, variant, text, hint, choices, unit }) {
  return /** @type {Question} */ ({
    id: `asked-${number}`, kind, variant: variant ?? "", text, hint: hint ?? "", choices: choices ?? [], unit: unit ?? "",
  });
}

/** @param {{ question: PublicQuestion }} props */
function Ballot({ question }) {
  const shaped = forField(question);
  const { draft, given, stage, fault } = answering.value;
  const answer = draft !== undefined ? draft : given !== undefined ? given : blank(shaped);
  const changed = draft !== undefined && JSON.stringify(draft) !== JSON.stringify(given);
  const ready = isComplete(shaped, answer) && (changed || (stage === "none" && (shaped.kind === "order" || draft !== undefined)));
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    if (ready) give(question, answer);
  };
  return html`<form class="ask-ballot" onSubmit=${submit}>
    <${Field} question=${shaped} answer=${answer} change=${(/** @type {any} */ next) => setDraft(question, next)} />
    ${question.hint && html`<p class="quiz-hint"><strong>Hint</strong> ${rich(question.hint)}</p>`}
    <div class="quiz-actions ask-actions">
      <button type="submit" class="button is-primary" disabled=${!ready}>${given === undefined ? "Answer" : "Change my answer"}</button>
      <p class=${`ask-fate is-${changed && stage !== "none" ? "changed" : stage}`} role="status">${fate(stage, changed, fault)}</p>
    </div>
  </form>`;
}

/** @param {"none"|"sending"|"stored"} stage @param {boolean} changed @param {string} fault */
function fate(stage, changed, fault) {
  if (stage === "sending") {
    return classConnection.value === "online" ? "Sending…" : "No connection. Your answer is kept here and is sent as soon as it is back.";
  }
  if (changed && stage === "stored") return "Not sent yet: your earlier answer counts.";
  if (stage === "stored") return html`<${Check} /> Your answer is stored.`;
  return fault;
}

/** The vote is over. @param {{ question: PublicQuestion }} props */
function Outcome({ question }) {
  const shaped = forField(question);
  const { given, fault, stage: sent } = answering.value;
  const verdict = question.stage === "revealed" ? verdicts.value[String(question.asked)] : undefined;
  return html`<p class="quiz-text">${rich(question.text)}</p>
    ${verdict && html`<${Judged} verdict=${verdict} question=${question} />`}
    ${question.distribution
      ? html`<${Histogram} question=${question} distribution=${question.distribution} bases=${question.answered_by_round} mine=${given}
          right=${question.reveal?.answers} />`
      : html`<${Waiting} question=${question} />`}
    ${given !== undefined && !question.distribution && html`<p class="quiz-given"><span>Your answer</span> ${inWords(shaped, given)}</p>`}
    ${sent === "sending" && html`<p class="ask-fate is-sending">Your answer is still on its way…</p>`}
    ${given === undefined && question.stage !== "revealed" && html`<p class="quiz-note">${fault || "You have not answered this vote."}</p>`}
    ${question.hint && question.stage !== "revealed" && html`<p class="quiz-hint"><strong>Hint</strong> ${rich(question.hint)}</p>`}`;
}

/** @param {{ question: PublicQuestion }} props */
function Waiting({ question: { here_answered: count } }) {
  return html`<p class="quiz-note">${count === null ? "" : count === 1 ? "One answer is in." : `${count} answers are in.`} Your teacher goes on in a moment.</p>`;
}

/** @param {{ verdict: Verdict, question: PublicQuestion }} props */
function Judged({ verdict, question }) {
  const { answered, correct, explanation, points } = verdict;
  const opinion = answered && correct === null;
  const word = !answered ? "You did not answer." : opinion ? "Thank you." : correct ? "Right." : "Not quite.";
  return html`<div class=${`quiz-verdict ${correct ? "is-right" : answered && !opinion ? "is-wrong" : ""}`} role="status">
      <p><strong>${word}</strong> ${rich(explanation)}</p>
      ${question.points > 0 && answered && !opinion && html`<p class="ask-points">${points ?? 0} of ${question.points} ${question.points === 1 ? "point" : "points"}</p>`}
    </div>
    <${ShowMe} verdict=${verdict} />`;
}

/** @param {{ verdict: Verdict }} props */
function ShowMe({ verdict: { step } }) {
  return step && html`<p><button type="button" class="button" onClick=${() => jumpTo(step.variant, step.n)}>Show me in step ${step.n}</button></p>`;
}
