/** The trace: what `apply` makes of records, and what the questions answer. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  apply, briefly, countUntil, emptyTrace, laneColour, laneOrder, marksAt, seconds, spansIn, stepNamed, waits,
} from "../../static/js/trace.js";
import { inlineRecords, lane, line, span, step, threadRecords, traceOf } from "./traces.js";

test("apply returns a new trace and leaves the old one as it was", () => {
  const before = apply(emptyTrace(), [step(1, 0, "request sent")]);
  const after = apply(before, [step(2, 0.5, "request received")]);
  assert.deepEqual(before.steps.map((item) => item.n), [1]);
  assert.deepEqual(after.steps.map((item) => item.n), [1, 2]);
  assert.equal(after.spans, before.spans, "a list without news stays the same list");
  assert.equal(after.duration, 0.5);
});

test("a record with a known id takes the place of the old one", () => {
  const trace = apply(emptyTrace(), [span("s1", "a", 0, 1), span("s2", "a", 1, 2), span("s1", "a", 0, 3)]);
  assert.deepEqual(trace.spans.map((item) => [item.id, item.end]), [["s1", 3], ["s2", 2]]);
  assert.equal(apply(trace, [span("s2", "a", 1, 9)]).spans[1]?.end, 9);
});

test("lines and output only ever add up", () => {
  const trace = apply(apply(emptyTrace(), [line("a", 0, 1)]), [line("a", 0, 1)]);
  assert.equal(trace.lines.length, 2);
});

test("the type of a lane or an arrow is its kind", () => {
  const trace = traceOf(threadRecords());
  assert.equal(trace.lanes.find((item) => item.id === "thread-1")?.kind, "thread");
  assert.deepEqual(trace.arrows.map((item) => item.kind), ["request", "start", "response"]);
});

test("a record of a kind that is not known is left out", () => {
  assert.deepEqual(apply(emptyTrace(), [{ kind: "weather", id: "w1" }]), emptyTrace());
});

test("countUntil counts what lies at or before a time", () => {
  const when = (/** @type {number} */ t) => t;
  assert.equal(countUntil([], 1, when), 0);
  assert.equal(countUntil([1, 2, 2, 3], 2, when), 3);
  assert.equal(countUntil([1, 2, 2, 3], 0.5, when), 0);
  assert.equal(countUntil([1, 2, 2, 3], 9, when), 4);
});

test("a step by its number", () => {
  const trace = traceOf(threadRecords());
  assert.equal(stepNamed(trace, 4)?.moment, "response sent");
  assert.equal(stepNamed(trace, 0), null);
  assert.equal(stepNamed(trace, 8), null);
});

test("lanes are ordered users, servers, threads", () => {
  const trace = traceOf([lane("t2", "thread", "b", 2), lane("t1", "thread", "a", 1), lane("s", "server", "main"), lane("u", "user", "Ana")]);
  assert.deepEqual(laneOrder(trace).map((item) => item.id), ["u", "s", "t1", "t2"]);
  assert.deepEqual(["s", "t1", "t2"].map((id) => laneColour(trace, id)), [0, 1, 2]);
});

test("spans of a lane", () => {
  const trace = traceOf(threadRecords());
  assert.deepEqual(spansIn(trace, "thread-1").map((item) => item.id), ["s3", "s4"]);
  assert.deepEqual(spansIn(trace, "nobody"), []);
});

test("marks are the lines of the threads at work, one each", () => {
  const trace = traceOf(threadRecords());
  assert.deepEqual(marksAt(trace, 0.003).map((mark) => [mark.lane, mark.line]), [["server-1", 19], ["thread-1", 12]]);
  assert.deepEqual(marksAt(trace, 1).map((mark) => [mark.lane, mark.line, mark.state]), [["thread-1", 12, "sleeping"]]);
  assert.deepEqual(marksAt(trace, 6), []);
});

test("at a time with several steps a lane's line counts from its own step on", () => {
  const trace = traceOf(threadRecords());
  assert.deepEqual(marksAt(trace, 0, { order: () => -1 }), []);
  assert.deepEqual(marksAt(trace, 0, { order: () => 0 }).map((mark) => mark.line), [17]);
  assert.deepEqual(marksAt(trace, 5.004, { order: () => 0 }).map((mark) => mark.line), [12]);
  assert.deepEqual(marksAt(trace, 5.004, { order: () => 1 }), []);
});

test("stepping by line tells lines of one time apart", () => {
  const trace = traceOf([lane("s", "server", "main"), span("s1", "s", 0, 1), line("s", 0, 1), line("s", 0, 2), line("s", 0, 3)]);
  assert.deepEqual(marksAt(trace, 0).map((mark) => mark.line), [3]);
  assert.deepEqual(marksAt(trace, 0, { upTo: 1 }).map((mark) => mark.line), [2]);
});

test("how long a user waits, and who it is", () => {
  assert.deepEqual(waits(traceOf(inlineRecords())), [{ request: "r1", user: "Ana", lane: "user-1", from: 0, to: 5.003, seconds: 5.003 }]);
  const open = traceOf([{ kind: "request", id: "r1", user: "Bo", sent: 1, done: null }]);
  assert.deepEqual(waits(open)[0], { request: "r1", user: "Bo", lane: null, from: 1, to: null, seconds: null });
});

test("lengths of time in words", () => {
  assert.deepEqual([0, 0.003, 0.0005, 0.05, 5.064, 80, 125].map(seconds), ["0.00 s", "3 ms", "0.5 ms", "0.05 s", "5.06 s", "80.00 s", "2 min 5 s"]);
  assert.deepEqual([4.9, 5, 0.48, 0.03, 0.0015, 100].map(briefly), ["4.9 s", "5 s", "0.5 s", "30 ms", "1.5 ms", "1 min 40 s"]);
});

test("a step that took its line's whole time stands on that line, not on the next", () => {
  const trace = traceOf(threadRecords());
  const third = stepNamed(trace, 3);
  assert.ok(third);
  const started = { ...third, line: 18 };
  const lines = (/** @type {typeof third | null} */ step) =>
    marksAt(trace, 0.002, { step }).filter((mark) => mark.lane === "server-1").map((mark) => mark.line);
  assert.deepEqual(lines(null), [19]);
  assert.deepEqual(lines(started), [18]);
  assert.deepEqual(marksAt(trace, 0.0025, { step: started }).map((mark) => mark.line).includes(19), true);
});
