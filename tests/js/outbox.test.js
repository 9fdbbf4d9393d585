/** Answers on their way: kept until acknowledged, sent in order, each under one id. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Outbox, newId } from "../../static/js/class/outbox.js";

/** @import { Letter } from "../../static/js/class/outbox.js" */

/** Storage that outlives an outbox. */
function box() {
  /** @type {Map<string, string>} */
  const kept = new Map();
  return {
    kept,
    getItem: (/** @type {string} */ name) => kept.get(name) ?? null,
    setItem: (/** @type {string} */ name, /** @type {string} */ value) => { kept.set(name, value); },
    removeItem: (/** @type {string} */ name) => { kept.delete(name); },
  };
}

/** A server whose answers come when the test says so. */
function server() {
  /** @type {{letter: Letter, resolve: (value?: any) => void, reject: (reason: any) => void}[]} */
  const calls = [];
  const send = (/** @type {Letter} */ letter) => new Promise((resolve, reject) => { calls.push({ letter, resolve, reject }); });
  return { calls, send, got: () => calls.map(({ letter }) => letter.answer) };
}

/** @returns {{stored: Letter[], refused: [Letter, any][], listener: import("../../static/js/class/outbox.js").Listener}} */
function told() {
  /** @type {Letter[]} */
  const stored = [];
  /** @type {[Letter, any][]} */
  const refused = [];
  return { stored, refused, listener: { stored: (letter) => stored.push(letter), refused: (letter, reason) => refused.push([letter, reason]) } };
}

const soon = () => new Promise((done) => { setImmediate(done); });

test("an answer is kept before it is sent, and until it is acknowledged", async () => {
  const storage = box();
  const { calls, send } = server();
  const { stored, listener } = told();
  const outbox = new Outbox(storage, "answers", send, listener);
  outbox.put(1, 1, "now");
  assert.equal(JSON.parse(storage.kept.get("answers") ?? "[]")[0].answer, "now");
  await soon();
  assert.equal(stored.length, 0);
  calls[0]?.resolve();
  await soon();
  assert.deepEqual(stored.map(({ answer }) => answer), ["now"]);
  assert.equal(storage.kept.size, 0);
});

test("a page that is loaded again sends what waits, under the same id", async () => {
  const storage = box();
  const before = new Outbox(storage, "answers", server().send, told().listener);
  const { id } = before.put(1, 1, "now");
  const { calls, send } = server();
  const { stored, listener } = told();
  const after = new Outbox(storage, "answers", send, listener);
  assert.equal(after.waiting.length, 1);
  void after.flush();
  assert.equal(calls[0]?.letter.id, id);
  calls[0]?.resolve();
  await soon();
  assert.equal(stored[0]?.id, id);
});

test("a changed answer waits for the earlier one, so that the server has them in order", async () => {
  const { calls, send, got } = server();
  const { stored, listener } = told();
  const outbox = new Outbox(box(), "answers", send, listener);
  const first = outbox.put(1, 1, "a");
  outbox.put(1, 1, "b");
  const last = outbox.put(1, 1, "c");
  await soon();
  assert.deepEqual(got(), ["a"]);
  calls[0]?.resolve();
  await soon();
  assert.deepEqual(got(), ["a", "c"]);
  assert.deepEqual(stored, []); // the one on the screen is not stored yet
  calls[1]?.resolve();
  await soon();
  assert.deepEqual(stored.map(({ answer }) => answer), ["c"]);
  assert.notEqual(first.id, last.id);
});

test("answers to different votes do not replace each other", async () => {
  const { calls, send, got } = server();
  const outbox = new Outbox(box(), "answers", send, told().listener);
  outbox.put(1, 1, "a");
  outbox.put(1, 2, "b");
  calls[0]?.resolve();
  await soon();
  assert.deepEqual(got(), ["a", "b"]);
});

test("what the server will never take is dropped and told; what passes is sent again", async () => {
  const { calls, send, got } = server();
  const { refused, listener } = told();
  let waits = 0;
  const outbox = new Outbox(box(), "answers", send, listener, async () => { waits += 1; });
  outbox.put(1, 1, "a");
  calls[0]?.reject({ code: "unavailable", message: "The disk is full." });
  await soon();
  assert.deepEqual([got(), waits, refused.length], [["a", "a"], 1, 0]);
  assert.equal(calls[0]?.letter.id, calls[1]?.letter.id);
  calls[1]?.reject({ code: "closed", message: "This vote is closed." });
  await soon();
  assert.deepEqual(refused.map(([letter, { code }]) => [letter.answer, code]), [["a", "closed"]]);
  assert.equal(outbox.waiting.length, 0);
});

test("a browser without storage, or with nonsense in it, answers all the same", async () => {
  const broken = { getItem: () => "{]", setItem: () => { throw new Error("full"); }, removeItem: () => { throw new Error("refused"); } };
  for (const storage of [null, broken]) {
    const { calls, send } = server();
    const { stored, listener } = told();
    const outbox = new Outbox(storage, "answers", send, listener);
    outbox.put(1, 1, "a");
    calls[0]?.resolve();
    await soon();
    assert.equal(stored.length, 1);
  }
});

test("ids are url-safe, long enough, and never the same", () => {
  const ids = new Set(Array.from({ length: 100 }, newId));
  assert.equal(ids.size, 100);
  for (const id of ids) assert.match(id, /^[\w-]{16,64}$/);
});
