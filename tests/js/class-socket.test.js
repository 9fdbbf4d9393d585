/** The class's connection: enters after every loss, and what must arrive is sent until it is answered. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Hall, Refused } from "../../static/js/class/socket.js";
import * as state from "../../static/js/class/state.js";
import { cursor, snapshot } from "./classes.js";

beforeEach(() => {
  state.refused.value = null;
  state.setConnection("connecting");
  mock.timers.enable({ apis: ["setTimeout"] });
});
afterEach(() => mock.timers.reset());

/** A socket of which the test is the server. */
function open() {
  /** @type {Object<string, (...values: any[]) => void>} */
  const handlers = {};
  /** @type {{event: string, data: any, answer: (value: any) => void}[]} */
  const sent = [];
  let dials = 0;
  const socket = {
    connected: false,
    on: (/** @type {string} */ event, /** @type {(...values: any[]) => void} */ listener) => { handlers[event] = listener; },
    emit: (/** @type {string} */ event, /** @type {any} */ data, /** @type {any} */ answer) => sent.push({ event, data, answer }),
    connect: () => { dials += 1; }, disconnect: () => {},
  };
  const hall = new Hall(socket, { code: "ABCDEF", secret: "k".repeat(32), as: "student" });
  const say = (/** @type {string} */ event, /** @type {any} */ data) => handlers[event]?.(data);
  const of = (/** @type {string} */ event) => sent.filter((item) => item.event === event);
  return {
    hall, say, of, dials: () => dials,
    connect: () => { socket.connected = true; say("connect", undefined); },
    enter: (more = {}) => of("enter").at(-1)?.answer(snapshot(more)),
    lose: (reason = "transport close") => { socket.connected = false; say("disconnect", reason); },
  };
}

test("every connection is entered with the secret, and only then anything is sent", () => {
  const server = open();
  void server.hall.emit("lost", { on: true });
  server.connect();
  assert.deepEqual(server.of("enter")[0]?.data, { code: "ABCDEF", secret: "k".repeat(32), as: "student" });
  assert.equal(server.of("lost").length, 0);
  server.enter();
  assert.equal(server.of("lost").length, 1);
});

test("what was not answered before the break is sent again after it, and settles once", async () => {
  const server = open();
  server.connect();
  server.enter();
  const stored = server.hall.emit("answer", { id: "a1" });
  server.lose();
  assert.equal(state.entered.value, false);
  server.connect();
  server.enter();
  assert.equal(server.of("answer").length, 2);
  server.of("answer")[1]?.answer({ stored: true });
  server.of("answer")[0]?.answer({ error: { code: "closed", message: "Late." } });
  assert.deepEqual(await stored, { stored: true });
  server.lose();
  server.connect();
  server.enter();
  assert.equal(server.of("answer").length, 2);
});

test("an answer that does not come is asked for again", () => {
  const server = open();
  server.connect();
  server.enter();
  void server.hall.emit("lost", { on: true });
  mock.timers.tick(5001);
  assert.equal(server.of("lost").length, 2);
});

test("an error is the answer", async () => {
  const server = open();
  server.connect();
  server.enter();
  const asked = server.hall.emit("ask", {});
  server.of("ask")[0]?.answer({ error: { code: "open_question", message: "One is open.", field: "question" } });
  await assert.rejects(asked, (error) => error instanceof Refused && error.code === "open_question" && error.field === "question");
});

test("entering is tried again when the server is slow or busy, not when it says no", async () => {
  const server = open();
  server.connect();
  mock.timers.tick(5001);
  assert.equal(server.of("enter").length, 2);
  server.of("enter")[0]?.answer(snapshot({ seq: 99 }));
  assert.equal(state.entered.value, false, "the answer to the first came too late");
  server.of("enter")[1]?.answer({ error: { code: "slow_down", message: "Wait." } });
  mock.timers.tick(3001);
  assert.equal(server.of("enter").length, 3);
  const waiting = server.hall.emit("lost", { on: true });
  server.of("enter")[2]?.answer({ error: { code: "no_class", message: "There is no class." } });
  await assert.rejects(waiting, Refused);
  assert.equal(state.refused.value?.code, "no_class");
  mock.timers.tick(60_000);
  server.lose();
  server.connect();
  assert.equal(server.of("enter").length, 3);
});

test("who is removed stays out", async () => {
  const server = open();
  server.connect();
  server.enter();
  server.say("removed", { reason: "forgotten" });
  assert.equal(state.refused.value?.code, "forgotten");
  await assert.rejects(server.hall.emit("lost", { on: true }), Refused);
});

test("a cursor is worth nothing later", () => {
  const server = open();
  assert.equal(server.hall.send("drive", {}, () => {}), false);
  server.connect();
  server.enter();
  assert.equal(server.hall.send("drive", { cursor: cursor() }, () => {}), true);
  assert.equal(server.of("drive").length, 1);
});

test("where the server hung up, the page dials by itself", () => {
  const server = open();
  server.connect();
  server.lose("io server disconnect");
  mock.timers.tick(2000);
  assert.equal(server.dials(), 1);
});
