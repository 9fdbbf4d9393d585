/**
 * A trace as the browser holds it: the records of one run, and questions about them.
 *
 * A `Trace` never changes; `apply` returns a new one with more records in it, so a view may keep
 * anything it worked out for as long as it holds the same trace. Every question is a pure function
 * of (trace, time or step). Times are seconds. The fields are those of docs/trace.schema.json.
 */

/**
 * @typedef {"waiting"|"running"|"sleeping"|"queued"|"blocked"|"holding"|"retrying"|"sending"} SpanState
 * @typedef {"user"|"server"|"thread"|"task"|"process"|"loop"|"broker"|"worker"|"service"} LaneKind
 * @typedef {{id: string, kind: LaneKind, name: string, parent: string|null, born: number, died: number|null,
 *   killed?: boolean}} Lane
 * @typedef {{scope: string, name: string, value: string|null}} Change
 * @typedef {{t: number, lane: string, file: string, line: number, changed: Change[]}} Line
 * @typedef {{n: number, t: number, lane: string|null, thread: string|null, action: string, moment: string,
 *   file: string|null, line: number|null, request: string|null, task: string|null, node: string|null,
 *   response: string|null, task_status: string|null}} Step
 * @typedef {{id: string, lane: string, start: number, end: number, state: SpanState, request: string|null,
 *   task: string|null, label: string}} Span
 * @typedef {{id: string, kind: "request"|"response"|"publish"|"deliver"|"push"|"start", from: string, to: string,
 *   sent: number, arrived: number|null}} Arrow
 * @typedef {{id: string, socket: string, user: string, lane: string, request: string|null, task: string|null, name: string, text: string,
 *   sent: number, arrived: number|null}} Push
 * @typedef {{id: string, user: string, method: string, path: string, lane: string|null, sent: number,
 *   received: number|null, first_byte: number|null, done: number|null, status: number|null, body: string|null,
 *   failed?: number|null, error?: string|null}} Request
 * @typedef {{id: string, name: string, request: string|null, lane: string|null, queued: number|null,
 *   started: number|null, finished: number|null, state: string, retries: number, error: string|null}} Task
 * @typedef {{id: string, name: string, scope: string, lane: string|null, request: string|null,
 *   values: [number, string|null][], shared?: {name: string, scope: string, lane: string|null}[]}} Variable
 * @typedef {{t: number, lane: string, stream: "stdout"|"stderr", text: string}} Output
 * @typedef {{t: number, lane: string, file: string, line: number, error: string}} Problem
 * @typedef {{limit: string, reason: string}} Truncated
 * @typedef {{t: number, lane: string, seconds: number, file: string|null, line: number|null, reason: string}} Unreproducible
 * @typedef {{duration: number, truncated: Truncated|null, unreproducible?: Unreproducible[], metrics?: Object<string, unknown>, scenario?: string,
 *   variant?: string, parameters?: Object<string, unknown>, seed?: number, clock?: string, python?: string,
 *   model?: {line_cost: number, network: number, message?: number}, agreement?: Agreement}} End
 * @typedef {{requests: number, tasks: number, steps: number, worst: number, allowed: number, differences: string[], free: string[],
 *   why: string}} Agreement  of a run on the wall clock with the one on the virtual clock; `worst` and `allowed` are seconds, `free` what was not compared
 * @typedef {{lanes: Lane[], lines: Line[], steps: Step[], spans: Span[], arrows: Arrow[], pushes: Push[], requests: Request[],
 *   tasks: Task[], variables: Variable[], output: Output[], problems: Problem[], duration: number,
 *   ended: boolean, end: End|null}} Trace
 * @typedef {{kind: string, [field: string]: any}} StreamRecord  one record of a chunk; `kind` says which list it goes to
 * @typedef {{lane: string, name: string, file: string, line: number, state: SpanState|null, colour: number,
 *   since: number}} Mark
 * @typedef {{request: string, user: string, lane: string|null, from: number, to: number|null,
 *   seconds: number|null}} Wait
 */

/** The lists of a trace by the `kind` of a stream record, and the field that makes a record an upsert. */
const LISTS = /** @type {const} */ ({
  lane: ["lanes", "id"],
  line: ["lines", null],
  step: ["steps", "n"],
  span: ["spans", "id"],
  arrow: ["arrows", "id"],
  push: ["pushes", "id"],
  request: ["requests", "id"],
  task: ["tasks", "id"],
  variable: ["variables", "id"],
  output: ["output", null],
  problem_at: ["problems", null],
});

/** @returns {Trace} */
export function emptyTrace() {
  return {
    lanes: [], lines: [], steps: [], spans: [], arrows: [], pushes: [], requests: [], tasks: [], variables: [],
    output: [], problems: [], duration: 0, ended: false, end: null,
  };
}

/**
 * The trace with these records added, or put in place of the record with the same id.
 * A record of a kind that this page does not know is left out: a newer server may send more.
 *
 * @param {Trace} trace
 * @param {StreamRecord[]} records
 * @returns {Trace}
 */
