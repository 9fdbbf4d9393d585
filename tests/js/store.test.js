/** The state: where the cursor goes, what follows from it, and what stays when more arrives. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import * as moving from "../../static/js/moving.js";
import * as store from "../../static/js/store.js";
import { emptyTrace } from "../../static/js/trace.js";
import { inlineRecords, threadRecords } from "./traces.js";

const slot = (/** @type {string} */ variant) => ({ variant, parameters: {}, seed: 0, clock: "virtual" });
const at = () => ({ slot: store.cursor.value.slot, step: store.cursor.value.step });
const steps = () => [store.presentOf(0).value, store.presentOf(1).value];

function arrive() {
  store.receive(0, inlineRecords());
  store.receiveEnd(0, { duration: 5.003, truncated: null });
  store.receive(1, threadRecords());
  store.receiveEnd(1, { duration: 5.004, truncated: null });
}

beforeEach(() => {
  moving.pause();
  moving.setSpeed(1);
  moving.setTrueTime(false);
  moving.align("time");
  store.notices.value = [];
  store.arrange([slot("inline"), slot("thread")]);
});

test("the stage opens at the first step, and the last slot leads", () => {
  arrive();
  assert.deepEqual(at(), { slot: 1, step: 1 });
  assert.deepEqual(steps(), [1, 1]);
});

test("stepping goes by row of the slot in focus, and the other stands at the same moment", () => {
  arrive();
  for (const expected of [2, 3, 4]) {
    moving.stepBy(1);
    assert.equal(store.presentOf(1).value, expected);
  }
  assert.deepEqual(steps(), [3, 4]);
  assert.equal(store.cursor.value.t, 0.003);
  moving.stepBy(-1);
  assert.equal(store.presentOf(1).value, 3);
});

test("there is no step before the first, and behind the last there is the end", () => {
  arrive();
  moving.stepBy(-1);
  assert.equal(at().step, 1);
  moving.toEnd();
  assert.deepEqual(steps(), [5, 7]);
  moving.stepBy(1);
  assert.equal(store.cursor.value.s, store.axis.value.length);
  moving.toStart();
  assert.deepEqual(steps(), [1, 1]);
});

test("a step on waits for the run of the slot that leads", () => {
  store.receive(0, inlineRecords());
  store.receiveEnd(0, { duration: 5.003, truncated: null });
  moving.stepBy(1);
  assert.equal(store.cursor.value.s, 0);
});

test("back from within a step is first to its beginning", () => {
  arrive();
  moving.seek({ t: 2 });
  assert.equal(at().step, 5);
  moving.stepBy(-1);
  assert.deepEqual([at().step, store.cursor.value.t], [5, 0.004]);
  moving.stepBy(-1);
  assert.equal(at().step, 4);
});

test("the lead passes to another slot at the same moment", () => {
  arrive();
  moving.seek({ slot: 1, step: 4 });
  moving.focusSlot(0);
  assert.deepEqual(at(), { slot: 0, step: 3 });
  assert.deepEqual(steps(), [3, 4]);
  moving.focusSlot(9);
  assert.equal(at().slot, 0);
});

test("a variant's step can be jumped to, or it is said that it is not here", () => {
  arrive();
  moving.jumpTo("inline", 4);
  assert.deepEqual(at(), { slot: 0, step: 4 });
  moving.jumpTo("celery", 2);
  assert.deepEqual(at(), { slot: 0, step: 4 });
  assert.equal(store.notices.value.length, 1);
});

test("stepping by line visits every recorded line and carries the step along", () => {
  arrive();
  /** @type {number[]} */
  const seen = [];
  for (let i = 0; i < 6; i += 1) {
    moving.lineBy(1);
    seen.push(store.marksOf(1).value.at(-1)?.line ?? 0);
  }
  assert.deepEqual(seen, [17, 18, 19, 12, 12, 12], "at the last line it stays");
  assert.equal(at().step, 4);
  moving.lineBy(-1);
  assert.equal(store.cursor.value.t, 0.002);
});

