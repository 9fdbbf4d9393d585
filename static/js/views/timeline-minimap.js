/**
 * The whole axis in small, with a frame around the part that the timeline shows. The frame is dragged,
 * or moved with the arrow keys; plus and minus make it narrower and wider.
 */

import { effect } from "@preact/signals-core";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { cursor } from "../store.js";
import { html } from "./html.js";
import { clock, placeOf } from "./timeline-layout.js";
import { isWhole, moved, partOf, zoom, zoomed } from "./timeline-zoom.js";

/** @import { ReadonlySignal } from "@preact/signals-core" */
/** @import { Axis } from "../story.js" */
/** @import { Layout } from "./timeline-layout.js" */

/** From this many spans on it is there before anybody zooms. */
const MANY = 150;
/** Stretches that are counted, and units of the picture's height. */
const STRETCHES = 200;
const HEIGHT = 100;
/** The part of the frame's width that an arrow key moves it by, and how much plus and minus zoom. */
const MOVE = 0.2;
const FACTOR = 1.5;

/** How many spans lie in each stretch of the axis. @param {Layout} layout @param {number} mix @returns {number[]} */
export function busyness(layout, mix) {
  const counts = Array.from({ length: STRETCHES }, () => 0);
  const place = (/** @type {import("./timeline-layout.js").Edge} */ edge) => Math.max(0, Math.min(STRETCHES - 1, Math.floor(placeOf(layout, edge, mix) * STRETCHES)));
  for (const { from, to } of layout.bands.flatMap((band) => band.rows.flatMap((row) => row.spans))) {
    for (let i = place(from); i <= place(to); i += 1) counts[i] = (counts[i] ?? 0) + 1;
  }
  for (const { levels } of layout.bands.flatMap((band) => band.crowds.filter((crowd) => !crowd.open))) {
    levels.forEach((level, k) => {
      const next = levels[k + 1];
      const count = level.counts.reduce((sum, value) => sum + value, 0);
      if (next) for (let i = place(level.at); i <= place(next.at); i += 1) counts[i] = Math.max(counts[i] ?? 0, count);
    });
  }
  return counts;
}

/** @param {{ layout: Layout, axis: Axis, mix: ReadonlySignal<number> }} props `layout` of the whole axis */
export function Minimap({ layout, axis, mix }) {
  const root = useRef(/** @type {HTMLDivElement|null} */ (null));
  const part = zoom.value;
  const turned = mix.value > 0.5 ? 1 : 0;
  const needed = !isWhole(part) || layout.boxes > MANY;
  const path = useMemo(() => {
    if (!needed) return "";
    const counts = busyness(layout, turned);
    const most = Math.max(1, ...counts);
    return `M0 ${HEIGHT}${counts.map((count, i) => `L${i} ${HEIGHT - (count / most) * HEIGHT}H${i + 1}`).join("")}V${HEIGHT}Z`;
  }, [layout, turned, needed]);
  useEffect(() => effect(() => {
    const now = /** @type {HTMLElement|null|undefined} */ (root.current?.querySelector(".minimap-now"));
    if (now) now.style.transform = `translateX(${placeOf(layout, cursor.value, mix.value) * layout.plot}px)`;
  }), [layout, needed]);
  if (!needed) return null;
  return html`<div class="minimap" ref=${root} style=${`margin-left: ${layout.left}px; width: ${layout.plot}px`} ...${useDrag(root)}>
    <svg viewBox=${`0 0 ${STRETCHES} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true"><path d=${path} /></svg>
    <i class="minimap-now" />
    <div class="minimap-frame" role="slider" tabindex="0" aria-label="Part of the timeline that is shown" aria-orientation="horizontal"
      aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(50 * (part.from + part.to))} aria-valuetext=${say(layout, axis, part, turned)}
      style=${`left: ${100 * part.from}%; width: ${100 * (part.to - part.from)}%`} onKeyDown=${onKeyDown}><i /><i /></div>
  </div>`;
}

/** @param {Layout} layout @param {Axis} axis @param {import("./timeline-zoom.js").Part} part @param {number} mix */
function say(layout, axis, part, mix) {
  if (isWhole(part)) return "all of it";
  if (axis.byStep) {
    const steps = (/** @type {number} */ at) => axis.marks(0).filter((stop) => stop <= at * layout.length + 1e-9).length;
    return `step ${steps(part.from)} to ${steps(part.to)}`;
  }
  const time = (/** @type {number} */ at) => clock(Number((mix ? at * layout.duration : axis.toTime(at * layout.length)).toFixed(3)));
  return `${time(part.from)} to ${time(part.to)}`;
}

/** @param {KeyboardEvent} event */
function onKeyDown(event) {
  const part = zoom.value;
  const middle = (part.from + part.to) / 2;
  /** @type {Object<string, () => import("./timeline-zoom.js").Part>} */
  const keys = {
    ArrowLeft: () => moved(part, -MOVE), ArrowRight: () => moved(part, MOVE), "+": () => zoomed(part, FACTOR, middle), "=": () => zoomed(part, FACTOR, middle),
    "-": () => zoomed(part, 1 / FACTOR, middle), Home: () => partOf(0, part.to - part.from), End: () => partOf(1, part.to - part.from),
  };
  const act = event.ctrlKey || event.altKey || event.metaKey ? undefined : keys[event.key];
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  zoom.value = act();
}

/** Pixels from an edge of the frame within which the edge is meant. */
const GRIP = 12;

/** @param {{ current: HTMLElement|null }} root */
function useDrag(root) {
  const held = useRef(/** @type {{ at: number, part: import("./timeline-zoom.js").Part, what: "from"|"to"|"both" }|null} */ (null));
  const placeAt = (/** @type {PointerEvent} */ event) => {
    const box = root.current?.getBoundingClientRect();
    return box ? (event.clientX - box.left) / box.width : 0;
  };
  return {
    onPointerDown: (/** @type {PointerEvent} */ event) => {
      const at = placeAt(event);
      const grip = GRIP / (root.current?.clientWidth || 1);
      let part = zoom.value;
      const what = !isWhole(part) && Math.abs(at - part.from) < grip ? "from" : Math.abs(at - part.to) < grip ? "to" : "both";
      // A press beside the frame brings it there.
      if (what === "both" && (at < part.from || at > part.to)) part = partOf(at - (part.to - part.from) / 2, part.to - part.from);
      zoom.value = part;
      held.current = { at, part, what: isWhole(part) && what === "both" ? "to" : what };
      root.current?.setPointerCapture(event.pointerId);
    },
    onPointerMove: (/** @type {PointerEvent} */ event) => {
      if (!held.current) return;
      const { at, part, what } = held.current;
      const by = placeAt(event) - at;
      if (what === "both") zoom.value = partOf(part.from + by, part.to - part.from);
      else if (what === "from") zoom.value = partOf(Math.min(part.from + by, part.to - 0.01), part.to - Math.min(part.from + by, part.to - 0.01));
      else zoom.value = partOf(part.from, Math.max(part.to + by - part.from, 0.01));
    },
    onPointerUp: () => { held.current = null; },
    onPointerCancel: () => { held.current = null; },
  };
}
