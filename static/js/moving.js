/**
 * What the reader does to move: to a step, a line or a time, playing and at what speed, along which axis; and
 * the same for who follows somebody else. The state itself is in `store`.
 */

import { batch } from "@preact/signals-core";
import {
  alignment, axis, axisBefore, complete, cursor, focus, known, lesson, live, markNow, notice, place, playing, remember, slotAt,
  slots, speed, SPEEDS, timePassed, traceAt, trueTime, wanted,
} from "./store.js";

/** @import { Target } from "./store.js" */

/** Told of everything that the reader does to move, before it is done. */
let told = () => {};

/** @param {() => void} listener */
export function onAct(listener) {
  told = listener;
}

/** Tell that the reader is about to change something. */
export const tell = () => told();

/** Says where the cursor is next while someone else leads, `elapsed` seconds of the reader later. @type {((elapsed: number) => Target)|null} */
let guide = null;

/** While there is a guide, playing goes where it says. @param {((elapsed: number) => Target)|null} next */
export function setGuide(next) {
  guide = next;
}

/** The speed and the axis of someone else who leads. @param {number} pace @param {boolean} linear @param {"time"|"step"} [aligned] */
export function keepPace(pace, linear, aligned = "time") {
  batch(() => {
    speed.value = SPEEDS.includes(pace) ? pace : 1;
    trueTime.value = linear;
    alignment.value = aligned;
  });
}

/** Stand where someone else leads, or as soon as that has come. @param {Target} target @param {boolean} moving whether time passes */
export function stand(target, moving) {
  batch(() => {
    playing.value = moving;
    if (complete()) {
      wanted.value = null;
      place(moving ? { slot: target.slot, s: cursor.value.s } : target);
    } else {
      wanted.value = { slot: target.slot, step: target.step, t: target.t };
    }
  });
}

/** Go to a step of a slot, a time or a story position; the run stops there. @param {Target} target */
export function seek(target) {
  told();
  batch(() => {
    wanted.value = null;
    playing.value = false;
    place(target);
  });
}

/** Go to a step of a variant, as the proof of an answer asks for. @param {string} variant @param {number} n */
export function jumpTo(variant, n) {
  const slot = slots.value.find((item) => item.variant === variant);
  if (slot) seek({ slot: slot.index, step: n });
  else notice(`This step belongs to “${lesson.value.variants.find((item) => item.id === variant)?.title ?? variant}”, which is not on the stage.`);
}

/** One row on (1) or back (-1): of the leading slot, or of all that have one more. @param {1|-1} direction */
export function stepBy(direction) {
  const { slot, s } = cursor.value;
  const scale = axis.value;
  const mark = markNow();
  const within = timePassed() || (scale.byStep && s > scale.stop(slot, mark) + 1e-6);
  if (direction < 0) seek({ slot, step: within ? mark : Math.max(mark - 1, Math.min(1, mark)) });
  else if (mark < scale.marks(slot).length) seek({ slot, step: mark + 1 });
  else if (complete()) seek({ s: scale.length });
}

/** One recorded line of the leading slot on (1) or back (-1). @param {1|-1} direction */
export function lineBy(direction) {
  const { slot, s, line } = cursor.value;
  const lines = traceAt(slot).lines;
  const stops = lines.map((item) => axis.value.place(slot, item.lane, item.t));
  let next = line === null ? -1 : line + direction;
  if (line === null && direction > 0) next = stops.findIndex((stop) => stop > s + 1e-6);
  if (line === null && direction < 0) next = stops.findLastIndex((stop) => stop < s - 1e-6);
  if (next < 0 || next >= lines.length) return;
  told();
  batch(() => {
    wanted.value = null;
    playing.value = false;
    place({ s: stops[next], line: next });
  });
}

export const toStart = () => seek({ s: 0 });
export const toEnd = () => (live.value.length > 0 ? keepUp(known.value) : seek({ s: axis.value.length }));

/** @param {number} slot */
export function focusSlot(slot) {
  if (!slotAt(slot) || slot === focus.value) return;
  told();
  place({ slot, s: cursor.value.s });
}

/** Whether a link still points to a place that has not come yet. */
export const travelling = () => wanted.value !== null;

// Playing.

/** By how many seconds the picture of what goes on is ahead of the reader: so it is seen to grow evenly. */
const BEHIND = 0.5;

/** Stand at this time of what goes on, and go on with it. @param {number} t seconds */
function keepUp(t) {
  told();
  batch(() => {
    wanted.value = null;
    place({ t });
    playing.value = true;
  });
}

/** A run for real begins: it is seen in true time, from its beginning, unless a link points elsewhere. @param {number} index */
export function goLive(index) {
  const goal = wanted.value;
  if (goal?.step !== undefined || goal?.t !== undefined) return;
  batch(() => {
    axisBefore.value ??= { linear: trueTime.value, aligned: alignment.value };
    alignment.value = "time";
    trueTime.value = true;
    place({ slot: index, s: 0 });
    keepUp(0);
  });
}

export function play() {
  told();
  batch(() => {
    if (complete() && cursor.value.s >= axis.value.length - 1e-6) place({ s: 0 });
    wanted.value = null;
    playing.value = axis.value.length > 0;
  });
}

export function pause() {
  told();
  playing.value = false;
}

export const toggle = () => (playing.value ? pause() : play());

/** Let `elapsed` real seconds pass. @param {number} elapsed */
export function advance(elapsed) {
  const scale = axis.value;
  if (guide) {
    const next = guide(elapsed);
    batch(() => {
      place(next);
      if (complete() && cursor.value.s >= scale.length - 1e-6) playing.value = false;
    });
    return;
  }
  const { s, t } = cursor.value;
  if (live.value.length > 0) {
    // In real time; who is far behind catches up.
    const late = Math.max(0, known.value - t - BEHIND);
    place({ s: Math.max(s, scale.toStory(Math.min(t + elapsed * (1 + 2 * late), known.value))) });
    return;
  }
  const next = trueTime.value
    ? { s: Math.max(s, scale.toStory(t + elapsed * speed.value)), t: t + elapsed * speed.value }
    : { s: s + elapsed * speed.value };
  batch(() => {
    place(next);
    const over = trueTime.value ? cursor.value.t >= scale.duration : next.s >= scale.length;
    if (!over) return;
    place({ s: scale.length });
    if (complete()) playing.value = false;
  });
}

/** @param {number} value */
export function setSpeed(value) {
  told();
  speed.value = SPEEDS.includes(value) ? value : 1;
}

export const faster = () => setSpeed(SPEEDS[Math.min(SPEEDS.indexOf(speed.value) + 1, SPEEDS.length - 1)] ?? 1);
export const slower = () => setSpeed(SPEEDS[Math.max(SPEEDS.indexOf(speed.value) - 1, 0)] ?? 1);

/** True time is one for all slots, so they are aligned by it. @param {boolean} on */
export function setTrueTime(on) {
  if (on) align("time");
  told();
  trueTime.value = on;
}

/** Align the slots by time or by step; the reader stays at the same step or time. @param {"time"|"step"} what */
export function align(what) {
  if (alignment.value === what) return;
  told();
  batch(() => {
    const back = remember();
    alignment.value = what;
    if (what === "step") trueTime.value = false;
    back(cursor.value.slot, true);
  });
}
