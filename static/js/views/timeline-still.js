/**
 * The part of the timeline that stands still: axis, lanes, spans, arrows, braces and folds, as SVG.
 *
 * It is drawn anew only when the traces, the width or the axis change, never by the cursor.
 */

import { html } from "./html.js";
import { Patterns, STATES, STATE_NAMES } from "./patterns.js";
import { widthOf } from "./text.js";
import { along, breaks, clock, roomFor, ticks } from "./timeline-layout.js";
import { isWhole } from "./timeline-zoom.js";

/** @import { Axis } from "../story.js" */
/** @import { Band, Brace, CrowdRow, Edge, Flight, Layout, Rest, Row, SpanBox, Tear } from "./timeline-layout.js" */

/** @typedef {{layout: Layout, axis: Axis, mix: number}} Scene */

/** Narrower spans would not be seen. */
const LEAST = 2.5;
/** A span that begins or ends beyond the view is drawn so many pixels beyond it. */
const OUT = 30;
/** Below this height of a bar and this width there are no labels. */
const LEAST_BAR = 14;
const LEAST_ROOM = 12;
/** More folds than this are drawn more lightly. */
const MANY_FOLDS = 4;
/** So many arrows are drawn more lightly. */
const MANY_FLIGHTS = 40;
/** With more spans than this, those that cannot be told apart are not drawn. */
const MANY_BOXES = 2500;

const labelWidth = (/** @type {string} */ text) => widthOf(text, "label");

/** @param {Scene & {describedBy: string}} scene */
export function Still({ layout, axis, mix, describedBy }) {
  const scene = { layout, axis, mix };
  const folds = breaks(layout, axis, mix, labelWidth);
  return html`<svg class="timeline-still" width=${layout.width} height=${layout.height} role="group" aria-label="Timeline" aria-describedby=${describedBy}>
    <${Patterns} />
    <defs><clipPath id="timeline-part"><rect x=${layout.left - 2} y="0" width=${layout.plot + 4} height=${layout.height} /></clipPath></defs>
    <${AxisMarks} ...${scene} />
    <g clip-path=${isWhole(layout.part) ? undefined : "url(#timeline-part)"}>
      ${layout.bands.map((band) => html`<${BandLanes} key=${band.slot} band=${band} torn=${folds.filter(({ bands }) => bands.includes(band)).map(({ x }) => x)} ...${scene} />`)}
      ${folds.map((fold, i) => html`<${Break} key=${i} fold=${fold} many=${folds.length > MANY_FOLDS} ...${scene} />`)}
    </g>
  </svg>`;
}

/** The names of the lanes, which do not fade with what is yet to come. @param {{layout: Layout}} props */
export function LaneNames({ layout }) {
  const { bar, left, narrow } = layout;
  const small = bar < 12;
  return html`<svg class="lane-names" width=${layout.width} height=${layout.height} aria-hidden="true">
    ${layout.bands.flatMap((band) => band.rows.map((row) => {
      const middle = row.y + bar / 2;
      const kind = `lane-name ${row.lane.kind === "user" ? "is-user" : ""} ${small ? "is-small" : ""}`;
      return html`<g key=${`${band.slot} ${row.lane.id}`} class=${kind} style=${`--own: var(--lane-${row.colour})`}>
        ${narrow
          ? html`<circle cx=${left + 5} cy=${row.y - 9} r="4" /><text x=${left + 15} y=${row.y - 4.5}>${row.lane.name}</text>`
          : html`<${LaneName} name=${row.lane.name} x=${left - 30} y=${middle + (small ? 3.5 : 5)} room=${left - 50} /><circle cx=${left - 16} cy=${middle} r=${small ? 2.5 : 4} />`}
      </g>`;
    }))}
  </svg>`;
}

/** A name that is cut tells the whole of itself to who points at it. @param {{name: string, x: number, y: number, room: number}} props */
function LaneName({ name, x, y, room }) {
  const shown = shorten(name, room);
  if (shown === name) return html`<text x=${x} y=${y} text-anchor="end">${name}</text>`;
  return html`<text class="is-cut" x=${x} y=${y} text-anchor="end">${shown}<title>${name}</title></text>`;
}

