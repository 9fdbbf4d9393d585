/**
 * Where everything of the sequence diagram lies: a pure function of the trace.
 *
 * Time goes down. Every message, and every beginning and end of a task, has a row, in the order of
 * time, so the rows are equally far apart however much time lies between them; what a lane does
 * between two of them lies between their rows. Many users share one column. Lengths are CSS pixels.
 */

import { countUntil, laneColour, laneOrder, seconds } from "../trace.js";

/** @import { Arrow, SpanState, Trace } from "../trace.js" */

/**
 * @typedef {{id: string, name: string, x: number, colour: number|null}} Column  colour null: users
 * @typedef {{id: string, kind: string, from: string, to: string, y: number, x1: number, x2: number, text: string, t: number,
 *   until: number}} Message  a `note` begins and ends on one lane
 * @typedef {{x: number, y: number, height: number, state: SpanState, start: number}} Bar
 * @typedef {{width: number, height: number, apart: number, columns: Column[], messages: Message[], bars: Bar[]}} Diagram
 */

export const HEAD = 44;
export const ROW = 40;
export const BAR = 10;
const COLUMN = 156;
/** How much farther apart they are for a projector, whose letters are larger. */
const FARTHER = 1.1;
const MARGIN = 80;
/** Room for a note of the last column. */
const NOTE = 130;
const BELOW = 24;

/** More users than this share one column. */
const MOST_USERS = 3;
const USERS = "users";

/** Nothing of these is work that the lane does itself. */
const IDLE = new Set(["queued"]);

/** Moments of a task that have a row, and what it says of the task. @type {Object<string, string>} */
const NOTES = { "task started": "starts", "task retried": "fails, once more later", "task failed": "fails", "task finished": "is done" };

/** @param {Trace} trace @param {boolean} [large] for a projector @returns {Diagram} */
export function layOutSequence(trace, large = false) {
  const apart = large ? COLUMN * FARTHER : COLUMN;
  const users = trace.lanes.filter((lane) => lane.kind === "user");
  const crowd = new Set(users.length > MOST_USERS ? users.map(({ id }) => id) : []);
  const home = (/** @type {string} */ lane) => (crowd.has(lane) ? USERS : lane);
  const rows = rowsOf(trace, crowd.size > 0);
  const used = new Set(rows.flatMap(({ from, to }) => [home(from), home(to)]));
  const lanes = [...(crowd.size > 0 ? [{ id: USERS, name: `${users.length} users`, colour: null }] : []),
    ...laneOrder(trace).filter(({ id }) => !crowd.has(id)).map(({ id, name, kind }) => ({ id, name, colour: kind === "user" ? null : laneColour(trace, id) }))];
  const columns = lanes.filter(({ id }) => used.has(id)).map((lane, i) => ({ ...lane, x: MARGIN + i * apart }));
  const xs = new Map(columns.map(({ id, x }) => [id, x]));
  const messages = rows.flatMap((row) => {
    const x1 = xs.get(home(row.from));
    const x2 = xs.get(home(row.to));
    return x1 === undefined || x2 === undefined ? [] : [{ ...row, x1, x2 }];
  }).map((row, i) => ({ ...row, y: HEAD + (i + 1) * ROW }));
  const last = messages[messages.length - 1];
  const height = (last?.y ?? HEAD) + ROW + BELOW;
  const place = placer(messages, trace.duration, height - BELOW);
  const bars = trace.spans.flatMap((span) => {
    const x = xs.get(span.lane); // a column of many users has no bars: they overlap
    if (x === undefined || IDLE.has(span.state)) return [];
    const y = place(span.start, "from", span.lane);
    return [{ x, y, height: Math.max(place(span.end, "to", span.lane) - y, 4), state: span.state, start: span.start }];
  });
  return { width: MARGIN + NOTE + Math.max(0, columns.length - 1) * apart, apart, height, columns, messages, bars };
}

