/**
 * Sends what the driver does: another scene at once, the cursor a dozen times a second at most.
 */

import { effect } from "@preact/signals-core";
import { marks } from "./marks.js";
import { pointer } from "./pointing.js";
import { cursorNow, sceneNow } from "./scene.js";
import { send } from "./socket.js";
import * as state from "./state.js";

/** Milliseconds between two cursors. */
const EVERY = 85;

/**
 * `act` at once, but not more often than every so many milliseconds; what comes between is made up
 * for at the end, so that the last is never lost.
 */
export class Throttle {
  /** @param {number} every @param {() => void} act @param {() => number} [now] milliseconds */
  constructor(every, act, now = () => performance.now()) {
    /** @private */ this.every = every;
    /** @private */ this.act = act;
    /** @private */ this.now = now;
    /** @private */ this.last = -Infinity;
    /** @private @type {ReturnType<typeof setTimeout>|null} */ this.timer = null;
  }

  touch() {
    if (this.timer !== null) return;
    const wait = this.last + this.every - this.now();
    if (wait <= 0) this.run();
    else this.timer = setTimeout(() => this.run(), wait);
  }

  /** At once, whenever the last was. */
  run() {
    this.cancel();
    this.last = this.now();
    this.act();
  }

  cancel() {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}

/** @returns {() => void} stops */
export function startDriving() {
  /** What the class is known to look at, as text. */
  let shown = "";
  let stood = "";
  const tell = () => {
    const token = state.token.peek();
    if (token === null || state.mode.peek() !== "lead") return;
    const scene = sceneNow(marks.peek());
    const cursor = cursorNow(pointer.peek());
    const newScene = JSON.stringify(scene) !== shown;
    if (!newScene && JSON.stringify(cursor) === stood) return;
    const message = { token, cursor, ...(newScene && { scene }) };
    const sent = send("drive", message, (answer) => {
      if (answer?.error?.code === "not_driving") {
        if (state.token.peek() === token) state.loseWheel();
      } else if (answer?.error) {
        console.warn("The class was not moved.", answer.error);
      } else {
        state.takeOwn(answer.seq, newScene ? scene : undefined, cursor);
      }
    });
    if (!sent) return;
    shown = JSON.stringify(scene);
    stood = JSON.stringify(cursor);
  };
  const throttle = new Throttle(EVERY, tell);
  const stop = effect(() => {
    if (state.mode.value !== "lead" || !state.entered.value) {
      // Others may have moved the class before this page leads (again).
      shown = "";
      stood = "";
      throttle.cancel();
      return;
    }
    cursorNow(pointer.value);
    if (JSON.stringify(sceneNow(marks.value)) !== shown) throttle.run();
    else throttle.touch();
  });
  return () => {
    stop();
    throttle.cancel();
  };
}