/** @param {string} text @param {number} room @returns {string} */
function shorten(text, room) {
  if (widthOf(text, "label") <= room) return text;
  let kept = text;
  while (kept.length > 1 && widthOf(`${kept}…`, "label") > room) kept = kept.slice(0, -1);
  return `${kept}…`;
}

/** @param {Scene} scene */
function AxisMarks({ layout, axis, mix }) {
  const y = layout.axisBottom - 4;
  return html`<g class="axis" aria-hidden="true">
    <line x1=${layout.left} x2=${layout.left + layout.plot} y1=${y} y2=${y} />
    ${ticks(layout, axis, mix, labelWidth).map(
      (tick) => html`<line x1=${tick.x} x2=${tick.x} y1=${y - (tick.label ? 5 : 3)} y2=${y} />
        ${tick.label && html`<text x=${tick.middle} y=${y - 10} text-anchor="middle">${tick.label}</text>`}`,
    )}
  </g>`;
}

/** @param {Scene & {band: Band, torn: number[]}} props */
function BandLanes({ band, torn, layout, axis, mix }) {
  const scene = { layout, axis, mix };
  return html`<g role="group" aria-label=${band.title}>
    ${band.brace && html`<${WaitBrace} brace=${band.brace} ...${scene} />`}
    <g class=${`flights${band.flights.length > MANY_FLIGHTS ? " is-many" : ""}`} aria-hidden="true">
      ${band.flights.filter((flight) => flight.y1 !== flight.y2 && inView(layout, flight, mix)).map((flight) => html`<${Connector} key=${flight.arrow.id} flight=${flight} ...${scene} />`)}
    </g>
    ${band.crowds.filter((crowd) => !crowd.open).map((crowd) => html`<${CrowdBand} key=${crowd.id} crowd=${crowd} ...${scene} />`)}
    ${band.rows.map((row) => html`<${LaneRow} key=${row.lane.id} slot=${band.slot} row=${row} torn=${torn} ...${scene} />`)}
  </g>`;
}

/** @param {Scene & {slot: number, row: Row, torn: number[]}} props */
function LaneRow({ slot, row, torn, layout, mix }) {
  const { bar, left } = layout;
  const middle = row.y + bar / 2;
  return html`<g class="lane" role="group" aria-label=${row.lane.name} data-at=${`lane:${slot}:${row.lane.id}`}>
    <line class="lane-line" x1=${left} x2=${left + layout.plot} y1=${row.y + bar + 4.5} y2=${row.y + bar + 4.5} />
    <line class="lane-life" x1=${Math.max(along(layout, row.from, mix), layout.left)} x2=${Math.min(along(layout, row.to, mix), layout.left + layout.plot)} y1=${middle} y2=${middle} />
    ${row.rests.filter((rest) => inView(layout, rest, mix)).map((rest, i) => html`<${RestText} key=${i} rest=${rest} row=${row} torn=${torn} layout=${layout} mix=${mix} />`)}
    ${seen(row.spans, layout, mix).map((box) => html`<${SpanMark} key=${box.span.id} box=${box} row=${row} torn=${torn} layout=${layout} mix=${mix} />`)}
  </g>`;
}

/** Whether any of a stretch lies in the part that is shown. @param {Layout} layout @param {{from: Edge, to: Edge}} stretch @param {number} mix */
function inView(layout, { from, to }, mix) {
  return isWhole(layout.part) || (along(layout, to, mix) >= layout.left - LEAST && along(layout, from, mix) <= layout.left + layout.plot + LEAST);
}

/** The spans that can be seen: of very many, those that would lie within a pixel of the one before are left out. @param {SpanBox[]} spans @param {Layout} layout @param {number} mix @returns {SpanBox[]} */
function seen(spans, layout, mix) {
  let last = -Infinity;
  return spans.filter((box) => {
    if (!inView(layout, box, mix)) return false;
    if (layout.boxes <= MANY_BOXES) return true;
    const to = along(layout, box.to, mix);
    if (to - last < 1) return false;
    last = to;
    return true;
  });
}

