/**
 * Runs that the page brought along (visualizer/web/recorded.py), told as the stream would tell them.
 */

/** @import { End, StreamRecord } from "./trace.js" */
/** @import { Fault, Listing, SlotRequest, Value } from "./store.js" */
/** @import { Listener } from "./protocol.js" */

/**
 * @typedef {{variant: string, parameters?: Object<string, Value>, seed?: number, title: string, clock: string, listing?: Listing[], records?: StreamRecord[], end?: End,
 *   error?: Fault}} RecordedSlot
 * @typedef {{slots: RecordedSlot[], notices: string[], sealed: boolean}} Recorded
 *   sealed: the page stands in one of another site, and its address is not to be changed
 */

/** @param {Document} page @returns {Recorded|null} */
export function recordIn(page) {
  const text = page.getElementById("record")?.textContent;
  return text ? JSON.parse(text) : null;
}

/**
 * The slots, as they would have been asked for. Those of a saved trace have nothing that an address could say.
 * @param {Recorded} record @returns {SlotRequest[]}
 */
export const requestsOf = ({ slots }) => slots.map(({ variant, parameters = {}, seed = 0, clock }) => ({ variant, parameters, seed, clock }));

/** @param {Recorded} record @param {Listener} listener */
export function tell({ slots }, listener) {
  listener.connection("online");
  listener.opened(slots.map(({ title, listing }, slot) => ({ slot, title, ...(listing && { listing }) })));
  for (const [slot, { records, end, error }] of slots.entries()) {
    if (error) listener.problem(slot, error);
    else {
      listener.records(slot, records ?? []);
      if (end) listener.end(slot, end);
    }
  }
}
