/**
 * The sequence diagram: who tells whom what, growing with the cursor, as UML draws it.
 *
 * The whole diagram is drawn once, the part in view of it; a sheet covers what is yet to come, and
 * the box scrolls along.
 */

import { effect } from "@preact/signals-core";
import { useEffect, useMemo, useRef } from "preact/hooks";

import { seek } from "../moving.js";
import { axis, timeOf } from "../store.js";
import { projector } from "../theme.js";
import { Empty } from "./empty.js";
import { html } from "./html.js";
import { Patterns, STATE_NAMES } from "./patterns.js";
import { BAR, grownTo, HEAD, layOutSequence, ROW } from "./sequence-layout.js";
import { sheet } from "./sheet.js";
import { useWindow } from "./windowed.js";

/** @import { Slot } from "../store.js" */
/** @import { Diagram, Message } from "./sequence-layout.js" */

await sheet("sequence");

/** Pixels of the diagram that stay in view below the present. */
const AHEAD = 48;
/** Pixels beside the present message that stay in view. */
const SIDE = 70;

/** @param {{ slot: Slot }} props */
export function Sequence({ slot }) {
  const { trace } = slot;
  const diagram = useMemo(() => layOutSequence(trace, projector.value), [trace, projector.value]);
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const [from, to] = useWindow(box, diagram.messages.length, ROW);
  useEffect(() => follow(box.current, diagram, trace.duration, slot.index), [diagram, slot.index]);
  if (diagram.messages.length === 0) return html`<${Empty} slot=${slot} otherwise="No messages pass in this run." />`;
  const top = diagram.messages[from]?.y ?? 0;
  const end = diagram.messages[to]?.y ?? diagram.height;
  const bars = diagram.bars.filter((bar) => bar.y + bar.height >= top - ROW && bar.y <= end);
  return html`<div ref=${box} class="sequence" tabindex="0" role="region" aria-label=${`Sequence diagram, ${slot.title}`}>
    <div class="sequence-sheet" style=${`width: ${diagram.width}px; height: ${diagram.height}px`}>
      <div class="sequence-heads">
        ${diagram.columns.map(({ id, name, x, colour }) => html`<span key=${id} class="sequence-head" style=${`left: ${x}px; max-width: ${diagram.apart - 12}px; --lane: ${colour === null ? "var(--soft)" : `var(--lane-${colour})`}`}>${name}</span>`)}
      </div>
      <svg width=${diagram.width} height=${diagram.height} role="img" aria-label=${describe(diagram)}>
        <${Patterns} />
        ${diagram.columns.map(({ id, x }) => html`<line key=${id} class="sequence-life" x1=${x} x2=${x} y1=${HEAD} y2=${diagram.height} />`)}
        ${bars.map((bar, i) => html`<rect key=${i} class=${`span state-${bar.state}`} x=${bar.x - BAR / 2} y=${bar.y} width=${BAR} height=${bar.height} fill=${`url(#pattern-${bar.state})`}><title>${STATE_NAMES[bar.state]}</title></rect>`)}
        ${diagram.messages.slice(from, to).map((message) => html`<${Row} key=${message.id} message=${message} slot=${slot} />`)}
      </svg>
      <div class="sequence-veil" />
    </div>
  </div>`;
}

/** A message, or what a lane begins or ends by itself. @param {{ message: Message, slot: Slot }} props */
function Row({ message, slot }) {
  const { kind, x1, x2, y, text, t } = message;
  const go = () => seek({ slot: slot.index, s: axis.value.toStory(t, slot.index) });
  if (x1 === x2) {
    return html`<g class="sequence-message is-note" onClick=${go}>
      <path d=${`M${x1 + BAR / 2} ${y}h6`} /><text x=${x1 + BAR / 2 + 10} y=${y + 4}>${text}</text>
    </g>`;
  }
  const way = Math.sign(x2 - x1);
  const from = x1 + way * (BAR / 2);
  const to = x2 - way * (BAR / 2 + 1);
  return html`<g class=${`sequence-message is-${kind}`} onClick=${go}>
    <path d=${`M${from} ${y}H${to}`} />
    <path class="sequence-tip" d=${`M${to - way * 8} ${y - 4}L${to} ${y}L${to - way * 8} ${y + 4}${kind === "request" || kind === "publish" ? "Z" : ""}`} />
    <text x=${(from + to) / 2} y=${y - 8} text-anchor="middle">${text}</text>
  </g>`;
}

/** For who cannot see it: the messages in words, the first ones. @param {Diagram} diagram */
function describe({ columns, messages }) {
  const names = new Map(columns.map(({ id, name }) => [id, name]));
  const name = (/** @type {string} */ id) => names.get(id) ?? "a user";
  const told = messages.slice(0, 12).map(({ from, to, text }) => (from === to ? `${name(from)}: ${text}` : `${name(from)} to ${name(to)}: ${text}`));
  return `${told.join("; ")}${messages.length > 12 ? `; and ${messages.length - 12} more` : ""}`;
}

/**
 * Cover what is yet to come, and keep the present in view.
 * @param {HTMLElement|null} box
 * @param {Diagram} diagram
 * @param {number} duration
 * @param {number} slot
 * @returns {(() => void)|undefined}
 */
function follow(box, diagram, duration, slot) {
  const veil = /** @type {HTMLElement|null} */ (box?.querySelector(".sequence-veil") ?? null);
  if (!box || !veil) return undefined;
  return effect(() => {
    const y = grownTo(diagram, timeOf(slot).value, duration);
    veil.style.transform = `translateY(${y}px)`;
    const { scrollTop, clientHeight } = box;
    if (y > scrollTop + clientHeight - AHEAD) box.scrollTop = y - clientHeight + AHEAD;
    else if (y < scrollTop + HEAD + ROW) box.scrollTop = Math.max(0, y - HEAD - 2 * ROW);
    const last = diagram.messages.findLast((message) => message.y <= y);
    if (last) keepBetween(box, Math.min(last.x1, last.x2), Math.max(last.x1, last.x2));
  });
}

/** Scroll sideways only as far as the present message needs it. @param {HTMLElement} box @param {number} left @param {number} right */
function keepBetween(box, left, right) {
  const { scrollLeft, clientWidth } = box;
  if (right + SIDE > scrollLeft + clientWidth) box.scrollLeft = right + SIDE - clientWidth;
  else if (left - SIDE < scrollLeft) box.scrollLeft = Math.max(0, left - SIDE);
}
