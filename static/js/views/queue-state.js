/**
 * Where every task of a run is at a step: in the queue, with a worker, waiting for another try, or
 * at its end. A pure function of (trace, step), made from the steps that speak of tasks.
 *
 * A worker that dies has no step of a task of its own: what it held goes back into the queue if it is
 * taken up again later in the run, and is lost if not.
 */

import { countUntil } from "../trace.js";

/** @import { Lane, Task, Trace } from "../trace.js" */

/**
 * @typedef {"queued"|"taken"|"running"|"retrying"|"finished"|"failed"|"lost"|"rejected"|"revoked"} Place
 *   `taken`: a worker has it and has not begun; `retrying`: it failed, and is due again
 * @typedef {{task: Task, place: Place, lane: string|null, tries: number, due: number|null, since: number, order: number}} Token
 *   `lane` of the worker, `tries` begun so far, `due` when a retry starts (null: not in this run), `since` seconds,
 *   `order` of coming to this place
 * @typedef {{n: number, t: number, task: string, place: Place, lane: string|null}} Move  `n` the step with which it happens
 * @typedef {{n: number, t: number, waiting: number, working: number, retrying: number}} Depth
 */

/** @type {Object<string, Place>} */
const PLACES = {
  "task queued": "queued", "task received": "taken", "task started": "running", "task retried": "retrying", "task failed": "failed",
  "task finished": "finished", "task rejected": "rejected", "task revoked": "revoked",
};

/** Places that a task does not leave. */
export const ENDS = /** @type {Place[]} */ (["finished", "failed", "lost", "rejected", "revoked"]);

/** @type {WeakMap<Trace, Move[]>} */
const known = new WeakMap();

/** Everything that happens to tasks of a queue, in order. @param {Trace} trace @returns {Move[]} */
export function movesOf(trace) {
  let moves = known.get(trace);
  if (!moves) {
    moves = [...toldMoves(trace), ...untoldMoves(trace)];
    moves = [...moves, ...deaths(trace, moves)].sort((a, b) => a.n - b.n || a.t - b.t);
    known.set(trace, moves);
  }
  return moves;
}

/** @param {Trace} trace @returns {Set<string>} the tasks that were put into a queue */
const queued = (trace) => new Set(trace.tasks.filter((task) => task.queued !== null).map(({ id }) => id));

/** @param {Trace} trace @returns {Move[]} */
function toldMoves(trace) {
  const tasks = queued(trace);
  return trace.steps.flatMap(({ n, t, task, moment, lane }) => {
    const place = PLACES[moment];
    return task !== null && place && tasks.has(task) ? [{ n, t, task, place, lane }] : [];
  });
}

/** What no row tells: a line that puts several tasks into a queue has one row, for the first. @param {Trace} trace @returns {Move[]} */
function untoldMoves(trace) {
  const told = new Set(trace.steps.filter(({ moment }) => moment === "task queued").map(({ task }) => task));
  return trace.tasks.flatMap(({ id, queued: t }) => (t === null || told.has(id) ? [] : [{ n: stepUntil(trace, t), t, task: id, place: "queued", lane: null }]));
}

/** The last step at or before a time, at least the first. @param {Trace} trace @param {number} t */
const stepUntil = (trace, t) => Math.max(1, countUntil(trace.steps, t + 5e-7, (step) => step.t));

/** What becomes of the tasks that a worker holds when it dies. @param {Trace} trace @param {Move[]} moves @returns {Move[]} */
function deaths(trace, moves) {
  return trace.lanes.flatMap((lane) => {
    const { died } = lane;
    if (died === null) return [];
    const n = stepUntil(trace, died);
    return [...new Set(moves.filter((move) => move.lane === lane.id).map(({ task }) => task))].flatMap((task) => {
      const own = moves.filter((move) => move.task === task).sort((a, b) => a.n - b.n);
      const last = own.findLast((move) => move.t <= died + 5e-7);
      if (!last || last.lane !== lane.id || (last.place !== "taken" && last.place !== "running")) return [];
      const again = own.some((move) => move.t > died + 5e-7);
      const place = /** @type {Place} */ (again ? "queued" : "lost");
      return [{ n: Math.max(n, last.n), t: died, task, place, lane: lane.id }];
    });
  });
}

/**
 * Every task of a queue that has come up by step `n`, in the order of the queue.
 * @param {Trace} trace
 * @param {number} n
 * @returns {Token[]}
 */
export function tokensAt(trace, n) {
  const moves = movesOf(trace);
  const tasks = new Map(trace.tasks.map((task) => [task.id, task]));
  /** @type {Map<string, Token>} */
  const tokens = new Map();
  moves.forEach((move, order) => {
    const task = tasks.get(move.task);
    if (move.n > n || !task) return;
    const before = tokens.get(move.task);
    const tries = (before?.tries ?? 0) + (move.place === "running" ? 1 : 0);
    // A worker that takes a retry keeps it until it is due.
    const place = move.place === "taken" && before?.place === "retrying" ? "retrying" : move.place;
    tokens.set(move.task, { task, place, lane: move.place === "queued" ? null : move.lane, tries, due: dueOf(moves, order, move), since: move.t, order });
  });
  return [...tokens.values()].sort((a, b) => a.order - b.order);
}

/** When a task that waits for another try begins again. @param {Move[]} moves @param {number} order @param {Move} move @returns {number|null} */
function dueOf(moves, order, move) {
  if (move.place !== "retrying" && move.place !== "taken") return null;
  return moves.slice(order + 1).find(({ task, place }) => task === move.task && place === "running")?.t ?? null;
}

/** @type {WeakMap<Trace, Depth[]>} */
const depths = new WeakMap();

/** How many tasks wait, are worked on and wait for another try, from each step on that changes it. @param {Trace} trace @returns {Depth[]} */
export function depthsOf(trace) {
  let list = depths.get(trace);
  if (!list) {
    /** @type {Map<string, Place>} */
    const places = new Map();
    list = movesOf(trace).map(({ n, t, task, place }) => {
      places.set(task, place === "taken" && places.get(task) === "retrying" ? "retrying" : place);
      const count = (/** @type {Place[]} */ ...wanted) => [...places.values()].filter((item) => wanted.includes(item)).length;
      return { n, t, waiting: count("queued", "taken"), working: count("running"), retrying: count("retrying") };
    });
    depths.set(trace, list);
  }
  return list;
}

/** The lanes that take tasks from the queue, in their order on the timeline. @param {Trace} trace @param {readonly Lane[]} lanes @returns {Lane[]} */
export function workersOf(trace, lanes) {
  const busy = new Set(movesOf(trace).flatMap(({ place, lane }) => (place === "queued" || lane === null ? [] : [lane])));
  return lanes.filter((lane) => lane.kind === "worker" || busy.has(lane.id));
}
