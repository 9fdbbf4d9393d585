/**
 * Draws the stage and listens to its keys.
 */

import "@preact/signals"; // lets components follow the signals that they read
import { effect } from "@preact/signals-core";
import { render } from "preact";
import * as changes from "./changes.js";
import { listen } from "./keys.js";
import { startPlayer } from "./player.js";
import * as moving from "./moving.js";
import * as store from "./store.js";
import { listenToSwipes } from "./swipe.js";
import { html } from "./views/html.js";
import { behind } from "./views/late.js";
import { turnClock } from "./views/real.js";
import { Stage } from "./views/stage.js";
import { panLeft, panRight, zoomAll, zoomIn, zoomOut } from "./views/timeline-zoom.js";

/** @import { ClassKeys } from "./keys.js" */

/**
 * @param {HTMLElement} root
 * @param {unknown} [view] what to draw
 * @param {ClassKeys} [classKeys]
 */
export function showStage(root, view = html`<${Stage} />`, classKeys) {
  root.replaceChildren();
  render(/** @type {any} */ (view), root);
  // Not busy: every version shows the run that is wanted, and the whole of it in all views, or says why it has none.
  effect(() => root.setAttribute("aria-busy", String(!store.settled.value || behind.value > 0)));
  // What moves on its own does so only while the story does.
  effect(() => { root.classList.toggle("is-playing", store.playing.value); });
  startPlayer();
  listenToSwipes(root, moving.stepBy);
  listen(document, {
    toggle: moving.toggle,
    next: () => moving.stepBy(1),
    back: () => moving.stepBy(-1),
    nextLine: () => moving.lineBy(1),
    lineBack: () => moving.lineBy(-1),
    start: moving.toStart,
    end: moving.toEnd,
    slower: moving.slower,
    faster: moving.faster,
    trueTime: () => moving.setTrueTime(!store.trueTime.value),
    align: () => store.slots.value.length > 1 && moving.align(store.byStep.value ? "time" : "step"),
    help: () => { store.helpOpen.value = !store.helpOpen.value; },
    close: () => {
      if (!store.helpOpen.value) changes.panelOpen.value = false;
      store.helpOpen.value = false;
      classKeys?.close();
    },
    real: () => turnClock(store.focus.value),
    change: () => { changes.panelOpen.value = changes.changeable.value && !changes.panelOpen.value; },
    order: () => changes.changeable.value && changes.turnSeed(1),
    undo: changes.undo,
    redo: changes.redo,
    slot1: () => moving.focusSlot(0),
    slot2: () => moving.focusSlot(1),
    slot3: () => moving.focusSlot(2),
    slot4: () => moving.focusSlot(3),
    zoomIn, zoomOut, zoomAll, panLeft, panRight,
  }, classKeys);
}
