/** What each state looks like, as SVG patterns, and its name in words. Colours are tokens of the style sheet. */

import { html } from "./html.js";

/** @import { SpanState } from "../trace.js" */

/** @type {Record<SpanState, string>} */
export const STATE_NAMES = {
  running: "running",
  sleeping: "sleeping",
  waiting: "waiting",
  queued: "waiting its turn",
  blocked: "blocked",
  holding: "holds an open connection",
  retrying: "waiting to retry",
  sending: "sending",
};

/** The order of the legend. */
export const STATES = /** @type {SpanState[]} */ (["running", "sleeping", "waiting", "queued", "blocked", "holding", "retrying", "sending"]);

/** The marks of each state on a tile of this size. @type {Record<SpanState, [number, string]>} */
const TILES = {
  running: [8, ""],
  sleeping: [9, "M-2 2 2 -2M-1 10 10 -1M7 11 11 7"],
  waiting: [7, "M3.5 3.5h.01"],
  queued: [6, "M3 0v6"],
  blocked: [8, "M0 0 8 8M8 0 0 8"],
  holding: [7, "M0 3.5h7"],
  retrying: [10, "M0 7 5 3 10 7"],
  sending: [9, "M2 0 6 4.5 2 9"],
};

/** One pattern for each state, named `pattern-STATE`. */
export function Patterns() {
  return html`<defs>
    ${STATES.map((state) => {
      const [size, path] = TILES[state];
      return html`<pattern id=${`pattern-${state}`} key=${state} class=${`pattern state-${state}`} width=${size} height=${size} patternUnits="userSpaceOnUse">
        <rect width=${size} height=${size} />
        <path d=${path} />
      </pattern>`;
    })}
  </defs>`;
}
