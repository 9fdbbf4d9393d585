import assert from "node:assert/strict";
import { test } from "node:test";

import { PAUSES, answered, due, inOrder, merged, nothing, read, visited } from "../../static/js/progress.js";

const NOW = 1_000_000;
const pause = (/** @type {number} */ box) => /** @type {number} */ (PAUSES[box]);

test("what was right at once never comes back", () => {
  const progress = answered(nothing(), "a", "q", true, NOW);
  assert.deepEqual(progress.lessons.a, { ways: [], right: ["q"], back: {} });
  assert.deepEqual(due(progress, "a", NOW * 1e6), []);
});

test("what was wrong comes back after longer and longer pauses, until it has been right often enough", () => {
  let progress = answered(nothing(), "a", "q", false, NOW);
  let now = NOW;
  for (let box = 0; box < PAUSES.length; box += 1) {
    assert.deepEqual(due(progress, "a", now + pause(box) - 1), []);
    now += pause(box);
    assert.deepEqual(due(progress, "a", now), ["q"]);
    progress = answered(progress, "a", "q", true, now);
  }
  assert.deepEqual(progress.lessons.a, { ways: [], right: ["q"], back: {} });
});

test("right again at once does not count as remembered, and wrong again begins anew", () => {
  let progress = answered(nothing(), "a", "q", false, NOW);
  progress = answered(progress, "a", "q", true, NOW + 1);
  assert.deepEqual(progress.lessons.a?.right, ["q"]);
  assert.deepEqual(due(progress, "a", NOW + pause(0)), ["q"]);
  progress = answered(progress, "a", "q", true, NOW + pause(0));
  progress = answered(progress, "a", "q", false, NOW + pause(0) + pause(1));
  assert.equal(progress.lessons.a?.back.q?.box, 0);
  assert.deepEqual(progress.lessons.a?.right, []);
});

test("questions that are due come first, those that were right come last", () => {
  let progress = answered(nothing(), "a", "one", true, NOW);
  progress = answered(progress, "a", "three", false, NOW);
  const asked = ["one", "two", "three"].map((id) => ({ id }));
  const ids = (/** @type {number} */ now) => inOrder(asked, progress, "a", now).map(({ id }) => id);
  assert.deepEqual(ids(NOW), ["two", "three", "one"]);
  assert.deepEqual(ids(NOW + pause(0)), ["three", "two", "one"]);
  assert.deepEqual(inOrder(asked, nothing(), "a", NOW), asked);
});

test("a file is read as it was written, and two are joined", () => {
  const one = visited(answered(nothing(), "a", "q", true, NOW), "a", "watch");
  const two = visited(visited(nothing(), "a", "recall"), "b", "watch");
  const both = merged(one, two);
  assert.deepEqual(both.lessons.a, { ways: ["watch", "recall"], right: ["q"], back: {} });
  assert.deepEqual(Object.keys(both.lessons), ["a", "b"]);
  assert.deepEqual(read(JSON.stringify(both)), both);
});

test("what is no progress is refused", () => {
  for (const text of ["", "5", "null", "{}", '{"version":2,"lessons":{}}', '{"version":1,"lessons":{"a":{}}}',
    '{"version":1,"lessons":{"a":{"ways":[1],"right":[],"back":{}}}}', '{"version":1,"lessons":{"a":{"ways":[],"right":[],"back":{"q":{"box":"x","due":1}}}}}']) {
    assert.equal(read(text), null, text);
  }
});