/** How many lanes of a crowd are in which state, as areas one upon the other. @param {Scene & {crowd: CrowdRow}} props */
function CrowdBand({ crowd, layout, mix }) {
  const { y, height, count, levels, name } = crowd;
  const bottom = y + height;
  const scale = (height - 2) / Math.max(1, count);
  const end = layout.left + layout.plot;
  const xs = levels.map(({ at }) => Math.max(layout.left, Math.min(along(layout, at, mix), end)));
  /** Lower and upper edge of a state's area. @param {number} state @param {boolean} upper */
  const edge = (state, upper) => levels.map(({ counts }) => bottom - scale * counts.slice(0, state + (upper ? 1 : 0)).reduce((sum, value) => sum + value, 0));
  const line = (/** @type {number[]} */ ys) => ys.map((value, i) => `${xs[i]} ${(i > 0 ? ys[i - 1] : bottom) ?? bottom}L${xs[i]} ${value}`).join("L");
  return html`<g class="crowd" role="img" aria-label=${`${name}, how many of them are in which state`} data-at=${`lane:${crowd.slot}:${crowd.id}`}>
    <rect class="crowd-ground" x=${layout.left} y=${y} width=${layout.plot} height=${height} />
    ${STATES.map((state, i) => {
      if (levels.every(({ counts }) => counts[i] === 0)) return null;
      const upper = line(edge(i, true));
      const lower = line(edge(i, false)).split("L").reverse().join("L");
      return html`<path key=${state} class=${`crowd-area state-${state}`} fill=${`url(#pattern-${state})`} d=${`M${upper}L${lower}Z`} />`;
    })}
    <line class="lane-line" x1=${layout.left} x2=${end} y1=${bottom + 0.5} y2=${bottom + 0.5} />
  </g>`;
}

/** @param {{rest: Rest, row: Row, torn: number[], layout: Layout, mix: number}} props */
function RestText({ rest, row, torn, layout, mix }) {
  const fallen = row.falls.some(({ at }) => Math.abs(at.s - rest.from.s) < 1e-6);
  if (fallen) return null; // the name of what failed stands there
  return html`<${Label} name="rest" text=${rest.text} from=${Math.max(along(layout, rest.from, mix), layout.left) + 10} to=${Math.min(along(layout, rest.to, mix), layout.left + layout.plot) - 6} y=${row.y} bar=${layout.bar} torn=${torn} />`;
}

/** A text that is drawn only where it fits: with whom it is for, or that alone, where several users are there. @param {{name: string, text: string, whose?: string, from: number, to: number, y: number, bar: number, torn: number[]}} props */
function Label({ name, text, whose = "", from, to, y, bar, torn }) {
  if (bar < LEAST_BAR || to - from < LEAST_ROOM) return null;
  for (const said of whose ? [`${text} ${whose}`, whose] : [text]) {
    const x = roomFor(from, to, widthOf(said, "label"), torn);
    if (x !== null) return html`<text class=${name} x=${x} y=${y + bar / 2 + 5} aria-hidden="true">${said}</text>`;
  }
  return null;
}

