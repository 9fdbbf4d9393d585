/** What a run comes to, and how two differ, in words that stay true at nought, at equal and without an answer. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { differenceWords, outcomeWords, summaryOf, waitWords } from "../../static/js/summary.js";
import { apply, emptyTrace, finish } from "../../static/js/trace.js";
import { lane, traceOf } from "./traces.js";

/** A run in which each user waits so long; null: without an answer. @param {(number|null)[]} waits @param {{status?: number, tasks?: string[]}} [more] `tasks`: their states */
function run(waits, { status = 200, tasks = [] } = {}) {
  const trace = traceOf(waits.flatMap((wait, i) => [
    lane(`u${i}`, "user", i === 0 ? "Ana" : `user ${i}`),
    { kind: "request", id: `r${i}`, user: `u${i}`, method: "GET", path: "/", lane: null, sent: 1, received: 1, first_byte: wait, done: wait === null ? null : 1 + wait, status: wait === null ? null : status, body: "" },
  ]).concat(tasks.map((state, i) => ({ kind: "task", id: `t${i}`, name: "work", request: null, lane: null, queued: null, started: null, finished: null, state, retries: 0, error: null }))));
  return summaryOf(finish(trace, { duration: 10, truncated: null }));
}
const said = (/** @type {ReturnType<typeof run>} */ summary) => Object.values(waitWords(summary) ?? {}).join(" ").trim();

test("one user's wait, many users' median and 95th percentile", () => {
  assert.equal(said(run([0.25])), "Ana waits 0.25 s");
  assert.equal(said(run(Array.from({ length: 100 }, (_, i) => (i + 1) / 10))), "100 users wait 5.00 s (median) 95 % within 9.50 s");
  assert.equal(said(run([2, 2, 2])), "3 users wait 2.00 s (median)");
});

/** A run in which each of these users sends requests, of which each is answered after a tenth of a second. @param {number[][]} users @param {number} [pushed] */
function asking(users, pushed) {
  return summaryOf(finish(traceOf([
    ...users.flatMap((times, u) => [
      lane(`u${u}`, "user", u === 0 ? "Ana" : `user ${u}`),
      ...times.map((sent, i) => ({ kind: "request", id: `r${u}-${i}`, user: `u${u}`, method: "GET", path: "/", lane: null, sent, received: sent, first_byte: sent, done: sent + 0.1, status: 200, body: "" })),
    ]),
    ...(pushed === undefined ? [] : [{ kind: "arrow", type: "push", id: "a", from: "server-1", to: "u0", sent: pushed, arrived: pushed }]),
  ]), { duration: 9, truncated: null }));
}

test("who asks again and again has the first answer soon, and the last when it comes", () => {
  assert.equal(said(asking([[0, 1, 2, 3]])), "Ana has the first answer after 0.10 s the last at 3.10 s");
  assert.equal(said(asking([[0, 2], [1, 3]])), "2 users have the first answer after 0.10 s (median) the last at 3.10 s");
});

test("who listens is told of the last message", () => {
  assert.equal(said(asking([[0]], 2.5)), "Ana has the first answer after 0.10 s the last message at 2.50 s");
  assert.equal(said(asking([[0, 4]], 2.5)), "Ana has the first answer after 0.10 s the last at 4.10 s", "a later answer is what was waited for");
});

test("only first answers are compared, and what comes sooner is not called waiting less", () => {
  assert.equal(differenceWords(run([2]), asking([[0, 1, 2]])), "20 times sooner");
  assert.equal(differenceWords(asking([[0, 6]]), asking([[0, 1, 2]])), "just as soon");
  assert.equal(differenceWords(asking([[0, 6]]), asking([[0]])), "just as long");
  assert.equal(differenceWords(run([0]), asking([[0, 1]])), "0.10 s later");
});

test("nobody waits for a connection to be closed", () => {
  const request = (/** @type {string} */ id, /** @type {string} */ method, /** @type {number} */ done) => ({ kind: "request", id, user: "u", method, path: "/", lane: null, sent: 0, received: 0, first_byte: 0, done, status: 200, body: "" });
  const trace = finish(traceOf([lane("u", "user", "Ana"), request("r1", "WS", 5), request("r2", "POST", 1)]), { duration: 6, truncated: null });
  assert.equal(said(summaryOf(trace)), "Ana waits 1.00 s");
});

test("an answer that never comes among others that do", () => {
  const request = (/** @type {string} */ id, /** @type {number|null} */ done) => ({ kind: "request", id, user: "u", method: "GET", path: "/", lane: null, sent: 0, received: 0, first_byte: 0, done, status: done === null ? null : 200, body: "" });
  const trace = finish(traceOf([lane("u", "user", "Ana"), request("r1", 1), request("r2", null)]), { duration: 6, truncated: null });
  assert.equal(said(summaryOf(trace)), "Ana misses some answers");
});

