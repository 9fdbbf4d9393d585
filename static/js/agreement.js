/**
 * How a run for real agrees with the one on the virtual clock, in words. Pure functions.
 */

/** @import { Agreement } from "./trace.js" */

/** @typedef {{agrees: boolean, head: string, text: string, differences: string[], more: number, free: string}} Verdict */

/** So many differences are told; the others are counted. */
const MOST = 3;

/** What was not compared, by the word that a lesson has for it. @type {Object<string, string>} */
const FREE = {
  steps: "which steps there are", order: "the order of the steps", texts: "the texts of the steps", answers: "the answers",
  outcomes: "how tasks end", times: "how long it takes", waits: "how long tasks stand in the queue",
  shares: "how much of the processor each of several tasks gets", who: "which of equal users or tasks is the first",
};

/** @param {Agreement} found @returns {Verdict} */
export function verdictOf({ steps, requests, tasks, worst, allowed, differences, free, why }) {
  const agrees = differences.length === 0;
  const told = free.map((word) => FREE[word] ?? word).join(", ");
  const open = told && `Not compared: ${told}${why ? `, because ${why}` : ""}.`;
  if (!agrees) {
    return { agrees, head: "The real run differed.", text: "", differences: differences.slice(0, MOST), more: Math.max(0, differences.length - MOST), free: open };
  }
  const same = steps > 0 ? `took the same ${count(steps, "step")}` : `answered the same ${count(requests, "request")}${tasks > 0 ? ` and ran the same ${count(tasks, "task")}` : ""}`;
  const times = free.includes("times") ? "" : `; the largest difference of a time is ${ms(worst)}, of ${ms(allowed)} allowed`;
  return { agrees, head: "The picture on the virtual clock was true.", text: `The real run ${same}${times}.`, differences: [], more: 0, free: open };
}

/** @param {number} number @param {string} word */
const count = (number, word) => `${number.toLocaleString("en")} ${word}${number === 1 ? "" : "s"}`;

/** Seconds as milliseconds. @param {number} seconds */
const ms = (seconds) => `${Math.round(seconds * 1000).toLocaleString("en")} ms`;
