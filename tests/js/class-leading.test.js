/** Leading and following together: what is sent, what the stage does, and that the two never fight. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { batch } from "@preact/signals-core";
import { panelOpen } from "../../static/js/changes.js";
import { startDriving } from "../../static/js/class/drive.js";
import { startFollowing, together } from "../../static/js/class/follow.js";
import { clearMarks, keepMarks, marks, toggleMark } from "../../static/js/class/marks.js";
import { enterClass } from "../../static/js/class/socket.js";
import * as state from "../../static/js/class/state.js";
import { chosen, takeViews, toggleView } from "../../static/js/panels.js";
import * as moving from "../../static/js/moving.js";
import * as store from "../../static/js/store.js";
import { cursor, scene, snapshot } from "./classes.js";
import { inlineRecords, threadRecords } from "./traces.js";

/** One page of a class; the test is its server. */
mock.timers.enable({ apis: ["setTimeout"] });
Object.assign(globalThis, { window: new EventTarget(), document: Object.assign(new EventTarget(), { visibilityState: "visible" }) });
/** @type {Object<string, ((...values: any[]) => void)[]>} */
const handlers = {};
/** @type {{event: string, data: any, answer: (value: any) => void}[]} */
let sent = [];
const socket = {
  connected: true,
  on: (/** @type {string} */ event, /** @type {(...values: any[]) => void} */ hear) => { (handlers[event] ??= []).push(hear); },
  off: (/** @type {string} */ event, /** @type {unknown} */ hear) => { handlers[event] = (handlers[event] ?? []).filter((item) => item !== hear); },
  emit: (/** @type {string} */ event, /** @type {any} */ data, /** @type {any} */ answer) => sent.push({ event, data, answer }),
  connect: () => {}, disconnect: () => {},
};
const say = (/** @type {string} */ event, /** @type {any} */ data) => (handlers[event] ?? []).forEach((hear) => hear(data));
const of = (/** @type {string} */ event) => sent.filter((item) => item.event === event);
store.lesson.value = /** @type {any} */ ({
  id: "long_task", title: "A long task", parameters: {}, variants: [{ id: "inline", title: "Inline" }, { id: "thread", title: "Thread" }],
});
enterClass(socket, { code: "ABCDEF", secret: "k".repeat(32), as: "student" });
startFollowing(socket);
keepMarks();
startDriving();

/** Enter anew, with the class's runs on the stage. @param {Partial<import("../../static/js/class/state.js").Snapshot>} [more] */
function enter(more) {
  say("disconnect", "transport close");
  say("connect", undefined);
  of("enter").at(-1)?.answer(snapshot({ seq: 1000 * (1 + of("enter").length), ...more }));
  state.setFollowing(true);
  batch(() => {
    store.receive(0, inlineRecords());
    store.receiveEnd(0, { duration: 5.003, truncated: null });
    store.receive(1, threadRecords());
    store.receiveEnd(1, { duration: 5.004, truncated: null });
  });
  mock.timers.tick(1000);
  sent = sent.filter(({ event }) => event === "enter");
}
const seq = () => state.seq.value;

test("a student's stage gets the class's runs and stands where the class stands", () => {
  enter({ cursor: cursor({ slot: 1, step: 4, s: 3.6, t: 0.003 }) });
  assert.ok(together.value);
  assert.deepEqual([store.cursor.value.slot, store.cursor.value.step], [1, 4]);
  say("moved", { seq: seq() + 1, by: "host", cursor: cursor({ slot: 0, step: 1, s: 0 }) });
  assert.deepEqual([store.cursor.value.slot, store.cursor.value.step], [0, 1]);
  say("moved", { seq: seq() + 1, by: "host", scene: scene({ speed: 2, trueTime: true, highlights: ["step:1:4"] }) });
  assert.deepEqual([store.speed.value, store.trueTime.value, marks.value], [2, true, ["step:1:4"]]);
  assert.equal(of("drive").length, 0);
});

test("an own step unfollows, the class's place is marked, and one act leads back", () => {
  enter({ cursor: cursor({ step: 2, s: 1.2 }) });
  moving.stepBy(1);
  assert.equal(state.mode.value, "own");
  assert.equal(of("following").at(-1)?.data.on, false);
  say("moved", { seq: seq() + 1, by: "host", cursor: cursor({ step: 6, s: 5 }) });
  assert.equal(store.cursor.value.step, 3);
  assert.equal(store.elsewhere.value, 5);
  state.setFollowing(true);
  assert.equal(store.cursor.value.s, 5);
  assert.equal(store.elsewhere.value, null);
  assert.equal(of("following").at(-1)?.data.on, true);
});

test("a class that plays is played along, and stops where it stops", () => {
  enter({ cursor: cursor({ step: 1, s: 0 }) });
  say("moved", { seq: seq() + 1, by: "host", cursor: cursor({ step: 1, s: 0, playing: true }) });
  assert.equal(store.playing.value, true);
  for (let i = 0; i < 5; i += 1) moving.advance(0.02);
  assert.ok(store.cursor.value.s > 0.05 && store.cursor.value.s < 0.3);
  say("moved", { seq: seq() + 1, by: "host", cursor: cursor({ s: 0.5, playing: false }) });
  assert.deepEqual([store.playing.value, store.cursor.value.s], [false, 0.5]);
});

