/**
 * Where everything on the timeline lies: a pure function of the traces, their axis and the width.
 *
 * Every place along the axis is an `Edge`, a story position and a time, so that one layout serves
 * story time, true time and all that lies between (`along`). Lengths are CSS pixels.
 */

/** @import { Arrow, Lane, LaneKind, Span, Trace } from "../trace.js" */
/** @import { Axis, Fold } from "../story.js" */
/** @import { Crowd, Level } from "./timeline-groups.js" */
/** @import { Part } from "./timeline-zoom.js" */
import { differenceWords, outcomeWords, summaryOf, waitWords } from "../summary.js";
import { briefly, forWhom, laneColour, spansIn, waits } from "../trace.js";
import { crowdedLanes, levelsOf } from "./timeline-groups.js";
import { WHOLE } from "./timeline-zoom.js";

/**
 * @typedef {{s: number, t: number}} Edge
 * @typedef {{slot: number, span: Span, from: Edge, to: Edge, y: number, whose: string}} SpanBox  `whose`: for which of several users, "" where that is plain
 * @typedef {{text: string, from: Edge, to: Edge}} Rest  what a lane is while it does nothing
 * @typedef {{error: string, at: Edge}} Fall  an exception
 * @typedef {{slot: number, lane: Lane, y: number, colour: number, from: Edge, to: Edge, spans: SpanBox[], rests: Rest[],
 *   falls: Fall[]}} Row
 * @typedef {{slot: number, id: string, kind: LaneKind, name: string, count: number, y: number, height: number, open: boolean,
 *   levels: Level[]}} CrowdRow  many lanes as one band; `open`: its lanes follow below
 * @typedef {{slot: number, arrow: Arrow, from: Edge, to: Edge, y1: number, y2: number}} Flight
 * @typedef {{from: Edge, to: Edge, y: number}} Brace
 * @typedef {{from: number, to: number, x: number, label: string, bands: Band[]}} Tear  a fold, `x` where the paper of its bands is torn
 * @typedef {{slot: number, title: string, y: number, top: number, bottom: number, rows: Row[], crowds: CrowdRow[], flights: Flight[],
 *   tall: boolean, brace: Brace|null, wait: {text: string, strong: string, less: string}|null}} Band
 * @typedef {{width: number, height: number, narrow: boolean, left: number, plot: number, bar: number, row: number,
 *   axisBottom: number, length: number, duration: number, part: Part, bands: Band[], boxes: number}} Layout
 */

/** Below this width the lanes' names stand above their bars. */
const NARROW = 640;
const AXIS = 40;
const TITLE = 34;
/** By how much it is higher for a projector. */
const LARGER = 10;
const NARROW_TITLE = 30;
/** Of two answers to tell, the second has a line of its own. */
const SECOND_LINE = 22;
const BETWEEN = 14;
/** What stands beside a lane's name, and how much of the width its column takes at most. */
const BESIDE_NAME = 50;
const MOST_NAME = 0.24;
/** Pixels below the last lane. */
const BELOW = 6;
/** Pixels between marks of the axis at least. */
const NEAREST_TICKS = 6;
/** Pixels by which the bold length of a fold is wider on either side than it is measured, with some air. */
const BOLD = 7;
/** Pixels that a label keeps from a break. */
const BREAK = 9;
/** Height of a band of many lanes, with what lies between it and the next, and of its heading while it is open. */
const CROWD = 68;
const OPEN = 30;

/**
 * @param {{title: string, trace: Trace, index?: number}[]} slots `index`: as elsewhere on the stage, if it is not the place in the list
 * @param {Axis} axis
 * @param {number} width
 * @param {ReadonlySet<string>} [opened] the crowds whose lanes are shown one by one
 * @param {boolean} [large] for a projector
 * @param {(text: string) => number} [widthOf] of a lane's name
 * @returns {Layout}
 */
