/**
 * What a slot's program has printed or logged so far: its output until the cursor.
 */

import { useEffect, useRef } from "preact/hooks";

import { outputOf } from "../store.js";
import { laneColour } from "../trace.js";
import { Empty } from "./empty.js";
import { html } from "./html.js";

/** @import { Slot } from "../store.js" */
/** @import { Output as Printed } from "../trace.js" */

/** @param {{ slot: Slot }} props */
export function Output({ slot }) {
  const { trace } = slot;
  const count = outputOf(slot.index).value;
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  useEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [count]);

  if (count === 0) {
    const none = trace.output.length === 0 ? "This program prints nothing." : "Nothing printed yet.";
    return html`<${Empty} slot=${slot} otherwise=${none} />`;
  }
  const blocks = joined(trace.output.slice(0, count));
  const names = new Map(trace.lanes.map(({ id, name }) => [id, name]));
  return html`<div ref=${box} class="output" tabindex="0" role="region" aria-label=${`Output, ${slot.title}`}>
    ${blocks.map(
      ({ t, lane, stream, text }, index) => html`<div
        key=${index}
        class=${`output-line${stream === "stderr" ? " is-error" : ""}`}
      >
        <span class="output-time">${t.toFixed(2)} s</span>
        <pre>${text.replace(/\n$/, "")}</pre>
        <span class="output-lane" style=${`--lane: var(--lane-${laneColour(trace, lane)})`}>
          ${stream === "stderr" && html`<span class="visually-hidden">error output, </span>`}
          ${names.get(lane) ?? lane}
        </span>
      </div>`,
    )}
  </div>`;
}

/**
 * Pieces that one thread printed at one time as one piece: an error comes line by line.
 * @param {Printed[]} pieces
 * @returns {Printed[]}
 */
function joined(pieces) {
  /** @type {Printed[]} */
  const blocks = [];
  for (const piece of pieces) {
    const last = blocks[blocks.length - 1];
    if (last && last.t === piece.t && last.lane === piece.lane && last.stream === piece.stream) {
      const between = last.text.endsWith("\n") ? "" : "\n";
      blocks[blocks.length - 1] = { ...last, text: `${last.text}${between}${piece.text}` };
    } else {
      blocks.push(piece);
    }
  }
  return blocks;
}
