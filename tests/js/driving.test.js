/** What the driver sends: at once, seldom enough, and the last always. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Throttle } from "../../static/js/class/drive.js";

test("the first goes at once, what follows together, and the last is never lost", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  let now = 1000;
  let wanted = 0;
  /** @type {[number, number][]} */
  const sent = [];
  const throttle = new Throttle(100, () => sent.push([now, wanted]), () => now);
  for (let i = 0; i < 25; i += 1) {
    wanted = i;
    throttle.touch();
    now += 10;
    mock.timers.tick(10);
  }
  now += 200;
  mock.timers.tick(200);
  assert.deepEqual(sent[0], [1000, 0]);
  assert.equal(sent.at(-1)?.[1], 24);
  assert.equal(sent.length, 4);
  mock.timers.reset();
});

test("something important goes at once and takes the place of what was waiting", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  let count = 0;
  const throttle = new Throttle(100, () => { count += 1; }, () => 0);
  throttle.touch();
  throttle.touch();
  throttle.run();
  assert.equal(count, 2);
  mock.timers.tick(500);
  assert.equal(count, 2);
  mock.timers.reset();
});
