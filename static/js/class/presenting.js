/**
 * What the presenter view makes of what it holds: notes for now, the next step, who needs a look.
 */

/** @import { Note, RosterSeat } from "./state.js" */
/** @import { Slot } from "../store.js" */
/** @import { Trace } from "../trace.js" */

/**
 * @typedef {{text: string, n: number|null, now: boolean}} PlacedNote  `n` its step, null: from the start
 * @typedef {{n: number, count: number, action: string, next: string}} Story
 */

/**
 * The notes of a version that its run has a place for, in the order of the run.
 * @param {Note[]} notes
 * @param {string} variant
 * @param {Trace} trace
 * @param {number} present the step that the class is at
 * @returns {PlacedNote[]}
 */
export function notesFor(notes, variant, trace, present) {
  /** @type {{text: string, n: number|null}[]} */
  const placed = [];
  for (const { variant: of, where, text } of notes) {
    const step = of === variant ? trace.steps.find(({ moment }) => moment === where) : undefined;
    if (where === null || step) placed.push({ text, n: step?.n ?? null });
  }
  const lasting = placed.filter(({ n }) => (n ?? 0) <= present).map(({ n }) => n ?? 0);
  const latest = Math.max(0, ...lasting);
  return placed
    .sort((a, b) => (a.n ?? 0) - (b.n ?? 0))
    .map(({ text, n }) => ({ text, n, now: (n ?? 0) === latest }));
}

/**
 * Where a slot is, and what comes next.
 * @param {Slot} slot
 * @param {number} n the step it is at
 * @returns {Story}
 */
export function storyOf(slot, n) {
  const { steps } = slot.trace;
  const at = steps.findIndex((step) => step.n === n);
  const action = steps[at]?.action ?? (slot.status === "loading" ? "The program is running …" : "Nothing has happened yet.");
  return { n, count: steps.length, action, next: steps[at + 1]?.action ?? "" };
}

/**
 * Everybody, those who need help first: lost, then not following, then the others; who is away last.
 * @param {RosterSeat[]} roster
 * @returns {RosterSeat[]}
 */
export function byNeed(roster) {
  return roster.toSorted((a, b) => need(a) - need(b) || a.name.localeCompare(b.name));
}

/** @param {RosterSeat} seat */
function need({ here, lost, following }) {
  if (lost) return 0;
  if (!here) return 3;
  return following ? 2 : 1;
}

/** @param {RosterSeat[]} roster */
export function headcount(roster) {
  const here = roster.filter((seat) => seat.here);
  return {
    here: here.length,
    following: here.filter((seat) => seat.following).length,
    lost: roster.filter((seat) => seat.lost).length,
    answered: roster.filter((seat) => seat.answered).length,
  };
}
