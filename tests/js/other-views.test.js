/** What the network panel, the user's page and the sequence diagram make of a trace; which rows of a list are drawn. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { changesOf, lengthOf, milliseconds, networkRows, passed, rowAt, sizeOf } from "../../static/js/views/network-layout.js";
import { grownTo, HEAD, layOutSequence, ROW } from "../../static/js/views/sequence-layout.js";
import { answerOf, pageAt, screenChanges, usersOf } from "../../static/js/views/user-page-state.js";
import { SHORT, windowOf } from "../../static/js/views/windowed.js";
import { inlineRecords, lane, step, threadRecords, traceOf } from "./traces.js";

const request = (/** @type {string} */ id, /** @type {number} */ sent, /** @type {number|null} */ done, /** @type {Object<string, unknown>} */ more = {}) => ({
  kind: "request", id, user: "user-1", method: "GET", path: `/${id}`, lane: null, sent, received: sent, first_byte: done, done, status: done === null ? null : 200, body: done === null ? null : id, ...more,
});
const user = lane("user-1", "user", "Ana");

test("a request is pending until its first byte, and has size and time when it is whole", () => {
  const trace = traceOf([user, request("b", 1, null), request("a", 0, 2.5, { first_byte: 2, body: "größe" })]);
  const [row, pending] = networkRows(trace);
  assert.ok(row && pending);
  assert.equal(row.request.id, "a");
  assert.equal(rowAt(row, -1), null);
  assert.deepEqual(rowAt(row, 0), { state: "pending", status: "pending", size: "–", time: "–" });
  assert.deepEqual(rowAt(row, 2), { state: "done", status: "200", size: "–", time: "–" });
  assert.deepEqual(rowAt(row, 2.5), { state: "done", status: "200", size: "7 B", time: "2.50 s" });
  assert.equal(rowAt(pending, 9)?.state, "pending");
  assert.deepEqual(changesOf([row]), [0, 2, 2.5]);
  assert.equal(passed([0, 2, 2.5], 2), 2);
});

test("a failed request says so, and the waterfall is as long as the longest slot's", () => {
  const [row] = networkRows(traceOf([user, request("a", 0, 1, { status: 500 })]));
  assert.equal(row && rowAt(row, 1)?.state, "failed");
  assert.equal(lengthOf([traceOf(threadRecords()), traceOf(inlineRecords())]), 5.003 * 1.04);
  assert.ok(lengthOf([traceOf([])]) > 0);
  assert.deepEqual([milliseconds(0.0434), milliseconds(2), sizeOf(22), sizeOf(2345)], ["43 ms", "2.00 s", "22 B", "2.3 kB"]);
});

test("a user's page stays until the next answer is there", () => {
  const trace = traceOf([user, request("a", 0, 1), request("b", 2, 3), { kind: "push", id: "p1", socket: "s", user: "user-1", lane: "server-1", name: "done", text: '{"film": 7}', sent: 4, arrived: 4.1 }]);
  const [ana] = usersOf(trace);
  assert.ok(ana);
  const at = (/** @type {number} */ t) => {
    const { sent, loading, shown, count, updates } = pageAt(trace, ana, t);
    return [sent?.id ?? null, loading, shown?.id ?? null, count, updates.length];
  };
  assert.deepEqual(at(-1), [null, false, null, 0, 0]);
  assert.deepEqual(at(0.5), ["a", true, null, 1, 0]);
  assert.deepEqual(at(1), ["a", false, "a", 1, 0]);
  assert.deepEqual(at(2), ["b", true, "a", 2, 0]);
  assert.deepEqual(at(4.1), ["b", false, "b", 2, 1]);
  assert.deepEqual(screenChanges(trace, ana), [0, 1, 2, 3, 4.1]);
});

test("a connection that stays open brings no page", () => {
  const trace = traceOf([user, request("socket", 0, 5, { method: "WS", status: 101 }), request("a", 1, 2)]);
  const [ana] = usersOf(trace);
  assert.ok(ana);
  const { shown, loading, count } = pageAt(trace, ana, 6);
  assert.deepEqual([shown?.id, loading, count], ["a", false, 2]);
});

test("an answer is told by its text", () => {
  assert.equal(answerOf('{"a":1}\n').text, '{\n  "a": 1\n}');
  assert.deepEqual(["<p>Hello", "<!doctype html>", "Hello", '{"cut": ', "", "<3"].map((text) => answerOf(text).kind), ["html", "html", "text", "text", "text", "text"]);
});

test("messages have a row each in the order of time, and a lane's work lies between them", () => {
  const diagram = layOutSequence(traceOf(threadRecords()));
  assert.deepEqual(diagram.columns.map(({ name }) => name), ["Ana", "main", "background"]);
  assert.deepEqual(diagram.messages.map(({ text }) => text), ["GET /start", "starts", "work starts", "200, after 3 ms", "work is done"]);
  assert.deepEqual(diagram.messages.map(({ y }) => y), [1, 2, 3, 4, 5].map((i) => HEAD + i * ROW));
  const [ask] = diagram.messages;
  assert.ok(ask && ask.x1 < ask.x2);
  const waits = diagram.bars.find(({ state }) => state === "waiting");
  assert.deepEqual([waits?.y, waits?.height], [HEAD + ROW, 3 * ROW]);
  assert.ok(diagram.bars.every((bar) => bar.y >= HEAD && bar.y + bar.height <= diagram.height));
});

test("many users share a column, and their messages say who it is", () => {
  const users = [1, 2, 3, 4].flatMap((i) => [
    lane(`u${i}`, "user", `User ${i}`), request(`r${i}`, i, null, { user: `u${i}` }), { kind: "arrow", type: "request", id: `a${i}`, from: `u${i}`, to: "server-1", sent: i, arrived: i },
  ]);
  const diagram = layOutSequence(traceOf([lane("server-1", "server", "main"), ...users]));
  assert.deepEqual(diagram.columns.map(({ name }) => name), ["4 users", "main"]);
  assert.equal(diagram.messages[2]?.text, "User 3: GET /r3");
});

test("the diagram grows with time and is whole at the end", () => {
  const trace = traceOf(threadRecords());
  const diagram = layOutSequence(trace);
  const heights = [-1, 0, 0.002, 0.003, 2, 5.004].map((t) => grownTo(diagram, t, trace.duration));
  assert.deepEqual([...heights].sort((a, b) => a - b), heights);
  assert.ok((heights[5] ?? 0) >= (diagram.messages[4]?.y ?? 0));
  assert.equal(layOutSequence(traceOf([step(1, 0, "x")])).messages.length, 0);
});

test("a short list is drawn whole, of a long one what is in view and some around it", () => {
  assert.deepEqual(windowOf(SHORT, 36, 0, 400), [0, SHORT]);
  const [from, to] = windowOf(5000, 36, 36 * 1000, 400);
  assert.ok(from <= 985 && to >= 1025 && to - from < 80);
  assert.equal(windowOf(5000, 36, 36 * 5000, 400)[1], 5000);
  const [past, end] = windowOf(200, 36, 36 * 4000, 400);
  assert.ok(past < 200 && end === 200, "the list became shorter than it was scrolled");
  assert.equal(windowOf(5000, 36, 0, 0)[0], 0);
});
