/** A swipe is far, flat and quick; everything else is none. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { directionOf } from "../../static/js/swipe.js";

test("a swipe to the left is a step on, to the right a step back", () => {
  const from = { x: 200, y: 300, t: 0 };
  assert.equal(directionOf(from, { x: 100, y: 310, t: 200 }), 1);
  assert.equal(directionOf(from, { x: 300, y: 290, t: 200 }), -1);
});

test("what is short, steep or slow is no swipe", () => {
  const from = { x: 200, y: 300, t: 0 };
  assert.equal(directionOf(from, { x: 160, y: 300, t: 200 }), 0);
  assert.equal(directionOf(from, { x: 100, y: 380, t: 200 }), 0);
  assert.equal(directionOf(from, { x: 100, y: 300, t: 2000 }), 0);
});
