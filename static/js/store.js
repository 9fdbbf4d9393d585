/**
 * The state of the stage, as signals, and what comes from the server.
 *
 * Which runs the reader wants (`wishes`), what came from the server (`lesson`, `slots`) and where the
 * reader stands in it (`cursor`) are kept; everything else on the screen follows from them. Only this
 * module and `moving`, which is what the reader does in it, write these signals. A slot shows one run
 * with its own settings until the next is there.
 * `cursor` changes at every frame while playing: a component reads `presentOf`, `marksOf` and the
 * like, which change only when there is something new to draw.
 */

import { batch, computed, signal } from "@preact/signals-core";
import { sameMoment } from "./moment.js";
import { additions, isReal, sameSettings } from "./settings.js";
import { storyAxis } from "./story.js";
import { stepAxis } from "./story-steps.js";
import { apply, countUntil, emptyTrace, finish, marksAt, stepNamed } from "./trace.js";
import { MOST_SLOTS } from "./url.js";

/**
 * @import { ReadonlySignal, Signal } from "@preact/signals-core"
 * @import { Progress } from "./protocol.js"
 * @import { End, StreamRecord, Trace } from "./trace.js"
 */

/**
 * @typedef {string|number|boolean} Value
 * @typedef {{id: string, title: string, file: string, verdict: string, watch: string[], source?: string, unreal?: string|null}} Variant
 *   `unreal`: why it cannot be run on the wall clock, if it cannot
 * @typedef {{label: string, unit?: string|null, min?: number|null, max?: number|null, step?: number|null,
 *   choices?: Value[]|null, default: Value, constant?: string|null}} Parameter
 * @typedef {{id: string, title: string, chapter: string, level: string, minutes: number, text_html: string,
 *   variants: Variant[], parameters: Object<string, Parameter>, flow: any[], moments: any[], quiz: any, predictions?: any[], experiments?: any[], views?: string[]}} LessonPage
 * @typedef {{code: string, message: string, field?: string|null, file?: string|null, line?: number|null}} Fault
 * @typedef {{file: string, source: string, html: string[]}} Listing
 * @typedef {{variant: string, parameters: Object<string, Value>, seed: number, clock: string}} SlotRequest
 * @typedef {SlotRequest & {id: number}} Wish  a run that is wanted; `id` stays with it whatever is changed
 * @typedef {Wish & {index: number, heading: string, title: string, status: "loading"|"ready"|"error",
 *   error: Fault|null, listing: Listing[], trace: Trace, progress?: Progress|null}} Slot
 *   `heading` the variant's title; `title` also says what tells the slot from others of the same variant; `progress` of a run for real that goes on
 * @typedef {{s: number, t: number, slot: number, step: number, line: number|null}} Cursor
 *   `s` the story position, `t` seconds, `slot` the slot in focus, `step` the step it is at (0: before
 *   the first), `line` the index of its recorded line while stepping by line
 * @typedef {{slot?: number|undefined, step?: number|undefined, t?: number|undefined, s?: number|undefined}} Target
 */

export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8];

/** @type {Signal<LessonPage>} */
export const lesson = signal({
  id: "", title: "", chapter: "", level: "", minutes: 0, text_html: "", variants: [], parameters: {},
  flow: [], moments: [], quiz: [],
});
/** The runs that the reader wants, from top to bottom. @type {Signal<Wish[]>} */
export const wishes = signal(/** @type {Wish[]} */ ([]));
/** What is shown of them: as many, in the same order. @type {Signal<Slot[]>} */
export const slots = signal([]);
/** @type {Signal<Cursor>} */
export const cursor = signal({ s: 0, t: 0, slot: 0, step: 0, line: null });
export const playing = signal(false);
export const speed = signal(1);
export const trueTime = signal(false);
/** What stands above each other in several slots: the same time, or the same step. @type {Signal<"time"|"step">} */
export const alignment = signal("time");
/** The axis before a run for real was looked at. @type {Signal<{linear: boolean, aligned: "time"|"step"}|null>} */
export const axisBefore = signal(/** @type {{linear: boolean, aligned: "time"|"step"}|null} */ (null));
/** The reader drags the cursor: it follows the hand and does not glide. */
export const scrubbing = signal(false);
/** The reader moves a slider of the lesson's settings. */
export const sliding = signal(false);
export const helpOpen = signal(false);
/** @type {Signal<"connecting"|"online"|"offline">} */
export const connection = signal("connecting");
/** @type {Signal<Fault|null>} The whole view was refused. */
export const fault = signal(null);
/** Where someone else stands on the axis, as a story position, to be shown beside the reader's own place. @type {Signal<number|null>} */
export const elsewhere = signal(/** @type {number|null} */ (null));
/** @type {Signal<string[]>} */
export const notices = signal([]);

