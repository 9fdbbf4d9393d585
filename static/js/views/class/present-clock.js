/** How long the class has run, and how much of the planned time is left. Kept in this browser. */

import { signal } from "@preact/signals-core";
import { useEffect } from "preact/hooks";

import { classClock, tick, watchClock } from "../../class/countdown.js";
import { code, classConnection, serverNow, snapshot } from "../../class/state.js";
import { html } from "../html.js";

const nameOf = () => `meanwhile.clock.${code.value}`;

/** The planned minutes, null: none. @type {import("@preact/signals-core").Signal<number|null|undefined>} */
const planned = signal(undefined);

/** @returns {number|null} */
function read() {
  try {
    const minutes = Number.parseInt(localStorage.getItem(nameOf()) ?? "", 10);
    return Number.isFinite(minutes) ? minutes : null;
  } catch {
    return null; // storage is refused: the plan lasts as long as the page
  }
}

/** @param {number|null} minutes */
function plan(minutes) {
  planned.value = minutes;
  try {
    if (minutes === null) localStorage.removeItem(nameOf());
    else localStorage.setItem(nameOf(), String(minutes));
  } catch {
    // Storage is refused: the plan lasts as long as the page.
  }
}

export function ClassClock() {
  useEffect(watchClock, []);
  void tick.value;
  const started = snapshot.value?.started;
  if (planned.value === undefined && code.value) planned.value = read();
  if (started === undefined) return null;
  const minutes = planned.value ?? null;
  const { since, left, over } = classClock(started, minutes, serverNow());
  return html`<div class="present-clock">
    <p class="present-since"><span class="visually-hidden">Class time </span>${since}</p>
    <p class=${`present-left${over ? " is-over" : ""}`}>${left}</p>
    <label class="present-plan">
      <span>of</span>
      <input type="number" inputmode="numeric" class="ask-input" min="1" max="600" placeholder="–" value=${minutes ?? ""} aria-label="Planned minutes"
        onChange=${(/** @type {Event} */ event) => {
          const { valueAsNumber } = /** @type {HTMLInputElement} */ (event.currentTarget);
          plan(valueAsNumber > 0 ? Math.round(valueAsNumber) : null);
        }} />
      <span>min</span>
    </label>
    ${classConnection.value !== "online" && html`<p class="present-offline" role="status">No connection. Trying again…</p>`}
  </div>`;
}
