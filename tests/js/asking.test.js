/** The host's form becomes a message, or says what is missing in it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { OWN, blankDraft, check } from "../../static/js/class/asking.js";

/** @import { Draft } from "../../static/js/class/asking.js" */

const own = (/** @type {Partial<Draft>} */ change) => check({ ...blankDraft(OWN, "thread"), text: " Why? ", ...change }, "long_task");

test("a question of the lesson goes by its id, with limits only where they are set", () => {
  assert.deepEqual(check(blankDraft("q1"), "long_task").message, { question: "q1", lesson: "long_task" });
  assert.deepEqual(check({ ...blankDraft("q1"), seconds: 60, points: 10 }, "long_task").message, { question: "q1", lesson: "long_task", seconds: 60, points: 10 });
  assert.deepEqual(check({ ...blankDraft("q1"), points: 0 }, "long_task").message, { question: "q1", lesson: "long_task" });
});

test("answers to choose from: empty ones are left out, the marks stay with their answers", () => {
  assert.deepEqual(own({ choices: ["", " a ", "b"], right: [2] }).message, { adhoc: { kind: "choice", text: "Why?", choices: ["a", "b"], answer: "b" } });
  assert.deepEqual(own({ kind: "choices", choices: ["a", "b", "c"], right: [2, 0] }).message, { adhoc: { kind: "choices", text: "Why?", choices: ["a", "b", "c"], answer: ["a", "c"] } });
});

test("an opinion has no right answer", () => {
  assert.deepEqual(own({ choices: ["a", "b"], right: [0], judged: false }).message, { adhoc: { kind: "choice", text: "Why?", choices: ["a", "b"] } });
  assert.deepEqual(own({ kind: "number", judged: false, unit: "s" }).message, { adhoc: { kind: "number", text: "Why?", unit: "s" } });
});

test("numbers take a comma, a tolerance and a unit; steps name their version", () => {
  assert.deepEqual(own({ kind: "number", value: "0,5", tolerance: "0,1", unit: " s " }).message, { adhoc: { kind: "number", text: "Why?", unit: "s", answer: 0.5, tolerance: 0.1 } });
  assert.deepEqual(own({ kind: "step", value: "4" }).message, { adhoc: { kind: "step", text: "Why?", variant: "thread", answer: 4 } });
});

test("what is missing is named with its field", () => {
  const field = (/** @type {Partial<Draft>} */ change) => own(change).fault?.field;
  assert.equal(field({ text: " " }), "text");
  assert.equal(field({ choices: ["a", ""] }), "choices");
  assert.equal(field({ choices: ["a", " a"], right: [0] }), "choices");
  assert.equal(field({ choices: ["a", "b"] }), "choices");
  assert.equal(field({ choices: ["a", "b", ""], right: [2] }), "choices"); // the mark stands at an empty answer
  assert.equal(field({ kind: "number", value: "many" }), "value");
  assert.equal(field({ kind: "number", value: "1", tolerance: "-1" }), "tolerance");
  assert.equal(field({ seconds: 4 }), "seconds");
  assert.equal(field({ seconds: 7.5 }), "seconds");
  assert.equal(field({ points: 1001 }), "points");
});
