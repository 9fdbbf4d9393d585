/** The stream: acknowledged, in order, resumed after a break, and never taken from another run. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { follow } from "../../static/js/protocol.js";

/** A socket of which the test is the server. */
function connect(slots = 2) {
  /** @type {Object<string, (...values: any[]) => void>} */
  const handlers = {};
  /** @type {{event: string, data: any, answer: (value: any) => void}[]} */
  const sent = [];
  /** @type {any[]} */
  const told = [];
  let acknowledged = 0;
  const tell = (/** @type {string} */ name) => (/** @type {any[]} */ ...values) => told.push([name, ...values]);
  const cancel = follow(
    {
      on: (event, listener) => { handlers[event] = listener; },
      emit: (event, data, answer) => sent.push({ event, data, answer }),
      off: (event, listener) => { if (handlers[event] === listener) delete handlers[event]; },
    },
    "long_task",
    Array.from({ length: slots }, (_, i) => ({ variant: `v${i}`, parameters: {}, seed: 0, clock: "virtual" })),
    { connection: tell("connection"), opened: tell("opened"), restarted: tell("restarted"), anew: tell("anew"), progress: tell("progress"), records: tell("records"), end: tell("end"), problem: tell("problem") },
  );
  return {
    sent, cancel, acknowledged: () => acknowledged,
    told: (/** @type {string} */ name) => told.filter((item) => item[0] === name).map((item) => item.slice(1)),
    say: (/** @type {string} */ event, /** @type {any} */ data) => handlers[event]?.(data, () => { acknowledged += 1; }),
    open: (run = "run1") => sent[sent.length - 1]?.answer({ run, slots: [{ slot: 0, listing: [] }, { slot: 1, listing: [] }] }),
  };
}

test("open asks for the slots, and what comes is passed on and acknowledged", () => {
  const server = connect();
  server.say("connect", undefined);
  assert.deepEqual(server.sent[0]?.data, { scenario: "long_task", slots: [{ variant: "v0", parameters: {}, seed: 0, clock: "virtual" }, { variant: "v1", parameters: {}, seed: 0, clock: "virtual" }] });
  server.open();
  server.say("chunk", { run: "run1", slot: 1, chunk: 0, records: ["a"] });
  server.say("chunk", { run: "run1", slot: 1, chunk: 1, records: ["b"] });
  server.say("end", { run: "run1", slot: 1, duration: 5, truncated: null });
  assert.deepEqual(server.told("records"), [[1, ["a"]], [1, ["b"]]]);
  assert.deepEqual(server.told("end"), [[1, { duration: 5, truncated: null }]]);
  assert.equal(server.acknowledged(), 3);
  assert.equal(server.told("opened").length, 1);
});

test("a chunk that overtakes the answer waits for it", () => {
  const server = connect();
  server.say("connect", undefined);
  server.say("chunk", { run: "run1", slot: 0, chunk: 0, records: ["a"] });
  assert.deepEqual(server.told("records"), []);
  server.open();
  assert.deepEqual(server.told("records"), [[0, ["a"]]]);
});

test("chunks of another run, of no slot or seen before are not taken", () => {
  const server = connect();
  server.say("connect", undefined);
  server.open();
  server.say("chunk", { run: "other", slot: 0, chunk: 0, records: ["x"] });
  server.say("chunk", { run: "run1", slot: 7, chunk: 0, records: ["x"] });
  server.say("chunk", { run: "run1", slot: 0, chunk: 0, records: ["a"] });
  server.say("chunk", { run: "run1", slot: 0, chunk: 0, records: ["a"] });
  assert.deepEqual(server.told("records"), [[0, ["a"]]]);
});

test("after a break the stream goes on behind the last chunk", () => {
  const server = connect();
  server.say("connect", undefined);
  server.open();
  server.say("chunk", { run: "run1", slot: 0, chunk: 0, records: ["a"] });
  server.say("disconnect", "transport close");
  server.say("connect", undefined);
  assert.deepEqual(server.told("connection"), [["online"], ["offline"], ["online"]]);
  assert.equal(server.sent[1]?.data.run, "run1");
  assert.deepEqual(server.sent[1]?.data.after, { 0: 0 });
  server.open();
  server.say("chunk", { run: "run1", slot: 0, chunk: 1, records: ["b"] });
  assert.deepEqual(server.told("records"), [[0, ["a"]], [0, ["b"]]]);
  assert.equal(server.told("opened").length, 1);
});

test("a missing chunk is asked for again", () => {
  const server = connect();
  server.say("connect", undefined);
  server.open();
  server.say("chunk", { run: "run1", slot: 0, chunk: 0, records: ["a"] });
  server.say("chunk", { run: "run1", slot: 0, chunk: 2, records: ["c"] });
  assert.deepEqual(server.sent[1]?.data.after, { 0: 0 });
  assert.deepEqual(server.told("records"), [[0, ["a"]]]);
});

