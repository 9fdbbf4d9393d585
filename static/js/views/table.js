/**
 * The execution table of a slot: one row a step, the present one lit, those to come faded.
 *
 * A click on a row, or its number as a button, moves the cursor there. The present row is kept in
 * view inside the table's own box. In the present row, what just changed stands out. A heading
 * sorts, and a filter leaves the rows of one thread, request or task. Of a long table only the
 * rows around those in view are drawn, all of one height.
 */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";

import { seek } from "../moving.js";
import { notice, presentOf } from "../store.js";
import { setTable, tableOf } from "../tables.js";
import { forWhom, laneColour } from "../trace.js";
import { Empty } from "./empty.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";
import { pointAt } from "./pointer.js";
import { rich } from "./rich.js";
import { KINDS, NO_FILTER, optionsOf, possible, pressed, rowsShown } from "./table-rows.js";
import { SHORT, useWindow } from "./windowed.js";

/** @import { Slot } from "../store.js" */
/** @import { Step, Trace } from "../trace.js" */
/** @import { Filter, Key, Sort } from "./table-rows.js" */

const NO_CHANGE = "no change";

/** @type {[Key, string][]} */
const COLUMNS = [["n", "Step"], ["action", "Action"], ["thread", "Thread"], ["response", "Response to user"], ["task_status", "Background task status"]];
const FILTERS = /** @type {const} */ ([["thread", "Thread"], ["request", "Request"], ["task", "Task"]]);

/** Pixels of a row of a long table until one is measured. */
const ROW = 42;

/** @param {{ slot: Slot }} props */
export function ExecutionTable({ slot }) {
  const { trace } = slot;
  const present = presentOf(slot.index).value;
  const { sort, filter } = tableOf(slot.index);
  const setFilter = (/** @type {Filter} */ next) => setTable(slot.index, { filter: next });
  useEffect(() => {
    const left = possible(trace, filter);
    for (const kind of KINDS) if (left[kind] !== filter[kind]) notice(`This run has no ${kind} “${filter[kind]}”: the table shows the rows of all.`);
    if (left !== filter) setFilter(left);
  }, [trace, filter]);
  const rows = useMemo(() => rowsShown(trace, filter, sort), [trace, filter, sort]);
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const long = rows.length > SHORT;
  const [height, setHeight] = useState(ROW);
  const [from, to] = useWindow(box, rows.length, height);
  const at = useMemo(() => rows.findIndex(({ n }) => n === present), [rows, present]);
  useEffect(() => {
    const drawn = /** @type {HTMLElement|null} */ (box.current?.querySelector("tbody tr[data-at]") ?? null);
    if (long && drawn && drawn.offsetHeight > 0 && drawn.offsetHeight !== height) setHeight(drawn.offsetHeight);
  }, [long, from, to]); // to measure makes the browser lay out the page: seldom
  useEffect(() => {
    if (box.current) keepRowInView(box.current, at, long ? height : null);
  }, [at, rows, height]);

  if (trace.steps.length === 0) {
    return html`<${Empty} slot=${slot} otherwise="Nothing happened in this run." />`;
  }
  /** @param {number} n */
  const go = (n) => {
    seek({ slot: slot.index, step: n });
    pointAt({ variant: slot.variant, n });
  };
  return html`<${Filters} trace=${trace} filter=${filter} choose=${setFilter} count=${rows.length} />
  <div ref=${box} class="table-box">
    <table class=${`steps${long ? " is-long" : ""}`} aria-rowcount=${rows.length + 1}>
      <thead>
        <tr>
          ${COLUMNS.map(([key, title]) => html`<${Heading} key=${key} name=${key} title=${title} sort=${sort} press=${() => setTable(slot.index, { sort: pressed(sort, key) })} />`)}
        </tr>
      </thead>
      <tbody>
        ${from > 0 && html`<tr class="steps-gap" aria-hidden="true" style=${`height: ${from * height}px`}><td colspan="5" /></tr>`}
        ${rows.slice(from, to).map(
          (step, index) => html`<${Row}
            key=${step.n}
            at=${`step:${slot.index}:${step.n}`}
            index=${from + index + 2}
            step=${step}
            before=${trace.steps[step.n - 2]}
            when=${Math.sign(step.n - present)}
            colour=${colourOf(trace, step)}
            user=${forWhom(trace, step.request)}
            go=${go}
          />`,
        )}
        ${to < rows.length && html`<tr class="steps-gap" aria-hidden="true" style=${`height: ${(rows.length - to) * height}px`}><td colspan="5" /></tr>`}
      </tbody>
    </table>
    ${rows.length === 0 && html`<p class="card-empty">No step is of this thread, request and task together.</p>`}
  </div>`;
}