test("before the server has the request, no line of it is marked", () => {
  arrive();
  assert.deepEqual(store.marksOf(1).value, []);
  moving.stepBy(1);
  assert.deepEqual(store.marksOf(1).value.map((mark) => mark.line), [17]);
});

test("marks keep their identity while nothing moves", () => {
  arrive();
  moving.seek({ t: 1 });
  const before = store.marksOf(1).value;
  moving.seek({ t: 2 });
  assert.equal(store.marksOf(1).value, before);
});

test("playing passes every step of both slots, and stops at the end", () => {
  arrive();
  moving.play();
  const seen = [new Set(), new Set()];
  for (let i = 0; i < 3000 && store.playing.value; i += 1) {
    moving.advance(0.02);
    steps().forEach((n, k) => seen[k]?.add(n));
  }
  assert.equal(store.playing.value, false);
  assert.deepEqual(seen.map((set) => [...set]), [[1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6, 7]]);
  assert.equal(store.cursor.value.t, 5.004);
  moving.play();
  assert.equal(store.cursor.value.s, 0, "play at the end begins anew");
});

test("in true time a second is a second", () => {
  arrive();
  moving.setTrueTime(true);
  moving.play();
  moving.advance(1);
  moving.advance(1);
  assert.ok(Math.abs(store.cursor.value.t - 2) < 1e-6);
  moving.setSpeed(4);
  moving.advance(1);
  assert.equal(store.playing.value, false);
  assert.deepEqual(steps(), [5, 7]);
});

test("speed stays within its bounds", () => {
  for (let i = 0; i < 9; i += 1) moving.faster();
  assert.equal(store.speed.value, 8);
  for (let i = 0; i < 9; i += 1) moving.slower();
  assert.equal(store.speed.value, 0.25);
  moving.setSpeed(3);
  assert.equal(store.speed.value, 1);
});

test("playing that has caught up waits for more", () => {
  store.receive(1, threadRecords().slice(0, 9));
  moving.play();
  for (let i = 0; i < 500; i += 1) moving.advance(0.1);
  assert.equal(store.playing.value, true);
});

test("a link's step is reached as soon as it has come", () => {
  store.arrange([slot("inline"), slot("thread")], { slot: 1, step: 6 });
  store.receive(1, threadRecords().slice(0, 9));
  assert.notEqual(at().step, 6);
  assert.ok(moving.travelling());
  arrive();
  assert.deepEqual(at(), { slot: 1, step: 6 });
  assert.equal(moving.travelling(), false);
});

test("a link between two steps opens at its time", () => {
  store.arrange([slot("inline"), slot("thread")], { slot: 1, step: 5, t: 2.5 });
  arrive();
  assert.equal(at().step, 5);
  assert.ok(Math.abs(store.cursor.value.t - 2.5) < 1e-6);
  assert.deepEqual(store.standing().step, 5);
});

test("a link to a step that is not there opens at the last, and says so", () => {
  store.arrange([slot("inline"), slot("thread")], { slot: 1, step: 70 });
  arrive();
  assert.deepEqual(at(), { slot: 1, step: 7 });
  assert.equal(store.notices.value.length, 1);
});

test("where the reader stands: nothing at the start, no time at a step", () => {
  arrive();
  assert.deepEqual(store.standing(), { slot: undefined, step: undefined, t: undefined });
  moving.seek({ slot: 1, step: 4 });
  assert.deepEqual(store.standing(), { slot: 1, step: 4, t: undefined });
});

test("more of a trace does not move the reader away from a step", () => {
  store.receive(1, threadRecords());
  moving.seek({ slot: 1, step: 4 });
  store.receive(0, inlineRecords());
  assert.deepEqual([at().step, store.cursor.value.t], [4, 0.003]);
});

