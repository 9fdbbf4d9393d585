/**
 * What a user's browser shows at a time: a pure function of (trace, user, time).
 */

import { endOf, staysOpen } from "../trace.js";

/** @import { Push, Lane, Request, Trace } from "../trace.js" */

/**
 * @typedef {{sent: Request|null, loading: boolean, shown: Request|null, count: number, updates: Push[]}} PageState
 *   `sent` the latest request, `loading` while its answer is not there, `shown` whose answer is seen (the one before
 *   stays until the next is there), `count` of requests so far, `updates` pushed since the page came, oldest first
 * @typedef {{kind: "json"|"html"|"text", text: string, value?: unknown}} Answer
 */

/** The users of a run, in their order. @param {Trace} trace @returns {Lane[]} */
export const usersOf = (trace) => trace.lanes.filter((lane) => lane.kind === "user");

/** @param {Trace} trace @param {Lane} user @returns {Request[]} */
const requestsOf = (trace, user) => trace.requests.filter((request) => request.user === user.id || request.user === user.name).sort((a, b) => a.sent - b.sent);

/** Times are exact to the microsecond. */
const by = (/** @type {number|null} */ time, /** @type {number} */ t) => time !== null && time <= t + 5e-7;

/** @param {Trace} trace @param {Lane} user @param {number} t @returns {PageState} */
export function pageAt(trace, user, t) {
  const all = requestsOf(trace, user).filter((request) => by(request.sent, t));
  const sent = all.filter((request) => !staysOpen(request.method)); // a connection that stays open brings no page
  const answered = sent.filter((request) => by(endOf(request), t));
  const shown = answered.reduce((/** @type {Request|null} */ last, request) => (last && (endOf(last) ?? 0) > (endOf(request) ?? 0) ? last : request), null);
  const last = sent[sent.length - 1] ?? null;
  return {
    sent: last, shown, count: all.length,
    loading: last !== null && !by(endOf(last), t),
    updates: trace.pushes.filter((push) => push.user === user.id && by(push.arrived, t)),
  };
}

/** Every time at which something on a user's screen changes. @param {Trace} trace @param {Lane} user @returns {number[]} */
export function screenChanges(trace, user) {
  const times = requestsOf(trace, user).flatMap((request) => [request.sent, endOf(request)]);
  const pushes = trace.pushes.filter((push) => push.user === user.id).map((push) => push.arrived);
  return [...times, ...pushes].filter((t) => t !== null).sort((a, b) => a - b);
}

/** What kind of answer a body is, by its text. @param {string} body @returns {Answer} */
export function answerOf(body) {
  const text = body.trim();
  if (/^[[{"]/.test(text)) {
    try {
      return { kind: "json", text: JSON.stringify(JSON.parse(text), null, 2), value: JSON.parse(text) };
    } catch {
      return { kind: "text", text }; // begins like JSON, and is none or was cut: shown as it came
    }
  }
  return { kind: /^<(!doctype|[a-z])/i.test(text) ? "html" : "text", text };
}
