/**
 * A step that the learner has just pointed at, for whoever asked for one.
 *
 * A question that wants a step as its answer listens here while it is shown; the execution table
 * says which row was clicked, the timeline at which step its click arrived. Nothing else passes
 * between them.
 */

import { signal } from "@preact/signals-core";

/** @typedef {{ variant: string, n: number }} Place */

/** The place pointed at last, as a new object each time, or null. */
export const pointed = signal(/** @type {Place | null} */ (null));

/** @param {Place} place */
export function pointAt(place) {
  pointed.value = { ...place };
}