export function layOut(slots, axis, width, opened = new Set(), large = false, widthOf = () => 0) {
  const narrow = width < NARROW;
  const entries = slots.map(({ trace, index }, place) => crowdedLanes(trace, index ?? place));
  const lanes = entries.flat().reduce((sum, entry) => sum + (!("lanes" in entry) ? 1 : opened.has(entry.id) ? entry.lanes.length : 0), 0);
  const { row, bar } = sizes(lanes, narrow, large);
  const left = narrow ? 4 : nameColumn(slots.flatMap(({ trace }) => trace.lanes), width, large, widthOf);
  let y = AXIS;
  const bands = slots.map(({ title, trace, index }, place) => {
    const slot = index ?? place;
    const tall = narrow && summaryOf(trace).last !== null;
    const top = y + TITLE + (large ? LARGER : 0) + (narrow ? NARROW_TITLE : 0) + (tall ? SECOND_LINE : 0);
    const { rows, crowds, ys, bottom } = stack(trace, axis, slot, entries[place] ?? [], { top, row, bar, narrow, opened });
    const band = {
      slot, title, y, top, tall, rows, crowds, bottom,
      flights: layFlights(trace, axis, slot, ys),
      brace: layBrace(trace, axis, slot, rows, narrow ? 21 : 5),
      wait: sayWait(trace, slots[0]?.trace, narrow),
    };
    y = band.bottom + BETWEEN;
    return band;
  });
  return {
    width, height: y - BETWEEN + BELOW, narrow, left, row, bar, bands, part: WHOLE,
    plot: Math.max(width - left - (narrow ? 10 : 28), 40),
    axisBottom: AXIS, length: Math.max(axis.length, 1e-6), duration: Math.max(axis.duration, 1e-6),
    boxes: bands.reduce((sum, band) => sum + band.rows.reduce((count, item) => count + item.spans.length, 0), 0),
  };
}

/**
 * The lanes of a slot one below the other.
 * @param {Trace} trace
 * @param {Axis} axis
 * @param {number} slot
 * @param {(Lane|Crowd)[]} entries
 * @param {{top: number, row: number, bar: number, narrow: boolean, opened: ReadonlySet<string>}} sizes
 * @returns {{rows: Row[], crowds: CrowdRow[], ys: Map<string, number>, bottom: number}} `ys` the middle of each lane
 */
function stack(trace, axis, slot, entries, { top, row, bar, narrow, opened }) {
  /** @type {Row[]} */
  const rows = [];
  /** @type {CrowdRow[]} */
  const crowds = [];
  /** @type {Map<string, number>} */
  const ys = new Map();
  let y = top;
  const whose = new Map(trace.requests.map(({ id }) => [id, forWhom(trace, id)]));
  const add = (/** @type {Lane} */ lane) => {
    const own = layRow(trace, axis, slot, lane, y + (row - bar) - 4, lane.kind === "user" ? new Map() : whose);
    rows.push(own);
    ys.set(lane.id, own.y + bar / 2);
    y += row;
  };
  for (const entry of entries) {
    if (!("lanes" in entry)) {
      add(entry);
      continue;
    }
    const open = opened.has(entry.id);
    const above = narrow && !open ? 18 : 4;
    const height = open ? OPEN - 4 : CROWD - 12;
    crowds.push({
      slot, id: entry.id, kind: entry.kind, name: entry.name, count: entry.lanes.length, y: y + above, height, open,
      levels: levelsOf(trace, axis, slot, entry.lanes),
    });
    for (const lane of entry.lanes) ys.set(lane.id, y + above + height / 2);
    y += (open ? OPEN : CROWD) + (narrow && !open ? 14 : 0);
    if (open) entry.lanes.forEach(add);
  }
  return { rows, crowds, ys, bottom: y };
}

/** The width of the column of names: as wide as the longest one needs, within a bound. @param {Lane[]} lanes @param {number} width @param {boolean} large @param {(text: string) => number} widthOf */
function nameColumn(lanes, width, large, widthOf) {
  const longest = lanes.reduce((most, { name }) => Math.max(most, widthOf(name)), 0);
  return Math.max(large ? 190 : 148, Math.ceil(Math.min(longest + BESIDE_NAME, width * MOST_NAME)));
}

