/**
 * The timeline by mouse and touch: a click goes there, a drag moves the cursor, a wheel with Ctrl and
 * two fingers zoom, a sideways wheel moves the part that is shown.
 */

import { useEffect, useRef } from "preact/hooks";
import { seek } from "../moving.js";
import { focus, presentOf, scrubbing, slots, trueTime } from "../store.js";
import { pointAt } from "./pointer.js";
import { showTip, spanOf, tip } from "./timeline-tip.js";
import { isWhole, moved, partOf, zoom, zoomed } from "./timeline-zoom.js";

/** @import { ReadonlySignal } from "@preact/signals-core" */
/** @import { Axis } from "../story.js" */
/** @import { Layout } from "./timeline-layout.js" */

/** Pixels within which a click means the step itself, and beyond which a press is a drag. */
const NEAR = 7;
const DRAG = 4;
/** How much a wheel zooms for each pixel that it turns. */
const WHEEL = 0.006;

/** @param {{current: HTMLElement|null}} root @param {Layout} layout @param {Axis} scale @param {ReadonlySignal<number>} mix */
export function usePointer(root, layout, scale, mix) {
  useWheel(root, layout);
  const fingers = useRef(/** @type {Map<number, number>} */ (new Map()));
  const press = useRef(/** @type {{x: number, dragged: boolean}|null} */ (null));
  const dragged = useRef(false);

  /** The story position under the pointer. @param {number} clientX */
  const storyAt = (clientX) => {
    const { from, to } = layout.part;
    const inside = from + Math.max(0, Math.min(partUnder(root.current, layout, clientX), 1)) * (to - from);
    return trueTime.value ? scale.toStory(inside * layout.duration) : inside * layout.length;
  };
  /** The stop of a step that is meant by a click so near to it. @param {number} s @param {number} slot */
  const snap = (s, slot) => {
    if (trueTime.value) return s;
    const stop = (scale.stops[slot] ?? []).find((item) => (Math.abs(item - s) * layout.plot) / layout.length / (layout.part.to - layout.part.from) <= NEAR);
    return stop ?? s;
  };
  const lift = (/** @type {PointerEvent} */ event) => {
    fingers.current.delete(event.pointerId);
    press.current = null;
    scrubbing.value = false;
  };
  return {
    onPointerDown: (/** @type {PointerEvent} */ event) => {
      dragged.current = false;
      if (event.pointerType === "touch") fingers.current.set(event.pointerId, event.clientX);
      if (fingers.current.size === 2) press.current = null;
      const control = event.target instanceof Element && event.target.closest("button");
      press.current = event.button === 0 && !control && fingers.current.size < 2 ? { x: event.clientX, dragged: false } : null;
      // A press is no choice of focus: keys go on to step, and do not walk from span to span.
      if (!control && event.pointerType === "mouse") event.preventDefault();
    },
    onPointerMove: (/** @type {PointerEvent} */ event) => {
      if (fingers.current.size === 2 && fingers.current.has(event.pointerId)) {
        dragged.current = true;
        pinch(root.current, layout, fingers.current, event);
        return;
      }
      const from = press.current;
      if (!from) {
        if (event.pointerType === "mouse") showTip(event.target, layout, mix.value, root.current, event.clientX);
        return;
      }
      if (!from.dragged && Math.abs(event.clientX - from.x) < DRAG) return;
      if (!from.dragged) {
        from.dragged = true;
        dragged.current = true;
        scrubbing.value = true;
        tip.value = null;
        root.current?.setPointerCapture(event.pointerId);
      }
      seek({ s: storyAt(event.clientX) });
    },
    onPointerUp: lift,
    onPointerCancel: lift,
    onPointerLeave: () => { tip.value = null; },
    onClick: (/** @type {MouseEvent} */ event) => {
      const x = event.clientX - (root.current?.getBoundingClientRect().left ?? 0);
      if (dragged.current || x < layout.left - NEAR || (event.target instanceof Element && event.target.closest("button"))) return;
      const found = spanOf(event.target, layout);
      const slot = found?.box.slot ?? focus.value;
      const s = snap(storyAt(event.clientX), slot);
      seek({ slot, s: found ? Math.max(found.box.from.s, Math.min(s, found.box.to.s)) : s });
      const variant = slots.value[slot]?.variant;
      if (variant !== undefined && presentOf(slot).value > 0) pointAt({ variant, n: presentOf(slot).value });
    },
  };
}

/** Where a pointer is on the plot, from 0 to 1. @param {HTMLElement|null} root @param {Layout} layout @param {number} clientX */
const partUnder = (root, layout, clientX) => (clientX - (root?.getBoundingClientRect().left ?? 0) - layout.left) / layout.plot;

/** What lies under the two fingers stays under them. @param {HTMLElement|null} root @param {Layout} layout @param {Map<number, number>} fingers @param {PointerEvent} event */
function pinch(root, layout, fingers, event) {
  const before = [...fingers.values()].map((x) => partUnder(root, layout, x)).sort((a, b) => a - b);
  fingers.set(event.pointerId, event.clientX);
  const after = [...fingers.values()].map((x) => partUnder(root, layout, x)).sort((a, b) => a - b);
  const [a = 0, b = 1] = before;
  const [c = 0, d = 1] = after;
  if (b - a < 0.01 || d - c < 0.01) return;
  const { from, to } = zoom.value;
  const width = ((to - from) * (b - a)) / (d - c);
  zoom.value = partOf(from + a * (to - from) - c * width, width);
}

/** A wheel turns the page, as everywhere; with Ctrl (or a pinch of a touchpad) it zooms, sideways it moves. @param {{current: HTMLElement|null}} root @param {Layout} layout */
function useWheel(root, layout) {
  useEffect(() => {
    const element = root.current;
    if (!element) return undefined;
    const turn = (/** @type {WheelEvent} */ event) => {
      const part = zoom.value;
      const across = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
      if (event.ctrlKey || event.metaKey) {
        const at = part.from + Math.max(0, Math.min(partUnder(element, layout, event.clientX), 1)) * (part.to - part.from);
        zoom.value = zoomed(part, Math.exp(-event.deltaY * WHEEL), at);
      } else if (!isWhole(part) && Math.abs(across) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
        zoom.value = moved(part, across / layout.plot);
      } else {
        return;
      }
      event.preventDefault();
    };
    element.addEventListener("wheel", turn, { passive: false });
    return () => element.removeEventListener("wheel", turn);
  }, [layout.left, layout.plot]);
}