export function apply(trace, records) {
  const next = /** @type {any} */ ({ ...trace });
  /** @type {Map<string, Map<unknown, number>>} */
  const places = new Map();
  for (const { kind, type, ...fields } of records) {
    // A lane and an arrow have a kind of their own, which a record calls `type`.
    const record = type === undefined ? fields : { ...fields, kind: type };
    const entry = LISTS[/** @type {keyof typeof LISTS} */ (kind)];
    if (!entry) continue;
    const [list, key] = entry;
    if (next[list] === trace[list]) next[list] = [...trace[list]];
    if (key === null) {
      next[list].push(record);
    } else {
      let known = places.get(kind);
      if (!known) {
        known = new Map(next[list].map((/** @type {any} */ item, /** @type {number} */ i) => [item[key], i]));
        places.set(kind, known);
      }
      const place = known.get(record[key]);
      if (place === undefined) {
        known.set(record[key], next[list].length);
        next[list].push(record);
      } else {
        next[list][place] = record;
      }
    }
    next.duration = Math.max(next.duration, latest(record));
  }
  return next;
}

/**
 * The trace with its last message: nothing follows.
 * @param {Trace} trace
 * @param {End} end
 * @returns {Trace}
 */
export function finish(trace, end) {
  return { ...trace, ended: true, end, duration: Math.max(trace.duration, end.duration ?? 0) };
}

/** The latest time that a record speaks of. @param {any} record @returns {number} */
function latest(record) {
  return Math.max(record.t ?? 0, record.end ?? 0, record.arrived ?? 0, record.done ?? 0, record.failed ?? 0);
}

/**
 * How many items of a list that is sorted by time lie at or before `t`.
 * @template T
 * @param {readonly T[]} list
 * @param {number} t
 * @param {(item: T) => number} when
 * @returns {number}
 */
export function countUntil(list, t, when) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (when(/** @type {T} */ (list[middle])) <= t) low = middle + 1;
    else high = middle;
  }
  return low;
}

const timeOf = (/** @type {{t: number}} */ item) => item.t;

/** @param {Trace} trace @returns {Step[]} */
export const stepsOf = (trace) => trace.steps;

/** @param {Trace} trace @param {number} n counted from 1 @returns {Step|null} */
export function stepNamed(trace, n) {
  const step = trace.steps[n - 1];
  return step?.n === n ? step : (trace.steps.find((other) => other.n === n) ?? null);
}

/** @type {WeakMap<Trace, Map<string, Span[]>>} */
const spansByLane = new WeakMap();

/** The spans of a lane in the order of time. @param {Trace} trace @param {string} lane @returns {Span[]} */
export function spansIn(trace, lane) {
  let lanes = spansByLane.get(trace);
  if (!lanes) {
    lanes = groupBy(trace.spans, (span) => span.lane);
    for (const spans of lanes.values()) spans.sort((a, b) => a.start - b.start || a.end - b.end);
    spansByLane.set(trace, lanes);
  }
  return lanes.get(lane) ?? [];
}

/** @type {WeakMap<Trace, Map<string, Line[]>>} */
const linesByLane = new WeakMap();

/** The recorded lines of a lane in the order of time. @param {Trace} trace @param {string} lane @returns {Line[]} */
export function linesIn(trace, lane) {
  let lanes = linesByLane.get(trace);
  if (!lanes) {
    lanes = groupBy(trace.lines, (line) => line.lane);
    linesByLane.set(trace, lanes);
  }
  return lanes.get(lane) ?? [];
}

/**
 * @template T
 * @param {readonly T[]} list
 * @param {(item: T) => string} key
 * @returns {Map<string, T[]>}
 */
function groupBy(list, key) {
  /** @type {Map<string, T[]>} */
  const groups = new Map();
  for (const item of list) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}

/**
 * The current line of every thread that is at work.
 *
 * Several things may happen at one time. `order(lane)` tells on which side of what the lane does at
 * exactly `t` the reader stands: -1 before it, 0 at it, 1 behind it. `upTo` is the index of the
 * last recorded line that counts, for stepping by line.
 *
 * @param {Trace} trace
 * @param {number} t
 * @param {{order?: (lane: string) => number, upTo?: number|null, step?: Step|null}} [limits]
 * @returns {Mark[]}
 */