test("those who never have an answer", () => {
  assert.equal(said(run([null])), "Ana never has an answer");
  assert.equal(said(run([1, 1, null])), "3 users wait 1.00 s (median) some without end");
  assert.equal(said(run([1, null, null])), "3 users, half of them without an answer");
});

test("the difference to the first version", () => {
  const words = (/** @type {(number|null)[]} */ first, /** @type {(number|null)[]} */ other) => differenceWords(run(first), run(other));
  assert.equal(words([5], [0.05]), "100 times less");
  assert.equal(words([0.05], [5]), "100 times longer");
  assert.equal(words([5.003], [0.003]), "1,700 times less");
  assert.equal(words([5], [4]), "20 % less");
  assert.equal(words([4], [5]), "25 % longer");
  assert.equal(words([5], [5]), "just as long");
  assert.equal(words([5], [5.1]), "about as long");
  assert.equal(words([0], [0]), "just as long");
  assert.equal(words([0], [2]), "2.00 s more");
  assert.equal(words([2], [0]), "2.00 s less");
  assert.equal(words([null], [2]), "here the answer comes");
  assert.equal(words([2], [null]), "");
  assert.equal(words([null], [null]), "");
  assert.equal(words([], [2]), "");
  assert.equal(words([1, 2, 30], [1, 4, 5]), "2 times longer", "of many, the medians are compared");
});

test("requests served, and what became of tasks", () => {
  assert.equal(outcomeWords(run([1])), "1 request served");
  assert.equal(outcomeWords(run([1, null], { tasks: ["finished", "finished"] })), "1 of 2 requests served, both tasks done");
  assert.equal(outcomeWords(run([1], { tasks: ["finished"] })), "1 request served, the task done");
  assert.equal(outcomeWords(run([1], { tasks: ["finished", "finished", "finished"] })), "1 request served, all 3 tasks done");
  assert.equal(outcomeWords(run([1], { tasks: ["failed"] })), "1 request served, the task failed");
  assert.equal(outcomeWords(run([1], { tasks: ["finished", "lost", "finished"] })), "1 request served, 1 of 3 tasks lost");
  assert.equal(outcomeWords(run([1], { tasks: ["queued", "finished", "failed", "queued"] })), "1 request served, 1 of 4 tasks failed, 2 still queued");
  assert.equal(outcomeWords(run([1], { tasks: ["started"] })), "1 request served, the task still running", "a worker that waits for orders for ever");
  assert.equal(outcomeWords(run([1], { status: 500 })), "0 of 1 requests served");
});

/** A run of users with one task each, done at these times. @param {number[]} times */
const working = (times) => summaryOf(finish(traceOf(times.flatMap((finished, i) => [
  lane(`u${i}`, "user", ["Ana", "Ben", "Caro", "Dev"][i] ?? ""),
  { kind: "request", id: `r${i}`, user: `u${i}`, method: "GET", path: "/", lane: null, sent: 0, received: 0, first_byte: 0, done: 0, status: 200, body: "" },
  { kind: "task", id: `t${i}`, name: "work", request: `r${i}`, lane: null, queued: null, started: null, finished, state: "finished", retries: 0, error: null },
])), { duration: 10, truncated: null }));

test("when the tasks are done: whose, where there are few users", () => {
  assert.equal(outcomeWords(working([5])), "1 request served, the task done at 5.00 s");
  assert.equal(outcomeWords(working([3.03, 2.03])), "2 requests served, both tasks done: Ana’s at 3.03 s, Ben’s at 2.03 s");
  assert.equal(outcomeWords(working([1, 2, 4, 3])), "4 requests served, all 4 tasks done at 4.00 s");
});

test("of few users it is told how long the slowest waits, of many 95 of 100", () => {
  assert.equal(said(run([1, 2, 3])), "3 users wait 2.00 s (median) at most 3.00 s");
  assert.match(said(run(Array.from({ length: 20 }, (_, i) => i + 1))), /95 % within 19.00 s/);
});

test("while a run is not all there, nothing is claimed of its end", () => {
  const half = summaryOf(apply(emptyTrace(), [lane("u", "user", "Ana"), { kind: "request", id: "r1", user: "u", sent: 0, done: null, lane: null }]));
  assert.deepEqual([waitWords(half), outcomeWords(half), differenceWords(half, run([1]))], [null, "", ""]);
});