/** The slots whose runs go on at this moment, for real. */
export const live = computed(() => slots.value.filter((slot) => isReal(slot) && slot.status === "ready" && !slot.trace.ended));
/** How far what goes on is known, in seconds: the reader cannot stand behind it. */
export const known = computed(() => Math.min(...live.value.map(({ trace }) => trace.duration)));
/** Several slots are aligned by step: each has its own time. What goes on has the time that it is. */
export const byStep = computed(() => alignment.value === "step" && slots.value.length > 1 && live.value.length === 0);
/** Seconds that what goes on should take. */
const expected = computed(() => Math.max(0, ...live.value.map(({ progress }) => progress?.expected ?? 0)));
/** The axis that all slots share; it has room for what goes on. */
export const axis = computed(() => {
  const traces = slots.value.map((slot) => slot.trace);
  return byStep.value ? stepAxis(traces) : storyAxis(traces, expected.value);
});
export const focus = computed(() => cursor.value.slot);

/** @param {number} i @returns {Slot|null} */
export const slotAt = (i) => slots.value[i] ?? null;
export const traceAt = (/** @type {number} */ i) => slotAt(i)?.trace ?? nothing;
const nothing = emptyTrace();

/**
 * One signal for each slot, made once: components may come and go.
 * @template T
 * @param {(i: number) => T} make
 * @param {(a: T, b: T) => boolean} [same] keeps the old value, so that nothing is drawn anew
 * @returns {(i: number) => ReadonlySignal<T>}
 */
function perSlot(make, same = Object.is) {
  const signals = Array.from({ length: MOST_SLOTS }, (_, i) => {
    /** @type {T|undefined} */
    let old;
    return computed(() => {
      const value = make(i);
      if (old === undefined || !same(old, value)) old = value;
      return old;
    });
  });
  return (i) => /** @type {ReadonlySignal<T>} */ (signals[i]);
}

/** The step that a slot is at, 0 before its first. */
export const presentOf = perSlot((i) => axis.value.stepAt(i, cursor.value.s));

/** The time at which a slot is, in seconds. */
export const timeOf = perSlot((i) => {
  const { s, t, slot } = cursor.value;
  return i === slot || !byStep.value ? t : exactly(axis.value.toTime(s, i));
});

/** The current line of every live thread of a slot. */
export const marksOf = perSlot(
  (i) => {
    const { s, slot, line } = cursor.value;
    const t = timeOf(i).value;
    const place = (/** @type {string} */ lane) => axis.value.place(i, lane, t);
    const order = (/** @type {string} */ lane) => Math.sign(round(s - place(lane)));
    const step = stepNamed(traceAt(i), presentOf(i).value);
    return marksAt(traceAt(i), t, { order, upTo: slot === i ? line : null, step });
  },
  (a, b) => JSON.stringify(a) === JSON.stringify(b),
);

/** How many of a slot's output records are in the past. */
export const outputOf = perSlot((i) => countUntil(traceAt(i).output, timeOf(i).value, (item) => item.t));

/** How many of a slot's problems are in the past. */
export const problemsOf = perSlot((i) => countUntil(traceAt(i).problems, timeOf(i).value, (item) => item.t));

const round = (/** @type {number} */ s) => Math.round(s * 1e6) / 1e6;
/** Without dust behind the point: times are compared. @param {number} t */
const exactly = (t) => Math.round(t * 1e9) / 1e9;

/** The lesson's variant that a slot shows. @param {Slot} slot @returns {Variant|null} */
export function variantOf(slot) {
  return lesson.value.variants.find((variant) => variant.id === slot.variant) ?? null;
}

// What comes from the server.

let lastId = 0;

/** @param {SlotRequest & {id?: number|undefined}} request @returns {Wish} */
const wishOf = ({ variant, parameters, seed, clock, id }) => ({ variant, parameters, seed, clock, id: id ?? (lastId += 1) });

