/**
 * What the timeline tells about the span that is pointed at.
 */

import { signal } from "@preact/signals-core";
import { html } from "./html.js";
import { STATE_NAMES } from "./patterns.js";
import { along, clock } from "./timeline-layout.js";

/** @import { Layout, SpanBox } from "./timeline-layout.js" */

/** The span that is pointed at, and where its tip stands. */
export const tip = signal(/** @type {{box: SpanBox, lane: string, x: number, y: number}|null} */ (null));

/** @param {{width: number}} props */
export function Tip({ width }) {
  if (!tip.value) return null;
  const { box: { span, whose }, lane, x, y } = tip.value;
  return html`<div class="timeline-tip" role="tooltip" style=${`top: ${y}px; left: ${Math.max(8, Math.min(x, width - 268))}px`}>
    <p class="tip-state"><svg width="18" height="12" aria-hidden="true"><rect class=${`span state-${span.state}`} x="0.5" y="0.5" width="17" height="11" rx="3" fill=${`url(#pattern-${span.state})`} /></svg><strong>${lane}</strong> ${STATE_NAMES[span.state]}</p>
    ${(span.label || whose) && html`<p>${span.label}${whose && ` for ${whose}`}</p>`}
    <p class="tip-times">${clock(span.start)} – ${clock(span.end)} <span>for ${clock(span.end - span.start)}</span></p>
  </div>`;
}

/** @param {EventTarget|null} target @param {Layout} layout @returns {{box: SpanBox, lane: string}|null} */
export function spanOf(target, layout) {
  const element = target instanceof Element ? /** @type {SVGElement|null} */ (target.closest(".timeline-still .span")) : null;
  if (!element) return null;
  const { slot, span } = element.dataset;
  for (const row of layout.bands.find((band) => band.slot === Number(slot))?.rows ?? []) {
    const box = row.spans.find((item) => item.span.id === span);
    if (box) return { box, lane: row.lane.name };
  }
  return null;
}

/** @param {EventTarget|null} target @param {Layout} layout @param {number} mix @param {HTMLElement|null} root @param {number} [x] */
export function showTip(target, layout, mix, root, x) {
  const found = spanOf(target, layout);
  if (!found || !root) {
    if (tip.value) tip.value = null;
    return;
  }
  const left = x === undefined ? Math.max(layout.left, along(layout, found.box.from, mix)) : x - root.getBoundingClientRect().left + 14;
  tip.value = { ...found, x: left, y: found.box.y + layout.bar + 8 };
}
