import assert from "node:assert/strict";
import { test } from "node:test";

import { snapshotOf } from "../../static/js/snapshot.js";

const lane = (/** @type {string} */ id, /** @type {string} */ kind, more = {}) => ({ id, kind, name: id, parent: null, born: 0, died: null, ...more });
const trace = /** @type {any} */ ({
  lanes: [lane("Ana", "user"), lane("main", "server"), lane("later", "thread", { born: 5 }), lane("gone", "thread", { died: 1 })],
  steps: [{ n: 1, t: 0, action: "it `starts`", response: "waiting", task_status: "started" }, { n: 2, t: 2, action: "it goes on", response: "no change", task_status: null }],
  spans: [
    { lane: "Ana", start: 0, end: 3, state: "waiting", label: "waits for GET /" },
    { lane: "main", start: 1, end: 3, state: "sleeping", label: "" },
  ],
  lines: [],
});

test("a moment says when it is, what happens and what everybody does", () => {
  const marks = /** @type {any} */ ([{ lane: "main", line: 7, file: "app.py" }]);
  assert.deepEqual(snapshotOf(trace, 2, 2, marks), {
    head: "2.00 s after the start, at step 2 of 2: it goes on.",
    lanes: ["Ana is waiting (waits for GET /).", "main is sleeping, in line 7 of app.py.", "gone has ended."],
  });
});

test("the two columns of states are told where they say anything", () => {
  const { head, lanes } = snapshotOf(trace, 1, 0, []);
  assert.equal(head, "0.00 s after the start, at step 1 of 2: it starts. The response is waiting, the task is started.");
  assert.ok(lanes.includes("main has nothing to do."));
});

test("before the first step nothing has happened", () => {
  assert.equal(snapshotOf(trace, 0, 0, []).head, "Nothing has happened yet.");
});
