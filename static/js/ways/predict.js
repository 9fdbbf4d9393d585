/**
 * Predict: the run stops before it matters, the learner commits, and the run goes on and answers.
 *
 * What is yet to come is hidden, and nobody gets past a stop without having committed. The server
 * judges; its verdict is shown when the run has come to the step that proves it.
 */

import { computed, effect, signal, untracked } from "@preact/signals-core";
import { useEffect, useRef } from "preact/hooks";

import { answered, load, save } from "../progress.js";
import { play, seek } from "../moving.js";
import { axis, complete, cursor, lesson, playing, slots } from "../store.js";
import { html } from "../views/html.js";
import { Field, Hint, blank, inWords, isComplete } from "../views/quiz-fields.js";
import { rich } from "../views/rich.js";
import { isAt, isBeyond, nextStop, stopsOf } from "./stops.js";

/** @import { Answer } from "../views/quiz-fields.js" */
/** @import { Prediction, Stop } from "./stops.js" */

/** @typedef {{ correct: boolean, explanation: string, step: { variant: string, n: number } | null }} Verdict */
/** @typedef {{ answer: Answer, verdict: Verdict|null, busy: boolean, error: string, hinted: boolean, left: boolean }} Bet */

/** What the learner has said, by question. @type {import("@preact/signals-core").Signal<Object<string, Bet>>} */
const bets = signal({});
const stops = computed(() => (complete() ? stopsOf(lesson.value.predictions ?? [], slots.value, axis.value) : []));
const settled = (/** @type {string} */ id) => Boolean(bets.value[id]?.verdict);
const waiting = computed(() => nextStop(stops.value, (id) => settled(id) || Boolean(bets.value[id]?.left)));
/** The learner has come to the stop. */
const asked = computed(() => isAt(waiting.value, cursor.value.s));
/** The predictions that were settled, the last of them first: a run may answer one only after it has stopped for the next. */
const past = computed(() => stops.value.filter(({ question }) => settled(question.id)).reverse());
const latest = computed(() => past.value[0] ?? null);

/** Nobody gets past a stop: not by playing, stepping or dragging. @returns {() => void} stops it */
function guard() {
  return effect(() => {
    const stop = waiting.value;
    if (!stop || !isBeyond(stop, cursor.value.s)) return;
    untracked(() => seek({ slot: stop.slot, step: stop.step }));
  });
}

export function Predict() {
  useEffect(guard, []);
  const count = stops.value.length;
  const done = past.value.length;
  return html`<section class="quiz predict card" aria-labelledby="predict-title">
    <div class="card-head">
      <h2 id="predict-title">Predict</h2>
      <span class="card-note">${count > 0 && `${done} of ${count}`}</span>
    </div>
    <div class="quiz-sheet">
      ${latest.value && html`<${Settled} key=${latest.value.question.id} stop=${latest.value} fresh=${true} />`}
      ${waiting.value ? html`<${Waiting} stop=${waiting.value} />` : complete() && html`<${Over} count=${count} />`}
      ${past.value.slice(1).map((stop) => html`<${Settled} key=${stop.question.id} stop=${stop} />`)}
    </div>
  </section>`;
}

/** What comes next: to play on, or to commit. @param {{ stop: Stop }} props */
function Waiting({ stop }) {
  if (asked.value) return html`<${Bet} key=${stop.question.id} stop=${stop} />`;
  const how = latest.value ? "The run will stop again and ask you." : "The run stops where it matters and asks you what comes next. What is yet to come is hidden.";
  return html`<p>${!playing.value && (latest.value ? "Go on. " : "Press play. ")}${how}</p>
    ${!playing.value && html`<div class="quiz-actions"><button type="button" class="button is-primary" onClick=${play}>${latest.value ? "Go on" : "Play"}</button></div>`}`;
}

