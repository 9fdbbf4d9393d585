/** The keys: what each asks for, and when it is meant for something else. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { actionOf, CLASS_KEYS, KEYS, letterOf, listen } from "../../static/js/keys.js";

const press = (/** @type {string} */ key, /** @type {Object<string, unknown>} */ more = {}) =>
  actionOf({ key, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, target: null, ...more });

test("every key has its action", () => {
  assert.deepEqual(
    [" ", "ArrowRight", "ArrowLeft", "Home", "End", "[", "]", "t", "?", "Escape", "1", "4", "x"].map((key) => press(key)),
    ["toggle", "next", "back", "start", "end", "slower", "faster", "trueTime", "help", "close", "slot1", "slot4", null],
  );
});

test("with Shift the arrows go by line", () => {
  assert.equal(press("ArrowRight", { shiftKey: true }), "nextLine");
  assert.equal(press("ArrowLeft", { shiftKey: true }), "lineBack");
  assert.equal(press("?", { shiftKey: true }), "help");
  assert.equal(press("Home", { shiftKey: true }), null);
});

test("keys of the browser and keys that write are left alone", () => {
  assert.equal(press("ArrowLeft", { altKey: true }), null);
  assert.equal(press("t", { ctrlKey: true }), null);
  assert.equal(press("c", { ctrlKey: true }), null);
  for (const target of [{ tagName: "INPUT", type: "number" }, { tagName: "TEXTAREA" }, { tagName: "SELECT" }, { tagName: "DIV", isContentEditable: true }, { tagName: "INPUT", type: "range" }]) {
    assert.equal(press("t", { target }), null);
    assert.equal(press("ArrowRight", { target }), null);
    assert.equal(press("Escape", { target }), "close");
  }
});

test("Space presses the button that has the focus, arrows still step", () => {
  const target = { tagName: "BUTTON" };
  assert.equal(press(" ", { target }), null);
  assert.equal(press("ArrowRight", { target }), "next");
});

test("a list or a dialog has its own arrows", () => {
  assert.equal(press("ArrowRight", { target: { tagName: "LI", closest: () => ({}) } }), null);
});

test("a key that was handled is neither handled twice nor scrolled by", () => {
  const page = new EventTarget();
  /** @type {string[]} */
  const done = [];
  const act = /** @type {any} */ (new Proxy({}, { get: (_, name) => () => done.push(String(name)) }));
  const stop = listen(page, act);
  const send = (/** @type {string} */ key, prevented = false) => {
    const event = Object.assign(new Event("keydown", { cancelable: true }), { key, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false });
    if (prevented) event.preventDefault();
    page.dispatchEvent(event);
    return event.defaultPrevented;
  };
  assert.equal(send("ArrowRight"), true);
  assert.equal(send("x"), false);
  send("ArrowLeft", true);
  stop();
  send("ArrowRight");
  assert.deepEqual(done, ["next"]);
});

test("the help names every key in words", () => {
  const all = KEYS.flatMap((entry) => entry.keys);
  assert.equal(new Set(all).size, all.length);
  assert.ok(KEYS.every((entry) => entry.text.length > 0));
});

test("a class's letters are none of the stage's, and belong to whoever writes", () => {
  const letters = CLASS_KEYS.flatMap(({ keys }) => keys).filter((key) => key.length === 1);
  for (const key of letters) assert.equal(press(key), null, key);
  const letter = (/** @type {Object<string, unknown>} */ more) =>
    letterOf({ key: "F", shiftKey: true, ctrlKey: false, altKey: false, metaKey: false, target: null, ...more });
  assert.equal(letter({}), "f");
  assert.equal(letter({ ctrlKey: true }), null);
  assert.equal(letter({ repeat: true }), null);
  assert.equal(letter({ key: "Shift" }), null);
  assert.equal(letter({ target: { tagName: "INPUT", type: "text" } }), null);
  assert.equal(letter({ target: { tagName: "BUTTON", closest: () => ({}) } }), null, "in a dialog");
});

test("a class hears its letters go down and up, and Esc after the stage", () => {
  const page = new EventTarget();
  /** @type {string[]} */
  const done = [];
  const stage = /** @type {any} */ (new Proxy({}, { get: (_, name) => () => done.push(String(name)) }));
  const stop = listen(page, stage, {
    down: { p: () => done.push("p down") }, up: { p: () => done.push("p up") }, close: () => {},
  });
  for (const [type, key] of [["keydown", "p"], ["keydown", "x"], ["keyup", "p"], ["keydown", "Escape"]]) {
    page.dispatchEvent(Object.assign(new Event(type ?? "", { cancelable: true }), { key, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false }));
  }
  stop();
  assert.deepEqual(done, ["p down", "p up", "close"]);
});

test("undo and redo, as everywhere, unless the reader types", () => {
  assert.deepEqual([press("z", { ctrlKey: true }), press("Z", { metaKey: true, shiftKey: true }), press("y", { ctrlKey: true })], ["undo", "redo", "redo"]);
  assert.equal(press("z", { ctrlKey: true, target: { tagName: "INPUT", type: "number" } }), null);
  assert.equal(press("z", { ctrlKey: true, target: { tagName: "INPUT", type: "range" } }), "undo");
  assert.equal(press("z", { ctrlKey: true, altKey: true }), null);
  assert.equal(press("z"), null);
});
