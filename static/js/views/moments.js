/**
 * Key moments: steps worth stopping at, each a button that jumps there.
 *
 * A moment names the kind of step it means ("response sent"); it is found in the run itself, so
 * it is right for every setting of the parameters, and is left out where the run has no such step.
 */

import { seek } from "../moving.js";
import { lesson, presentOf } from "../store.js";
import { Empty } from "./empty.js";
import { html } from "./html.js";
import { rich } from "./rich.js";

/** @import { Slot } from "../store.js" */
/** @import { Trace } from "../trace.js" */

/** @typedef {{ variant: string, where: string, text: string }} KeyMoment */
/** @typedef {{ text: string, n: number }} Found */

/** @param {{ slot: Slot }} props */
export function Moments({ slot }) {
  const present = presentOf(slot.index).value;
  const found = momentsIn(lesson.value.moments, slot.variant, slot.trace);
  if (found.length === 0) {
    return html`<${Empty} slot=${slot} otherwise="No key moments in this version." />`;
  }
  return html`<ol class="moments">
    ${found.map(
      ({ text, n }) => html`<li key=${n}>
        <button
          type="button"
          class="moment"
          aria-current=${n === present ? "step" : undefined}
          onClick=${() => seek({ slot: slot.index, step: n })}
        >
          <span class="moment-step">Step ${n}</span>
          <span>${rich(text)}</span>
        </button>
      </li>`,
    )}
  </ol>`;
}

/**
 * The moments of one version that its run has, in the order of the run.
 * @param {KeyMoment[]} moments
 * @param {string} variant
 * @param {Trace} trace
 * @returns {Found[]}
 */
export function momentsIn(moments, variant, trace) {
  return moments
    .filter((moment) => moment.variant === variant)
    .flatMap(({ where, text }) => {
      const place = trace.steps.find(({ moment }) => moment === where);
      return place ? [{ text, n: place.n }] : [];
    })
    .sort((a, b) => a.n - b.n);
}
