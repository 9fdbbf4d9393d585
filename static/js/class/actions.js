/**
 * What the buttons and keys of a class do; views show, these act.
 */

import { signal } from "@preact/signals-core";
import { notice } from "../store.js";
import { emit } from "./socket.js";
import * as state from "./state.js";

/** @typedef {"join"|"people"|"lessons"|"end"|"leave"|null} Open */

/** The dialog that is open. @type {import("@preact/signals-core").Signal<Open>} */
export const open = signal(/** @type {Open} */ (null));

/** Send, and say in a notice what the server said against it. @param {string} event @param {unknown} data @returns {Promise<boolean>} whether it was done */
export async function act(event, data) {
  try {
    await emit(event, data);
    return true;
  } catch (refused) {
    notice(refused instanceof Error ? refused.message : String(refused));
    return false;
  }
}

/** Back to the class; the host takes the wheel with it. */
export function back() {
  state.setFollowing(true);
}

export function pressLost() {
  const on = !state.lost.value;
  state.setLost(on);
  void act("lost", { on }).then((done) => {
    if (!done) state.setLost(!on);
  });
}

export function showJoin() {
  open.value = open.value === "join" ? null : "join";
}

/** @param {number|null} seat null: to the host */
export const giveWheel = (seat) => act("wheel", { to: seat });

/** @param {string} what @param {Object<string, unknown>} [more] */
export const manage = (what, more = {}) => act("manage", { do: what, ...more });
