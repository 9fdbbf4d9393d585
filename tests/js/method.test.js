/** Peer instruction: what may be done, what is best done next, and the sentences that say so. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { adviceText, nextAction, possible, rightText, standingOf } from "../../static/js/class/method.js";

/** @import { Standing } from "../../static/js/class/method.js" */

const standing = (/** @type {Partial<Standing>} */ change = {}) => /** @type {Standing} */ ({ stage: "closed", round: 1, opinion: false, hint: "kept", ...change });

test("only what the server allows is offered, in the order of the method", () => {
  assert.deepEqual(possible(standing({ stage: "voting" })), ["close", "hint", "reveal"]);
  assert.deepEqual(possible(standing()), ["show", "hint", "again", "reveal", "dismiss"]);
  assert.deepEqual(possible(standing({ stage: "shown", hint: "given" })), ["again", "reveal", "dismiss"]);
  assert.deepEqual(possible(standing({ stage: "shown", round: 5, hint: "none" })), ["reveal", "dismiss"]);
  assert.deepEqual(possible(standing({ stage: "revealed" })), ["dismiss"]);
  assert.deepEqual(possible(standing({ opinion: true, hint: "none" })), ["show", "again", "dismiss"]);
});

test("what is best next is always possible", () => {
  for (const stage of /** @type {const} */ (["voting", "closed", "shown", "revealed"])) {
    for (const round of [1, 2, 5]) {
      for (const hint of /** @type {const} */ (["none", "kept", "given"])) {
        for (const opinion of [false, true]) {
          for (const advice of /** @type {const} */ ([null, "hint", "discuss", "move_on"])) {
            const at = standing({ stage, round, hint, opinion });
            assert.ok(possible(at).includes(nextAction(at, advice)), JSON.stringify([at, advice]));
          }
        }
      }
    }
  }
});

test("few right: the hint, then a second vote; some right: discuss; most right: on", () => {
  assert.equal(nextAction(standing(), "hint"), "hint");
  assert.equal(nextAction(standing({ hint: "given" }), "hint"), "again");
  assert.equal(nextAction(standing(), "discuss"), "show");
  assert.equal(nextAction(standing({ stage: "shown" }), "discuss"), "again");
  assert.equal(nextAction(standing(), "move_on"), "reveal");
  assert.equal(nextAction(standing({ round: 2 }), "discuss"), "reveal");
});

test("without advice the usual course gives nothing away", () => {
  const course = [standing({ stage: "voting" }), standing(), standing({ stage: "shown" }), standing({ stage: "voting", round: 2 }), standing({ round: 2 }),
    standing({ stage: "shown", round: 2 }), standing({ stage: "revealed" })];
  assert.deepEqual(course.map((at) => nextAction(at)), ["close", "show", "again", "close", "show", "reveal", "dismiss"]);
});

test("the advice says its threshold and what to do, as far as it can be done", () => {
  assert.match(adviceText("hint", standing()), /Fewer than 35 % right: give the hint/);
  assert.doesNotMatch(adviceText("hint", standing({ hint: "none" })), /hint/);
  assert.match(adviceText("discuss", standing()), /35 to 70 %.*discuss/);
  assert.match(adviceText("discuss", standing({ round: 2 })), /reveal/);
  assert.match(adviceText("move_on", standing()), /More than 70 %/);
  assert.equal(adviceText(null, standing()), "");
});

const votes = (/** @type {object} */ change) => /** @type {any} */ ({ asked: 1, answered: 8, of: 10, right_share: 0.25, ...change });
const question = /** @type {any} */ ({ asked: 1, question: null, stage: "closed", round: 1, hint: null });

test("how many are right, in words", () => {
  assert.equal(rightText(votes({})), "25 % right: 2 of 8");
  assert.equal(rightText(votes({ right_share: null })), "");
  assert.equal(rightText(votes({ answered: 0, right_share: null })), "");
});

test("an opinion is told from a question that nobody has answered yet", () => {
  assert.equal(standingOf(question, votes({ right: [] })).opinion, true);
  assert.equal(standingOf(question, votes({ right: ["b"], right_share: null })).opinion, false);
  assert.equal(standingOf(question, votes({ right_share: null })).opinion, true);
  assert.equal(standingOf(question, votes({ answered: 0, right_share: null })).opinion, false);
  assert.equal(standingOf({ ...question, question: "q1" }, votes({ right_share: null })).opinion, false);
  assert.equal(standingOf(question, votes({ asked: 2, right: [] })).opinion, false);
});

test("a hint is kept until it is given", () => {
  assert.equal(standingOf(question, votes({ hint: "Look." })).hint, "kept");
  assert.equal(standingOf({ ...question, hint: "Look." }, votes({ hint: "Look." })).hint, "given");
  assert.equal(standingOf(question, null).hint, "none");
});