/** Many lanes share the height that few lanes would take. @param {number} lanes @param {boolean} narrow @param {boolean} large */
function sizes(lanes, narrow, large) {
  if (large && lanes <= 18) return { row: narrow ? 54 : 50, bar: narrow ? 28 : 36 };
  if (lanes > 48) return { row: 12, bar: 8 };
  if (lanes > 18) return { row: 22, bar: 14 };
  return narrow ? { row: 46, bar: 24 } : { row: 38, bar: 26 };
}

/**
 * The place of an edge on the whole axis, from 0 to 1: `mix` 0 is story time, 1 true time.
 * @param {Layout} layout
 * @param {Edge} edge
 * @param {number} mix
 * @returns {number}
 */
export function placeOf(layout, edge, mix) {
  const story = edge.s / layout.length;
  return story + (edge.t / layout.duration - story) * mix;
}

/**
 * The x of an edge, in the part of the axis that is shown.
 * @param {Layout} layout
 * @param {Edge} edge
 * @param {number} mix
 * @returns {number}
 */
export function along(layout, edge, mix) {
  const { from, to } = layout.part;
  return layout.left + (layout.plot * (placeOf(layout, edge, mix) - from)) / (to - from);
}

/** @param {Trace} trace @param {Axis} axis @param {number} slot @param {Lane} lane @param {number} y @param {Map<string, string>} whose the user of each request @returns {Row} */
function layRow(trace, axis, slot, lane, y, whose) {
  const edge = (/** @type {number} */ t) => ({ t, s: axis.place(slot, lane.id, t) });
  const end = lane.died ?? axis.duration;
  const spans = spansIn(trace, lane.id).map((span) => ({ slot, span, y, from: edge(span.start), to: edge(span.end), whose: whose.get(span.request ?? "") ?? "" }));
  return {
    slot, lane, y, colour: laneColour(trace, lane.id),
    from: edge(Math.max(lane.born, 0)),
    to: lane.died === null ? { t: end, s: axis.length } : edge(end),
    spans, rests: layRests(trace, axis, slot, lane, spans), falls: layFalls(trace, lane, edge),
  };
}

/**
 * What ended badly on a lane: exceptions, each once, though it passes through several lines on its way out; requests
 * without an answer; and the lane itself, where its process was killed.
 * @param {Trace} trace @param {Lane} lane @param {(t: number) => Edge} edge @returns {Fall[]}
 */
function layFalls(trace, lane, edge) {
  const own = trace.problems.filter((problem) => problem.lane === lane.id);
  const falls = own.filter((problem, i) => own[i + 1]?.error !== problem.error).map(({ error, t }) => ({ error, at: edge(t) }));
  const unanswered = lane.kind === "user" ? trace.requests.filter(({ user }) => user === lane.id) : [];
  for (const { failed, error } of unanswered) if (typeof failed === "number") falls.push({ error: `no answer: ${error}`, at: edge(failed) });
  if (lane.killed && lane.died !== null) falls.push({ error: "killed", at: edge(lane.died) });
  return falls;
}

/** The stretches behind its spans in which a user has an answer and a server thread is free. @param {Trace} trace @param {Axis} axis @param {number} slot @param {Lane} lane @param {SpanBox[]} spans @returns {Rest[]} */
function layRests(trace, axis, slot, lane, spans) {
  if (lane.kind !== "user" && lane.kind !== "server") return [];
  const end = lane.died === null ? { t: axis.duration, s: axis.length } : { t: lane.died, s: axis.place(slot, lane.id, lane.died) };
  return spans.flatMap((box, i) => {
    const to = spans[i + 1]?.from ?? end;
    const request = trace.requests.find((item) => item.id === box.span.request);
    const failed = request?.status && request.status >= 400;
    if (lane.kind === "server") return [{ text: "free for the next user", from: box.to, to }];
    if (!request || request.done === null) return [];
    return [{ text: failed ? `has an error page (${request.status})` : "has the answer", from: box.to, to }];
  });
}

