/** Clocks by the server's time, notes for now, and who needs a look first. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { classClock, clockText, secondsLeft } from "../../static/js/class/countdown.js";
import { byNeed, headcount, notesFor, storyOf } from "../../static/js/class/presenting.js";
import { step, traceOf } from "./traces.js";

/** @import { RosterSeat } from "../../static/js/class/state.js" */

test("a countdown goes by the server's clock and stops at nothing", () => {
  const closes = 1_000_000;
  assert.equal(secondsLeft(closes, closes - 9_001), 10);
  assert.equal(secondsLeft(closes, closes - 9_000), 9);
  assert.equal(secondsLeft(closes, closes + 5_000), 0);
  assert.equal(secondsLeft(null, closes), null);
});

test("clocks are written as people read them", () => {
  assert.deepEqual([0, 9.9, 65, 750, 3725].map(clockText), ["0:00", "0:09", "1:05", "12:30", "1:02:05"]);
});

test("the class's clock counts up, and down to what is planned and beyond it", () => {
  assert.deepEqual(classClock(0, null, 65_000), { since: "1:05", left: "", over: false });
  assert.deepEqual(classClock(0, 45, 60_000), { since: "1:00", left: "44:00 left", over: false });
  assert.deepEqual(classClock(0, 1, 90_000), { since: "1:30", left: "0:30 over", over: true });
  assert.equal(classClock(5_000, null, 0).since, "0:00"); // a clock that lags never shows less than nothing
});

const TRACE = traceOf([step(1, 0, "request sent"), step(2, 1, "task started"), step(3, 2, "response sent")]);
const NOTES = [
  { variant: null, where: null, text: "Begin." },
  { variant: "thread", where: "response sent", text: "Gone." },
  { variant: "thread", where: "task started", text: "Vote." },
  { variant: "thread", where: "task failed", text: "Never." },
  { variant: "inline", where: "response sent", text: "Other." },
];

test("a note stands until the next one, in the order of the run", () => {
  const now = (/** @type {number} */ n) => notesFor(NOTES, "thread", TRACE, n).filter((note) => note.now).map(({ text }) => text);
  assert.deepEqual([0, 1, 2, 3].map(now), [["Begin."], ["Begin."], ["Vote."], ["Gone."]]);
  assert.deepEqual(notesFor(NOTES, "thread", TRACE, 0).map(({ text, n }) => [text, n]), [["Begin.", null], ["Vote.", 2], ["Gone.", 3]]);
});

test("the story says where a slot is and what comes next", () => {
  const slot = /** @type {any} */ ({ trace: TRACE, status: "ready" });
  assert.deepEqual(storyOf(slot, 2), { n: 2, count: 3, action: "step 2", next: "step 3" });
  assert.deepEqual(storyOf(slot, 0), { n: 0, count: 3, action: "Nothing has happened yet.", next: "step 1" });
  assert.equal(storyOf(slot, 3).next, "");
});

const seat = (/** @type {number} */ number, /** @type {string} */ name, /** @type {Partial<RosterSeat>} */ change) =>
  /** @type {any} */ ({ seat: number, name, here: true, following: true, lost: false, cohost: false, answered: false, joined: number, ...change });

test("who is lost stands first, who looks around next, who is away last", () => {
  const roster = [
    seat(1, "Ana", { here: false }), seat(2, "Cem", {}), seat(3, "Ben", { answered: true }), seat(4, "Eva", { following: false }), seat(5, "Dora", { lost: true, here: false }),
  ];
  assert.deepEqual(byNeed(roster).map(({ name }) => name), ["Dora", "Eva", "Ben", "Cem", "Ana"]);
  assert.deepEqual(headcount(roster), { here: 3, following: 2, lost: 1, answered: 1 });
});
