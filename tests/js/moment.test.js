/** The same moment in another run: found by what happens, not by its number. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { sameMoment } from "../../static/js/moment.js";
import { apply, emptyTrace } from "../../static/js/trace.js";
import { step, threadRecords, traceOf } from "./traces.js";

const threadTrace = traceOf(threadRecords());
const request = (/** @type {string} */ id, /** @type {string} */ user) => ({
  kind: "request", id, user, method: "GET", path: "/", lane: null, sent: 0, received: null, first_byte: null, done: null, status: null, body: null,
});
/** One step a pair of request and moment. @param {[string, string][]} pairs */
const told = (...pairs) =>
  apply(emptyTrace(), [request("r1", "Ana"), request("r2", "Ben"), ...pairs.map(([id, moment], i) => step(i + 1, i, moment, { request: id, line: 1 }))]);

test("in the same run every step is itself", () => {
  const trace = threadTrace;
  for (const { n } of trace.steps) assert.equal(sameMoment(trace, n, trace), n);
});

test("a step is found by its moment and whose request it is", () => {
  const before = told(["r1", "request sent"], ["r2", "request sent"], ["r1", "response sent"], ["r2", "response sent"]);
  const after = told(["r2", "request sent"], ["r2", "response sent"], ["r1", "request sent"], ["r1", "response sent"]);
  assert.deepEqual([1, 2, 3, 4].map((n) => sameMoment(before, n, after)), [3, 1, 4, 2]);
});

test("the second of its kind stays the second", () => {
  const before = told(["r1", "in work"], ["r1", "in work"], ["r1", "response sent"]);
  const after = told(["r1", "request sent"], ["r1", "in work"], ["r2", "in work"], ["r1", "in work"]);
  assert.equal(sameMoment(before, 2, after), 4);
  assert.equal(sameMoment(before, 3, after), null);
});

test("another program's step counts where only its lines differ", () => {
  const before = told(["r1", "task started"]);
  const after = apply(emptyTrace(), [request("r1", "Ana"), step(1, 0, "request sent"), step(2, 1, "task started", { file: "other.py", line: 9 })]);
  assert.equal(sameMoment(before, 1, after), 2);
});

test("before the first step there is no moment", () => {
  assert.equal(sameMoment(threadTrace, 0, threadTrace), null);
});
