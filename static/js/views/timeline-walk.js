/**
 * The timeline by keyboard: from span to span and from lane to lane.
 */

import { seek } from "../moving.js";
import { spanOf } from "./timeline-tip.js";

/** @import { Layout } from "./timeline-layout.js" */

/** Arrow keys on a span. @param {KeyboardEvent} event @param {Layout} layout */
export function walk(event, layout) {
  const element = event.target instanceof Element ? /** @type {SVGElement|null} */ (event.target.closest(".span")) : null;
  if (!element || event.ctrlKey || event.metaKey || event.altKey) return;
  const lanes = [...(element.closest("svg")?.querySelectorAll(".lane") ?? [])].map((lane) => [...lane.querySelectorAll(".span")]);
  const row = lanes.findIndex((spans) => spans.includes(element));
  const filled = lanes.map((spans, i) => ({ spans, i })).filter(({ spans }) => spans.length > 0);
  const here = lanes[row] ?? [];
  const at = here.indexOf(element);
  const across = (/** @type {1|-1} */ direction) => {
    const other = filled[filled.findIndex(({ i }) => i === row) + direction];
    return other?.spans[Math.min(at, other.spans.length - 1)];
  };
  /** @type {Object<string, () => Element|undefined>} */
  const moves = {
    ArrowRight: () => here[at + 1], ArrowLeft: () => here[at - 1], Home: () => here[0], End: () => here[here.length - 1],
    ArrowDown: () => across(1), ArrowUp: () => across(-1),
  };
  const move = moves[event.key];
  if (event.key === "Enter" || event.key === " ") {
    const found = spanOf(element, layout);
    if (found) seek({ slot: found.box.slot, s: found.box.from.s });
  } else if (!move) {
    return;
  }
  event.preventDefault();
  const next = /** @type {SVGElement|undefined} */ (move?.());
  if (!next) return;
  element.setAttribute("tabindex", "-1");
  next.setAttribute("tabindex", "0");
  next.focus();
}
