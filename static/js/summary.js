/**
 * What a run comes to for those who wait for it, and how two runs differ, in words. Pure functions
 * of traces; times are seconds.
 *
 * A user who sends one request waits for its answer. Who sends several, or listens for messages, has
 * a first answer after a while and what else they asked for later, as one who asks again and again
 * until the work is done: both are told, and only the first answers of two runs are compared. Of several
 * users it is told how long half of them wait at most (the median), and the slowest; of many, 95 of 100.
 */

/** @import { Trace } from "./trace.js" */
import { briefly, forWhom, seconds, staysOpen, userOf } from "./trace.js";

/**
 * @typedef {{users: string[], median: number|null, late: number|null, requests: number, served: number, tasks: number,
 *   short: (Shortfall & {count: number})[], ended: boolean, last: {what: "answer"|"message", t: number}|null, worked: Worked[]}} Summary
 *   `median` and `late` (of 95 of 100) are waits for the first answer, null where that user never has all answers;
 *   `short` counts the tasks that do not come to their end, by what becomes of them;
 *   `last` is when the last of several answers or a message arrives, null where one answer is all
 * @typedef {{who: string, until: number}} Worked  when the last task for a user ends; `who` is "" for all of them, where there are many users or one
 */

/** Below this ratio two waits are told as the same. */
const ALIKE = 1.05;
/** From so many users on, 95 of 100 are fewer than all. */
const MANY = 20;
/** Of so many users it is told whose tasks are done when. */
const FEW = 3;
/** From this ratio on a difference is told in times, below it in per cent. */
const TIMES = 1.5;

/**
 * What becomes of a task that does not come to its end, the worst first; `bad`: nor ever will.
 * @typedef {{state: string, what: string, bad: boolean}} Shortfall
 * @type {Shortfall[]}
 */
const SHORTFALLS = [
  ...["lost", "failed", "rejected", "revoked"].map((state) => ({ state, what: state, bad: true })),
  { state: "queued", what: "still queued", bad: false },
  { state: "retrying", what: "still to be retried", bad: false },
  { state: "started", what: "still running", bad: false },
];

/** @typedef {{sent: number, first: number, last: number, count: number}} Asked  a user's requests: when the first is sent, the first and the last answered */

/** @type {WeakMap<Trace, Summary>} */
const known = new WeakMap();

/** @param {Trace} trace @returns {Summary} */
export function summaryOf(trace) {
  const found = known.get(trace);
  if (found) return found;
  /** @type {Map<string, Asked>} */
  const asked = new Map();
  /** @type {Map<string, string>} */
  const names = new Map();
  for (const { id, user, method, sent, done } of trace.requests) {
    names.set(user, userOf(trace, id)?.name ?? user);
    if (staysOpen(method)) continue; // nobody waits for a connection to be closed
    const before = asked.get(user);
    const answered = done ?? Infinity;
    asked.set(user, before ? { sent: Math.min(before.sent, sent), first: Math.min(before.first, answered), last: Math.max(before.last, answered), count: before.count + 1 } : { sent, first: answered, last: answered, count: 1 });
  }
  const sorted = [...asked.values()].map(({ sent, first, last }) => (last === Infinity ? last : first - sent)).sort((a, b) => a - b);
  /** The wait that this part of the users does not exceed. @param {number} part */
  const within = (part) => {
    const wait = sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)];
    return wait === undefined || wait === Infinity ? null : wait;
  };
  const summary = {
    users: [...names.values()], median: within(0.5), late: within(0.95), ended: trace.ended, last: lastOf(trace, [...asked.values()]),
    requests: trace.requests.length,
    served: trace.requests.filter(({ done, status }) => done !== null && (status ?? 0) < 500).length,
    tasks: trace.tasks.length,
    worked: workedFor(trace),
    short: SHORTFALLS.map((each) => ({ ...each, count: trace.tasks.filter(({ state }) => state === each.state).length })).filter(({ count }) => count > 0),
  };
  known.set(trace, summary);
  return summary;
}

/** The last of several answers or of the messages that are pushed, whichever comes later. @param {Trace} trace @param {Asked[]} asked @returns {Summary["last"]} */
function lastOf(trace, asked) {
  const answer = Math.max(...asked.filter(({ count, last }) => count > 1 && last < Infinity).map(({ last }) => last));
  const message = Math.max(...trace.arrows.flatMap(({ kind, arrived }) => (kind === "push" && arrived !== null ? [arrived] : [])));
  if (answer === -Infinity && message === -Infinity) return null;
  return message > answer ? { what: "message", t: message } : { what: "answer", t: answer };
}

