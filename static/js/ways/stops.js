/**
 * Where the run waits for the learner: the stops of predictions along the axis. Pure functions.
 */

/** @import { Axis } from "../story.js" */
/** @import { Trace } from "../trace.js" */
/** @import { Question } from "../views/quiz-fields.js" */

/**
 * @typedef {Question & {stop: {where: string}}} Prediction
 * @typedef {{question: Prediction, slot: number, step: number, s: number}} Stop
 */

/** Story positions nearer than this are the same. */
const SAME = 1e-6;

/**
 * The stops of those predictions whose version is on the stage, in the order of the story.
 * @param {Prediction[]} questions
 * @param {readonly {variant: string, trace: Trace}[]} slots
 * @param {Axis} axis
 * @returns {Stop[]}
 */
export function stopsOf(questions, slots, axis) {
  const stops = questions.flatMap((question) => {
    const slot = slots.findIndex(({ variant }) => variant === question.variant);
    const step = slots[slot]?.trace.steps.find(({ moment }) => moment === question.stop.where)?.n;
    return step === undefined ? [] : [{ question, slot, step, s: axis.stop(slot, step) }];
  });
  return stops.map((stop, place) => ({ stop, place }))
    .sort((a, b) => a.stop.s - b.stop.s || a.place - b.place)
    .map(({ stop }) => stop);
}

/**
 * The first stop that is not settled yet.
 * @param {Stop[]} stops @param {(id: string) => boolean} settled
 * @returns {Stop|null}
 */
export const nextStop = (stops, settled) => stops.find(({ question }) => !settled(question.id)) ?? null;

/** Whether the cursor has gone beyond a stop. @param {Stop|null} stop @param {number} s */
export const isBeyond = (stop, s) => stop !== null && s > stop.s + SAME;

/** Whether the cursor has come to a stop. @param {Stop|null} stop @param {number} s */
export const isAt = (stop, s) => stop !== null && s >= stop.s - SAME;
