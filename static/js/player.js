/**
 * The clock of the reader: while the stage plays, it lets time pass at every frame.
 *
 * A frame counts for at most `LONGEST_FRAME`, so that a page that was in the background goes on
 * where it was and does not jump.
 */

import { effect } from "@preact/signals-core";
import { advance } from "./moving.js";
import { playing } from "./store.js";

const LONGEST_FRAME = 0.1; // seconds

/** @returns {() => void} stops for good */
export function startPlayer() {
  let frame = 0;
  let last = 0;
  const tick = (/** @type {number} */ now) => {
    frame = requestAnimationFrame(tick);
    advance(Math.min((now - last) / 1000, LONGEST_FRAME));
    last = now;
  };
  const stop = effect(() => {
    cancelAnimationFrame(frame);
    if (!playing.value) return;
    last = performance.now();
    frame = requestAnimationFrame(tick);
  });
  return () => {
    stop();
    cancelAnimationFrame(frame);
  };
}
