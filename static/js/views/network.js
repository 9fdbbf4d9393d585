/**
 * The network panel: every request so far, as a browser's own tools draw it. The bars grow with
 * the cursor; time is linear here, as it is there.
 */

import { computed, effect } from "@preact/signals-core";
import { useEffect, useMemo, useRef } from "preact/hooks";

import { seek } from "../moving.js";
import { axis, slots, timeOf } from "../store.js";
import { Empty } from "./empty.js";
import { html } from "./html.js";
import { changesOf, lengthOf, milliseconds, networkRows, passed, rowAt } from "./network-layout.js";
import { sheet } from "./sheet.js";
import { useWindow } from "./windowed.js";

/** @import { Slot } from "../store.js" */
/** @import { Row } from "./network-layout.js" */

await sheet("network");

/** Pixels of a row, as in network.css. */
const ROW = 36;

/** @param {{ slot: Slot }} props */
export function Network({ slot }) {
  const { trace } = slot;
  const rows = useMemo(() => networkRows(trace), [trace]);
  const changes = useMemo(() => changesOf(rows), [rows]);
  const count = useMemo(() => computed(() => passed(changes, timeOf(slot.index).value)), [changes, slot.index]).value;
  const length = lengthOf(slots.value.map((other) => other.trace));
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const t = changes[count - 1] ?? -1;
  const shown = rows.filter((row) => rowAt(row, t) !== null);
  const [from, to] = useWindow(box, shown.length, ROW);
  useEffect(() => effect(() => {
    box.current?.style.setProperty("--at", String(Math.min(1, timeOf(slot.index).value / length)));
  }), [length, slot.index]);
  useEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [shown.length]);
  if (rows.length === 0) return html`<${Empty} slot=${slot} otherwise="Nobody sent a request in this run." />`;
  return html`<div class="network">
    <div ref=${box} class="network-box" tabindex="0" role="region" aria-label=${`Network, ${slot.title}`}>
      <table class="network-rows" aria-rowcount=${shown.length + 1}>
        <thead><tr>
          <th scope="col">Request</th><th scope="col">Status</th><th scope="col" class="network-size">Size</th><th scope="col">Time</th>
          <th scope="col" class="network-head"><b>Waterfall</b><span aria-hidden="true">${milliseconds(length)}</span></th>
        </tr></thead>
        <tbody>
          ${from > 0 && html`<tr aria-hidden="true" style=${`height: ${from * ROW}px`}><td colspan="5" /></tr>`}
          ${shown.slice(from, to).map((row, i) => html`<${Line} key=${row.request.id} row=${row} t=${t} length=${length} slot=${slot} index=${from + i} />`)}
          ${to < shown.length && html`<tr aria-hidden="true" style=${`height: ${(shown.length - to) * ROW}px`}><td colspan="5" /></tr>`}
        </tbody>
      </table>
      ${shown.length === 0 && html`<p class="card-empty">No request yet.</p>`}
    </div>
    <ul class="network-legend" aria-label="Legend">
      <li><i class="network-bar is-sent" />on its way, in line</li>
      <li><i class="network-bar is-waiting" />waiting for the first byte</li>
      <li><i class="network-bar is-content" />content</li>
    </ul>
  </div>`;
}

/** @param {{ row: Row, t: number, length: number, slot: Slot, index: number }} props */
function Line({ row, t, length, slot, index }) {
  const at = rowAt(row, t);
  if (!at) return null;
  const { method, path } = row.request;
  return html`<tr class=${`is-${at.state}`} aria-rowindex=${index + 2} onClick=${() => seek({ slot: slot.index, s: axis.value.toStory(row.sent, slot.index) })}>
    <th scope="row" title=${`${method} ${path}, ${row.user}`}><b>${method}</b> ${path} <span class="network-user">${row.user}</span></th>
    <td>${at.status}</td>
    <td class="network-size">${at.size}</td>
    <td>${at.time}</td>
    <td class="network-fall"><div><${Bars} row=${row} length=${length} /></div></td>
  </tr>`;
}

/** The stretches of a request; what lies behind the cursor's line is cut off by the style sheet. @param {{ row: Row, length: number }} props */
function Bars({ row, length }) {
  const end = row.first ?? row.request.failed ?? length;
  const taken = Math.min(row.taken ?? end, end);
  const part = (/** @type {string} */ kind, /** @type {number} */ from, /** @type {number} */ to) =>
    html`<i class=${`network-bar is-${kind}`} style=${`left: ${(100 * from) / length}%; width: ${Math.max(0, (100 * (to - from)) / length)}%`} />`;
  return html`${part("sent", row.sent, taken)}${part("waiting", taken, end)}${row.first !== null && part("content", row.first, Math.max(row.done ?? row.first, row.first))}`;
}