/** @param {Wish} wish @returns {Slot} */
function blank(wish) {
  const heading = lesson.value.variants.find(({ id }) => id === wish.variant)?.title ?? wish.variant;
  return { ...wish, index: 0, heading, title: heading, status: "loading", error: null, listing: [], trace: nothing };
}

/** @param {Slot[]} list */
function show(list) {
  const added = additions(list, lesson.value);
  slots.value = list.map((slot, index) => {
    const title = slot.heading + added[index];
    return slot.index === index && slot.title === title ? slot : { ...slot, index, title };
  });
}

/**
 * Lay out the slots before anything has arrived, and where the reader wants to stand in them.
 * @param {SlotRequest[]} requests
 * @param {Target} [target]
 */
export function arrange(requests, target = {}) {
  batch(() => {
    wishes.value = requests.map((request) => wishOf({ ...request, id: undefined }));
    show(wishes.value.map(blank));
    wanted.value = target;
    place({ s: 0, slot: Math.min(target.slot ?? requests.length - 1, requests.length - 1) });
  });
}

/**
 * Want other runs. What keeps its id keeps its picture until the new one has come; `like` is the
 * index of a slot whose picture a new one begins with.
 * @param {(SlotRequest & {id?: number|undefined, like?: number|undefined})[]} requests
 * @param {number} [leader] the index of the slot that is to lead
 */
export function ask(requests, leader) {
  batch(() => {
    const before = slots.value;
    const leading = slotAt(cursor.value.slot);
    const back = remember();
    wishes.value = requests.map(wishOf);
    show(wishes.value.map((wish, i) => {
      const same = before.find(({ id }) => id === wish.id) ?? before[requests[i]?.like ?? -1];
      if (!same) return blank(wish);
      // A real run is nobody else's: what a new one begins with is a picture only.
      return same.id === wish.id ? same : { ...same, id: wish.id, clock: isReal(wish) ? "virtual" : same.clock };
    }));
    if (axisBefore.value !== null && !wishes.value.some(isReal)) {
      trueTime.value = axisBefore.value.linear;
      alignment.value = axisBefore.value.aligned;
      axisBefore.value = null;
    }
    const stays = slots.value.findIndex(({ id }) => id === leading?.id);
    const to = leader ?? (stays >= 0 ? stays : Math.min(cursor.value.slot, slots.value.length - 1));
    back(to, to === stays || (leading !== null && requests[to]?.like === leading.index));
  });
}

/** Begin again with the same slots: the traces are sent anew. The reader comes back to the same place. */
export function restart() {
  arrange(wishes.value, standing());
}

/** The run that is wanted in a slot is not the one that it shows. @param {Wish} wish @param {Slot|undefined} slot */
const awaited = (wish, slot) => slot?.id !== wish.id || !sameSettings(wish, slot, lesson.value);

/** Whether a slot shows another run than the one that is wanted there. @param {number} index */
export const changing = (index) => {
  const wish = wishes.value[index];
  return wish !== undefined && awaited(wish, slots.value[index]);
};

/** Whether the stage shows what is wanted, and all of it. */
export const settled = computed(() => complete() && !wishes.value.some((_, index) => changing(index)));

/** Where the reader stands, to come back to when the slots have changed. @returns {(to: number, same: boolean) => void} */
export function remember() {
  const { slot, s, t } = cursor.value;
  const mark = markNow();
  const anchored = mark > 0 && s === axis.value.stop(slot, mark);
  return (to, same) => place(s === 0 ? { s: 0, slot: to } : anchored && (same || byStep.value) ? { slot: to, step: mark } : { slot: to, t });
}

/** Where a link points, until the trace has come that far. @type {Signal<Target|null>} */
export const wanted = signal(null);

/** @param {number} index @param {Partial<Slot>} change */
export function updateSlot(index, change) {
  const back = remember();
  show(slots.value.map((slot) => (slot.index === index ? { ...slot, ...change } : slot)));
  const goal = wanted.value;
  if (!goal) {
    // More of the trace may have moved everything along the axis: stay at the same step or time.
    back(cursor.value.slot, true);
    return;
  }
  const steps = axis.value.marks(goal.slot ?? cursor.value.slot).length;
  if (goal.step === undefined || goal.step <= steps) place(goal);
  const done = slots.value.every((slot) => slot.status === "error" || slot.trace.ended);
  if (!done) return;
  if (goal.step !== undefined && goal.step > steps && steps > 0) {
    notice(`There is no step ${goal.step} here; this is the last one.`);
    place({ slot: goal.slot, step: steps });
  }
  wanted.value = null;
}

