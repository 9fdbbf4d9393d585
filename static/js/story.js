/**
 * Story time: one axis for all slots on which every step can be read.
 *
 * In a run of five seconds all that matters may happen within 25 ms. So the axis has a coordinate
 * of its own, the story position `s` (seconds of playing at 1x). It is a list of knots (s, t) with
 * straight lines between them, `t` never falling:
 *
 * - Each step of each slot has one position, its stop. Steps at different times have different
 *   stops; steps of one slot at the same time follow each other in their order, and time stands
 *   still between them; the k-th steps of several slots at the same time share a stop.
 *   So `s` alone says the time and the step of every slot, and a step says `s`.
 * - After a stop the axis gives `DWELL` to whatever comes next. Beginnings and ends of spans and
 *   arrows that no step tells get a short stretch of their own.
 * - A stretch in which nothing happens and that is long beside the others folds.
 *
 * What a lane does at a time that has several stops is placed at the stop that speaks of this lane:
 * the user's waiting begins at "request sent", the server's work at "request received".
 *
 * Slots may also be aligned by step, each with a time of its own: story-steps.js.
 */

/** @import { Step, Trace } from "./trace.js" */
import { countUntil, userOf } from "./trace.js";

/**
 * @typedef {{s: number, t: number}} Knot
 * @typedef {{start: number, end: number, from: number, to: number}} Fold  `start`, `end` are story positions, `from`, `to` times
 * @typedef {{t: number, steps: number, s: number}} Moment
 */

/** Seconds of playing that a step gets, and that something smaller gets. */
export const DWELL = 1.2;
const GLANCE = 0.35;
/** A story with very many steps goes faster, so that they all are told within this time; the same for what is smaller. */
const LONGEST = 180;
const LONGEST_GLANCES = 24;
/** A stretch folds from this many seconds, if it is also this many times the usual stretch. */
const FOLD_FROM = 0.1;
const FOLD_TIMES = 10;
/** Of a fold, this many seconds (at most this part) stay unfolded at either end. */
const EDGE = 0.05;
const EDGE_PART = 0.02;

/** Times are exact to the microsecond; as whole numbers they can be compared. */
const key = (/** @type {number} */ t) => Math.round(t * 1e6);

export class Axis {
  /**
   * @param {Knot[]} knots
   * @param {Fold[]} folds
   * @param {number[][]} stops by slot, the story position of each step
   * @param {Map<number, Moment>} moments by time
   * @param {Map<string, number>} places by slot, lane and time
   * @param {number} dwell seconds of playing that each step really got
   */
  constructor(knots, folds, stops, moments, places, dwell) {
    this.knots = knots;
    this.folds = folds;
    this.stops = stops;
    this.dwell = dwell;
    this.length = knots[knots.length - 1]?.s ?? 0;
    this.duration = knots[knots.length - 1]?.t ?? 0;
    /** Whether the slots are aligned by step, and not by time. */
    this.byStep = false;
    /** @private */ this.moments = moments;
    /** @private */ this.places = places;
  }

  /** The time at a story position; here that of every slot. @param {number} s @param {number} [_slot] @returns {number} */
  toTime(s, _slot) {
    return between(this.knots, s, "s", "t");
  }

  /**
   * The story position of a time: where several steps share it, that of the last one.
   * @param {number} t
   * @param {number} [_slot] whose time it is; here that of every slot
   * @returns {number}
   */
  toStory(t, _slot) {
    const moment = this.moments.get(key(t));
    if (moment) return moment.s + (Math.max(moment.steps, 1) - 1) * this.dwell;
    return between(this.knots, t, "t", "s");
  }

  /** The story position of step `n` of a slot; of step 0, the start. @param {number} slot @param {number} n @returns {number} */
  stop(slot, n) {
    return this.marks(slot)[n - 1] ?? 0;
  }

  /** The stops that whoever follows this slot goes through. @param {number} slot @returns {number[]} */
  marks(slot) {
    return this.stops[slot] ?? [];
  }

  /** The knots of a slot, and what folds in it. @param {number} _slot @returns {{knots: Knot[], folds: Fold[]}} */
  partsOf(_slot) {
    return { knots: this.knots, folds: this.folds };
  }

  /** The time at which a slot's axis ends. @param {number} _slot @returns {number} */
  endOf(_slot) {
    return this.duration;
  }

  /** The step that a slot is at: the last whose stop lies at or before `s`, 0 before the first. @param {number} slot @param {number} s @returns {number} */
  stepAt(slot, s) {
    return countUntil(this.stops[slot] ?? [], s + 1e-9, (stop) => stop);
  }

  /** Where on the axis a lane of a slot does what it does at `t`. @param {number} slot @param {string} lane @param {number} t @returns {number} */
  place(slot, lane, t) {
    const moment = this.moments.get(key(t));
    if (!moment) return this.toStory(t);
    return this.places.get(`${slot} ${lane} ${key(t)}`) ?? moment.s;
  }
}

/**
 * @param {Knot[]} knots
 * @param {number} value
 * @param {"s"|"t"} from
 * @param {"s"|"t"} to
 * @returns {number}
 */
export function between(knots, value, from, to) {
  const i = countUntil(knots, value, (knot) => knot[from]);
  const before = knots[i - 1];
  const after = knots[i];
  if (!before) return after ? after[to] : 0;
  if (!after) return before[to];
  const part = (value - before[from]) / (after[from] - before[from]);
  return before[to] + part * (after[to] - before[to]);
}