test("a run that begins again brings the reader back", () => {
  arrive();
  moving.seek({ slot: 1, step: 5 });
  store.restart();
  assert.equal(store.slots.value[1]?.status, "loading");
  arrive();
  assert.deepEqual(at(), { slot: 1, step: 5 });
});

test("what one slot cannot do does not concern the other", () => {
  store.updateSlot(0, { status: "error", error: { code: "crash", message: "It crashed." } });
  store.receive(1, threadRecords());
  store.receiveEnd(1, { duration: 5.004, truncated: null });
  assert.deepEqual(steps(), [0, 1]);
  moving.toEnd();
  assert.deepEqual(steps(), [0, 7]);
});

test("output and problems count what is in the past", () => {
  arrive();
  assert.equal(store.outputOf(1).value, 0);
  moving.toEnd();
  assert.equal(store.outputOf(1).value, 1);
  assert.equal(store.problemsOf(1).value, 0);
});

test("everything that the reader does to move is told, and what others do is not", () => {
  arrive();
  let told = 0;
  moving.onAct(() => { told += 1; });
  const acts = [() => moving.seek({ s: 1 }), () => moving.stepBy(1), () => moving.lineBy(1), moving.toggle, moving.toggle, moving.faster,
    () => moving.setTrueTime(true), () => moving.focusSlot(0), moving.toEnd];
  acts.forEach((act, i) => {
    act();
    assert.equal(told, i + 1, String(act));
  });
  moving.focusSlot(0);
  moving.stand({ slot: 1, s: 2 }, false);
  moving.keepPace(2, false);
  moving.advance(0.1);
  assert.equal(told, acts.length);
  moving.onAct(() => {});
});

test("the stage stands where someone else leads, as soon as that has come", () => {
  moving.stand({ slot: 1, step: 4, s: 3, t: 0.003 }, false);
  assert.ok(moving.travelling());
  arrive();
  assert.deepEqual(at(), { slot: 1, step: 4 });
  moving.stand({ slot: 0, step: 2, s: 1.2 }, false);
  assert.deepEqual([at().slot, store.cursor.value.s, store.playing.value], [0, 1.2, false]);
});

test("with a guide playing goes where it says, and ends at the end", () => {
  arrive();
  moving.seek({ s: 1 });
  moving.setGuide((elapsed) => ({ s: store.cursor.value.s + 10 * elapsed }));
  moving.stand({ slot: 1, s: 5 }, true);
  assert.deepEqual([store.cursor.value.s, store.playing.value], [1, true]);
  moving.advance(0.1);
  assert.equal(store.cursor.value.s, 2);
  moving.advance(100);
  assert.deepEqual([store.cursor.value.s, store.playing.value], [store.axis.value.length, false]);
  moving.setGuide(null);
});

test("a slot that is taken away leaves the reader at the same step of the one that leads", () => {
  arrive();
  moving.seek({ slot: 1, step: 4 });
  store.ask(store.wishes.value.slice(1));
  assert.deepEqual([at(), store.slots.value.length], [{ slot: 0, step: 4 }, 1]);
  assert.equal(store.slots.value[0]?.index, 0);
});

test("when the leading slot is taken away, the time stays", () => {
  arrive();
  moving.seek({ slot: 1, t: 2 });
  store.ask(store.wishes.value.slice(0, 1));
  assert.deepEqual([store.cursor.value.slot, store.cursor.value.t], [0, 2]);
});

test("another run in a slot: the reader stays at the same moment of the story", () => {
  arrive();
  moving.seek({ slot: 1, step: 4 });
  assert.equal(store.slots.value[1]?.trace.steps[3]?.moment, "response sent");
  store.replaceSlot(1, { trace: store.slots.value[0]?.trace ?? emptyTrace() });
  const { slot, step } = store.cursor.value;
  assert.equal(store.slots.value[slot]?.trace.steps[step - 1]?.moment, "response sent");
});

