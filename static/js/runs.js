/**
 * Fills the stage: asks for the runs of its slots and passes what comes to the store.
 */

import { follow } from "./protocol.js";
import * as store from "./store.js";

/** @import { Listener, Socket } from "./protocol.js" */

/**
 * @param {Socket} socket
 * @param {store.SlotRequest[]} requests as the stage was arranged
 * @returns {() => void} cancels them
 */
export const openRuns = (socket, requests) => follow(socket, store.lesson.value.id, requests, listener());

/** What puts that which comes into the store. @returns {Listener} */
export function listener() {
  return {
    connection: (state) => { store.connection.value = state; },
    opened: (slots) => {
      for (const { slot, title, listing, parameters, error } of slots) {
        if (!error) store.updateSlot(slot, { ...(title && { title }), ...(parameters && { parameters }), listing: listing ?? [] });
      }
    },
    restarted: () => store.restart(),
    records: store.receive,
    end: store.receiveEnd,
    problem: (slot, fault) => {
      if (slot === null) store.fault.value = fault;
      else store.updateSlot(slot, { status: "error", error: fault });
    },
  };
}
