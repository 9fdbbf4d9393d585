/** How votes become rows: all answers, shares of those who answered, the own and the right one. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { growth, isOwn, percent, rightShares, tallyOf, voteName } from "../../static/js/class/tally.js";

const bars = (/** @type {[string, number][]} */ ...all) => all.map(([answer, count]) => ({ answer, count }));
const CHOICE = { kind: "choice", choices: ["now", "later", "never"] };

test("every answer that was offered has a row, with its letter, in every round", () => {
  const tally = tallyOf(CHOICE, [bars(["later", 3], ["now", 1]), bars(["later", 4])], { mine: "now", right: ["later"] });
  assert.deepEqual(tally.rows.map(({ letter, answer, counts }) => [letter, answer, counts]), [
    ["A", "now", [1, 0]], ["B", "later", [3, 4]], ["C", "never", [0, 0]],
  ]);
  assert.deepEqual(tally.bases, [4, 4]);
  assert.deepEqual(tally.rows.map(({ shares }) => shares), [[0.25, 0], [0.75, 1], [0, 0]]);
  assert.deepEqual(tally.rows.map(({ own, right }) => [own, right]), [[true, false], [false, true], [false, false]]);
});

test("ticks are shares of those who answered, not of all ticks", () => {
  const question = { kind: "choices", choices: ["a", "b"] };
  const told = tallyOf(question, [bars(["a", 4], ["b", 2])], { bases: [5], mine: ["b"] });
  assert.deepEqual(told.rows.map(({ shares, own }) => [shares[0], own]), [[0.8, false], [0.4, true]]);
  // Counts of one moment and a base of another never make more than all.
  assert.deepEqual(tallyOf(question, [bars(["a", 4])], { bases: [3] }).rows.map(({ shares }) => shares[0]), [1, 0]);
  // Where nobody says how many answered, a tick is never more than everybody.
  assert.deepEqual(tallyOf(question, [bars(["a", 4], ["b", 2])]).rows.map(({ shares }) => shares[0]), [1, 0.5]);
});

test("steps and numbers stand from low to high over all rounds", () => {
  const steps = tallyOf({ kind: "step" }, [bars(["Step 10: over", 1], ["Step 4: sent", 2]), bars(["Step 6: done", 3])]);
  assert.deepEqual(steps.rows.map(({ answer, letter }) => [answer, letter]), [["Step 4: sent", ""], ["Step 6: done", ""], ["Step 10: over", ""]]);
  const numbers = tallyOf({ kind: "number" }, [bars(["5 s", 1], ["0.05 s", 1], ["-2 s", 1], ["1e-05 s", 1])]);
  assert.deepEqual(numbers.rows.map(({ answer }) => answer), ["-2 s", "1e-05 s", "0.05 s", "5 s"]);
});

test("nobody has answered: no share is made up", () => {
  assert.deepEqual(tallyOf(CHOICE, [bars(["now", 0])]).rows.map(({ shares }) => shares), [[0], [0], [0]]);
});

test("the bar of the host says itself what is right", () => {
  const [row] = tallyOf(CHOICE, [[{ answer: "now", count: 1, right: true }]]).rows;
  assert.equal(row?.right, true);
});

test("the own answer is found in every kind of bar", () => {
  assert.ok(isOwn("step", "Step 4: the response leaves in 5 s", 4));
  assert.ok(!isOwn("step", "Step 14: done", 4));
  assert.ok(isOwn("number", "0.5 s", 0.5));
  assert.ok(!isOwn("number", "5 s", 0.5));
  assert.ok(isOwn("number", "2 to 4 s", 3.5));
  assert.ok(!isOwn("number", "2 to 4 s", 4.5));
  assert.ok(isOwn("order", "b → a", ["b", "a"]));
  assert.ok(!isOwn("order", "a → b", ["b", "a"]));
  assert.ok(!isOwn("choice", "now", undefined));
});

test("percentages never call something nothing, or nearly all all", () => {
  assert.deepEqual([0, 0.001, 0.005, 1 / 3, 0.996, 1].map(percent), ["0 %", "< 1 %", "1 %", "33 %", "> 99 %", "100 %"]);
});

test("votes have names, and the growth is a sentence", () => {
  assert.deepEqual([voteName(0, 1), voteName(0, 2), voteName(1, 2)], ["Votes", "First vote", "Second vote"]);
  assert.equal(growth([0.31, 0.5, 0.78]), "31 % right at first, 78 % in the end.");
  assert.equal(growth([0.31]), "31 % right.");
  assert.equal(growth([null]), "");
});

test("the share of right answers by round, where the bars can say it", () => {
  const rounds = [bars(["now", 1], ["later", 3]), bars(["now", 0], ["later", 4])];
  assert.deepEqual(rightShares("choice", rounds, [4, 4], ["later"]), [0.75, 1]);
  assert.deepEqual(rightShares("choice", rounds, [], ["later"]), [0.75, 1]);
  assert.deepEqual(rightShares("choices", rounds, [4, 4], ["later"]), [null, null]);
  assert.deepEqual(rightShares("number", [[{ answer: "0 to 2 s", count: 2, right: true }, { answer: "2 to 4 s", count: 2, right: false }]], [4], ["1 s"]), [0.5]);
  assert.deepEqual(rightShares("choice", rounds, [4, 4], []), []);
});