/** @param {{ name: Key, title: string, sort: Sort, press: () => void }} props */
function Heading({ name, title, sort, press }) {
  const own = sort.key === name && (name !== "n" || sort.down);
  return html`<th scope="col" aria-sort=${own ? (sort.down ? "descending" : "ascending") : undefined}>
    <button type="button" class="steps-sort" title="Sort by this column" onClick=${press}>${title}<i aria-hidden="true">${own && html`<${Icon} name=${sort.down ? "down" : "up"} size=${12} />`}</i></button>
  </th>`;
}

/** Which rows are shown; only of what there is more than one. @param {{ trace: Trace, filter: Filter, choose: (filter: Filter) => void, count: number }} props */
function Filters({ trace, filter, choose, count }) {
  const options = useMemo(() => optionsOf(trace), [trace]);
  const kinds = FILTERS.filter(([kind]) => options[kind].length > 0);
  const on = FILTERS.filter(([kind]) => filter[kind]).length;
  if (kinds.length === 0) return null;
  return html`<details class="steps-filter">
    <summary><${Icon} name="opened" size=${14} />Filter${on > 0 && html` <b>${count} of ${trace.steps.length} steps</b>`}</summary>
    <div class="steps-filters">
      ${kinds.map(([kind, title]) => html`<label key=${kind}>${title}
        <select onChange=${(/** @type {{ currentTarget: HTMLSelectElement }} */ event) => choose({ ...filter, [kind]: event.currentTarget.value })}>
          <option value="" selected=${!filter[kind]}>all</option>
          ${options[kind].map(({ value, text }) => html`<option key=${value} value=${value} selected=${filter[kind] === value}>${text}</option>`)}
        </select>
      </label>`)}
      ${on > 0 && html`<button type="button" class="link-button" onClick=${() => choose(NO_FILTER)}>Show all steps</button>`}
    </div>
  </details>`;
}

/**
 * `when` is -1 for a row of the past, 0 for the present one, 1 for one to come.
 * @param {{
 *   at: string,
 *   index: number,
 *   step: Step,
 *   before: Step | undefined,
 *   when: number,
 *   colour: number | null,
 *   user: string,
 *   go: (n: number) => void,
 * }} props
 */
function Row({ at, index, step, before, when, colour, user, go }) {
  const now = when === 0;
  return html`<tr
    class=${now ? "is-now" : when > 0 ? "is-future" : ""}
    aria-current=${now ? "step" : undefined}
    aria-rowindex=${index}
    data-at=${at}
    onClick=${() => go(step.n)}
  >
    <td class="steps-n">
      <button type="button" class="cell-button" aria-label=${`Go to step ${step.n}`}>
        ${step.n}
      </button>
    </td>
    <td class="steps-action" title=${step.action}>
      ${rich(step.action)}${user && !names(step.action, user) && html` <span class="steps-user">for ${user}</span>`}
    </td>
    <td class="steps-thread" data-label="Thread">
      ${step.thread !== null &&
      html`<span class="lane-dot" style=${`--lane: var(--lane-${colour ?? 0})`}></span>${step.thread}`}
    </td>
    <td class="steps-answer" data-label="Response"><${Status} value=${step.response} before=${before?.response} now=${now} /></td>
    <td class="steps-task" data-label="Task"><${Status} value=${step.task_status} before=${before?.task_status} now=${now} /></td>
  </tr>`;
}

/** The colour of the thread that a step names; a request that is sent lies on the lane of its user. @param {Trace} trace @param {Step} step */
function colourOf(trace, { thread, lane }) {
  const own = trace.lanes.find(({ name, kind }) => name === thread && kind !== "user")?.id ?? lane;
  return own === null ? null : laneColour(trace, own);
}

/** Whether a step's words name the user already. @param {string} action @param {string} user */
const names = (action, user) => ` ${action.replaceAll(/['’]s\b|[^\w ]/g, " ")} `.includes(` ${user} `);

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
 * Rows of one height are found by counting, others by looking; where there is no present row, nothing moves.
 * @param {HTMLElement} box
 * @param {number} at the place of the present row, or -1
 * @param {number | null} height pixels of each row, if all are equally high
 */
function keepRowInView(box, at, height) {
  if (at < 0) return;
  const head = box.querySelector("thead")?.offsetHeight ?? 0;
  const row = /** @type {HTMLElement | null} */ (height === null ? box.querySelector('[aria-current="step"]') : null);
  if (height === null && !row) return;
  const top = row ? row.offsetTop : head + at * /** @type {number} */ (height);
  const bottom = top + (row ? row.offsetHeight : /** @type {number} */ (height));
  // What comes next is seen as well, where there is room.
  const next = row ? (row.nextElementSibling instanceof HTMLElement ? row.nextElementSibling.offsetHeight : 0) : /** @type {number} */ (height);
  const ahead = bottom - top + next < box.clientHeight - head ? next : 0;
  if (top - head < box.scrollTop) box.scrollTop = top - head;
  if (bottom + ahead > box.scrollTop + box.clientHeight) box.scrollTop = bottom + ahead - box.clientHeight;
}
