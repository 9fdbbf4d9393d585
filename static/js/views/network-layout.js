/**
 * The rows of the network panel: a pure function of the trace. Times are seconds.
 */

import { countUntil, endOf, userOf } from "../trace.js";

/** @import { Request, Trace } from "../trace.js" */

/**
 * @typedef {{request: Request, user: string, size: number|null, sent: number, taken: number|null, first: number|null,
 *   done: number|null}} Row
 *   `taken` when the server took it up, `first` when the first byte was back, `size` in bytes
 */

/** In the order of sending. @param {Trace} trace @returns {Row[]} */
export function networkRows(trace) {
  return trace.requests
    .map((request) => ({
      request, user: userOf(trace, request.id)?.name ?? request.user, size: request.body === null ? null : bytes(request.body),
      sent: request.sent, taken: request.received, first: request.first_byte, done: request.done,
    }))
    .sort((a, b) => a.sent - b.sent);
}

const bytes = (/** @type {string} */ text) => new TextEncoder().encode(text).length;

/** Every time at which a row comes or changes. @param {Row[]} rows @returns {number[]} */
export function changesOf(rows) {
  return rows.flatMap(({ sent, first, request }) => [sent, first, endOf(request)].filter((t) => t !== null)).sort((a, b) => a - b);
}

/** How many of these times have passed. @param {number[]} changes @param {number} t */
export const passed = (changes, t) => countUntil(changes, t + 5e-7, (item) => item);

/** A row as it stands at `t`, or null before it is sent. @param {Row} row @param {number} t @returns {{status: string, size: string, time: string, state: "pending"|"done"|"failed"}|null} */
export function rowAt(row, t) {
  const now = t + 5e-7;
  if (row.sent > now) return null;
  const { status, failed } = row.request;
  if (typeof failed === "number" && failed <= now) {
    return { state: "failed", status: "(failed)", size: "–", time: milliseconds(failed - row.sent) };
  }
  const answered = row.first !== null && row.first <= now;
  const done = row.done !== null && row.done <= now;
  // Without any answer at the end of the run it stays pending.
  const state = !answered ? "pending" : status !== null && status >= 400 ? "failed" : "done";
  return {
    state,
    status: answered && status !== null ? String(status) : "pending",
    size: done && row.size !== null ? sizeOf(row.size) : "–",
    time: done && row.done !== null ? milliseconds(row.done - row.sent) : "–",
  };
}

/** As a browser writes it. @param {number} count bytes */
export const sizeOf = (count) => (count < 1000 ? `${count} B` : `${(count / 1000).toFixed(1)} kB`);

/** As a browser writes it. @param {number} time seconds */
export const milliseconds = (time) => (time < 1 ? `${Math.round(time * 1000)} ms` : `${time.toFixed(2)} s`);

/** The length of the waterfall in seconds, the same for all slots: up to the last answer, and a little more. @param {Trace[]} traces */
export function lengthOf(traces) {
  const last = Math.max(0, ...traces.flatMap((trace) => trace.requests.map((request) => endOf(request) ?? trace.duration)));
  return last > 0 ? last * 1.04 : 1e-6;
}
