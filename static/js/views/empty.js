/**
 * What a panel says while it has nothing to show: the run is still to come, failed, or had nothing.
 */

import { html } from "./html.js";

/** @import { Slot } from "../store.js" */

const REASONS = { loading: "Running the program…", error: "There is no run to show." };

/** @param {{ slot: Slot, otherwise: string }} props */
export function Empty({ slot, otherwise }) {
  const text = slot.status === "ready" ? otherwise : REASONS[slot.status];
  return html`<p class="card-empty">${text}</p>`;
}
