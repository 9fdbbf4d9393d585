/** Story time: every step has a place of its own, time never runs back, and both ways agree. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { DWELL, storyAxis } from "../../static/js/story.js";
import { inlineRecords, lane, span, step, threadRecords, traceOf } from "./traces.js";

const traces = () => [traceOf(inlineRecords()), traceOf(threadRecords())];
const near = (/** @type {number} */ a, /** @type {number} */ b) => assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`);

test("nothing has an axis of no length", () => {
  const axis = storyAxis([]);
  assert.equal(axis.length, 0);
  assert.equal(axis.toTime(1), 0);
  assert.equal(axis.toStory(1), 0);
  assert.equal(axis.stepAt(0, 1), 0);
});

test("every step of a slot has a stop, at least a dwell behind the one before", () => {
  const axis = storyAxis(traces());
  for (const stops of axis.stops) {
    stops.slice(1).forEach((stop, i) => assert.ok(stop - /** @type {number} */ (stops[i]) >= DWELL - 1e-9));
  }
  assert.equal(axis.stops[1]?.length, 7);
});

test("a stop says its step and its time", () => {
  const both = traces();
  const axis = storyAxis(both);
  both.forEach((trace, slot) => {
    for (const { n, t } of trace.steps) {
      assert.equal(axis.stepAt(slot, axis.stop(slot, n)), n);
      near(axis.toTime(axis.stop(slot, n)), t);
    }
  });
  assert.equal(axis.stop(0, 0), 0);
});

test("steps of two slots at one time share their stops in order", () => {
  const axis = storyAxis(traces());
  assert.equal(axis.stop(0, 1), axis.stop(1, 1));
  assert.equal(axis.stop(0, 2), axis.stop(1, 2));
  assert.equal(axis.stop(0, 2) - axis.stop(0, 1), DWELL);
});

test("time never runs back along the axis", () => {
  const axis = storyAxis(traces());
  let last = 0;
  for (let s = 0; s <= axis.length + 1; s += 0.01) {
    const t = axis.toTime(s);
    assert.ok(t >= last);
    last = t;
  }
  near(last, 5.004);
});

test("from time to story position and back", () => {
  const axis = storyAxis(traces());
  for (const t of [0, 0.0005, 0.001, 0.0031, 2, 4.99, 5.003, 5.004]) near(axis.toTime(axis.toStory(t)), t);
  near(axis.toStory(0), axis.stop(0, 2));
  near(axis.toStory(99), axis.length);
});

test("the long idle stretch folds, and says its true length", () => {
  const { folds } = storyAxis(traces());
  assert.equal(folds.length, 1);
  const [fold] = folds;
  assert.ok(fold);
  near(fold.to - fold.from, 4.898);
  assert.ok(fold.end - fold.start < 3 * DWELL);
});

test("stretches that are all alike do not fold", () => {
  const { folds } = storyAxis([traceOf([step(1, 0, "a"), step(2, 2, "b"), step(3, 4, "c"), step(4, 6.5, "d")])]);
  assert.deepEqual(folds, []);
});

test("at one time each lane stands at the step that speaks of it", () => {
  const axis = storyAxis(traces());
  assert.equal(axis.place(1, "user-1", 0), axis.stop(1, 1));
  assert.equal(axis.place(1, "server-1", 0), axis.stop(1, 2));
  assert.equal(axis.place(1, "thread-1", 5.004), axis.stop(1, 6));
  assert.equal(axis.place(1, "server-1", 5.004), axis.stop(1, 7));
  assert.equal(axis.place(1, "user-1", 0.003), axis.stop(1, 4));
});

test("on a lane nothing overlaps: what ends and what begins at one time share the place", () => {
  const axis = storyAxis([traceOf([lane("s", "server", "main"), step(1, 1, "x", { lane: "s" }), step(2, 1, "y", { lane: "s" }), span("a", "s", 0, 1), span("b", "s", 1, 2)])]);
  assert.ok(axis.place(0, "s", 0) < axis.place(0, "s", 1));
  assert.ok(axis.place(0, "s", 1) < axis.place(0, "s", 2));
});

test("a story of very many steps is told faster", () => {
  const many = Array.from({ length: 1000 }, (_, i) => step(i + 1, i * 0.01, "x"));
  const axis = storyAxis([traceOf(many)]);
  assert.ok(axis.length < 200, `${axis.length} s`);
  assert.equal(axis.stepAt(0, axis.stop(0, 777)), 777);
});
