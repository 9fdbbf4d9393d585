/**
 * Fills the stage: asks for the runs of its slots and passes what comes to the store.
 */

import { follow } from "./protocol.js";
import * as store from "./store.js";

/** @import { Socket } from "./protocol.js" */

/**
 * @param {Socket} socket
 * @param {store.SlotRequest[]} requests as the stage was arranged
 * @returns {() => void} cancels them
 */
export function openRuns(socket, requests) {
  return follow(socket, store.lesson.value.id, requests, {
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
  });
}