/**
 * The axis on which these traces are told together. Position in the list is the slot.
 * @param {readonly Trace[]} traces
 * @param {number} [least] seconds that it has room for, whatever the traces hold
 * @returns {Axis}
 */
export function storyAxis(traces, least = 0) {
  const moments = momentsOf(traces, least);
  const ordered = [...moments.values()].sort((a, b) => a.t - b.t);
  const told = ordered.reduce((sum, moment) => sum + moment.steps, 0);
  const untold = ordered.filter((moment) => moment.steps === 0).length;
  const dwell = Math.min(DWELL, LONGEST / Math.max(told, 1));
  const glance = Math.min(GLANCE, LONGEST_GLANCES / Math.max(untold, 1));
  const usual = usualGap(ordered);

  /** @type {Knot[]} */
  const knots = [];
  /** @type {Fold[]} */
  const folds = [];
  let s = 0;
  ordered.forEach((moment, i) => {
    moment.s = s;
    for (let k = 0; k < Math.max(moment.steps, 1); k += 1) {
      s = moment.s + k * dwell;
      knots.push({ s, t: moment.t });
    }
    s += moment.steps > 0 ? dwell : glance;
    const next = ordered[i + 1];
    const gap = next ? next.t - moment.t : 0;
    if (next && gap >= FOLD_FROM && gap >= FOLD_TIMES * usual) {
      const edge = Math.min(EDGE, EDGE_PART * gap);
      const fold = { start: s, end: s + 2 * dwell, from: moment.t + edge, to: next.t - edge };
      folds.push(fold);
      knots.push({ s: fold.start, t: fold.from }, { s: fold.end, t: fold.to });
      s = fold.end + glance;
    }
  });
  const last = ordered[ordered.length - 1];
  if (last) knots.push({ s, t: last.t });
  return new Axis(knots, folds, stopsOf(traces, moments, dwell), moments, placesOf(traces, moments, dwell), dwell);
}

/**
 * Every time at which anything happens, and how many steps a slot has there at most.
 * @param {readonly Trace[]} traces
 * @param {number} least
 * @returns {Map<number, Moment>}
 */
function momentsOf(traces, least) {
  /** @type {Map<number, Moment>} */
  const moments = new Map();
  const see = (/** @type {number|null} */ t, steps = 0) => {
    if (t === null) return;
    const known = moments.get(key(t));
    if (known) known.steps = Math.max(known.steps, steps);
    else moments.set(key(t), { t, steps, s: 0 });
  };
  for (const trace of traces) {
    for (const group of sameTime(trace.steps)) see(/** @type {Step} */ (group[0]).t, group.length);
    for (const span of trace.spans) {
      see(span.start);
      see(span.end);
    }
    for (const arrow of trace.arrows) {
      see(arrow.sent);
      see(arrow.arrived);
    }
    see(trace.duration);
  }
  if (least > 0) see(least);
  if (moments.size > 0) see(0);
  return moments;
}

/** The middle one of the stretches between moments, in seconds. @param {Moment[]} ordered @returns {number} */
function usualGap(ordered) {
  const gaps = ordered.slice(1).map((moment, i) => moment.t - /** @type {Moment} */ (ordered[i]).t);
  gaps.sort((a, b) => a - b);
  return gaps[Math.floor((gaps.length - 1) / 2)] ?? 0;
}

/** Neighbouring steps that share one time. @param {Step[]} steps @returns {Step[][]} */
function sameTime(steps) {
  /** @type {Step[][]} */
  const groups = [];
  for (const step of steps) {
    const group = groups[groups.length - 1];
    if (group && key(/** @type {Step} */ (group[0]).t) === key(step.t)) group.push(step);
    else groups.push([step]);
  }
  return groups;
}

/**
 * @param {readonly Trace[]} traces
 * @param {Map<number, Moment>} moments
 * @param {number} dwell
 * @returns {number[][]}
 */
function stopsOf(traces, moments, dwell) {
  return traces.map((trace) =>
    sameTime(trace.steps).flatMap((group) =>
      group.map((step, k) => /** @type {Moment} */ (moments.get(key(step.t))).s + k * dwell),
    ),
  );
}

/**
 * For times with several stops: the stop at which a lane does what it does then.
 * @param {readonly Trace[]} traces
 * @param {Map<number, Moment>} moments
 * @param {number} dwell
 * @returns {Map<string, number>}
 */
function placesOf(traces, moments, dwell) {
  /** @type {Map<string, number>} */
  const places = new Map();
  traces.forEach((trace, slot) => {
    for (const group of sameTime(trace.steps)) {
      group.forEach((step, k) => {
        const s = /** @type {Moment} */ (moments.get(key(step.t))).s + k * dwell;
        for (const lane of lanesOf(trace, step)) {
          const name = `${slot} ${lane} ${key(step.t)}`;
          if (!places.has(name)) places.set(name, s);
        }
      });
    }
  });
  return places;
}

/** The lanes on which a step is something that happens. @param {Trace} trace @param {Step} step @returns {string[]} */
function lanesOf(trace, step) {
  const user = userOf(trace, step.request)?.id ?? null;
  const lanes = step.moment === "request sent" ? [user] : [step.lane];
  if (step.moment === "response sent") lanes.push(user);
  if (step.moment.startsWith("task ")) lanes.push(trace.tasks.find((task) => task.id === step.task)?.lane ?? null);
  return lanes.filter((lane) => lane !== null);
}
