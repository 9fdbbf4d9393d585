/** A class's state: the server's order holds, who leads is clear, and of two pages one sends. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import * as state from "../../static/js/class/state.js";
import { cursor, scene, snapshot } from "./classes.js";

beforeEach(() => state.takeSnapshot(snapshot()));

test("a snapshot says everything, also how far the server's clock is ahead", () => {
  state.takeSnapshot(snapshot({ now: 5000, here: 7, title: "Queues" }), 2000);
  assert.equal(state.offset.value, 3000);
  assert.equal(state.here.value, 7);
  assert.equal(state.title.value, "Queues");
  assert.equal(state.mode.value, "follow");
  assert.ok(state.entered.value);
});

test("what is older than what was seen is left out, scenes and cursors each for themselves", () => {
  state.takeMoved({ seq: 13, by: "host", cursor: cursor({ step: 3 }) });
  state.takeMoved({ seq: 12, by: "host", cursor: cursor({ step: 2 }) });
  assert.equal(state.led.value?.cursor.step, 3);
  state.takeMoved({ seq: 11, by: "host", scene: scene({ speed: 4 }) });
  assert.equal(state.scene.value?.speed, 4, "a scene that a cursor overtook");
  state.takeMoved({ seq: 10, by: "host", scene: scene({ speed: 8 }) });
  assert.equal(state.scene.value?.speed, 4);
  assert.equal(state.seq.value, 13);
});

test("who may not lead looks around by an act of their own, and comes back", () => {
  state.acted();
  assert.equal(state.mode.value, "own");
  state.setFollowing(true);
  assert.equal(state.mode.value, "follow");
});

test("who may lead does so by the first act, until another page of theirs acts", () => {
  state.takeSnapshot(snapshot({ role: "host", you: null, driver: "host", token: 5 }));
  assert.equal(state.mode.value, "follow");
  state.acted();
  assert.equal(state.mode.value, "lead");
  state.takeMoved({ seq: 20, by: "host", cursor: cursor({ step: 5 }) });
  assert.equal(state.mode.value, "follow");
  state.acted();
  state.takeMoved({ seq: 19, by: "host", cursor: cursor({ step: 1 }) });
  assert.equal(state.mode.value, "lead", "an old message takes nothing away");
});

test("the wheel comes with a token, and goes with another driver", () => {
  state.acted();
  state.takeWheel({ driver: 3, name: "Ana" });
  assert.equal(state.token.value, null, "the public word alone is no right");
  state.takeWheel({ driver: 3, name: "Ana", token: 8 });
  assert.equal(state.token.value, 8);
  assert.equal(state.mode.value, "follow", "from the class's place on");
  state.acted();
  assert.equal(state.mode.value, "lead");
  state.takeWheel({ driver: "host", name: "host" });
  assert.deepEqual([state.token.value, state.mode.value], [null, "follow"]);
});

test("someone else's wheel leaves those alone who look around", () => {
  state.acted();
  state.takeWheel({ driver: 9, name: "Ben" });
  assert.equal(state.mode.value, "own");
});

test("after a break the driver leads on, unless someone has moved the class meanwhile", () => {
  state.takeSnapshot(snapshot({ token: 5, driver: 3, seq: 10 }));
  state.acted();
  state.takeOwn(11, undefined, cursor({ step: 4 }));
  state.setConnection("offline");
  assert.equal(state.entered.value, false);
  state.takeSnapshot(snapshot({ token: 5, driver: 3, seq: 11 }));
  assert.equal(state.mode.value, "lead");
  state.takeSnapshot(snapshot({ token: 5, driver: 3, seq: 30 }));
  assert.equal(state.mode.value, "follow");
  state.setConnection("offline");
  state.acted();
  state.takeSnapshot(snapshot({ token: 5, driver: 3, seq: 40 }));
  assert.equal(state.mode.value, "lead", "what was done without a connection counts as last");
});

test("the roster takes changes and stays in the order of joining", () => {
  const seat = (/** @type {number} */ n, more = {}) =>
    ({ seat: n, name: `S${n}`, here: true, following: true, lost: false, cohost: false, answered: false, joined: n, ...more });
  state.takeSnapshot(snapshot({ role: "host", roster: [seat(2), seat(1)] }));
  state.takeRoster({ changed: [seat(3), seat(1, { lost: true })], gone: [2] });
  assert.deepEqual(state.roster.value.map(({ seat: n, lost }) => [n, lost]), [[1, true], [3, false]]);
});

test("another question forgets the own answer to the one before", () => {
  const asked = (/** @type {number} */ n) => /** @type {any} */ ({ asked: n, round: 1, stage: "voting" });
  state.takeQuestion(asked(1));
  state.takeMine({ asked: 1, round: 1, answer: 0, id: "a" });
  state.takeQuestion({ ...asked(1), stage: "closed" });
  assert.equal(state.mine.value?.id, "a");
  state.takeQuestion(asked(2));
  assert.equal(state.mine.value, null);
});
