/** How two runs agree, in words: what was found, and nothing more. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { verdictOf } from "../../static/js/agreement.js";

/** @import { Agreement } from "../../static/js/trace.js" */

/** @type {Agreement} */
const agreed = { requests: 1, tasks: 1, steps: 7, worst: 0.0234, allowed: 0.06, differences: [], free: [], why: "" };

test("the same steps, and the largest difference beside what is allowed", () => {
  const { agrees, text, free } = verdictOf(agreed);
  assert.equal(agrees, true);
  assert.equal(text, "The real run took the same 7 steps; the largest difference of a time is 23 ms, of 60 ms allowed.");
  assert.equal(free, "");
});

test("what was not compared is not claimed, and is named with its reason", () => {
  const { text, free } = verdictOf({ ...agreed, steps: 0, requests: 2, free: ["steps", "times"], why: "both come at once" });
  assert.equal(text, "The real run answered the same 2 requests and ran the same 1 task.");
  assert.equal(free, "Not compared: which steps there are, how long it takes, because both come at once.");
});

test("differences are told, the first few of them", () => {
  const { agrees, text, differences, more } = verdictOf({ ...agreed, differences: ["a", "b", "c", "d", "e"] });
  assert.deepEqual([agrees, text, differences, more], [false, "", ["a", "b", "c"], 2]);
});
