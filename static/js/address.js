/**
 * The address of the page, kept so that it always opens what is on the screen.
 */

import { effect } from "@preact/signals-core";
import { panelOpen } from "./changes.js";
import { chosen, withViews } from "./panels.js";
import { travelling } from "./moving.js";
import { axis, byStep, cursor, lesson, playing, standing, trueTime, wishes } from "./store.js";
import { withTables } from "./tables.js";
import { format } from "./url.js";

/** A browser takes about 100 changes of the address in 30 s. */
const EVERY = 400; // milliseconds

/** Path and query that open the present view; from a class's page, those of its lesson. @returns {string} */
export function link() {
  const query = format({ slots: wishes.value, trueTime: trueTime.value, byStep: byStep.value, change: panelOpen.value, ...standing() }, lesson.value);
  const path = document.getElementById("class") ? `/s/${lesson.value.id}` : location.pathname;
  return path + withTables(withViews(query), wishes.value.length);
}

/**
 * Write the address after every change, not more often than browsers allow; a new step at once, so
 * that a reload comes back to it, but not while the story plays: each change costs the browser a frame.
 */
export function keepAddress() {
  let timer = 0;
  let written = "";
  const write = () => {
    clearTimeout(timer);
    timer = 0;
    history.replaceState(history.state, "", link() + location.hash);
  };
  effect(() => {
    void [trueTime.value, byStep.value, wishes.value, chosen.value, panelOpen.value, withTables("", wishes.value.length)];
    const step = `${cursor.value.slot}.${cursor.value.step}`;
    // Until the trace is there, the address says where the reader wants to go.
    if (axis.value.length === 0 || travelling()) return;
    if (step !== written && !playing.value) {
      written = step;
      write();
    } else if (timer === 0) timer = window.setTimeout(write, EVERY);
  });
  window.addEventListener("pagehide", () => {
    if (timer !== 0) write();
  });
}
