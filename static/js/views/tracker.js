/**
 * The variable tracker of a slot: a row a variable, a column for each step in which one changed.
 *
 * First what the lab itself follows (the response, the task), then the program's own variables.
 * The cells that changed in the present step are lit, columns to come are faded, and each
 * cell is a button that moves the cursor to its step.
 */

import { useEffect, useMemo, useRef } from "preact/hooks";

import { presentOf, seek } from "../store.js";
import { forWhom } from "../trace.js";
import { Empty } from "./empty.js";
import { html } from "./html.js";

/** @import { Slot } from "../store.js" */
/** @import { Trace, Variable } from "../trace.js" */

/** A column: the step it shows, and its heading. @typedef {{ n: number, title: string }} Column */
/** A cell: its value, and whether exactly this column's steps brought it. @typedef {{ value: string | null, changed: boolean }} Cell */

/** @param {{ slot: Slot }} props */
export function Tracker({ slot }) {
  const { trace } = slot;
  const present = presentOf(slot.index).value;
  const columns = useMemo(() => columnsOf(trace), [trace]);
  const rows = useMemo(() => rowsOf(trace, columns), [trace, columns]);
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const current = columns.findLastIndex(({ n }) => n <= present);
  useEffect(() => {
    if (box.current) keepColumnInView(box.current, current);
  }, [current, columns]);

  if (rows.length === 0) {
    return html`<${Empty} slot=${slot} otherwise="No variables to follow in this run." />`;
  }
  /** @param {number} n */
  const go = (n) => seek({ slot: slot.index, step: n });
  return html`<div ref=${box} class="table-box">
    <table class="tracker">
      <thead>
        <tr>
          <th scope="col">Name</th>
          ${columns.map(
            ({ n, title }, index) => html`<th
              key=${n}
              scope="col"
              class=${columnClass(index, current)}
              aria-current=${index === current ? "step" : undefined}
            >
              ${title}
            </th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ variable, cells }) => html`<tr
            key=${variable.id}
            class=${variable.scope === "derived" ? "" : "is-own"}
          >
            <th scope="row" title=${scopeOf(variable)}>
              ${variable.name}
              ${placeOf(trace, variable).map(
                (words) => html`<span class="tracker-scope">${words}</span>`,
              )}
            </th>
            ${cells.map((cell, index) => {
              const column = /** @type {Column} */ (columns[index]);
              const lit = cell.changed && column.n === present && column.n > 0;
              return html`<td
                key=${column.n}
                class=${columnClass(index, current)}
                onClick=${() => go(column.n)}
              >
                <button
                  type="button"
                  class=${`cell-button${lit ? " changed" : cell.value === null ? " absent" : ""}`}
                  title=${cell.value ?? undefined}
                  aria-label=${`${variable.name}, ${column.title}: ${cell.value ?? "does not exist"}`}
                >
                  ${cell.value ?? "–"}
                </button>
              </td>`;
            })}
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/**
 * @param {number} index
 * @param {number} current
 */
function columnClass(index, current) {
  return index === current ? "is-now" : index > current ? "is-future" : "";
}

/**
 * Where a variable lives, in words.
 * @param {Variable} variable
 */
function scopeOf(variable) {
  if (variable.scope === "derived") return "followed by the lab";
  return variable.scope === "global" ? "global" : `in ${variable.scope}`;
}

/**
 * What tells a variable from others of its name: its function, and its user where there are several.
 * @param {Trace} trace
 * @param {Variable} variable
 */
function placeOf(trace, variable) {
  const user = forWhom(trace, variable.request);
  return [variable.scope !== "derived" && scopeOf(variable), user && `for ${user}`].filter(Boolean);
}

/**
 * Start, the steps between in which something changed, and the last step as Final.
 * @param {Trace} trace
 * @returns {Column[]}
 */
export function columnsOf(trace) {
  const last = trace.steps.at(-1)?.n ?? 0;
  const changes = new Set(trace.variables.flatMap(({ values }) => values.map(([n]) => n)));
  const between = [...changes].filter((n) => n > 0 && n < last).sort((a, b) => a - b);
  return [
    { n: 0, title: "Start" },
    ...between.map((n) => ({ n, title: `After step ${n}` })),
    ...(last > 0 ? [{ n: last, title: "Final" }] : []),
  ];
}

/**
 * @param {Trace} trace
 * @param {Column[]} columns
 * @returns {{ variable: Variable, cells: Cell[] }[]}
 */
export function rowsOf(trace, columns) {
  const derived = trace.variables.filter(({ scope }) => scope === "derived");
  const own = trace.variables.filter(({ scope }) => scope !== "derived");
  return [...derived, ...own].map((variable) => ({
    variable,
    cells: columns.map(({ n }) => {
      const latest = variable.values.findLast(([step]) => step <= n);
      return { value: latest?.[1] ?? null, changed: latest?.[0] === n };
    }),
  }));
}

/**
 * @param {HTMLElement} box
 * @param {number} index
 */
function keepColumnInView(box, index) {
  const heads = /** @type {NodeListOf<HTMLElement>} */ (box.querySelectorAll("thead th"));
  const name = heads[0];
  const head = heads[index + 1];
  if (!name || !head) return;
  const left = head.offsetLeft - name.offsetWidth;
  const right = head.offsetLeft + head.offsetWidth - box.clientWidth;
  if (box.scrollLeft > left) box.scrollLeft = left;
  else if (box.scrollLeft < right) box.scrollLeft = right;
}
