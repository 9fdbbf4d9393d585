/** Traces for the tests, as short as they can be said. */

import { apply, emptyTrace, finish } from "../../static/js/trace.js";

/** @import { StreamRecord, Trace } from "../../static/js/trace.js" */

/** @param {number} n @param {number} t @param {string} moment @param {Object<string, unknown>} [more] @returns {StreamRecord} */
export const step = (n, t, moment, more = {}) => ({
  kind: "step", n, t, moment, lane: "server-1", thread: "main", action: `step ${n}`, file: "app.py", line: n,
  request: "r1", task: null, node: null, response: null, task_status: null, ...more,
});

/** @param {string} id @param {string} lane @param {number} start @param {number} end @param {string} [state] @returns {StreamRecord} */
export const span = (id, lane, start, end, state = "running") => ({
  kind: "span", id, lane, start, end, state, request: "r1", task: null, label: `${state} ${id}`,
});

/** @param {string} id @param {string} type @param {string} name @param {number} [born] @param {number|null} [died] @returns {StreamRecord} */
export const lane = (id, type, name, born = 0, died = null) => ({ kind: "lane", type, id, name, parent: null, born, died });

/** @param {string} on @param {number} t @param {number} number @returns {StreamRecord} */
export const line = (on, t, number) => ({ kind: "line", t, lane: on, file: "app.py", line: number, changed: [] });

/** The reference run: a thread sleeps 5 s, the user has the answer after 3 ms. @returns {StreamRecord[]} */
export const threadRecords = () => [
  lane("server-1", "server", "main"),
  lane("user-1", "user", "Ana"),
  { kind: "request", id: "r1", user: "user-1", method: "GET", path: "/start", lane: "server-1", sent: 0, received: 0, first_byte: 0.003, done: 0.003, status: 200, body: "{}" },
  { kind: "arrow", type: "request", id: "a1", from: "user-1", to: "server-1", sent: 0, arrived: 0 },
  span("s1", "user-1", 0, 0.003, "waiting"),
  span("s2", "server-1", 0, 0.003),
  line("server-1", 0, 17),
  step(1, 0, "request sent", { lane: "user-1" }),
  step(2, 0, "request received"),
  { kind: "task", id: "t1", name: "work", request: "r1", lane: "thread-1", queued: null, started: 0.002, finished: 5.004, state: "finished", retries: 0, error: null },
  line("server-1", 0.001, 18),
  step(3, 0.002, "task started", { task: "t1" }),
  lane("thread-1", "thread", "background", 0.002, 5.004),
  { kind: "arrow", type: "start", id: "a2", from: "server-1", to: "thread-1", sent: 0.002, arrived: 0.002 },
  line("server-1", 0.002, 19),
  step(4, 0.003, "response sent"),
  { kind: "arrow", type: "response", id: "a3", from: "server-1", to: "user-1", sent: 0.003, arrived: 0.003 },
  span("s3", "thread-1", 0.003, 0.004),
  line("thread-1", 0.003, 12),
  span("s4", "thread-1", 0.004, 5.004, "sleeping"),
  step(5, 0.004, "in work", { lane: "thread-1" }),
  { kind: "output", t: 0.004, lane: "thread-1", stream: "stdout", text: "off to sleep\n" },
  step(6, 5.004, "task finished", { lane: "thread-1", task: "t1" }),
  step(7, 5.004, "request over"),
  { kind: "variable", id: "v1", name: "response", scope: "derived", lane: null, request: "r1", values: [[0, null], [3, "preparing"], [4, "sent"]] },
];

/** The same work within the request: the user waits 5.003 s. @returns {StreamRecord[]} */
export const inlineRecords = () => [
  lane("server-1", "server", "main"),
  lane("user-1", "user", "Ana"),
  { kind: "request", id: "r1", user: "user-1", method: "GET", path: "/start", lane: "server-1", sent: 0, received: 0, first_byte: 5.003, done: 5.003, status: 200, body: "{}" },
  span("s1", "user-1", 0, 5.003, "waiting"),
  span("s2", "server-1", 0, 0.002),
  span("s3", "server-1", 0.002, 5.002, "sleeping"),
  span("s4", "server-1", 5.002, 5.003),
  step(1, 0, "request sent", { lane: "user-1" }),
  step(2, 0, "request received"),
  step(3, 0.002, "in work"),
  step(4, 5.003, "response sent"),
  step(5, 5.003, "request over"),
];

/** @param {StreamRecord[]} records @returns {Trace} */
export function traceOf(records) {
  const trace = apply(emptyTrace(), records);
  return finish(trace, { duration: trace.duration, truncated: null });
}
