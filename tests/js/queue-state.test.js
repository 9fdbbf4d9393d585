/** The queue view: where each task is at each step, what becomes of those of a dead worker, how deep the queue was. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { laneOrder } from "../../static/js/trace.js";
import { depthsOf, tokensAt, workersOf } from "../../static/js/views/queue-state.js";
import { lane, step, traceOf } from "./traces.js";

const task = (/** @type {string} */ id, /** @type {Object<string, unknown>} */ more = {}) =>
  ({ kind: "task", id, name: "mail", request: null, lane: "w1", queued: 0, started: null, finished: null, state: "queued", retries: 0, error: null, ...more });
const of = (/** @type {string} */ id, /** @type {string} */ worker = "w1") => ({ task: id, lane: worker });

const retried = () => traceOf([
  lane("broker", "broker", "broker"), lane("w1", "worker", "worker 1"), lane("w2", "worker", "worker 2"), task("t1"), task("t2"),
  step(1, 0, "task queued", of("t1", "server")), step(2, 0, "task queued", of("t2", "server")),
  step(3, 0.1, "task received", of("t1")), step(4, 0.1, "task started", of("t1")), step(5, 0.2, "task received", of("t2")),
  step(6, 1, "task retried", of("t1")), step(7, 1, "task started", of("t2")), step(8, 1.1, "task received", of("t1", "w2")),
  step(9, 2, "task failed", of("t2")), step(10, 5, "task started", of("t1", "w2")), step(11, 6, "task finished", of("t1", "w2")),
]);
const places = (/** @type {import("../../static/js/trace.js").Trace} */ trace, /** @type {number} */ n) => Object.fromEntries(tokensAt(trace, n).map(({ task: { id }, place, lane: on }) => [id, on ? `${place} ${on}` : place]));

test("a task goes from the queue to a worker, comes back, and ends", () => {
  const trace = retried();
  assert.deepEqual(places(trace, 0), {});
  assert.deepEqual(places(trace, 2), { t1: "queued", t2: "queued" });
  assert.deepEqual(places(trace, 5), { t1: "running w1", t2: "taken w1" });
  assert.deepEqual(places(trace, 8), { t2: "running w1", t1: "retrying w2" });
  assert.deepEqual(places(trace, 10), { t2: "failed w1", t1: "running w2" });
  assert.deepEqual(places(trace, 11), { t2: "failed w1", t1: "finished w2" });
});

test("a task that waits for another try says when that is, and which try runs", () => {
  const trace = retried();
  const find = (/** @type {number} */ n) => tokensAt(trace, n).find(({ task: { id } }) => id === "t1");
  assert.equal(find(6)?.due, 5);
  assert.equal(find(8)?.due, 5);
  assert.equal(find(10)?.tries, 2);
});

test("what a dead worker held goes back into the queue, or is lost where nobody takes it again", () => {
  const records = [
    lane("w1", "worker", "worker 1", 0, 1), lane("w2", "worker", "worker 2"), task("t1"), task("t2"), task("t3"),
    step(1, 0, "task queued", of("t1", "server")), step(2, 0, "task queued", of("t2", "server")), step(3, 0, "task queued", of("t3", "server")),
    step(4, 0.1, "task started", of("t1")), step(5, 0.2, "task received", of("t2")), step(6, 0.3, "task started", of("t3", "w2")),
    step(7, 1, "worker killed", { task: null }), step(8, 2, "task started", of("t2", "w2")),
  ];
  const trace = traceOf(records);
  assert.deepEqual(places(trace, 6), { t1: "running w1", t2: "taken w1", t3: "running w2" });
  assert.deepEqual(places(trace, 7), { t3: "running w2", t1: "lost w1", t2: "queued" });
  assert.deepEqual(places(trace, 8), { t3: "running w2", t1: "lost w1", t2: "running w2" });
});

test("a line that puts several tasks into the queue has one row, and all are there", () => {
  const trace = traceOf([task("t1"), task("t2"), step(1, 0, "request sent"), step(2, 0, "task queued", of("t1", "server")), step(3, 1, "task started", of("t1"))]);
  assert.deepEqual(Object.keys(places(trace, 2)), ["t1", "t2"]);
  assert.equal(places(trace, 2).t2, "queued");
});

test("the depth counts what waits, what is worked on and what comes back", () => {
  const depths = depthsOf(retried());
  assert.deepEqual(depths.map(({ n, waiting, working, retrying }) => [n, waiting, working, retrying]), [
    [1, 1, 0, 0], [2, 2, 0, 0], [3, 2, 0, 0], [4, 1, 1, 0], [5, 1, 1, 0], [6, 1, 0, 1], [7, 0, 1, 1], [8, 0, 1, 1], [9, 0, 0, 1], [10, 0, 1, 0], [11, 0, 0, 0],
  ]);
});

test("a task of a thread was never in a queue", () => {
  assert.deepEqual(tokensAt(traceOf([task("t1", { queued: null }), step(1, 0, "task started", of("t1"))]), 1), []);
});

test("workers are there before they have anything to do", () => {
  const trace = retried();
  assert.deepEqual(workersOf(trace, laneOrder(trace)).map(({ id }) => id), ["w1", "w2"]);
});
