/**
 * The rows and columns of the variable tracker: a pure function of the trace and the step.
 */

/** @import { Trace, Variable } from "../trace.js" */

/**
 * @typedef {{ n: number, title: string }} Column  the step it shows, and its heading
 * @typedef {{ value: string | null, changed: boolean }} Cell  its value, and whether exactly this column's steps brought it
 * @typedef {{ title: string, shared: boolean, variables: Variable[] }} Group  variables of one scope; `shared` by all threads of a process
 */

/** Up to this many columns all are drawn, and else so many on either side of the present one. */
const MOST_COLUMNS = 40;
const AROUND = 12;

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

/** The columns that are drawn, from the first to behind the last. @param {number} count @param {number} now @returns {[number, number]} */
export function columnsAround(count, now) {
  if (count <= MOST_COLUMNS) return [0, count];
  const first = Math.max(0, Math.min(now - AROUND, count - 2 * AROUND));
  return [first, Math.min(count, first + 2 * AROUND)];
}

/** @param {Variable} variable @param {Column[]} columns @returns {Cell[]} */
export function cellsOf(variable, columns) {
  return columns.map(({ n }) => {
    const latest = variable.values.findLast(([step]) => step <= n);
    return { value: latest?.[1] ?? null, changed: latest?.[0] === n };
  });
}

/**
 * By scope: what the lab follows, what is shared, then each function as first seen.
 * @param {Trace} trace
 * @returns {Group[]}
 */
export function groupsOf(trace) {
  /** @type {Map<string, Group>} */
  const groups = new Map();
  for (const variable of trace.variables) {
    const { scope, lane } = variable;
    const shared = scope === "global";
    const place = shared && lane !== null ? (trace.lanes.find(({ id }) => id === lane)?.name ?? lane) : null;
    const title = scope === "derived" ? "Followed by the lab" : shared ? (place ? `Globals of ${place}` : "Globals") : `In ${scope}`;
    const group = groups.get(title);
    if (group) group.variables.push(variable);
    else groups.set(title, { title, shared, variables: [variable] });
  }
  const rank = (/** @type {Group} */ { title, shared }) => (title === "Followed by the lab" ? 0 : shared ? 1 : 2);
  return [...groups.values()].sort((a, b) => rank(a) - rank(b));
}

/** What a variable was, up to a step. @param {Variable} variable @param {number} n @returns {{ when: string, value: string | null }[]} */
export function historyOf(variable, n) {
  const past = variable.values.filter(([step]) => step <= n).map(([step, value]) => ({ when: step === 0 ? "Start" : `After step ${step}`, value }));
  return past.length > 0 ? past : [{ when: "So far", value: null }];
}
