/**
 * The axis of slots that are aligned by step: the n-th steps of all of them share a stop, so each slot
 * has a time of its own there.
 *
 * It is made of each slot's own story axis. Between two stops a slot's axis is stretched to the length
 * that the slowest of them needs; behind its last step a slot goes on as it would alone, and then its
 * time stands still. So a story position still says the step and the time of every slot.
 */

/** @import { Fold, Knot } from "./story.js" */
/** @import { Trace } from "./trace.js" */
import { Axis, between, storyAxis } from "./story.js";

/** Behind which story position of its own (`t`) a slot is at which one of the common axis (`s`). @typedef {Knot[]} Warp */

class StepAxis extends Axis {
  /**
   * @param {Axis[]} own by slot, its own story axis
   * @param {number[]} common the stop of each step
   * @param {Warp[]} warps by slot
   */
  constructor(own, common, warps) {
    const length = Math.max(0, ...warps.map((warp) => warp[warp.length - 1]?.s ?? 0));
    const duration = Math.max(0, ...own.map((axis) => axis.duration));
    const dwell = Math.min(...own.map((axis) => axis.dwell));
    super([{ s: 0, t: 0 }, { s: length, t: duration }], [], own.map((axis) => common.slice(0, axis.marks(0).length)), new Map(), new Map(), dwell);
    this.byStep = true;
    /** @private */ this.own = own;
    /** @private */ this.common = common;
    /** @private */ this.warps = warps;
  }

  /** @override @param {number} s @param {number} [slot] */
  toTime(s, slot = 0) {
    return this.own[slot]?.toTime(between(this.warps[slot] ?? [], s, "s", "t")) ?? 0;
  }

  /** @override @param {number} t @param {number} [slot] */
  toStory(t, slot = 0) {
    return this.warp(slot, this.own[slot]?.toStory(t) ?? 0);
  }

  /** @override @param {number} slot @param {string} lane @param {number} t */
  place(slot, lane, t) {
    return this.warp(slot, this.own[slot]?.place(0, lane, t) ?? 0);
  }

  /** @override */
  marks() {
    return this.common;
  }

  /** @override @param {number} slot @returns {{knots: Knot[], folds: Fold[]}} */
  partsOf(slot) {
    const { knots = [], folds = [] } = this.own[slot] ?? {};
    const at = (/** @type {number} */ s) => this.warp(slot, s);
    return {
      knots: knots.map(({ s, t }) => ({ s: at(s), t })),
      folds: folds.map((fold) => ({ ...fold, start: at(fold.start), end: at(fold.end) })),
    };
  }

  /** @override @param {number} slot */
  endOf(slot) {
    return this.own[slot]?.duration ?? 0;
  }

  /** @private @param {number} slot @param {number} place on the slot's own axis @returns {number} */
  warp(slot, place) {
    return between(this.warps[slot] ?? [], place, "t", "s");
  }
}

/**
 * The axis on which the n-th steps of these traces stand together. Position in the list is the slot.
 * @param {readonly Trace[]} traces
 * @returns {Axis}
 */
export function stepAxis(traces) {
  const own = traces.map((trace) => storyAxis([trace]));
  const most = Math.max(0, ...own.map((axis) => axis.marks(0).length));
  /** @type {number[]} */
  const common = [];
  let s = 0;
  for (let n = 1; n <= most; n += 1) {
    const needed = own.filter((axis) => axis.marks(0).length >= n).map((axis) => axis.stop(0, n) - axis.stop(0, n - 1));
    s += Math.max(...needed);
    common.push(s);
  }
  const warps = own.map((axis) => {
    const stops = axis.marks(0);
    const last = { t: stops.at(-1) ?? 0, s: common[stops.length - 1] ?? 0 };
    return [{ t: 0, s: 0 }, ...stops.map((stop, i) => ({ t: stop, s: /** @type {number} */ (common[i]) })), { t: axis.length, s: last.s + axis.length - last.t }];
  });
  return new StepAxis(own, common, warps);
}