/** @param {Trace} trace @param {Axis} axis @param {number} slot @param {Map<string, number>} ys the middle of each lane @returns {Flight[]} */
function layFlights(trace, axis, slot, ys) {
  return trace.arrows.flatMap((arrow) => {
    const y1 = ys.get(arrow.from);
    const y2 = ys.get(arrow.to);
    if (y1 === undefined || y2 === undefined || arrow.arrived === null) return [];
    const from = { t: arrow.sent, s: axis.place(slot, arrow.from, arrow.sent) };
    const to = { t: arrow.arrived, s: axis.place(slot, arrow.to, arrow.arrived) };
    return [{ slot, arrow, from, to, y1, y2 }];
  });
}

/** @param {Trace} trace @param {Axis} axis @param {number} slot @param {Row[]} rows @param {number} above pixels above the lane @returns {Brace|null} */
function layBrace(trace, axis, slot, rows, above) {
  const [wait, ...others] = waits(trace);
  const first = rows[0];
  // The brace says what the title's band says: of several users that is a median, which no brace can span.
  if (!first || !wait || wait.lane !== first.lane.id || others.some((other) => other.lane !== wait.lane || (other.to ?? Infinity) < (wait.to ?? Infinity))) return null;
  const end = wait.to === null ? { t: axis.duration, s: axis.length } : { t: wait.to, s: axis.place(slot, first.lane.id, wait.to) };
  return { y: first.y - above, from: { t: wait.from, s: axis.place(slot, first.lane.id, wait.from) }, to: end };
}

/** What a band says of the waiting, and how that differs from the first band's: on a `narrow` one only where there is nothing more to wait for. @param {Trace} trace @param {Trace|undefined} first @param {boolean} narrow @returns {Band["wait"]} */
function sayWait(trace, first, narrow) {
  const summary = summaryOf(trace);
  const words = waitWords(summary);
  if (!words) return null;
  const less = first && first !== trace && !(narrow && summary.last) ? differenceWords(summaryOf(first), summary) : "";
  const more = [less, words.late, summary.short.some(({ bad }) => bad) ? outcomeWords(summary) : ""].filter(Boolean).join(" · ");
  return { text: words.text, strong: words.strong, less: more };
}

/**
 * Where each fold lies and where its paper is torn; `label` where its length can be written without touching another.
 * Aligned by step, each band has folds of its own, which the axis does not tell.
 * @param {Layout} layout
 * @param {Axis} axis
 * @param {number} mix
 * @param {(text: string) => number} widthOf
 * @returns {Tear[]}
 */
export function breaks(layout, axis, mix, widthOf) {
  if (axis.byStep) {
    return layout.bands.flatMap((band) => foldsIn(layout, axis.partsOf(band.slot).folds, mix, widthOf).map((fold) => ({ ...fold, label: "", bands: [band] })));
  }
  const bands = layout.bands.filter(({ top, bottom }) => bottom > top); // of a run that failed there is nothing to tear
  return foldsIn(layout, axis.folds, mix, widthOf).map((fold) => ({ ...fold, bands }));
}

/** @param {Layout} layout @param {Fold[]} folds @param {number} mix @param {(text: string) => number} widthOf @returns {Omit<Tear, "bands">[]} */
function foldsIn(layout, folds, mix, widthOf) {
  if (mix === 1) return [];
  let taken = -Infinity;
  return folds.flatMap((fold) => {
    const from = along(layout, { s: fold.start, t: fold.from }, mix);
    const to = along(layout, { s: fold.end, t: fold.to }, mix);
    const x = (from + to) / 2;
    const label = briefly(fold.to - fold.from);
    const half = widthOf(label) / 2 + 3;
    if (x < layout.left || x > layout.left + layout.plot) return [];
    if (x - half < taken) return [{ from, to, x, label: "" }];
    taken = x + half;
    return [{ from, to, x, label }];
  });
}