/** @param {{box: SpanBox, row: Row, torn: number[], layout: Layout, mix: number}} props */
function SpanMark({ box, row, torn, layout, mix }) {
  const { span } = box;
  const x1 = Math.max(along(layout, box.from, mix), layout.left - OUT);
  const width = Math.max(Math.min(along(layout, box.to, mix), layout.left + layout.plot + OUT) - x1, LEAST);
  const left = Math.max(x1, layout.left);
  const whose = box.whose && `for ${box.whose}`;
  const name = `${row.lane.name}, ${STATE_NAMES[span.state]}${span.label ? `, ${span.label}` : ""}${whose && ` ${whose}`}, from ${clock(span.start)} to ${clock(span.end)}`;
  return html`<rect class=${`span state-${span.state}`} x=${x1} y=${box.y} width=${width} height=${layout.bar} rx=${Math.min(5, layout.bar / 4, width / 2)}
      fill=${`url(#pattern-${span.state})`} data-slot=${box.slot} data-span=${span.id} tabindex="-1" role="button" aria-label=${name} />
    <${Label} name=${`span-label state-${span.state}`} text=${span.label || STATE_NAMES[span.state]} whose=${whose} from=${left + 9} to=${Math.min(x1 + width, layout.left + layout.plot) - 7} y=${box.y} bar=${layout.bar} torn=${torn} />`;
}

/** @param {Scene & {flight: Flight}} props */
function Connector({ flight, layout, mix }) {
  const x1 = along(layout, flight.from, mix);
  const x2 = along(layout, flight.to, mix);
  const down = flight.y2 > flight.y1 ? 1 : -1;
  const y1 = flight.y1 + (down * layout.bar) / 2;
  const y2 = flight.y2 - (down * layout.bar) / 2;
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const [dx, dy] = [(x2 - x1) / length, (y2 - y1) / length];
  /** A corner of the head. Not by `transform`: each would be a piece that the browser composes by itself, at every frame. */
  const corner = (/** @type {number} */ along, /** @type {number} */ aside) =>
    `${(x2 + along * dx - aside * dy).toFixed(2)} ${(y2 + along * dy + aside * dx).toFixed(2)}`;
  return html`<path class="connector" d=${`M${x1} ${y1}L${x2} ${y2}`} />
    <path class="arrowhead" d=${`M${corner(-8, -4)} ${x2} ${y2} ${corner(-8, 4)}Z`} />`;
}

/** @param {Scene & {brace: Brace}} props */
function WaitBrace({ brace, layout, mix }) {
  const x1 = along(layout, brace.from, mix);
  const x2 = Math.max(along(layout, brace.to, mix), x1 + 8);
  const { y } = brace;
  const middle = (x1 + x2) / 2;
  const r = Math.min(6, (x2 - x1) / 4);
  return html`<path class="brace" aria-hidden="true" d=${
    `M${x1} ${y}q0 -5 ${r} -5H${middle - r}q${r} 0 ${r} -5q0 5 ${r} 5H${x2 - r}q${r} 0 ${r} 5`} />`;
}

/** @param {Scene & {fold: Tear, many: boolean}} props */
function Break({ fold, many, layout, mix }) {
  const { from, to, x, label, bands } = fold;
  const y = layout.axisBottom - 18.5;
  const torn = to - from < 60 ? 2.5 : 4; // half of the gap
  const half = labelWidth(label) / 2 + 7;
  return html`<g class=${`fold ${many ? "is-one-of-many" : ""}`} style=${`opacity: ${1 - mix}`} aria-hidden="true">
    ${label && x - half > from && html`<path class="fold-span" d=${`M${from} ${y - 4}v8M${from} ${y}H${x - half}M${x + half} ${y}H${to}m0 -4v8`} />`}
    ${label && html`<text class="fold-length" x=${x} y=${y + 4.5} text-anchor="middle">${label}</text>`}
    ${bands.map((band) => html`<path class="fold-paper" d=${`M${tear(x - torn, band)}L${tear(x + torn, band).split("L").reverse().join("L")}Z`} />
      <path class="fold-edge" d=${`M${tear(x - torn, band)}M${tear(x + torn, band)}`} />`)}
  </g>`;
}

/** The points of a torn edge through a band, from top to bottom. @param {number} x @param {Band} band @returns {string} */
function tear(x, { top, bottom }) {
  const count = Math.max(2, Math.round((bottom - top + 4) / 7));
  return Array.from({ length: count + 1 }, (_, i) =>
    `${(x + (i % 2 ? 2.5 : -2.5)).toFixed(1)} ${(top - 4 + ((bottom - top + 4) * i) / count).toFixed(1)}`).join("L");
}
