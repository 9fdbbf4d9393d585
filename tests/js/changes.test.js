/** Changing what is on the stage, and back: each change is one, a slider's too. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import * as changes from "../../static/js/changes.js";
import { chosen } from "../../static/js/panels.js";
import * as moving from "../../static/js/moving.js";
import * as store from "../../static/js/store.js";

const variant = (/** @type {string} */ id) => ({ id, title: id, file: `${id}.py`, verdict: "good", watch: [] });
const wishes = () => store.wishes.value.map(({ variant: name, parameters, seed }) => [name, parameters, seed]);
let lessons = 0;

beforeEach(() => {
  lessons += 1; // nothing of an earlier lesson can be undone
  store.lesson.value = {
    ...store.lesson.value, id: `lesson ${lessons}`, variants: ["inline", "thread", "celery"].map(variant),
    parameters: { users: { label: "Users", default: 1, min: 1, max: 50 }, seconds: { label: "Seconds", default: 5, min: 0.5, max: 10, step: 0.5 } },
  };
  changes.forAll.value = false;
  changes.letGo();
  chosen.value = [];
  store.arrange(["inline", "thread"].map((name) => ({ variant: name, parameters: {}, seed: 0, clock: "virtual" })));
});

test("a setting is of the version in focus, or of all", () => {
  changes.setValue("users", "7");
  assert.deepEqual(wishes(), [["inline", {}, 0], ["thread", { users: 7 }, 0]]);
  changes.forAll.value = true;
  changes.setValue("users", "3");
  changes.turnSeed(1);
  assert.deepEqual(wishes(), [["inline", { users: 3 }, 1], ["thread", { users: 3 }, 1]]);
});

test("what is typed becomes the nearest valid value", () => {
  assert.equal(changes.setValue("users", "999"), 50);
  assert.equal(changes.setValue("users", "2.6"), 3);
  assert.equal(changes.setValue("users", "many"), 1);
  assert.equal(changes.setValue("colour", "red"), undefined);
  changes.setSeed(-4);
  assert.equal(store.wishes.value[1]?.seed, 0);
  changes.setSeed(Number.NaN);
  assert.equal(store.wishes.value[1]?.seed, 0);
});

test("undo and redo go through the changes one by one", () => {
  changes.setValue("users", "2");
  changes.setValue("users", "3");
  changes.setVariant(0, "celery");
  assert.equal(wishes()[0]?.[0], "celery");
  changes.undo();
  changes.undo();
  assert.deepEqual(wishes(), [["inline", {}, 0], ["thread", { users: 2 }, 0]]);
  changes.redo();
  assert.deepEqual(wishes()[1], ["thread", { users: 3 }, 0]);
  changes.setValue("seconds", "2");
  assert.equal(changes.canRedo.value, false, "a new change is the end of what was undone");
  for (let i = 0; i < 9; i += 1) changes.undo();
  assert.deepEqual([wishes(), changes.canUndo.value], [[["inline", {}, 0], ["thread", {}, 0]], false]);
});

test("a slider's way is one change, its next way another", () => {
  store.sliding.value = true;
  for (const value of ["2", "9", "4"]) changes.setValue("users", value);
  changes.letGo();
  store.sliding.value = true;
  for (const value of ["5", "6"]) changes.setValue("users", value);
  changes.letGo();
  changes.undo();
  assert.deepEqual(wishes()[1], ["thread", { users: 4 }, 0]);
  changes.undo();
  assert.deepEqual([wishes()[1], changes.canUndo.value], [["thread", {}, 0], false]);
});

test("what changes nothing is no change", () => {
  changes.setValue("users", "1");
  changes.setSeed(0);
  changes.setVariant(0, "inline");
  changes.reset();
  changes.moveVersion(0, -1);
  assert.equal(changes.canUndo.value, false);
});

test("a fork stands beside its model, leads, and is changed alone", () => {
  changes.forAll.value = true;
  changes.setValue("users", "4");
  changes.fork(0);
  assert.deepEqual(wishes().map(([name]) => name), ["inline", "inline", "thread"]);
  assert.equal(store.focus.value, 1);
  changes.setValue("users", "5");
  assert.deepEqual(wishes().map(([, parameters]) => parameters), [{ users: 4 }, { users: 5 }, { users: 4 }]);
  changes.undo();
  changes.undo();
  assert.equal(store.wishes.value.length, 2);
});

test("four versions are the most, one the least", () => {
  changes.addVersion();
  assert.equal(wishes()[2]?.[0], "celery", "the first that is not there yet");
  changes.addVersion();
  changes.addVersion();
  changes.fork(0);
  assert.equal(store.wishes.value.length, 4);
  for (let i = 0; i < 6; i += 1) changes.removeVersion(0);
  assert.equal(store.wishes.value.length, 1);
});

test("places change, and what a version shows goes along", () => {
  chosen.value = [["code"], null];
  changes.moveVersion(1, -1);
  assert.deepEqual(wishes().map(([name]) => name), ["thread", "inline"]);
  assert.deepEqual(chosen.value, [null, ["code"]]);
  changes.fork(1);
  assert.deepEqual(chosen.value, [null, ["code"], ["code"]]);
  changes.removeVersion(0);
  assert.deepEqual(chosen.value, [["code"], ["code"]]);
});

test("a change is something that the reader does", () => {
  let told = 0;
  moving.onAct(() => { told += 1; });
  changes.setValue("users", "2");
  changes.undo();
  moving.onAct(() => {});
  assert.equal(told, 2);
});

const clocks = () => store.wishes.value.map(({ clock }) => clock);

test("a version runs for real and back, and what is changed in it is answered on the virtual clock", () => {
  changes.setClock(0, "wall");
  assert.deepEqual([clocks(), store.focus.value], [["wall", "virtual"], 0]);
  changes.undo();
  assert.deepEqual(clocks(), ["virtual", "virtual"]);
  changes.redo();
  changes.setValue("users", "7");
  assert.deepEqual(clocks(), ["virtual", "virtual"]);
  changes.setClock(1, "wall");
  changes.setVariant(1, "celery");
  assert.deepEqual(clocks(), ["virtual", "virtual"]);
});

test("a setting that stays what it is leaves a run for real alone", () => {
  changes.setClock(1, "wall");
  changes.setValue("users", "1");
  changes.setSeed(0);
  assert.deepEqual(clocks(), ["virtual", "wall"]);
});

test("the copy of a run for real is on the virtual clock: both stand side by side", () => {
  changes.setClock(1, "wall");
  changes.fork(1);
  assert.deepEqual(clocks(), ["virtual", "wall", "virtual"]);
  changes.addVersion();
  assert.deepEqual(clocks(), ["virtual", "wall", "virtual", "virtual"]);
});

test("a run for real is run again as another run, whose picture is not there yet", () => {
  changes.setClock(1, "wall");
  store.updateSlot(1, { clock: "wall" });
  assert.equal(store.changing(1), false);
  const before = store.wishes.value[1]?.id;
  changes.runAgain(1);
  assert.notEqual(store.wishes.value[1]?.id, before);
  assert.equal(store.changing(1), true);
});
