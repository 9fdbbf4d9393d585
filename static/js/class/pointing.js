/**
 * The driver's pointer: a spot on every screen, at the same thing and not at the same pixel.
 *
 * A place is the name of what is pointed at (`data-at`) and the share of its box.
 */

import { effect, signal } from "@preact/signals-core";
import * as state from "./state.js";
import { calm } from "../theme.js";

/** @import { Pointer } from "./state.js" */

/** Whether the driver points: while the key is held, or until the button is pressed again. */
export const pointing = signal(false);
/** What this page points at. @type {import("@preact/signals-core").Signal<Pointer|null>} */
export const pointer = signal(null);

/** Part of the way to its place that the spot makes in a frame. */
const EASE = 0.3;
/** Pixels from the window's edge where the spot stays whole. */
const EDGE = 18;

/** @param {boolean} on */
export function point(on) {
  if (on && state.token.value === null) return;
  if (on) state.acted();
  pointing.value = on;
  if (!on) pointer.value = null;
}

/** Send what is pointed at and show what the class is pointed at. @param {HTMLElement} root */
export function startPointing(root) {
  root.addEventListener("pointermove", (event) => {
    if (pointing.value) pointer.value = pointedAt(event.target, event.clientX, event.clientY);
  });
  effect(() => {
    if (state.mode.value !== "lead" && pointing.peek()) point(false);
  });
  effect(() => { root.classList.toggle("is-pointing", pointing.value); });

  const spot = document.createElement("div");
  spot.className = "class-spot";
  spot.hidden = true;
  spot.setAttribute("aria-hidden", "true");
  document.body.append(spot);
  let frame = 0;
  /** @type {{x: number, y: number}|null} */
  let at = null;
  effect(() => {
    const shown = pointing.value ? pointer.value : state.mode.value === "follow" ? state.led.value?.cursor.pointer ?? null : null;
    cancelAnimationFrame(frame);
    const move = () => {
      const goal = shown && onScreen(shown);
      spot.hidden = !goal;
      if (!goal) at = null;
      else {
        const ease = calm.value || at === null ? 1 : EASE;
        at = { x: (at?.x ?? 0) + (goal.x - (at?.x ?? 0)) * ease, y: (at?.y ?? 0) + (goal.y - (at?.y ?? 0)) * ease };
        // What is pointed at may be further down the page: then the spot waits at the edge.
        const seen = Math.max(EDGE, Math.min(at.y, window.innerHeight - EDGE));
        spot.classList.toggle("is-beyond", seen !== at.y);
        spot.style.transform = `translate(${at.x}px, ${seen}px)`;
      }
      if (shown) frame = requestAnimationFrame(move);
    };
    move();
  });
}

/** The box of something with a name: of a line of code its text, so that the same letter is meant at every width. @param {Element} element */
function boxOf(element) {
  return (element.querySelector(".code-text > code") ?? element).getBoundingClientRect();
}

/** @param {EventTarget|null} target @param {number} x @param {number} y @returns {Pointer|null} */
export function pointedAt(target, x, y) {
  const element = target instanceof Element ? target.closest("[data-at]") : null;
  if (!element) return null;
  const box = boxOf(element);
  const share = (/** @type {number} */ value) => Math.round(Math.max(0, Math.min(value, 1)) * 1e4) / 1e4;
  return { at: element.getAttribute("data-at") ?? "", x: share((x - box.left) / (box.width || 1)), y: share((y - box.top) / (box.height || 1)) };
}

/** Where a pointer is on this screen, in pixels; null where it cannot be seen. @param {Pointer} shown @returns {{x: number, y: number}|null} */
function onScreen(shown) {
  const element = document.querySelector(`[data-at="${CSS.escape(shown.at)}"]`);
  if (!element) return null;
  const box = boxOf(element);
  if (box.width === 0) return null;
  return { x: box.left + shown.x * box.width, y: box.top + shown.y * box.height };
}
