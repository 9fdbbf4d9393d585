/**
 * Which part of the axis the timeline shows: from 0, its start, to 1, its end. The functions are pure.
 */

import { effect, signal } from "@preact/signals-core";

/** @typedef {{from: number, to: number}} Part */

/** @type {Part} */
export const WHOLE = { from: 0, to: 1 };

/** The narrowest part. */
const LEAST = 0.002;
/** How much one press of a key or button zooms, and how far it moves. */
const FACTOR = 1.6;
const MOVE = 0.25;

export const zoom = signal(WHOLE);

export const isWhole = (/** @type {Part} */ { from, to }) => from <= 0 && to >= 1;

/** A part that is neither too narrow nor beyond the ends. @param {number} from @param {number} width @returns {Part} */
export function partOf(from, width) {
  const wide = Math.max(LEAST, Math.min(1, width));
  const start = Math.max(0, Math.min(from, 1 - wide));
  return wide > 0.999 ? WHOLE : { from: start, to: start + wide };
}

/** Nearer by `factor`, with the place `at` (0 to 1 of the axis) where it is. @param {Part} part @param {number} factor @param {number} at @returns {Part} */
export function zoomed({ from, to }, factor, at) {
  const width = Math.max(LEAST, Math.min(1, (to - from) / factor));
  return partOf(at - ((at - from) * width) / (to - from), width);
}

/** @param {Part} part @param {number} by in widths of the part @returns {Part} */
export const moved = ({ from, to }, by) => partOf(from + by * (to - from), to - from);

/** The part, moved no more than is needed for a place to be seen in it. @param {Part} part @param {number} at @returns {Part} */
export function including(part, at) {
  const width = part.to - part.from;
  if (isWhole(part) || (at >= part.from && at <= part.to)) return part;
  // Forward there is room for what comes next.
  return partOf(at > part.to ? at - 0.1 * width : at - 0.5 * width, width);
}

/** Where the reader stands on the whole axis, 0 to 1; set by the timeline. @type {{at: () => number}} */
export const reader = { at: () => 0 };

export const zoomIn = () => { zoom.value = zoomed(zoom.value, FACTOR, inView()); };
export const zoomOut = () => { zoom.value = zoomed(zoom.value, 1 / FACTOR, inView()); };
export const zoomAll = () => { zoom.value = WHOLE; };
export const panLeft = () => { zoom.value = moved(zoom.value, -MOVE); };
export const panRight = () => { zoom.value = moved(zoom.value, MOVE); };

/** Around the reader's place if it is seen, else around the middle. */
function inView() {
  const { from, to } = zoom.value;
  const at = reader.at();
  return at >= from && at <= to ? at : (from + to) / 2;
}

/** Follow the reader who leaves the part that is shown. @param {() => number} at reads the cursor @returns {() => void} stops it */
export function keepInView(at) {
  reader.at = at;
  return effect(() => {
    const place = at();
    zoom.value = including(zoom.peek(), place);
  });
}