/** When the last task is done, for each user where there are few. @param {Trace} trace @returns {Worked[]} */
function workedFor(trace) {
  /** @type {Map<string, number>} */
  const until = new Map();
  for (const { request, finished } of trace.tasks) {
    const who = forWhom(trace, request);
    if (finished !== null) until.set(who, Math.max(until.get(who) ?? 0, finished));
  }
  if (until.size === 0) return [];
  if (until.size > FEW || until.has("")) return [{ who: "", until: Math.max(...until.values()) }];
  return [...until].map(([who, t]) => ({ who, until: t }));
}

/**
 * How long who waits: `strong` is to be set off, and `late` tells how the slowest fare, where that is
 * another time; null while all of it is open.
 * @param {Summary} summary
 * @returns {{text: string, strong: string, late: string}|null}
 */
export function waitWords({ users, median, late, ended, served, last }) {
  const [name] = users;
  if (name === undefined || (median === null && !ended)) return null;
  if (last !== null && median !== null) {
    const who = users.length === 1 ? `${capital(name)} has` : `${users.length} users have`;
    const after = users.length === 1 ? length(median) : `${length(median)} (median)`;
    return { text: `${who} the first answer after`, strong: after, late: ended ? `the last ${last.what === "answer" ? "" : "message "}at ${seconds(last.t)}` : "" };
  }
  if (users.length === 1) {
    return median === null ? { text: capital(name), strong: served > 0 ? "misses some answers" : "never has an answer", late: "" } : { text: `${capital(name)} waits`, strong: length(median), late: "" };
  }
  if (median === null) return { text: `${users.length} users,`, strong: "half of them without an answer", late: "" };
  const slow = late === null ? "some without end" : late <= median * ALIKE ? "" : users.length < MANY ? `at most ${length(late)}` : `95 % within ${length(late)}`;
  return { text: `${users.length} users wait`, strong: `${length(median)} (median)`, late: slow };
}

/**
 * How a run differs from the first one in what its users wait, as a few words behind how long they
 * do: "1,700 times less", "25 times sooner". "" where nothing can be said.
 * @param {Summary} first
 * @param {Summary} other
 * @returns {string}
 */
export function differenceWords(first, other) {
  if (!first.ended || !other.ended || first.users.length === 0 || other.users.length === 0) return "";
  const [before, after] = [first.median, other.median];
  if (before === null) return after === null ? "" : "here the answer comes";
  if (after === null) return "";
  // Of several answers it is the first that comes sooner; who has one only waits less.
  const [shorter, longer, as] = other.last === null ? ["less", "longer", "long"] : ["sooner", "later", "soon"];
  if (before === after) return `just as ${as}`;
  if (before === 0) return `${length(after)} ${other.last === null ? "more" : longer}`;
  if (after === 0) return `${length(before)} ${shorter}`;
  const ratio = Math.max(before, after) / Math.min(before, after);
  if (ratio < ALIKE) return `about as ${as}`;
  const word = after < before ? shorter : longer;
  if (ratio >= TIMES) return `${figure(ratio)} times ${word}`;
  return `${figure(Math.abs(after / before - 1) * 100)} % ${word}`;
}

/** What else came of a run: "3 of 4 requests served, all 3 tasks done at 4.03 s". @param {Summary} summary @returns {string} */
export function outcomeWords({ requests, served, tasks, short, ended, worked }) {
  if (!ended) return "";
  const said = [served === requests ? `${requests} ${requests === 1 ? "request" : "requests"} served` : `${served} of ${requests} requests served`];
  if (tasks > 0 && short.length === 0) said.push(`${tasks === 1 ? "the task" : tasks === 2 ? "both tasks" : `all ${tasks} tasks`} done${doneWords(worked)}`);
  short.forEach(({ count, what }, i) => said.push(tasks === 1 ? `the task ${what}` : `${count}${i === 0 ? ` of ${tasks} tasks` : ""} ${what}`));
  return said.join(", ");
}

/** When: " at 4.03 s", or for each user ": Ana’s at 3.02 s, Ben’s at 4.03 s". @param {Worked[]} worked */
function doneWords(worked) {
  const [only] = worked;
  if (only === undefined) return "";
  if (worked.length === 1) return ` at ${seconds(only.until)}`;
  return `: ${worked.map(({ who, until }) => `${who}’s at ${seconds(until)}`).join(", ")}`;
}

/** Short waits in milliseconds. @param {number} t */
const length = (t) => (t > 0 && t < 0.1 ? briefly(t) : seconds(t));

const capital = (/** @type {string} */ word) => word.charAt(0).toUpperCase() + word.slice(1);

/** No more digits than one believes: 101.2 is 100, 2.34 is 2.3. @param {number} value */
const figure = (value) => Number(value.toPrecision(2)).toLocaleString("en");