/** A question at its stop. @param {{ stop: Stop }} props */
function Bet({ stop }) {
  const { question } = stop;
  const bet = betOf(question);
  const form = useRef(/** @type {HTMLFormElement|null} */ (null));
  useEffect(() => {
    form.current?.scrollIntoView({ block: "nearest" });
    form.current?.focus({ preventScroll: true });
  }, []);
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    if (!bet.busy && isComplete(question, bet.answer)) void commit(stop);
  };
  return html`<form ref=${form} tabindex="-1" class="bet" onSubmit=${submit}>
    <p class="quiz-about">${slots.value[stop.slot]?.title}, step ${stop.step}</p>
    <${Field} question=${question} answer=${bet.answer} change=${(/** @type {Answer} */ answer) => update(question, { answer, error: "" })} />
    <div class="quiz-actions">
      <button type="submit" class="button is-primary" disabled=${bet.busy || !isComplete(question, bet.answer)}>
        ${bet.busy ? "Committing…" : "Commit and see"}
      </button>
      ${question.hint && !bet.hinted && html`<button type="button" class="button is-quiet" onClick=${() => update(question, { hinted: true })}>Hint</button>`}
    </div>
    <div class="quiz-said" role="status">${bet.hinted && html`<${Hint} text=${question.hint} />`}${bet.error && html`<p class="quiz-verdict is-wrong">${bet.error}</p>`}</div>
    ${bet.error && html`<div class="quiz-actions"><button type="button" class="button is-quiet" onClick=${() => leaveOut(question)}>Leave it out, and go on</button></div>`}
  </form>`;
}

/** What was committed, and what the run says once it has come so far; `fresh`: just now. @param {{ stop: Stop, fresh?: boolean }} props */
function Settled({ stop, fresh = false }) {
  const said = useRef(/** @type {HTMLDivElement|null} */ (null));
  // The form that had the focus is gone.
  useEffect(() => {
    if (fresh) said.current?.focus({ preventScroll: true });
  }, []);
  const { answer, verdict } = betOf(stop.question);
  const slot = slots.value.find(({ variant }) => variant === verdict?.step?.variant);
  const there = !verdict?.step || !slot || cursor.value.s >= axis.value.stop(slot.index, verdict.step.n) - 1e-6;
  return html`<div ref=${said} tabindex="-1" class="bet-settled">
    <p class="quiz-text">${rich(stop.question.text)}</p>
    <p class="quiz-given"><span>You said</span> ${inWords(stop.question, answer)}</p>
    <div role="status">
      ${there && verdict
        ? html`<div class=${`quiz-verdict ${verdict.correct ? "is-right" : "is-wrong"}`}><p><strong>${verdict.correct ? "Right." : "Not quite."}</strong> ${rich(verdict.explanation)}</p></div>`
        : html`<p class="quiz-note">${asked.value ? "First one more question." : "Now watch."}</p>`}
    </div>
  </div>`;
}

/** @param {{ count: number }} props how many there were */
function Over({ count }) {
  if (count === 0) return html`<p>What is on the stage now holds none of this lesson's predictions. Take its own versions and settings to be asked.</p>`;
  return html`<p>That was all. Now you may look around: nothing is hidden any more.</p>`;
}

/** @param {Prediction} question @returns {Bet} */
const betOf = (question) => bets.value[question.id] ?? { answer: blank(question), verdict: null, busy: false, error: "", hinted: false, left: false };

/** @param {Prediction} question @param {Partial<Bet>} change */
function update(question, change) {
  bets.value = { ...bets.value, [question.id]: { ...betOf(question), ...change } };
}

/** With these settings it has no answer, or the server is away: the run may go on all the same. @param {Prediction} question */
function leaveOut(question) {
  update(question, { error: "", left: true });
  play();
}

/** Have it judged, and let the run go on. @param {Stop} stop */
async function commit({ question, slot }) {
  const run = slots.value[slot];
  update(question, { busy: true, error: "" });
  try {
    const response = await fetch(`/s/${lesson.value.id}/quiz/${question.id}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ answer: betOf(question).answer, parameters: run?.parameters ?? {}, seed: run?.seed ?? 0 }),
    });
    const body = await response.json();
    if (!response.ok) return update(question, { busy: false, error: body.error.message });
    save(answered(load(), lesson.value.id, question.id, body.correct, Date.now()));
    update(question, { busy: false, verdict: body });
    play();
  } catch (failure) {
    console.warn("The prediction could not be judged.", failure);
    update(question, { busy: false, error: "The server did not answer. Your prediction is still here: try again." });
  }
}

/** Whether anything is still hidden: the page says so to its style sheet. */
effect(() => {
  const open = complete() && waiting.value === null;
  document.getElementById("stage")?.classList.toggle("is-hiding", !open);
});
