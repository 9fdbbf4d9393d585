/**
 * A student's answers: what is being chosen, what is on its way, and what came of it.
 *
 * Only this module writes these signals. The stored answer itself is `state.mine`.
 */

import { batch, computed, signal } from "@preact/signals-core";
import { Outbox } from "./outbox.js";
import { emit } from "./socket.js";
import * as state from "./state.js";

/**
 * @import { Signal } from "@preact/signals-core"
 * @import { PublicQuestion } from "./state.js"
 * @import { Letter } from "./outbox.js"
 */

/**
 * @typedef {{answered: boolean, correct: boolean|null, explanation: string,
 *   step: {variant: string, n: number}|null, points: number|null}} Verdict
 */

/** Answers that are not given yet, by vote. @type {Signal<Record<string, any>>} */
const drafts = signal({});
/** Answers that are not stored yet, by vote. @type {Signal<Record<string, Letter>>} */
const sending = signal({});
/** Why an answer was not taken, by vote. @type {Signal<Record<string, string>>} */
const faults = signal({});
/** What the server said of the own answer, by question. @type {Signal<Record<string, Verdict>>} */
export const verdicts = signal({});

/** @type {Outbox|null} */
let outbox = null;

/** @param {{asked: string|number, round: number}} vote */
const nameOf = ({ asked, round }) => `${asked}.${round}`;

/**
 * Send what a page before this one could not. Call once the class's code is known.
 * @param {string} code @param {number|string} seat
 */
export function openOutbox(code, seat) {
  if (outbox) return;
  outbox = new Outbox(
    storage(),
    `meanwhile.answers.${code}.${seat}`,
    ({ id, asked, round, answer }) => emit("answer", { id, asked, round, answer }),
    {
      stored: (letter) => batch(() => {
        settle(letter);
        if (letter.asked === state.question.value?.asked) state.takeMine(letter);
      }),
      refused: (letter, reason) => batch(() => {
        settle(letter);
        faults.value = { ...faults.value, [nameOf(letter)]: reason.message };
      }),
    },
  );
  sending.value = Object.fromEntries(outbox.waiting.map((letter) => [nameOf(letter), letter]));
  void outbox.flush();
}

/** @returns {Storage|null} */
function storage() {
  try {
    return localStorage;
  } catch {
    return null; // a browser that refuses storage: the answer waits in the page
  }
}

/** @param {Letter} letter */
function settle(letter) {
  const name = nameOf(letter);
  if (sending.value[name]?.id !== letter.id) return;
  const { [name]: _, ...rest } = sending.value;
  sending.value = rest;
}

/** How the own answer to the present vote stands. */
export const answering = computed(() => {
  const vote = state.question.value;
  if (!vote) return { draft: undefined, given: undefined, stage: /** @type {const} */ ("none"), fault: "" };
  const name = nameOf(vote);
  const letter = sending.value[name];
  const stored = state.mine.value;
  const isStored = stored?.asked === vote.asked && stored.round === vote.round;
  return {
    draft: drafts.value[name],
    given: letter ? letter.answer : isStored ? stored.answer : undefined,
    stage: letter ? /** @type {const} */ ("sending") : isStored ? /** @type {const} */ ("stored") : /** @type {const} */ ("none"),
    fault: faults.value[name] ?? "",
  };
});

/** @param {PublicQuestion} vote @param {any} answer undefined: as stored */
export function setDraft(vote, answer) {
  drafts.value = { ...drafts.value, [nameOf(vote)]: answer };
}

/** @param {PublicQuestion} vote @param {any} answer */
export function give(vote, answer) {
  if (!outbox) return;
  const letter = outbox.put(vote.asked, vote.round, answer);
  batch(() => {
    const name = nameOf(vote);
    sending.value = { ...sending.value, [name]: letter };
    setDraft(vote, undefined);
    const { [name]: _, ...rest } = faults.value;
    faults.value = rest;
  });
}

/** Ask how I did; once for each question. @param {string|number} asked @returns {Promise<void>} */
export async function askVerdict(asked) {
  if (verdicts.value[String(asked)]) return;
  try {
    const verdict = await emit("verdict", { asked });
    verdicts.value = { ...verdicts.value, [String(asked)]: verdict };
  } catch (failure) {
    // Not revealed (any more): what everybody is shown of the question is enough.
    console.warn("The verdict was not given.", failure);
  }
}
