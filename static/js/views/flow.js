/**
 * The concept flow of a lesson as a small chart, for one slot.
 *
 * The node of the present step is lit, the nodes it came through are marked, and the way that this
 * version does not take stays pale. The chart is laid out for the width that it has, so its text
 * has the same size on a phone and on a wall.
 */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";

import { lesson, presentOf } from "../store.js";
import { projector } from "../theme.js";
import { BOX_PADDING, LINE, layout } from "./flow-layout.js";
import { html } from "./html.js";

/** @import { Slot } from "../store.js" */
/** @import { FlowNode, Placed, Road } from "./flow-layout.js" */

/** How much larger everything is for a projector. */
const LARGE = 1.25;

const FONT = '500 14px "Inter", "Inter stand-in", system-ui, sans-serif';

/** @param {{ slot: Slot }} props */
export function Flow({ slot }) {
  const present = presentOf(slot.index).value;
  const nodes = /** @type {FlowNode[]} */ (lesson.value.flow);
  const [frame, width] = useWidth();
  const scale = projector.value ? LARGE : 1;
  const chart = useMemo(() => layout(nodes, width / scale, measure), [nodes, width, scale]);

  const past = slot.trace.steps.filter(({ n, node }) => n <= present && node !== null);
  const lit = past.at(-1)?.node ?? null;
  const visited = new Set(past.map(({ node }) => node));
  const name = nodes.find(({ id }) => id === lit)?.text;
  return html`<div ref=${frame} class="flow">
    <svg
      role="img"
      aria-label=${`Concept flow. ${name ? `Now: ${name}` : "Not begun."}`}
      width=${chart.width * scale}
      height=${chart.height * scale}
      viewBox=${`0 0 ${chart.width} ${chart.height}`}
    >
      ${chart.roads.map(
        (road) => html`<${Arrow}
          key=${`${road.from}-${road.to}`}
          road=${road}
          taken=${visited.has(road.from) && visited.has(road.to)}
          open=${isOpen(nodes, road.to, slot.variant)}
        />`,
      )}
      ${chart.nodes.map(
        (node) => html`<${Box}
          key=${node.id}
          node=${node}
          lit=${node.id === lit}
          visited=${visited.has(node.id)}
          open=${isOpen(nodes, node.id, slot.variant)}
        />`,
      )}
    </svg>
  </div>`;
}

/**
 * Whether this version can come through the node at all.
 * @param {FlowNode[]} nodes
 * @param {string} id
 * @param {string} variant
 */
function isOpen(nodes, id, variant) {
  const only = nodes.find((node) => node.id === id)?.variants ?? [];
  return only.length === 0 || only.includes(variant);
}

/** @param {{ node: Placed, lit: boolean, visited: boolean, open: boolean }} props */
function Box({ node, lit, visited, open }) {
  const { x, y, width, height, lines, question } = node;
  const left = x - width / 2;
  const state = lit ? "is-lit" : visited ? "is-visited" : open ? "" : "is-closed";
  const point = 12;
  return html`<g class=${`flow-node ${state}`}>
    ${question
      ? html`<path
          d=${`M${left} ${y + height / 2} l${point} ${-height / 2} h${width - 2 * point}
            l${point} ${height / 2} l${-point} ${height / 2} h${2 * point - width} z`}
        />`
      : html`<rect x=${left} y=${y} width=${width} height=${height} rx="8" />`}
    <text text-anchor="middle">
      ${lines.map(
        (line, index) => html`<tspan x=${x} y=${y + BOX_PADDING + LINE * (index + 0.74)}>
          ${line}
        </tspan>`,
      )}
    </text>
  </g>`;
}

/** @param {{ road: Road, taken: boolean, open: boolean }} props */
function Arrow({ road, taken, open }) {
  const { x, y } = road.tip;
  return html`<g class=${`flow-road ${taken ? "is-visited" : open ? "" : "is-closed"}`}>
    <path class="flow-line" d=${road.path} />
    <path class="flow-tip" d=${`M${x} ${y} l-4.5 -7 h9 z`} />
    ${road.label &&
    html`<text x=${road.label.x} y=${road.label.y} text-anchor=${road.label.anchor}>
      ${road.label.text}
    </text>`}
  </g>`;
}

/**
 * The width of the element that carries the returned ref, in CSS pixels.
 * @returns {[{ current: HTMLDivElement | null }, number]}
 */
function useWidth() {
  const frame = useRef(/** @type {HTMLDivElement | null} */ (null));
  const [width, setWidth] = useState(560);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry && entry.contentRect.width > 0) setWidth(Math.floor(entry.contentRect.width));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [frame, width];
}

/** @type {CanvasRenderingContext2D | null | undefined} */
let pen;

/**
 * The width of a text in the chart's type, in CSS pixels.
 * @param {string} text
 */
function measure(text) {
  pen ??= document.createElement("canvas").getContext("2d");
  if (!pen) return text.length * 7.5;
  pen.font = FONT;
  return pen.measureText(text).width * 1.03;
}
