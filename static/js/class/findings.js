/**
 * What a report says of a class's results: sums, sorted lists, sentences. Pure; draws nothing.
 */

import { percent } from "./tally.js";

/**
 * @typedef {{answer: string, count: number, right: boolean|null, reason: string}} Counted
 * @typedef {{round: number, answers: Counted[], answered: number, right: number|null, right_share: number|null}} Round
 * @typedef {{wrong_right: number, right_wrong: number, right_right: number, wrong_wrong: number}} Changed
 * @typedef {{n: number, lesson: string|null, question: string|null, variant: string|null, kind: string, text: string,
 *   right: string[], explanation: string, points: number, stage: string, hint_given: boolean, rounds: Round[],
 *   changed: Changed|null, gain: number|null}} QuestionResult
 * @typedef {{round: number, answer: string, right: boolean|null}} Given
 * @typedef {{seat: number, name: string, removed: boolean, answered: number, right_first: number, right_last: number,
 *   points: number, answers: Object<string, Given[]>}} StudentResult
 * @typedef {{question: number, text: string, answer: string, meaning: string, first: number, last: number|null}} Misconception
 * @typedef {{lesson: string, variant: string, step: number, seats: number}} LostPlace
 * @typedef {{code: string, title: string, lesson: string, started: number, expires: number, ended: number|null,
 *   deleted_at: number, students: number, questions: number}} ClassFacts
 * @typedef {{class: ClassFacts, questions: QuestionResult[], students: StudentResult[],
 *   misconceptions: Misconception[], lost: LostPlace[]}} Results
 * @typedef {"name"|"answered"|"right_first"|"right_last"|"points"} Column
 */

/**
 * The class in figures: shares over all questions that have a right answer.
 * @param {Results} results
 */
export function summaryOf({ class: facts, questions, students }) {
  const judged = questions.filter(({ right }) => right.length > 0);
  const mean = (/** @type {(number|null|undefined)[]} */ shares) => {
    const known = shares.filter((share) => typeof share === "number");
    return known.length > 0 ? known.reduce((sum, share) => sum + share, 0) / known.length : null;
  };
  return {
    students: facts.students,
    questions: questions.length,
    answered: students.filter(({ answered, removed }) => answered > 0 && !removed).length,
    first: mean(judged.map(({ rounds }) => rounds[0]?.right_share)),
    last: mean(judged.map(({ rounds }) => rounds.at(-1)?.right_share)),
    gain: mean(questions.map(({ gain }) => gain)),
  };
}

/** Whether the class still goes on. @param {ClassFacts} facts @param {number} now milliseconds */
export const isLive = ({ ended, expires }, now) => ended === null && now < expires;

/**
 * How much of what could be learned was: Hake's normalised gain in words.
 * @param {number|null} gain
 */
export function gainText(gain) {
  if (gain === null) return "";
  if (gain < 0) return `${percent(-gain)} lost`;
  const size = gain >= 0.7 ? "high" : gain >= 0.3 ? "medium" : "low";
  return `${percent(gain)} of what was missing (${size})`;
}

/**
 * The students in an order; equal ones by name.
 * @param {StudentResult[]} students @param {Column} column @param {boolean} down
 */
export function sorted(students, column, down) {
  const sign = down ? -1 : 1;
  const by = (/** @type {StudentResult} */ a, /** @type {StudentResult} */ b) =>
    column === "name" ? sign * a.name.localeCompare(b.name) : sign * (a[column] - b[column]) || a.name.localeCompare(b.name);
  return students.filter(({ removed }) => !removed).toSorted(by);
}

/**
 * The misconceptions that anybody had, the most frequent at last first.
 * @param {Misconception[]} misconceptions
 */
export function lasting(misconceptions) {
  const left = (/** @type {Misconception} */ { first, last }) => last ?? first;
  return misconceptions
    .filter(({ first, last }) => first > 0 || (last ?? 0) > 0)
    .toSorted((a, b) => left(b) - left(a) || b.first - a.first || a.question - b.question);
}

/**
 * The streams between the first vote and the last, for the picture: shares of those who voted twice.
 * @param {Changed} changed
 * @returns {{from: "right"|"wrong", to: "right"|"wrong", count: number, share: number}[]}
 */
export function streams(changed) {
  const { wrong_right: up, right_wrong: down, right_right: kept, wrong_wrong: stuck } = changed;
  const all = up + down + kept + stuck;
  const share = (/** @type {number} */ count) => (all > 0 ? count / all : 0);
  return [
    { from: "right", to: "right", count: kept, share: share(kept) },
    { from: "right", to: "wrong", count: down, share: share(down) },
    { from: "wrong", to: "right", count: up, share: share(up) },
    { from: "wrong", to: "wrong", count: stuck, share: share(stuck) },
  ];
}

/** What happened between the votes, in a sentence. @param {Changed} changed */
export function changeText({ wrong_right: up, right_wrong: down, right_right: kept, wrong_wrong: stuck }) {
  const all = up + down + kept + stuck;
  if (all === 0) return "Nobody answered both votes.";
  return `Of ${all} who answered both votes, ${up} changed to the right answer and ${down} away from it; ${kept} stayed right, ${stuck} stayed wrong.`;
}

/** How a student answered a question: whether each vote was right, in order; null where there is no right or wrong. @param {Given[]|undefined} given */
export const marksOf = (given) => (given ?? []).map(({ right }) => right);

/** The widest of some counts, at least 1, so that bars can be drawn against it. @param {number[]} counts */
export const widest = (counts) => Math.max(1, ...counts);
