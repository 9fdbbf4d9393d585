/** Which views a slot shows: the lesson's, the address's, the learner's; and that a choice is kept. */

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { chosen, openViews, readViews, resetViews, toggleView, usualViews, viewsOf, withViews, writeViews } from "../../static/js/panels.js";
import * as store from "../../static/js/store.js";

/** @param {Record<string, string>} [kept] */
const boxOf = (kept = {}) => /** @type {Storage} */ (/** @type {unknown} */ ({
  getItem: (/** @type {string} */ name) => kept[name] ?? null,
  setItem: (/** @type {string} */ name, /** @type {string} */ value) => { kept[name] = value; },
  removeItem: (/** @type {string} */ name) => { delete kept[name]; },
}));
/** @param {string[]} [views] */
function open(views) {
  store.lesson.value = { ...store.lesson.value, id: "lesson", ...(views && { views }) };
  store.arrange([{ variant: "a", parameters: {}, seed: 0, clock: "virtual" }, { variant: "b", parameters: {}, seed: 0, clock: "virtual" }]);
}
afterEach(() => {
  chosen.value = [];
  store.lesson.value = { ...store.lesson.value, views: [] };
});

test("a lesson says what opens first, and one that does not has the usual views", () => {
  open();
  assert.ok(usualViews().includes("code"));
  open(["timeline", "queue"]);
  assert.deepEqual(viewsOf(0), ["timeline", "queue"]);
});

test("a view is opened below the others in one slot, and closed again", () => {
  open(["timeline", "queue"]);
  toggleView(1, "network");
  assert.deepEqual(viewsOf(0), ["timeline", "queue"]);
  assert.deepEqual(viewsOf(1), ["timeline", "queue", "network"]);
  assert.equal(withViews("?v=a,b"), "?v=a,b&views=,timeline.queue.network");
  toggleView(1, "network");
  assert.deepEqual(chosen.value, [null, null], "that is the lesson's own choice again");
  assert.equal(withViews(""), "");
});

test("back to how the lesson opens", () => {
  open(["timeline", "queue"]);
  toggleView(0, "queue");
  resetViews(0);
  assert.deepEqual(viewsOf(0), ["timeline", "queue"]);
});

test("an address is read back as it was written, and what is no view is said", () => {
  const views = [["code", "steps"], null, ["queue"]];
  assert.equal(writeViews(views), "code.steps,,queue");
  assert.deepEqual(readViews("code.steps,,queue", assert.fail), views);
  /** @type {string[]} */
  const said = [];
  assert.deepEqual(readViews("code.magic.code,magic", (line) => said.push(line)), [["code"], null]);
  assert.equal(said.length, 2);
  assert.equal(readViews("code,".repeat(40), assert.fail).length, 4);
});

test("a choice is remembered for its lesson; an address goes before it and does not change it", () => {
  /** @type {Record<string, string>} */
  const kept = {};
  open();
  const stop = openViews("", boxOf(kept));
  toggleView(0, "network");
  stop();
  const text = kept["meanwhile.views.lesson"];
  assert.match(text ?? "", /network$/);
  openViews("?views=queue", boxOf(kept))();
  assert.deepEqual(viewsOf(0), ["queue"]);
  assert.equal(kept["meanwhile.views.lesson"], text);
  openViews("", boxOf({ "meanwhile.views.lesson": "code,queue" }));
  assert.deepEqual(viewsOf(1), ["queue"]);
});

test("a full storage does not stop a choice", () => {
  open();
  openViews("", /** @type {Storage} */ ({ .../** @type {any} */ (boxOf()), setItem: () => { throw new Error("full"); } }));
  toggleView(0, "network");
  assert.ok(viewsOf(0).includes("network"));
});