test("a moment that the other run has not: the reader stays at the same time", () => {
  arrive();
  moving.seek({ slot: 1, step: 5 });
  store.replaceSlot(1, { trace: { ...emptyTrace(), duration: 3, ended: true } });
  assert.deepEqual(store.cursor.value.t, 0.004);
});

test("another run in a slot that does not lead moves nobody", () => {
  arrive();
  moving.seek({ slot: 1, step: 4 });
  store.replaceSlot(0, { trace: store.slots.value[1]?.trace ?? emptyTrace() });
  assert.deepEqual(at(), { slot: 1, step: 4 });
});

test("slots of one variant are told apart by what differs", () => {
  store.lesson.value = { ...store.lesson.value, parameters: { users: { label: "How many users", default: 1 } } };
  store.arrange([slot("thread"), { ...slot("thread"), parameters: { users: 7 }, seed: 3 }, slot("inline"), slot("thread")]);
  assert.deepEqual(store.slots.value.map(({ title }) => title), [
    "thread, users 1, seed 0", "thread, users 7, seed 3", "inline", "thread, users 1, seed 0 (2)",
  ]);
  store.lesson.value = { ...store.lesson.value, parameters: {} };
});

test("aligned by step, a step on is a step of every slot, each at its own time", () => {
  arrive();
  moving.align("step");
  for (const n of [2, 3, 4]) {
    moving.stepBy(1);
    assert.deepEqual(steps(), [n, n]);
  }
  assert.deepEqual([store.timeOf(0).value, store.timeOf(1).value], [5.003, 0.003]);
  assert.equal(store.cursor.value.t, 0.003);
  moving.focusSlot(0);
  assert.deepEqual([store.cursor.value.t, ...steps()], [5.003, 4, 4]);
  moving.stepBy(-1);
  assert.deepEqual(steps(), [3, 3]);
});

test("aligned by step, who follows the shorter run still sees the longer one through", () => {
  arrive();
  moving.align("step");
  moving.seek({ slot: 0, step: 5 });
  moving.stepBy(1);
  moving.stepBy(1);
  assert.deepEqual(steps(), [5, 7]);
  assert.deepEqual(store.standing(), { slot: 0, step: 7, t: undefined });
  moving.stepBy(-1);
  assert.deepEqual(steps(), [5, 6]);
});

test("the reader stays at the same step when the alignment changes, and true time is by time", () => {
  arrive();
  moving.seek({ slot: 1, step: 4 });
  assert.deepEqual(steps(), [3, 4]);
  moving.align("step");
  assert.deepEqual([...steps(), store.cursor.value.t], [4, 4, 0.003]);
  moving.setTrueTime(true);
  assert.deepEqual([store.alignment.value, ...steps(), store.cursor.value.t], ["time", 3, 4, 0.003]);
  moving.align("step");
  assert.equal(store.trueTime.value, false);
});

test("behind the end of a shorter run, by step, by time is its last step", () => {
  arrive();
  moving.align("step");
  moving.seek({ slot: 0, step: 7 });
  moving.align("time");
  assert.deepEqual(at(), { slot: 0, step: 5 });
});

test("what marks, output and problems show is of each slot's own time", () => {
  arrive();
  moving.align("step");
  moving.seek({ slot: 0, step: 4 });
  assert.deepEqual([store.cursor.value.t, store.outputOf(1).value], [5.003, 0]);
  moving.stepBy(1);
  assert.equal(store.outputOf(1).value, 1);
});

test("a link may point to a step that only the longer run has", () => {
  store.arrange([slot("inline"), slot("thread")], { slot: 0, step: 7 });
  moving.align("step");
  arrive();
  assert.deepEqual([steps(), store.notices.value], [[5, 7], []]);
});

test("one slot alone is not aligned with anything", () => {
  store.arrange([slot("inline")]);
  moving.align("step");
  assert.equal(store.byStep.value, false);
});
