import assert from "node:assert/strict";
import { test } from "node:test";

import { isAt, isBeyond, nextStop, stopsOf } from "../../static/js/ways/stops.js";

const run = (/** @type {string} */ variant, /** @type {string[]} */ moments) => /** @type {any} */ ({
  variant, trace: { steps: moments.map((moment, i) => ({ n: i + 1, moment })) },
});
/** Step n of every slot stands at n, of the second slot half a unit later. */
const axis = /** @type {any} */ ({ stop: (/** @type {number} */ slot, /** @type {number} */ n) => n + slot / 2 });
const asks = (/** @type {string} */ id, /** @type {string} */ variant, /** @type {string} */ where) => /** @type {any} */ ({ id, variant, stop: { where } });

test("stops stand in the order of the story, whatever the version", () => {
  const slots = [run("a", ["sent", "started"]), run("b", ["sent", "started"])];
  const stops = stopsOf([asks("late", "b", "started"), asks("early", "a", "started"), asks("first", "b", "sent")], slots, axis);
  assert.deepEqual(stops.map(({ question, slot, step, s }) => [question.id, slot, step, s]), [["first", 1, 1, 1.5], ["early", 0, 2, 2], ["late", 1, 2, 2.5]]);
});

test("what is not on the stage or never happens has no stop", () => {
  assert.deepEqual(stopsOf([asks("x", "c", "sent"), asks("y", "a", "failed")], [run("a", ["sent"])], axis), []);
});

test("the next stop is the first that is not settled, and the cursor may come to it but not beyond", () => {
  const stops = stopsOf([asks("x", "a", "sent"), asks("y", "a", "started")], [run("a", ["sent", "started"])], axis);
  const next = nextStop(stops, (id) => id === "x");
  assert.equal(next?.question.id, "y");
  assert.deepEqual([isAt(next, 1.9), isAt(next, 2), isBeyond(next, 2), isBeyond(next, 2.1)], [false, true, false, true]);
  assert.equal(nextStop(stops, () => true), null);
  assert.equal(isBeyond(null, 9), false);
});