export function marksAt(trace, t, { order = () => 0, upTo = null, step = null } = {}) {
  const last = upTo === null ? null : trace.lines[upTo];
  /** @type {Mark[]} */
  const marks = [];
  for (const lane of laneOrder(trace)) {
    const lines = linesIn(trace, lane.id);
    if (lines.length === 0) continue;
    const side = order(lane.id);
    let i = countUntil(lines, t, timeOf) - 1;
    while (i >= 0 && lines[i]?.t === t && side < 0) i -= 1;
    // A step that took its line's whole time stands at the moment at which the next line begins.
    if (step && step.t === t && step.lane === lane.id && step.line !== null) {
      while (i > 0 && lines[i]?.t === t && lines[i]?.line !== step.line) i -= 1;
    }
    if (last && last.lane === lane.id && last.t === t) i = lines.lastIndexOf(last);
    const line = lines[i];
    if (!line) continue;
    const spans = spansIn(trace, lane.id);
    const at = countUntil(spans, t, (item) => item.start) - 1;
    const span = spans[at];
    // Where one span ends and the next begins at `t`, the line belongs to the one that it began in.
    const alive = span && (span.end > t || (span.end === t && side <= 0));
    if (!alive && line !== last) continue;
    if (lane.died !== null && (lane.died < t || (lane.died === t && side > 0))) continue;
    marks.push({
      lane: lane.id, name: lane.name, file: line.file, line: line.line,
      state: span && alive ? span.state : null, colour: laneColour(trace, lane.id), since: line.t,
    });
  }
  return marks;
}

/** @type {Record<LaneKind, number>} */
const RANK = { user: 0, server: 1, loop: 2, task: 3, broker: 4, worker: 5, process: 6, thread: 7, service: 8 };

/** @type {WeakMap<Trace, Lane[]>} */
const orders = new WeakMap();

/**
 * The lanes from top to bottom: users, servers, then what works in the background, by birth.
 * @param {Trace} trace
 * @returns {Lane[]}
 */
export function laneOrder(trace) {
  let lanes = orders.get(trace);
  if (!lanes) {
    lanes = trace.lanes
      .map((lane, i) => ({ lane, i }))
      .sort((a, b) => (RANK[a.lane.kind] ?? 9) - (RANK[b.lane.kind] ?? 9) || a.lane.born - b.lane.born || a.i - b.i)
      .map((entry) => entry.lane);
    orders.set(trace, lanes);
  }
  return lanes;
}

/** A colour index, 0 to 7, that is the lane's own wherever it is shown. @param {Trace} trace @param {string} lane @returns {number} */
export function laneColour(trace, lane) {
  const place = laneOrder(trace).filter((item) => item.kind !== "user").findIndex((item) => item.id === lane);
  return Math.max(0, place) % 8;
}

/** The lane of the user who sent a request. @param {Trace} trace @param {string|null} request @returns {Lane|null} */
export function userOf(trace, request) {
  const found = trace.requests.find((item) => item.id === request);
  if (!found) return null;
  const users = trace.lanes.filter((lane) => lane.kind === "user");
  return users.find((lane) => lane.id === found.user) ?? users.find((lane) => lane.name === found.user) ?? null;
}

/** For whom something is done, where there is more than one: a user's name, or "". @param {Trace} trace @param {string|null} request @returns {string} */
export function forWhom(trace, request) {
  const several = trace.lanes.filter((lane) => lane.kind === "user").length > 1;
  return (several && userOf(trace, request)?.name) || "";
}

/** Which of several requests of the same user this is: "request 2", or "". @param {Trace} trace @param {string|null} request */
export function whichOf(trace, request) {
  const found = trace.requests.find((item) => item.id === request);
  const own = trace.requests.filter((item) => item.user === found?.user);
  return found && own.length > 1 ? `request ${own.indexOf(found) + 1}` : "";
}

/** When a user stops waiting for a request: with its answer, or on learning that none will come. @param {Request} request @returns {number|null} */
export const endOf = (request) => request.done ?? request.failed ?? null;

/** Whether a request opens a connection that stays open: a WebSocket, or server-sent events. @param {string} method */
export const staysOpen = (method) => method === "WS" || method === "SSE";

/** How long the user of each request waits. For a connection that stays open nobody waits. @param {Trace} trace @returns {Wait[]} */
export function waits(trace) {
  return trace.requests.filter((request) => !staysOpen(request.method)).map((request) => {
    const lane = userOf(trace, request.id);
    return {
      request: request.id, user: lane?.name ?? request.user, lane: lane?.id ?? null, from: request.sent,
      to: endOf(request), seconds: request.done === null ? null : request.done - request.sent,
    };
  });
}

/** A length of time as people say it: "5.06 s", "12 ms", "1 min 20 s". @param {number} t @returns {string} */
export function seconds(t) {
  if (t >= 100) return `${Math.floor(t / 60)} min ${Math.round(t % 60)} s`;
  if (t >= 0.01 || t === 0) return `${t.toFixed(2)} s`;
  const ms = t * 1000;
  return `${ms < 1 ? ms.toPrecision(1) : trim(ms.toFixed(1))} ms`;
}

/** A length of time in as few digits as tell it: "4.9 s", "5 s", "3 ms". @param {number} t @returns {string} */
export function briefly(t) {
  if (t >= 100) return seconds(t);
  if (t >= 0.1) return `${trim(t.toFixed(1))} s`;
  return `${trim((t * 1000).toFixed(t < 0.01 ? 1 : 0))} ms`;
}

const trim = (/** @type {string} */ text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
