/**
 * The variable tracker of a slot: a row a variable, a column for each step in which one changed.
 *
 * First what the lab itself follows (the response, the task), then what is shared by all threads of a
 * process, then the variables of each function. The cells that changed in the present step are lit,
 * columns to come are faded, and each cell is a button that moves the cursor to its step. A
 * variable's name tells its history when it is pointed at. Of very many columns those around the
 * present one are drawn.
 */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";

import { seek } from "../moving.js";
import { presentOf } from "../store.js";
import { forWhom, whichOf } from "../trace.js";
import { Empty } from "./empty.js";
import { html } from "./html.js";
import { cellsOf, columnsAround, columnsOf, groupsOf, historyOf } from "./tracker-rows.js";
import { useWindow } from "./windowed.js";

/** @import { Slot } from "../store.js" */
/** @import { Trace, Variable } from "../trace.js" */
/** @import { Column, Group } from "./tracker-rows.js" */

/** More lines than this have one height, and only those in view are drawn. */
const MANY = 40;
/** Pixels of such a line, as in tracker.css. */
const ROW = 56;

/** The variable whose history is told, and where. @typedef {{ variable: Variable, top: number, left: number }} Told */

/** @param {{ slot: Slot }} props */
export function Tracker({ slot }) {
  const { trace } = slot;
  const present = presentOf(slot.index).value;
  const all = useMemo(() => columnsOf(trace), [trace]);
  const now = all.findLastIndex(({ n }) => n <= present);
  const [first, end] = columnsAround(all.length, now);
  const columns = useMemo(() => all.slice(first, end), [all, first, end]);
  const groups = useMemo(() => groupsOf(trace), [trace]);
  const lines = useMemo(() => linesOf(groups), [groups]);
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const [told, tell] = useState(/** @type {Told | null} */ (null));
  const long = lines.length > MANY;
  const [from, to] = useWindow(box, lines.length, ROW, MANY);
  const current = now - first;
  useEffect(() => {
    if (box.current) keepColumnInView(box.current, current);
  }, [current, columns]);

  if (groups.length === 0) {
    return html`<${Empty} slot=${slot} otherwise="No variables to follow in this run." />`;
  }
  /** @param {number} n */
  const go = (n) => seek({ slot: slot.index, step: n });
  return html`<div ref=${box} class="table-box" onScroll=${() => told && tell(null)}>
    <table class=${`tracker${long ? " is-long" : ""}`} aria-rowcount=${lines.length + 1}>
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
        ${from > 0 && html`<tr class="steps-gap" aria-hidden="true" style=${`height: ${from * ROW}px`}><td colspan=${columns.length + 1} /></tr>`}
        ${lines.slice(from, to).map((line) => ("title" in line
          ? html`<tr key=${line.title} class="tracker-group"><th scope="rowgroup" colspan=${columns.length + 1}><span>${line.title}${line.shared && html` <b title=${SHARED}>shared</b>`}</span></th></tr>`
          : html`<${Row} key=${line.id} variable=${line} trace=${trace} alone=${groups.length === 1} columns=${columns} current=${current} present=${present} go=${go} tell=${tell} />`))}
        ${to < lines.length && html`<tr class="steps-gap" aria-hidden="true" style=${`height: ${(lines.length - to) * ROW}px`}><td colspan=${columns.length + 1} /></tr>`}
      </tbody>
    </table>
  </div>
  ${told && html`<${History} told=${told} present=${present} forget=${() => tell(null)} />`}`;
}

/** Headings and variables, line by line; of one group alone the heading says nothing. @param {Group[]} groups @returns {(Group | Variable)[]} */
const linesOf = (groups) => groups.flatMap((group) => (groups.length > 1 ? [group, ...group.variables] : group.variables));

const SHARED = "Every thread of this process reads and writes the same one";

/**
 * @param {{ variable: Variable, trace: Trace, alone: boolean, columns: Column[], current: number, present: number,
 *   go: (n: number) => void, tell: (told: Told | null) => void }} props
 */