/**
 * The x of a text of this width between `from` and `to` that no break cuts, or null where there is no room.
 * @param {number} from
 * @param {number} to
 * @param {number} width
 * @param {number[]} torn
 * @returns {number|null}
 */
export function roomFor(from, to, width, torn) {
  let start = from;
  for (const at of [...torn.filter((x) => x > from && x < to).map((x) => x - BREAK), to]) {
    if (at - start >= width) return start;
    start = at + 2 * BREAK;
  }
  return null;
}

/**
 * The marks of the axis: times, with a label where it touches no other.
 * @param {Layout} layout
 * @param {Axis} axis
 * @param {number} mix
 * @param {(text: string) => number} widthOf
 * @returns {{x: number, middle: number, label: string}[]} `middle` that of the label
 */
export function ticks(layout, axis, mix, widthOf) {
  if (axis.byStep) return labelled(layout, stepTicks(layout, axis), widthOf, []);
  const linear = mix > 0.5;
  const edges = linear
    ? evenly(axis.duration, layout.plot / 80, layout.part).map((t) => ({ t, s: axis.toStory(t) }))
    : axis.knots.filter((knot, i) => knot.t !== axis.knots[i - 1]?.t && !inFold(axis, knot.s));
  const taken = linear ? [] : breaks(layout, axis, mix, widthOf).map(({ from, to, x, label }) => {
    const half = label ? widthOf(label) / 2 + BOLD : 0;
    return { from: Math.min(from, x - half), to: Math.max(to, x + half) };
  });
  return labelled(layout, edges.map((edge) => ({ x: along(layout, edge, mix), label: clock(edge.t) })), widthOf, taken);
}

/** Each step where the slots meet in it. @param {Layout} layout @param {Axis} axis */
const stepTicks = (layout, axis) => axis.marks(0).map((s, i) => ({ x: along(layout, { s, t: 0 }, 0), label: i === 0 ? "step 1" : `${i + 1}` }));

/**
 * Marks that lie in view, with their labels where these touch no other.
 * @param {Layout} layout
 * @param {{x: number, label: string}[]} marks
 * @param {(text: string) => number} widthOf
 * @param {{from: number, to: number}[]} taken
 */
function labelled(layout, marks, widthOf, taken) {
  let last = -Infinity;
  return marks.flatMap(({ x, label }) => {
    if (x - last < NEAREST_TICKS || x < layout.left - 1 || x > layout.left + layout.plot + 1) return [];
    last = x;
    const half = widthOf(label) / 2;
    const middle = Math.max(Math.min(x, layout.width - half), layout.left + 12, half); // within the picture
    const [from, to] = [middle - half - 5, middle + half + 5];
    if (taken.some((other) => to > other.from && from < other.to)) return [{ x, middle, label: "" }];
    taken.push({ from, to });
    return [{ x, middle, label }];
  });
}

/** @param {Axis} axis @param {number} s */
const inFold = (axis, s) => axis.folds.some((fold) => s >= fold.start - 1e-9 && s <= fold.end + 1e-9);

/** Round times within a part of the whole, about `most` of them. @param {number} duration @param {number} most @param {Part} part @returns {number[]} */
function evenly(duration, most, part) {
  const rough = (duration * (part.to - part.from)) / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((value) => value >= rough) ?? rough;
  const first = Math.floor((duration * part.from) / step);
  return Array.from({ length: Math.floor((duration * part.to) / step + 1e-9) + 1 - first }, (_, i) => Number(((first + i) * step).toFixed(9)));
}

/** A time on the axis in as few digits as tell it: "0 s", "3 ms", "5.003 s". @param {number} t @returns {string} */
export function clock(t) {
  if (t === 0) return "0 s";
  return t < 0.1 ? `${Number((t * 1000).toFixed(2))} ms` : `${Number(t.toFixed(3))} s`;
}
