/**
 * Below the timeline: what its signs mean, how near it is looked at, and which time its axis shows.
 */

import { align, setTrueTime } from "../moving.js";
import { byStep, slots, trueTime } from "../store.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";
import { STATES, STATE_NAMES } from "./patterns.js";
import { isWhole, zoom, zoomAll, zoomIn, zoomOut } from "./timeline-zoom.js";

/** @import { Layout } from "./timeline-layout.js" */

/** What goes into a queue and out of it looks alike. @type {Object<string, string>} */
const MESSAGES = { publish: "message", deliver: "message" };

/** @param {{layout: Layout}} props */
export function Foot({ layout }) {
  const boxes = layout.bands.flatMap((band) => band.rows.flatMap((row) => row.spans));
  const levels = layout.bands.flatMap((band) => band.crowds.flatMap((crowd) => crowd.levels));
  const states = STATES.filter((state, i) => boxes.some((box) => box.span.state === state) || levels.some(({ counts }) => (counts[i] ?? 0) > 0));
  const kinds = new Map(layout.bands.flatMap((band) => band.flights.map(({ arrow: { kind } }) => [MESSAGES[kind] ?? kind, kind])));
  return html`<div class="timeline-foot">
    <ul class="legend" aria-label="Legend">
      ${states.map((state) => html`<li key=${state}><svg width="26" height="16" aria-hidden="true"><rect class=${`span state-${state}`} x="0.5" y="0.5" width="25" height="15" rx="4" fill=${`url(#pattern-${state})`} /></svg>${STATE_NAMES[state]}</li>`)}
      ${[...kinds].map(([name, kind]) => html`<li key=${name}><i class=${`traveller is-${kind} is-still`} aria-hidden="true" />${name}</li>`)}
    </ul>
    <div class="timeline-tools">
      <${Zoom} />
      ${slots.value.length > 1 && html`<button type="button" class="true-time" aria-pressed=${byStep.value} aria-keyshortcuts="a" onClick=${() => align(byStep.value ? "time" : "step")} title="Let the same step of every version stand at the same place (a)">
        <span class="true-time-knob" aria-hidden="true" />By step<kbd aria-hidden="true">a</kbd>
      </button>`}
      <button type="button" class="true-time" aria-pressed=${trueTime.value} onClick=${() => setTrueTime(!trueTime.value)} title="Show the true proportions (t)">
        <span class="true-time-knob" aria-hidden="true" />True time<kbd aria-hidden="true">t</kbd>
      </button>
    </div>
  </div>`;
}

/** Nearer, farther, and the whole of it. */
function Zoom() {
  const whole = isWhole(zoom.value);
  return html`<div class="zoom" role="group" aria-label="Zoom">
    <button type="button" class="zoom-button" aria-label="Zoom out" title="Zoom out (−)" disabled=${whole} onClick=${zoomOut}><${Icon} name="minus" size=${18} /></button>
    <button type="button" class="zoom-button" aria-label="Zoom in" title="Zoom in (+)" onClick=${zoomIn}><${Icon} name="plus" size=${18} /></button>
    ${!whole && html`<button type="button" class="zoom-all" title="Show all of it (0)" onClick=${zoomAll}>All of it</button>`}
  </div>`;
}