function Row({ variable, trace, alone, columns, current, present, go, tell }) {
  const show = (/** @type {Event} */ event) => {
    const at = /** @type {HTMLElement} */ (event.currentTarget).getBoundingClientRect();
    tell({ variable, top: at.bottom, left: at.left });
  };
  const cells = useMemo(() => cellsOf(variable, columns), [variable, columns]);
  return html`<tr class=${variable.scope === "derived" ? "" : "is-own"}>
    <th scope="row">
      <button type="button" class="cell-button tracker-name" aria-label=${`${variable.name}, history`} onMouseEnter=${show} onMouseLeave=${() => tell(null)} onFocus=${show} onBlur=${() => tell(null)}
        onClick=${show} onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === "Escape" && tell(null)}>${variable.name}</button>
      ${variable.shared?.length ? html`<b class="tracker-shared" title=${sharedWith(trace, variable)}>shared</b><span class="visually-hidden">${sharedWith(trace, variable)}</span>` : null}
      ${wordsOf(trace, variable, alone).map((words) => html`<span class="tracker-scope">${words}</span>`)}
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
  </tr>`;
}

/** Values that are shown of a history. */
const MOST_TOLD = 12;

/** What a variable was, from the start to the present. @param {{ told: Told, present: number, forget: () => void }} props */
function History({ told, present, forget }) {
  const tip = useRef(/** @type {HTMLDivElement | null} */ (null));
  useEffect(() => {
    const element = tip.current;
    if (!element) return undefined;
    element.showPopover();
    const room = window.innerHeight - told.top;
    element.style.top = room > element.offsetHeight + 8 ? `${told.top + 4}px` : `${Math.max(8, window.innerHeight - element.offsetHeight - 8)}px`;
    element.style.left = `${Math.max(8, Math.min(told.left, window.innerWidth - element.offsetWidth - 8))}px`;
    const away = (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && forget();
    document.addEventListener("keydown", away);
    return () => document.removeEventListener("keydown", away);
  }, [told]);
  const history = historyOf(told.variable, present);
  const shown = history.slice(-MOST_TOLD);
  return html`<div ref=${tip} class="tracker-history" popover="manual" role="tooltip">
    <p><strong>${told.variable.name}</strong> so far</p>
    <ol>
      ${history.length > shown.length && html`<li class="tracker-earlier">${history.length - shown.length} earlier values</li>`}
      ${shown.map(({ when, value }) => html`<li><span>${when}</span><code>${value ?? "does not exist"}</code></li>`)}
    </ol>
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
 * What tells a variable from others of its name: its function where no heading does, its user where
 * there are several, and for a response its request where its user has several.
 * @param {Trace} trace
 * @param {Variable} variable
 * @param {boolean} alone
 */
function wordsOf(trace, variable, alone) {
  const user = variable.scope !== "global" && forWhom(trace, variable.request);
  const scope = alone && variable.scope !== "derived" && (variable.scope === "global" ? "global, shared" : `in ${variable.scope}`);
  const which = variable.scope === "derived" && variable.name === "response" && whichOf(trace, variable.request);
  return [scope, user && `for ${user}`, which && `to ${which}`].filter(Boolean);
}

/** Which other variables held the very same object. @param {Trace} trace @param {Variable} variable */
function sharedWith(trace, variable) {
  const lanes = new Map(trace.lanes.map(({ id, name }) => [id, name]));
  const others = (variable.shared ?? []).map(({ name, scope, lane }) =>
    `${name} ${scope === "global" ? "of the module" : `in ${scope}`}${lane !== null && lane !== variable.lane ? `, ${lanes.get(lane) ?? lane}` : ""}`);
  return `The same object as ${others.join("; ")}: who changes it changes it for all.`;
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
  else if (box.scrollLeft < right) {
    // No column is left half under the names, if need be by some room behind the last.
    const edges = [...heads].slice(1).map((other) => other.offsetLeft - name.offsetWidth);
    const edge = edges.find((place) => place >= right) ?? right;
    box.style.paddingRight = "";
    box.style.paddingRight = `${Math.max(0, edge - (box.scrollWidth - box.clientWidth))}px`;
    box.scrollLeft = edge;
  }
}