test("the driver sends scenes at once and cursors seldom, and no one's echo is applied", () => {
  enter({ token: 7, driver: 3, cursor: cursor({ step: 1 }) });
  assert.equal(of("drive").length, 0, "nothing before the first own act");
  moving.stepBy(1);
  assert.equal(of("drive")[0]?.data.token, 7);
  assert.equal(of("drive")[0]?.data.scene.lesson, "long_task", "first all of it");
  of("drive")[0]?.answer({ seq: seq() + 1 });
  for (let i = 0; i < 3; i += 1) moving.stepBy(1);
  mock.timers.tick(500);
  assert.ok(of("drive").length <= 3);
  assert.equal(of("drive").at(-1)?.data.cursor.step, store.cursor.value.step);
  assert.equal(of("drive").at(-1)?.data.scene, undefined);
  moving.faster();
  assert.equal(of("drive").at(-1)?.data.scene.speed, store.speed.value, "at once");
});

test("marks belong to the driver, travel with the scene, and go with Esc", () => {
  enter({ token: 7, driver: 3 });
  toggleMark("code:1:thread_app.py:12");
  assert.deepEqual(of("drive").at(-1)?.data.scene.highlights, ["code:1:thread_app.py:12"]);
  toggleMark("timeline");
  assert.equal(marks.value.length, 1, "not everything can be marked");
  assert.ok(clearMarks());
  assert.deepEqual(of("drive").at(-1)?.data.scene.highlights, []);
  enter({ token: null });
  toggleMark("code:1:thread_app.py:12");
  assert.deepEqual(marks.value, []);
});

test("another page of the same driver takes over by acting, and this one follows it", () => {
  enter({ token: 7, driver: 3 });
  moving.stepBy(1);
  of("drive").at(-1)?.answer({ seq: seq() + 1 });
  mock.timers.tick(500);
  const count = of("drive").length;
  say("moved", { seq: seq() + 1, by: 3, cursor: cursor({ step: 5, s: 4 }) });
  mock.timers.tick(500);
  assert.equal(store.cursor.value.s, 4);
  assert.equal(of("drive").length, count, "what was shown is not sent back");
  moving.stepBy(1);
  assert.ok(of("drive").length > count);
});

test("who no longer has the wheel follows", () => {
  enter({ token: 7, driver: 3 });
  moving.stepBy(1);
  of("drive").at(-1)?.answer({ error: { code: "not_driving", message: "Someone else leads." } });
  assert.equal(state.mode.value, "follow");
  const count = of("drive").length;
  moving.stepBy(1);
  mock.timers.tick(500);
  assert.equal(of("drive").length, count);
  assert.equal(state.mode.value, "own");
});

test("after a break the driver sends where the class shall stand", () => {
  enter({ token: 7, driver: 3 });
  moving.stepBy(1);
  of("drive").at(-1)?.answer({ seq: seq() + 1 });
  mock.timers.tick(500);
  say("disconnect", "transport close");
  moving.stepBy(1);
  const count = of("drive").length;
  say("connect", undefined);
  of("enter").at(-1)?.answer(snapshot({ token: 7, driver: 3, seq: seq() + 1000, cursor: cursor({ step: 1 }) }));
  assert.ok(of("drive").length > count);
  assert.equal(of("drive").at(-1)?.data.cursor.step, store.cursor.value.step);
  assert.ok(of("drive").at(-1)?.data.scene);
});

test("the class's alignment, views and settings are opened for who follows, who may open more", () => {
  enter({ cursor: cursor({ step: 1, s: 0 }) });
  say("moved", { seq: seq() + 1, by: "host", scene: scene({ align: "step", views: "code,queue.steps", change: true }) });
  assert.deepEqual([store.byStep.value, chosen.value, panelOpen.value], [true, [["code"], ["queue", "steps"]], true]);
  toggleView(0, "network");
  assert.equal(state.mode.value, "follow");
  say("moved", { seq: seq() + 1, by: "host", scene: scene({ align: "step", views: "code,queue.steps", change: true, speed: 2 }) });
  assert.deepEqual(chosen.value[0], ["code", "network"], "what the class has not changed stays");
  say("moved", { seq: seq() + 1, by: "host", scene: scene() });
  assert.deepEqual([store.byStep.value, chosen.value, panelOpen.value], [false, [null], false]);
});

test("the driver's alignment, views and settings go to the class", () => {
  enter({ token: 7, driver: 3 });
  moving.align("step");
  toggleView(1, "network");
  panelOpen.value = true;
  const { align, views, change } = of("drive").at(-1)?.data.scene ?? {};
  assert.deepEqual([align, change], ["step", true]);
  assert.match(views, /^,.*network$/);
  panelOpen.value = false;
  takeViews("");
});
