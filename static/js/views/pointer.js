/**
 * A step that the learner has just pointed at, for whoever asked for one.
 *
 * A question that wants a step as its answer listens here while it is shown; the execution table
 * says which row was clicked. Nothing else passes between the two.
 */

import { signal } from "@preact/signals-core";

/** @typedef {{ variant: string, n: number }} Place */

/** The place pointed at last, as a new object each time, or null. */
export const pointed = signal(/** @type {Place | null} */ (null));

/** @param {Place} place */
export function pointAt(place) {
  pointed.value = { ...place };
}
