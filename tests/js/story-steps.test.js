/** Aligned by step: equal steps meet, and each slot keeps the time of its own. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { storyAxis } from "../../static/js/story.js";
import { stepAxis } from "../../static/js/story-steps.js";
import { emptyTrace } from "../../static/js/trace.js";
import { inlineRecords, threadRecords, traceOf } from "./traces.js";

const traces = () => [traceOf(inlineRecords()), traceOf(threadRecords())];
const near = (/** @type {number} */ a, /** @type {number} */ b) => assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`);

test("the n-th step of every slot has one stop, and each slot is at its own time there", () => {
  const both = traces();
  const axis = stepAxis(both);
  assert.deepEqual([axis.stops[0]?.length, axis.stops[1]?.length, axis.marks(0).length], [5, 7, 7]);
  both.forEach((trace, slot) => {
    for (const { n, t } of trace.steps) {
      assert.equal(axis.stop(slot, n), axis.marks(0)[n - 1]);
      assert.equal(axis.stepAt(slot, axis.stop(slot, n)), n);
      near(axis.toTime(axis.stop(slot, n), slot), t);
    }
  });
  near(axis.toTime(axis.stop(0, 4), 0), 5.003);
  near(axis.toTime(axis.stop(0, 4), 1), 0.003);
});

test("between two stops every slot has the room that it needs alone", () => {
  const both = traces();
  const axis = stepAxis(both);
  const own = both.map((trace) => storyAxis([trace]));
  for (let n = 2; n <= 7; n += 1) {
    const room = axis.stop(1, n) - axis.stop(1, n - 1);
    for (const one of own) if (n <= one.marks(0).length) assert.ok(room >= one.stop(0, n) - one.stop(0, n - 1) - 1e-9);
  }
});

test("time never runs back in any slot, and ends where its run ends", () => {
  const axis = stepAxis(traces());
  for (const [slot, end] of [[0, 5.003], [1, 5.004]]) {
    let last = 0;
    for (let s = 0; s <= axis.length + 1; s += 0.01) {
      const t = axis.toTime(s, slot);
      assert.ok(t >= last);
      last = t;
    }
    near(last, /** @type {number} */ (end));
    assert.equal(axis.endOf(/** @type {number} */ (slot)), end);
  }
});

test("a slot without more steps stands still while the others go on", () => {
  const axis = stepAxis(traces());
  assert.equal(axis.stepAt(0, axis.stop(1, 7)), 5);
  near(axis.toTime(axis.stop(1, 7), 0), 5.003);
});

test("from time to story position and back, in each slot", () => {
  const axis = stepAxis(traces());
  for (const slot of [0, 1]) for (const t of [0, 0.0005, 0.002, 0.0025, 2, 4.99, 5.003]) near(axis.toTime(axis.toStory(t, slot), slot), t);
});

test("what a lane does stands where its own slot has it, and folds and knots too", () => {
  const axis = stepAxis(traces());
  near(axis.place(0, "server-1", 5.003), axis.stop(0, 4));
  near(axis.place(1, "user-1", 0.003), axis.stop(1, 4));
  for (const slot of [0, 1]) {
    const { folds, knots } = axis.partsOf(slot);
    assert.equal(folds.length, 1);
    for (const { start, end, from, to } of folds) {
      near(axis.toTime(start, slot), from);
      near(axis.toTime(end, slot), to);
    }
    for (const { s, t } of knots) near(axis.toTime(s, slot), t);
  }
});

test("one slot alone is as it is by time; slots that hold nothing yet do no harm", () => {
  const [trace] = traces();
  assert.ok(trace);
  const axis = stepAxis([trace]);
  const own = storyAxis([trace]);
  assert.deepEqual(axis.stops, own.stops);
  near(axis.length, own.length);
  const early = stepAxis([emptyTrace(), trace]);
  assert.deepEqual([early.toTime(3, 0), early.stepAt(0, 3), early.stepAt(1, early.length)], [0, 0, 5]);
  near(stepAxis([emptyTrace()]).length, storyAxis([emptyTrace()]).length);
});
