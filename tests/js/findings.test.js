/** What the report makes of results: sums, orders, sentences. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { changeText, gainText, isLive, lasting, marksOf, sorted, streams, summaryOf } from "../../static/js/class/findings.js";

const round = (/** @type {number} */ answered, /** @type {number|null} */ share) => ({ round: 1, answers: [], answered, right: null, right_share: share });
const question = (/** @type {object} */ change) => /** @type {any} */ ({ n: 1, right: ["a"], rounds: [round(4, 0.25), round(4, 0.75)], changed: null, gain: 2 / 3, ...change });
const student = (/** @type {object} */ change) => /** @type {any} */ ({ seat: 1, name: "Ana", removed: false, answered: 1, right_first: 0, right_last: 0, points: 0, answers: {}, ...change });
const FACTS = { code: "ABCDEF", title: "", lesson: "long_task", started: 0, expires: 1000, ended: null, deleted_at: 0, students: 2, questions: 1 };

test("the summary is the mean of the questions that have an answer and were answered", () => {
  const results = /** @type {any} */ ({
    class: FACTS,
    questions: [question({}), question({ n: 2, rounds: [round(4, 0.75)], gain: null }), question({ n: 3, right: [] }), question({ n: 4, rounds: [round(0, null)], gain: null })],
    students: [student({}), student({ answered: 0 }), student({ removed: true })],
  });
  const { first, last, gain, answered, questions } = summaryOf({ ...results, questions: results.questions.map((/** @type {any} */ q) => (q.right.length ? q : { ...q, gain: null })) });
  assert.deepEqual([first, last, answered, questions], [0.5, 0.75, 1, 4]);
  assert.equal(gain, 2 / 3);
});

test("an empty class has a report, without made-up figures", () => {
  const { first, last, gain } = summaryOf(/** @type {any} */ ({ class: FACTS, questions: [], students: [] }));
  assert.deepEqual([first, last, gain], [null, null, null]);
});

test("a class is live until it ends or its hours are over", () => {
  assert.ok(isLive(FACTS, 999));
  assert.ok(!isLive(FACTS, 1000));
  assert.ok(!isLive({ ...FACTS, ended: 500 }, 600));
});

test("the gain is a share of what was missing, with Hake's words; a loss says so", () => {
  assert.deepEqual([0.7, 0.5, 0.1].map((gain) => gainText(gain)), ["70 % of what was missing (high)", "50 % of what was missing (medium)", "10 % of what was missing (low)"]);
  assert.equal(gainText(-0.2), "20 % lost");
  assert.equal(gainText(null), "");
});

test("students by each column, equal ones by name, removed ones left out", () => {
  const all = [student({ name: "Cem", points: 3 }), student({ name: "Ana", points: 1 }), student({ name: "Ben", points: 3 }), student({ name: "Zoe", removed: true })];
  const names = (/** @type {import("../../static/js/class/findings.js").Column} */ column, /** @type {boolean} */ down) => sorted(all, column, down).map(({ name }) => name);
  assert.deepEqual(names("name", false), ["Ana", "Ben", "Cem"]);
  assert.deepEqual(names("points", true), ["Ben", "Cem", "Ana"]);
});

test("misconceptions that stayed stand before those that went", () => {
  const item = (/** @type {string} */ answer, /** @type {number} */ first, /** @type {number|null} */ last) => ({ question: 1, text: "", answer, meaning: "", first, last });
  const list = lasting([item("gone", 5, 0), item("stayed", 3, 2), item("never", 0, 0), item("once", 4, null)]);
  assert.deepEqual(list.map(({ answer }) => answer), ["once", "stayed", "gone"]);
});

test("the streams between two votes are shares of those who gave both", () => {
  const changed = { wrong_right: 4, right_wrong: 1, right_right: 3, wrong_wrong: 2 };
  assert.deepEqual(streams(changed).map(({ from, to, share }) => [from, to, share]), [
    ["right", "right", 0.3], ["right", "wrong", 0.1], ["wrong", "right", 0.4], ["wrong", "wrong", 0.2],
  ]);
  assert.match(changeText(changed), /^Of 10 who answered both votes, 4 changed to the right answer and 1 away/);
  assert.match(changeText({ wrong_right: 0, right_wrong: 0, right_right: 0, wrong_wrong: 0 }), /Nobody/);
});

test("a student's votes are marks in order", () => {
  assert.deepEqual(marksOf([{ round: 1, answer: "a", right: false }, { round: 2, answer: "b", right: true }]), [false, true]);
  assert.deepEqual(marksOf([{ round: 1, answer: "a", right: null }]), [null]);
  assert.deepEqual(marksOf(undefined), []);
});
