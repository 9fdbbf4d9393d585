/**
 * The way to the step that proves an answer: the run comes up to it and stops there.
 */

import { effect } from "@preact/signals-core";
import { jumpTo, play, seek } from "../moving.js";
import { playing, presentOf, slots } from "../store.js";
import { calm } from "../theme.js";

/** How many steps before the proof the run sets out; the last one may be long. */
const BEFORE = 1;

/**
 * Let the stage run up to a step, or jump there where nothing may move.
 * @param {{variant: string, n: number}} step
 * @param {boolean} [still]
 */
export function runTo({ variant, n }, still = calm.value) {
  const slot = slots.value.find((item) => item.variant === variant);
  if (!slot || still || n <= BEFORE) {
    jumpTo(variant, n);
    return;
  }
  seek({ slot: slot.index, step: n - BEFORE });
  play();
  const stop = effect(() => {
    const at = presentOf(slot.index).value;
    // Somebody took over, or we are there.
    const arrived = at >= n;
    if (playing.value && !arrived) return;
    if (arrived) queueMicrotask(() => seek({ slot: slot.index, step: n }));
    queueMicrotask(() => stop());
  });
}
