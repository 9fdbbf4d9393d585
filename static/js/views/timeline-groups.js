/**
 * Lanes of a kind as one band: fifty users, a pool of threads. How many of them are in which state,
 * over the story: a pure function of the trace and the axis.
 */

import { laneOrder, spansIn } from "../trace.js";
import { STATES } from "./patterns.js";

/** @import { Lane, LaneKind, SpanState, Trace } from "../trace.js" */
/** @import { Axis } from "../story.js" */
/** @import { Edge } from "./timeline-layout.js" */

/**
 * @typedef {{at: Edge, counts: number[]}} Level  how many lanes are in each of STATES from there on
 * @typedef {{id: string, kind: LaneKind, name: string, lanes: Lane[]}} Crowd
 */

/** More lanes of one kind than this are one band, until it is opened. */
export const MOST_LANES = 8;

/** @type {Record<LaneKind, string>} */
const PLURALS = {
  user: "users", server: "server threads", thread: "threads", task: "tasks", process: "processes", loop: "loops", broker: "brokers",
  worker: "queue workers", service: "services",
};

/** The lanes from top to bottom, those of a large kind together as one. @param {Trace} trace @param {number} slot @returns {(Lane|Crowd)[]} */
export function crowdedLanes(trace, slot) {
  const lanes = laneOrder(trace);
  /** @type {Map<LaneKind, Lane[]>} */
  const kinds = new Map();
  for (const lane of lanes) kinds.set(lane.kind, [...(kinds.get(lane.kind) ?? []), lane]);
  return lanes.flatMap((lane) => /** @type {(Lane|Crowd)[]} */ (entriesFor(lane)));

  /** @param {Lane} lane */
  function entriesFor(lane) {
    const alike = kinds.get(lane.kind) ?? [];
    if (alike.length <= MOST_LANES) return [lane];
    return alike[0] === lane ? [{ id: `${slot} ${lane.kind}`, kind: lane.kind, name: `${alike.length} ${PLURALS[lane.kind]}`, lanes: alike }] : [];
  }
}

/** How many lanes of a crowd are in which state along the axis. @param {Trace} trace @param {Axis} axis @param {number} slot @param {Lane[]} lanes @returns {Level[]} */
export function levelsOf(trace, axis, slot, lanes) {
  const changes = lanes.flatMap((lane) =>
    spansIn(trace, lane.id).flatMap((span) => {
      const state = STATES.indexOf(span.state);
      const edge = (/** @type {number} */ t) => ({ t, s: axis.place(slot, lane.id, t) });
      return [{ at: edge(span.start), state, by: 1 }, { at: edge(span.end), state, by: -1 }];
    }),
  );
  changes.sort((a, b) => a.at.s - b.at.s || a.at.t - b.at.t || a.by - b.by);
  /** @type {Level[]} */
  const levels = [];
  let counts = STATES.map(() => 0);
  for (const { at, state, by } of changes) {
    counts = counts.map((count, i) => (i === state ? count + by : count));
    const last = levels[levels.length - 1];
    if (last && last.at.s === at.s && last.at.t === at.t) last.counts = counts;
    else levels.push({ at, counts });
  }
  return levels;
}

/** In words, how many are in which state at a place of the axis. @param {Level[]} levels @param {number} s @param {Record<SpanState, string>} names @returns {string} */
export function sayLevel(levels, s, names) {
  const level = levels.findLast((item) => item.at.s <= s + 1e-9);
  const parts = STATES.flatMap((state, i) => {
    const count = level?.counts[i] ?? 0;
    return count > 0 ? [`${count} ${count > 1 ? names[state].replace("its", "their") : names[state]}`] : [];
  });
  return parts.join(", ");
}
