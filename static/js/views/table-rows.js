/**
 * Which rows of the execution table are shown, in which order: a pure function of the trace and
 * what the reader wants of it.
 */

import { userOf } from "../trace.js";

/** @import { Step, Trace } from "../trace.js" */

/**
 * @typedef {"n"|"action"|"thread"|"response"|"task_status"} Key
 * @typedef {{key: Key, down: boolean}} Sort  `down`: from the largest to the smallest
 * @typedef {{thread: string, request: string, task: string}} Filter  "" for all
 * @typedef {{value: string, text: string}} Option
 */

/** @type {Filter} */
export const NO_FILTER = { thread: "", request: "", task: "" };

/** What the table is sorted by, and what its rows are chosen by. */
export const COLUMN_KEYS = /** @type {Key[]} */ (["n", "action", "thread", "response", "task_status"]);
export const KINDS = /** @type {(keyof Filter)[]} */ (["thread", "request", "task"]);

/** A filter without what this run does not have, as a link or a smaller run may leave it. @param {Trace} trace @param {Filter} filter @returns {Filter} */
export function possible(trace, filter) {
  if (!trace.ended) return filter;
  const options = optionsOf(trace);
  const gone = KINDS.filter((kind) => filter[kind] && !options[kind].some(({ value }) => value === filter[kind]));
  return gone.length === 0 ? filter : { ...filter, ...Object.fromEntries(gone.map((kind) => [kind, ""])) };
}

/** What can be chosen of each kind; of one alone there is nothing to choose. @param {Trace} trace @returns {{[kind in keyof Filter]: Option[]}} */
export function optionsOf(trace) {
  const threads = [...new Set(trace.steps.flatMap(({ thread }) => (thread === null ? [] : [thread])))];
  const named = new Set(trace.tasks.map(({ name }) => name)).size > 1;
  const options = {
    thread: threads.map((value) => ({ value, text: value })),
    request: trace.requests.map(({ id, method, path }) => ({ value: id, text: `${userOf(trace, id)?.name ?? id}: ${method} ${path}` })),
    task: trace.tasks.map(({ id, name, request }) => {
      const user = userOf(trace, request)?.name;
      return { value: id, text: [named || !user ? `${id} ${name}` : id, user && `for ${user}`].filter(Boolean).join(" ") };
    }),
  };
  return /** @type {any} */ (Object.fromEntries(Object.entries(options).map(([kind, list]) => [kind, list.length > 1 ? list : []])));
}

/** @param {Trace} trace @param {Filter} filter @param {Sort} sort @returns {Step[]} */
export function rowsShown(trace, filter, sort) {
  const kept = trace.steps.filter((step) =>
    (!filter.thread || step.thread === filter.thread) && (!filter.request || step.request === filter.request) && (!filter.task || step.task === filter.task));
  if (sort.key === "n") return sort.down ? kept.reverse() : kept;
  const way = sort.down ? -1 : 1;
  // Rows that have nothing there come last either way, and equal ones stay in the order of the story.
  return kept.sort((a, b) => {
    const [x, y] = [a[sort.key], b[sort.key]];
    if (x === null || y === null) return x === y ? a.n - b.n : x === null ? 1 : -1;
    return way * String(x).localeCompare(String(y), "en", { numeric: true }) || a.n - b.n;
  });
}

/** What a press on a column's heading makes of the order: up, down, and the story's again. @param {Sort} sort @param {Key} key @returns {Sort} */
export function pressed(sort, key) {
  if (sort.key !== key) return { key, down: false };
  return sort.down ? { key: "n", down: false } : { key, down: true };
}
