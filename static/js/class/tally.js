/**
 * How a class voted, as the rows of a chart: one for each answer, with a bar for each vote.
 *
 * The server counts; here rounds are laid side by side, shares are worked out, and the own and the
 * right answers are marked.
 */

/** @import { Share } from "./state.js" */

/**
 * @typedef {string|number|string[]|null|undefined} Given
 * @typedef {{answer: string, letter: string, counts: number[], shares: number[], own: boolean, right: boolean}} Row
 *   `letter` A, B, … where the answers were offered, else empty; `counts` and `shares` (0 to 1) by round
 * @typedef {{rounds: number, bases: number[], rows: Row[]}} Tally  `bases`: how many answered, by round
 * @typedef {{mine?: Given, right?: string[], bases?: (number|null)[]}} Marks
 */

/**
 * @param {{kind: string, choices?: string[]|null}} question
 * @param {Share[][]} distribution one list for each round
 * @param {Marks} [marks]
 * @returns {Tally}
 */
export function tallyOf(question, distribution, { mine, right = [], bases = [] } = {}) {
  const answers = answersIn(question, distribution);
  const counted = distribution.map((round, i) => bases[i] ?? baseOf(question.kind, round));
  const rows = answers.map((answer, place) => {
    const bars = distribution.map((round) => round.find((bar) => bar.answer === answer));
    const counts = bars.map((bar) => bar?.count ?? 0);
    return {
      answer,
      letter: isListed(question.kind) ? choiceLetter(place) : "",
      counts,
      shares: counts.map((count, i) => shareOf(count, counted[i] ?? 0)),
      own: isOwn(question.kind, answer, mine),
      right: right.includes(answer) || bars.some((bar) => bar?.right === true),
    };
  });
  return { rounds: distribution.length, bases: counted, rows };
}

/** Whether the answers are offered to choose from. @param {string} kind */
export const isListed = (kind) => kind === "choice" || kind === "choices";

/** @param {number} place from 0 @returns {string} */
export const choiceLetter = (place) => String.fromCharCode(65 + place);

/**
 * All answers of all rounds: those offered in the question's order, numbers from low to high.
 * @param {{kind: string, choices?: string[]|null}} question
 * @param {Share[][]} distribution
 * @returns {string[]}
 */
function answersIn({ kind, choices }, distribution) {
  const found = [...new Set([...(isListed(kind) ? (choices ?? []) : []), ...distribution.flat().map(({ answer }) => answer)])];
  return kind === "step" || kind === "number" ? found.sort((a, b) => numberIn(a) - numberIn(b)) : found;
}

/** The first number in an answer such as "Step 4: the response leaves" or "0.5 s". @param {string} answer */
function numberIn(answer) {
  return Number.parseFloat(/-?\d+(\.\d+)?(e[+-]?\d+)?/.exec(answer)?.[0] ?? "0");
}

/** How many answered, where only the bars are known: at least as many as the highest. @param {string} kind @param {Share[]} round */
function baseOf(kind, round) {
  const counts = round.map(({ count }) => count);
  return kind === "choices" ? Math.max(0, ...counts) : counts.reduce((sum, count) => sum + count, 0);
}

/** @param {number} count @param {number} base @returns {number} */
export const shareOf = (count, base) => (base > 0 ? Math.min(count / base, 1) : 0);

/** A share as a person says it: what is there is never called nothing. @param {number} share from 0 to 1 */
export function percent(share) {
  if (share > 0 && share < 0.005) return "< 1 %";
  if (share < 1 && share >= 0.995) return "> 99 %";
  return `${Math.round(share * 100)} %`;
}

/**
 * Whether the bar of this answer holds the own one.
 * @param {string} kind
 * @param {string} answer as the server words it
 * @param {Given} mine
 */
export function isOwn(kind, answer, mine) {
  if (mine === null || mine === undefined) return false;
  if (kind === "choices") return Array.isArray(mine) && mine.includes(answer);
  if (kind === "order") return Array.isArray(mine) && mine.join(" → ") === answer;
  if (kind === "step") return numberIn(answer) === Number(mine);
  if (kind !== "number") return answer === mine;
  const range = /^(\S+) to (\S+)/.exec(answer);
  const value = Number(mine);
  if (range) return value >= Number(range[1]) && value <= Number(range[2]);
  return Math.abs(numberIn(answer) - value) < 1e-9;
}

/**
 * The share of right answers by round. Ticks of several answers do not say how many were right.
 * @param {string} kind
 * @param {Share[][]} distribution
 * @param {(number|null)[]} bases
 * @param {string[]} right the right answers in words
 * @returns {(number|null)[]}
 */
export function rightShares(kind, distribution, bases, right) {
  if (right.length === 0) return [];
  return distribution.map((bars, round) => {
    const base = bases[round] ?? baseOf(kind, bars);
    const count = bars.filter(({ answer, right: good }) => good ?? right.includes(answer)).reduce((sum, bar) => sum + bar.count, 0);
    return kind === "choices" || base === 0 ? null : count / base;
  });
}

/** The name of a vote. @param {number} round from 0 @param {number} rounds */
export function voteName(round, rounds) {
  if (rounds === 1) return "Votes";
  return ["First vote", "Second vote", "Third vote", "Fourth vote", "Fifth vote"][round] ?? `Vote ${round + 1}`;
}

/**
 * How many gave right answers before and after, in words: "31 % right at first, 78 % in the end".
 * @param {(number|null)[]} shares by round
 */
export function growth(shares) {
  const [first] = shares;
  const last = shares.at(-1);
  if (first === null || first === undefined || last === null || last === undefined) return "";
  if (shares.length === 1) return `${percent(first)} right.`;
  return `${percent(first)} right at first, ${percent(last)} in the end.`;
}