/** Messages and notes in the order of time. @param {Trace} trace @param {boolean} named whether users are told by name in each text @returns {Omit<Message, "x1"|"x2"|"y">[]} */
function rowsOf(trace, named) {
  const texts = textsOf(trace, named);
  const messages = trace.arrows.filter((arrow) => arrow.from !== arrow.to).map((arrow) => ({
    id: arrow.id, kind: /** @type {string} */ (arrow.kind), from: arrow.from, to: arrow.to, text: texts(arrow), t: arrow.sent, until: arrow.arrived ?? arrow.sent,
  }));
  const tasks = new Map(trace.tasks.map((task) => [task.id, task]));
  const kinds = new Set(trace.tasks.map(({ name }) => name)).size;
  const notes = trace.steps.flatMap(({ n, t, moment, task, lane }) => {
    const told = NOTES[moment];
    const own = tasks.get(task ?? "");
    return told && own && lane !== null ? [{ id: `n${n}`, kind: "note", from: lane, to: lane, text: `${[trace.tasks.length > 1 && own.id, (kinds > 1 || trace.tasks.length === 1) && own.name].filter(Boolean).join(" ")} ${told}`, t, until: t }] : [];
  });
  return [...messages, ...notes].sort((a, b) => a.t - b.t); // a note comes behind the messages of its time
}

/**
 * The y of a time on a lane: at the row of a message that this lane sends or gets then, or between rows.
 * @param {Message[]} messages
 * @param {number} duration
 * @param {number} bottom
 */
function placer(messages, duration, bottom) {
  /** @type {Map<string, {first: number, last: number}>} */
  const own = new Map();
  for (const { from, to, until, y, t } of messages) {
    for (const [lane, time] of /** @type {[string, number][]} */ ([[from, t], [to, until]])) {
      const key = `${lane} ${time.toFixed(6)}`;
      const known = own.get(key);
      own.set(key, { first: known?.first ?? y, last: y });
    }
  }
  return (/** @type {number} */ t, /** @type {"from"|"to"} */ side, /** @type {string} */ lane) => {
    const exact = own.get(`${lane} ${t.toFixed(6)}`);
    if (exact) return side === "from" ? exact.first : exact.last;
    const i = countUntil(messages, t, (message) => message.t);
    const before = messages[i - 1];
    const after = messages[i];
    const from = before ?? { t: 0, y: HEAD };
    const to = after ?? { t: Math.max(duration, from.t), y: bottom };
    const part = to.t > from.t ? Math.min(1, (t - from.t) / (to.t - from.t)) : 0;
    return from.y + (to.y - from.y) * part;
  };
}

/** What stands over an arrow. @param {Trace} trace @param {boolean} named @returns {(arrow: Arrow) => string} */
function textsOf(trace, named) {
  const names = new Map(trace.lanes.map(({ id, name }) => [id, named ? `${name}: ` : ""]));
  const requests = [...trace.requests].sort((a, b) => a.sent - b.sent);
  const tasks = trace.tasks.filter(({ queued }) => queued !== null);
  const same = (/** @type {number|null} */ a, /** @type {number} */ b) => a !== null && Math.abs(a - b) < 5e-7;
  return ({ kind, from, to, sent, arrived }) => {
    if (kind === "request") {
      const request = requests.find((item) => item.user === from && same(item.sent, sent));
      return `${names.get(from) ?? ""}${request ? `${request.method} ${request.path}` : "request"}`;
    }
    if (kind === "response") {
      const request = requests.find((item) => item.user === to && item.done !== null && same(item.done, arrived ?? sent));
      return `${names.get(to) ?? ""}${request?.status ? `${request.status}, after ${seconds((request.done ?? sent) - request.sent)}` : "response"}`;
    }
    if (kind === "publish") return tasks.find(({ queued }) => same(queued, sent))?.name ?? "message";
    if (kind === "push") return trace.pushes.find((item) => item.user === to && same(item.sent, sent))?.name ?? "live update";
    return { deliver: "delivers", start: "starts" }[/** @type {string} */ (kind)] ?? kind;
  };
}

/** How much of the diagram lies in the past, in pixels: down to the last message by `t`, or how far the work is on its way to the next. @param {Diagram} diagram @param {number} t @param {number} duration */
export function grownTo(diagram, t, duration) {
  const { messages, height } = diagram;
  const i = countUntil(messages, t + 5e-7, (message) => message.t);
  const from = messages[i - 1] ?? { t: 0, y: HEAD };
  const to = messages[i] ?? { t: Math.max(duration, from.t), y: height - BELOW };
  const part = to.t > from.t ? Math.max(0, Math.min(1, (t - from.t) / (to.t - from.t))) : 1;
  return from.y + (to.y - from.y) * part + (messages[i] ? Math.min(ROW / 2, (to.y - from.y) * (1 - part)) * 0.4 : 0);
}
