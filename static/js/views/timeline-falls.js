/**
 * What ends badly, on the timeline: a cross where an exception came up, an answer failed to come or a
 * process was killed, and its name beside it.
 *
 * They stand above the veil, so that one can be read in the very step that it belongs to; the
 * playhead takes their paleness away as it reaches them.
 */

import { html } from "./html.js";
import { widthOf } from "./text.js";
import { along } from "./timeline-layout.js";

/** @import { ReadonlySignal } from "@preact/signals-core" */
/** @import { Fall, Layout, Row } from "./timeline-layout.js" */

/** Below this height of a bar there are no names. */
const LEAST_BAR = 14;

/** @param {{layout: Layout, mix: ReadonlySignal<number>}} props */
export function Falls({ layout, mix }) {
  const rows = layout.bands.flatMap((band) => band.rows);
  return html`<ul class="falls" aria-label="Exceptions, kills and missing answers">
    ${rows.flatMap((row) => row.falls.map((fall, i) => html`<${Mark} key=${`${row.slot} ${row.lane.id} ${i}`} fall=${fall} row=${row} layout=${layout} mix=${mix.value} />`))}
  </ul>`;
}

/** @param {{fall: Fall, row: Row, layout: Layout, mix: number}} props */
function Mark({ fall, row, layout, mix }) {
  const x = along(layout, fall.at, mix);
  if (x < layout.left - 9 || x > layout.left + layout.plot + 9) return null;
  const next = row.spans.find((box) => box.from.s > fall.at.s);
  const room = (next ? along(layout, next.from, mix) : layout.width) - x - 14;
  const name = fall.error.split(":")[0] ?? "";
  const named = layout.bar >= LEAST_BAR && widthOf(name, "label") <= room;
  return html`<li class="fall" data-s=${fall.at.s} title=${fall.error} style=${`transform: translate(${x}px, ${row.y + layout.bar / 2}px)`}>
    <svg width="18" height="18" viewBox="-9 -9 18 18" aria-hidden="true"><circle r="8" /><path d="M-3 -3 3 3M3 -3-3 3" /></svg>
    <span class=${named ? "" : "visually-hidden"}>${name}</span>
  </li>`;
}
