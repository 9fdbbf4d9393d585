/**
 * The runs with which a page opens: it fetches them beside its scripts (visualizer/web/opening.py), so
 * that the first picture waits for no socket. What does not come, or not in time, the socket brings.
 */

import { batch } from "@preact/signals-core";
import { sameSettings } from "./settings.js";
import { lesson, slots } from "./store.js";

/** @import { Listener } from "./protocol.js" */
/** @import { Listing, Value } from "./store.js" */
/** @import { End, StreamRecord } from "./trace.js" */

/**
 * @typedef {{variant: string, parameters: Object<string, Value>, seed: number, title: string, listing: Listing[],
 *   chunks: StreamRecord[][], end: End}} OpeningRun
 */

/** Milliseconds after which the socket is asked as well. */
const PATIENCE = 2000;

/** The runs that the page has asked for; none where they cannot be had soon. @param {Document} page @returns {Promise<OpeningRun[]>} */
export async function openingRuns(page) {
  const link = /** @type {HTMLLinkElement|null} */ (page.getElementById("opening"));
  if (!link) return [];
  try {
    const answer = await fetch(link.href, { signal: AbortSignal.timeout(PATIENCE) });
    return answer.ok ? (await answer.json()).slots : [];
  } catch {
    return []; // too late, or no connection: the socket says so
  }
}

/** Put them where they are wanted. @param {OpeningRun[]} runs @param {Listener} listener */
export function tellOpening(runs, listener) {
  batch(() => {
    for (const slot of slots.peek()) {
      const run = runs.find((each) => sameSettings(each, slot, lesson.peek()));
      if (!run || slot.status !== "loading") continue;
      const { title, parameters, listing, chunks, end } = run;
      listener.opened([{ slot: slot.index, title, parameters, listing }]);
      for (const records of chunks) listener.records(slot.index, records);
      listener.end(slot.index, end);
    }
  });
}