test("nothing is asked for again once every slot has ended", () => {
  const server = connect();
  server.say("connect", undefined);
  server.open();
  server.say("end", { run: "run1", slot: 0, duration: 1, truncated: null });
  server.say("problem", { run: "run1", slot: 1, code: "crash", message: "It crashed.", file: null, line: null });
  server.say("disconnect", "");
  server.say("connect", undefined);
  assert.equal(server.sent.length, 1);
  assert.deepEqual(server.told("problem"), [[1, { code: "crash", message: "It crashed.", file: null, line: null }]]);
});

test("a server that no longer waits is asked to go on", () => {
  const server = connect();
  server.say("connect", undefined);
  server.open();
  server.say("chunk", { run: "run1", slot: 0, chunk: 0, records: ["a"] });
  server.say("problem", { run: "run1", slot: 0, code: "silent", message: "" });
  assert.deepEqual(server.sent[1]?.data.after, { 0: 0 });
  assert.deepEqual(server.told("problem"), []);
});

test("a lesson that has changed since is told anew", () => {
  const server = connect();
  server.say("connect", undefined);
  server.open();
  server.say("chunk", { run: "run1", slot: 0, chunk: 0, records: ["a"] });
  server.say("disconnect", "");
  server.say("connect", undefined);
  server.sent[1]?.answer({ error: { code: "changed", message: "", field: "run" } });
  assert.equal(server.told("restarted").length, 1);
  assert.equal(server.sent[2]?.data.run, undefined);
  server.open("run2");
  server.say("chunk", { run: "run2", slot: 0, chunk: 0, records: ["new"] });
  assert.deepEqual(server.told("records").at(-1), [0, ["new"]]);
});

test("one refused slot does not stop the other", () => {
  const server = connect();
  server.say("connect", undefined);
  server.sent[0]?.answer({ run: "run1", slots: [{ slot: 0, error: { code: "parameter", message: "Too big.", field: "parameters.users" } }, { slot: 1, listing: [] }] });
  server.say("end", { run: "run1", slot: 1, duration: 1, truncated: null });
  assert.deepEqual(server.told("problem"), [[0, { code: "parameter", message: "Too big.", field: "parameters.users" }]]);
  assert.equal(server.told("end").length, 1);
});

test("a view that is refused as a whole is not asked for again", () => {
  const server = connect();
  server.say("connect", undefined);
  server.sent[0]?.answer({ error: { code: "unknown_lesson", message: "No such lesson.", field: "scenario" } });
  server.say("connect", undefined);
  assert.equal(server.sent.length, 1);
  assert.equal(server.told("problem")[0]?.[0], null);
});

test("the answer to an open before the break is not taken for the new one", () => {
  const server = connect();
  server.say("connect", undefined);
  server.say("disconnect", "");
  server.sent[0]?.answer({ run: "old", slots: [] });
  assert.equal(server.told("opened").length, 0);
});

test("cancelling closes the run and listens no longer", () => {
  const server = connect();
  server.say("connect", undefined);
  server.open();
  server.cancel();
  assert.deepEqual(server.sent.at(-1)?.data, { run: "run1" });
  server.say("chunk", { run: "run1", slot: 0, chunk: 0, records: ["a"] });
  assert.deepEqual(server.told("records"), []);
});

test("a record that is too long for one chunk is joined, also across a break", () => {
  const server = connect();
  server.say("connect", undefined);
  server.open();
  server.say("chunk", { run: "run1", slot: 0, chunk: 0, records: [], part: '{"kind":"out', more: true });
  server.say("disconnect", "transport close");
  server.say("connect", undefined);
  server.open();
  assert.deepEqual(server.told("records"), []);
  server.say("chunk", { run: "run1", slot: 0, chunk: 1, records: [], part: 'put"}', more: false });
  server.say("chunk", { run: "run1", slot: 0, chunk: 2, records: ["a"] });
  assert.deepEqual(server.told("records"), [[0, [{ kind: "output" }]], [0, ["a"]]]);
});

test("of a run for real it is told how far it has come, and when it comes anew", () => {
  const server = connect();
  server.say("connect", undefined);
  server.open();
  server.say("chunk", { run: "run1", slot: 0, chunk: 0, records: [], progress: { seconds: 0, expected: 5 } });
  server.say("chunk", { run: "run1", slot: 0, chunk: 1, records: ["a"], progress: { seconds: 0.4, expected: 5 } });
  server.say("chunk", { run: "run1", slot: 0, chunk: 2, records: ["b"], anew: true });
  assert.deepEqual(server.told("progress"), [[0, { seconds: 0, expected: 5 }], [0, { seconds: 0.4, expected: 5 }]]);
  assert.deepEqual(server.told("anew"), [[0]]);
  assert.deepEqual(server.told("records"), [[0, []], [0, ["a"]], [0, ["b"]]]);
  server.say("chunk", { run: "run1", slot: 0, chunk: 2, records: ["b"], anew: true });
  assert.equal(server.told("anew").length, 1, "a chunk that was taken already says nothing");
});
