/** Keeping to the class while it plays: smooth, never far off, never back for a little. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { approach, leaderPlace } from "../../static/js/class/pursuit.js";
import { cursor } from "./classes.js";

const axis = /** @type {any} */ ({ length: 10, duration: 5 });
const FRAME = 1 / 60;

/** A driver who plays from 0; messages every 100 ms, each late by what `late` says; the follower's way. */
function play({ late = /** @type {() => number} */ (() => 0.03), from = 0, seconds = 5, speed = 1 } = {}) {
  const messages = Array.from({ length: seconds * 10 }, (_, i) => {
    const sent = i / 10;
    return { arrived: (sent + late()) * 1000, cursor: cursor({ s: sent * speed, playing: true }) };
  });
  const way = [];
  let s = from;
  for (let now = 200; now < seconds * 1000; now += 1000 * FRAME) {
    const led = messages.filter(({ arrived }) => arrived <= now).at(-1);
    if (!led) continue;
    s = approach(s, leaderPlace(led, now, speed, false, /** @type {any} */ ({ length: 1000 })), FRAME, speed);
    way.push({ now: now / 1000, s });
  }
  return way;
}

test("where the class is: at rest where it was said, playing further on, at most at the end", () => {
  assert.equal(leaderPlace({ cursor: cursor({ s: 3 }), arrived: 0 }, 9000, 1, false, axis), 3);
  assert.equal(leaderPlace({ cursor: cursor({ s: 3, playing: true }), arrived: 1000 }, 2500, 2, false, axis), 6);
  assert.equal(leaderPlace({ cursor: cursor({ s: 9, playing: true }), arrived: 0 }, 9000, 1, false, axis), 10);
  assert.equal(leaderPlace({ cursor: cursor({ s: 9, t: 4, playing: true }), arrived: 0 }, 500, 1, true, axis), 4.5);
});

test("a follower keeps within a tenth of a second of the class", () => {
  for (const { now, s } of play().slice(60)) assert.ok(Math.abs(s - now) < 0.1, `${s} at ${now}`);
});

test("with an uneven network it neither stutters nor goes back", () => {
  let k = 0;
  const way = play({ late: () => [0.02, 0.09, 0.05, 0.08][(k += 1) % 4] ?? 0 }).slice(60);
  way.slice(1).forEach(({ s }, i) => {
    const pace = (s - (way[i]?.s ?? 0)) / FRAME;
    assert.ok(pace > 0.7 && pace < 1.3, `pace ${pace}`);
  });
});

test("who is far off glides there within half a second", () => {
  const way = play({ from: 30 });
  const off = (/** @type {number} */ after) => Math.abs((way[Math.round(after / FRAME)]?.s ?? 0) - (way[Math.round(after / FRAME)]?.now ?? 0));
  assert.ok(off(0.5) < 1);
  assert.ok(off(3) < 0.1);
});

test("who is a little ahead waits, and does not go back", () => {
  assert.equal(approach(5, 4.3, FRAME, 1), 5);
  assert.ok(approach(5, 3, FRAME, 1) < 5, "but does so for much");
});

test("who wants no motion jumps", () => {
  assert.equal(approach(0, 8, FRAME, 1, true), 8);
  assert.ok(approach(7.9, 8, FRAME, 1, true) < 8);
});
