/** The stage as a scene: the same runs are known as the same. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { requestsOf, sameRuns } from "../../static/js/class/scene.js";
import { scene } from "./classes.js";

const lesson = /** @type {any} */ ({ id: "long_task", parameters: { seconds: { label: "", default: 5 }, users: { label: "", default: 1 } } });
const slots = (/** @type {any} */ parameters = {}) => /** @type {any} */ (scene().slots.map((slot) => ({ ...slot, parameters })));

test("a value that is left out is the usual one", () => {
  assert.ok(sameRuns(scene(), lesson, slots({ users: 1, seconds: 5 })));
  assert.ok(!sameRuns(scene(), lesson, slots({ seconds: 6 })));
});

test("another lesson, seed, version or number of versions are other runs", () => {
  assert.ok(!sameRuns(scene({ lesson: "greet" }), lesson, slots()));
  const [first, second] = scene().slots;
  assert.ok(first && second);
  assert.ok(!sameRuns(scene({ slots: [first] }), lesson, slots()));
  assert.ok(!sameRuns(scene({ slots: [second, first] }), lesson, slots()));
  assert.ok(!sameRuns(scene({ slots: [first, { ...second, seed: 2 }] }), lesson, slots()));
});

test("a scene's runs are asked for on the virtual clock", () => {
  assert.deepEqual(requestsOf(scene())[1], { variant: "thread", parameters: {}, seed: 0, clock: "virtual" });
});
