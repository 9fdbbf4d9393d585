/**
 * The execution table of a slot: one row a step, the present one lit, those to come faded.
 *
 * A click on a row, or its number as a button, moves the cursor there. The present row is kept in
 * view inside the table's own box. In the present row, what just changed stands out.
 */

import { useEffect, useRef } from "preact/hooks";

import { presentOf, seek } from "../store.js";
import { forWhom, laneColour, stepsOf } from "../trace.js";
import { Empty } from "./empty.js";
import { html } from "./html.js";
import { pointAt } from "./pointer.js";
import { rich } from "./rich.js";

/** @import { Slot } from "../store.js" */
/** @import { Step } from "../trace.js" */

const NO_CHANGE = "no change";

/** @param {{ slot: Slot }} props */
export function ExecutionTable({ slot }) {
  const present = presentOf(slot.index).value;
  const steps = stepsOf(slot.trace);
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  useEffect(() => {
    const row = /** @type {HTMLElement | null | undefined} */ (
      box.current?.querySelector('[aria-current="step"]')
    );
    if (row && box.current) keepRowInView(box.current, row);
  }, [present]);

  if (steps.length === 0) {
    return html`<${Empty} slot=${slot} otherwise="Nothing happened in this run." />`;
  }
  /** @param {number} n */
  const go = (n) => {
    seek({ slot: slot.index, step: n });
    pointAt({ variant: slot.variant, n });
  };
  return html`<div ref=${box} class="table-box">
    <table class="steps">
      <thead>
        <tr>
          <th scope="col">Step</th>
          <th scope="col">Action</th>
          <th scope="col">Thread</th>
          <th scope="col">Response to user</th>
          <th scope="col">Background task status</th>
        </tr>
      </thead>
      <tbody>
        ${steps.map(
          (step, index) => html`<${Row}
            key=${step.n}
            at=${`step:${slot.index}:${step.n}`}
            step=${step}
            before=${steps[index - 1]}
            when=${Math.sign(step.n - present)}
            colour=${step.lane === null ? null : laneColour(slot.trace, step.lane)}
            user=${forWhom(slot.trace, step.request)}
            go=${go}
          />`,
        )}
      </tbody>
    </table>
  </div>`;
}

/**
 * `when` is -1 for a row of the past, 0 for the present one, 1 for one to come.
 * @param {{
 *   at: string,
 *   step: Step,
 *   before: Step | undefined,
 *   when: number,
 *   colour: number | null,
 *   user: string,
 *   go: (n: number) => void,
 * }} props
 */
function Row({ at, step, before, when, colour, user, go }) {
  const now = when === 0;
  return html`<tr
    class=${now ? "is-now" : when > 0 ? "is-future" : ""}
    aria-current=${now ? "step" : undefined}
    data-at=${at}
    onClick=${() => go(step.n)}
  >
    <td class="steps-n">
      <button type="button" class="cell-button" aria-label=${`Go to step ${step.n}`}>
        ${step.n}
      </button>
    </td>
    <td class="steps-action">
      ${rich(step.action)}${user && html` <span class="steps-user">for ${user}</span>`}
    </td>
    <td class="steps-thread" data-label="Thread">
      ${step.thread !== null &&
      html`<span class="lane-dot" style=${`--lane: var(--lane-${colour ?? 0})`}></span>${step.thread}`}
    </td>
    <td class="steps-answer" data-label="Response"><${Status} value=${step.response} before=${before?.response} now=${now} /></td>
    <td class="steps-task" data-label="Task"><${Status} value=${step.task_status} before=${before?.task_status} now=${now} /></td>
  </tr>`;
}

/**
 * A status, marked when the present step brought it.
 * @param {{ value: string | null, before: string | null | undefined, now: boolean }} props
 */
function Status({ value, before, now }) {
  if (value === null) return html`<span class="absent">–</span>`;
  const changed = now && before !== undefined && value !== before && value !== NO_CHANGE;
  return html`<span class=${changed ? "changed" : ""}>${value}</span>`;
}

/**
 * @param {HTMLElement} box
 * @param {HTMLElement} row
 */
function keepRowInView(box, row) {
  const head = box.querySelector("thead")?.offsetHeight ?? 0;
  if (row.offsetTop - head < box.scrollTop) box.scrollTop = row.offsetTop - head;
  const bottom = row.offsetTop + row.offsetHeight;
  if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight;
}