/**
 * Put another run in the place of the one that a slot shows. The reader stays at the same moment of
 * the story where the new run has it, else at the same time.
 * @param {number} index
 * @param {Partial<Slot>} change
 */
export function replaceSlot(index, change) {
  const { slot, step, s, t } = cursor.value;
  const before = traceAt(index);
  const [from, to] = [axis.value.stop(slot, step), axis.value.stops[slot]?.[step] ?? axis.value.length];
  const part = to > from ? (s - from) / (to - from) : 0;
  batch(() => {
    updateSlot(index, { error: null, ...change });
    if (wanted.value || index !== slot || s === 0) return;
    const after = traceAt(index);
    const n = step === 0 ? 0 : sameMoment(before, step, after);
    if (n === null) {
      place({ t: Math.min(t, after.duration) });
      return;
    }
    const stop = axis.value.stop(slot, n);
    const next = axis.value.stops[slot]?.[n] ?? axis.value.length;
    place({ s: part === 0 ? stop : stop + part * (next - stop) });
  });
}

/** @param {number} index @param {StreamRecord[]} records */
export function receive(index, records) {
  const slot = slotAt(index);
  if (slot) updateSlot(index, { trace: apply(slot.trace, records), status: "ready" });
}

/** @param {number} index @param {End} end */
export function receiveEnd(index, end) {
  const slot = slotAt(index);
  if (slot) updateSlot(index, { trace: finish(slot.trace, end), status: "ready" });
}

/** @param {string} text */
export function notice(text) {
  if (!notices.value.includes(text)) notices.value = [...notices.value, text];
}

/** @param {number} i */
export function dismissNotice(i) {
  notices.value = notices.value.filter((_, k) => k !== i);
}

// Where the reader stands.

/** Put the cursor at a place of the axis, a step or a time; what is not given stays. @param {Target & {line?: number|null}} target */
export function place({ slot = cursor.value.slot, step, t, s, line = null }) {
  const scale = axis.value;
  const end = known.value < scale.duration ? scale.toStory(known.value, slot) : scale.length;
  const at = clamp(s ?? (step !== undefined ? stopNear(slot, step, t) : t !== undefined ? scale.toStory(t, slot) : cursor.value.s), end);
  const exact = line === null ? undefined : traceAt(slot).lines[line]?.t;
  const time = exact ?? exactly(scale.toTime(at, slot));
  cursor.value = { s: at, t: time, slot, step: scale.stepAt(slot, at), line };
}

/** The stop of a step, or the place of a time between this step and the next. @param {number} slot @param {number} step @param {number} [t] */
function stopNear(slot, step, t) {
  const scale = axis.value;
  const stop = scale.stop(slot, Math.min(step, scale.marks(slot).length));
  return t === undefined || t <= scale.toTime(stop, slot) + 5e-7 ? stop : scale.toStory(t, slot);
}

const clamp = (/** @type {number} */ s, /** @type {number} */ length) => Math.max(0, Math.min(s, length));

/** How many stops the reader has come by: the step of the slot in focus, or that of the longest where they are aligned by step. */
export const markNow = () => countUntil(axis.value.marks(cursor.value.slot), cursor.value.s + 1e-9, (stop) => stop);

/** Whether any time has passed since the step that the cursor is at. */
export const timePassed = () => cursor.value.t > axis.value.toTime(axis.value.stop(cursor.value.slot, markNow()), cursor.value.slot) + 5e-7;

/**
 * Where the reader stands, as a link says it: nothing at the very start, no time at a step's stop.
 * @returns {{slot: number|undefined, step: number|undefined, t: number|undefined}}
 */
export function standing() {
  const { slot, s, t } = cursor.value;
  if (s === 0 && slot === slots.value.length - 1) return { slot: undefined, step: undefined, t: undefined };
  return { slot, step: markNow(), t: timePassed() ? t : undefined };
}

/** Whether everything that the slots will ever hold is here. */
export const complete = () => slots.value.every((slot) => slot.status === "error" || slot.trace.ended);
