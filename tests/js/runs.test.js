/** The stage filled: the newest wish wins, the old picture stays until the new one is there, slots are apart. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { startRuns } from "../../static/js/runs.js";
import * as moving from "../../static/js/moving.js";
import * as store from "../../static/js/store.js";
import { threadRecords } from "./traces.js";

/** Every run that was asked for, by the value of its one parameter. @type {{users: number, closed: boolean, answer: (value: any) => void, run: string}[]} */
let asked = [];
/** @type {Map<string, Set<(...values: any[]) => void>>} */
let handlers = new Map();
let stop = () => {};

const socket = {
  connected: true,
  on: (/** @type {string} */ event, /** @type {any} */ hear) => { handlers.set(event, (handlers.get(event) ?? new Set()).add(hear)); },
  off: (/** @type {string} */ event, /** @type {any} */ hear) => handlers.get(event)?.delete(hear),
  emit: (/** @type {string} */ event, /** @type {any} */ data, /** @type {any} */ answer) => {
    if (event === "open") asked.push({ users: data.slots[0].parameters.users ?? 1, closed: false, answer, run: `r${asked.length}` });
    const found = asked.find(({ run }) => event === "close" && run === data.run);
    if (found) found.closed = true;
  },
};
const say = (/** @type {string} */ event, /** @type {any} */ data) => handlers.get(event)?.forEach((hear) => hear(data, () => {}));
const drawn = () => new Promise((go) => { setTimeout(go, 5); });

/** The server answers the i-th request, with a run of the usual thread. @param {number} i */
function finish(i) {
  const { run, users, answer } = /** @type {typeof asked[0]} */ (asked[i]);
  answer({ run, slots: [{ slot: 0, title: "T", parameters: { users }, listing: [] }] });
  say("chunk", { run, slot: 0, chunk: 0, records: threadRecords() });
  say("end", { run, slot: 0, duration: 5.004, truncated: null });
}

const wish = (/** @type {number} */ users, index = 0) =>
  store.ask(store.wishes.value.map((item, i) => (i === index ? { ...item, parameters: { users } } : item)));
const users = () => store.slots.value.map((slot) => slot.parameters.users ?? 1);

beforeEach(async () => {
  asked = [];
  handlers = new Map();
  store.fault.value = null;
  store.sliding.value = false;
  moving.pause();
  moving.setTrueTime(false);
  store.lesson.value = { ...store.lesson.value, id: "l", variants: [], parameters: { users: { label: "Users", default: 1 } } };
  store.arrange([1, 2].map(() => ({ variant: "thread", parameters: {}, seed: 0, clock: "virtual" })));
  stop = startRuns(socket);
  finish(0);
  finish(1);
  await drawn();
});
afterEach(() => stop());

test("a change asks for the run of its slot alone, and the old picture stays until the new one is there", async () => {
  assert.equal(store.settled.value, true);
  wish(3);
  assert.deepEqual([asked.length, asked[2]?.users], [3, 3]);
  assert.deepEqual([store.slots.value[0]?.trace.steps.length, users(), store.settled.value], [7, [1, 1], false]);
  finish(2);
  await drawn();
  assert.deepEqual([users(), store.settled.value], [[3, 1], true]);
});

test("an answer that comes late is dropped", async () => {
  wish(3);
  wish(4);
  assert.deepEqual(asked.map((item) => item.users), [1, 1, 3, 4]);
  finish(3);
  await drawn();
  finish(2);
  await drawn();
  assert.deepEqual([users()[0], asked[2]?.closed], [4, true]);
});

test("while a slider moves, its picture follows with one run at a time, and ends at the last value", async () => {
  store.sliding.value = true;
  for (const value of [2, 3, 4, 5]) wish(value);
  assert.deepEqual(asked.slice(2).map((item) => item.users), [2]);
  finish(2);
  await drawn();
  assert.equal(users()[0], 2);
  assert.deepEqual(asked.slice(2).map((item) => item.users), [2, 5]);
  wish(6);
  store.sliding.value = false; // the hand lets go: nothing but the last value is drawn any more
  finish(3);
  await drawn();
  assert.equal(users()[0], 2);
  finish(4);
  await drawn();
  assert.deepEqual([users()[0], store.settled.value], [6, true]);
});

test("back at what is shown, nothing is asked for and nothing else drawn", async () => {
  wish(3);
  wish(1);
  assert.deepEqual([asked.length, store.settled.value], [3, true]);
  finish(2);
  await drawn();
  assert.deepEqual(users(), [1, 1]);
});

test("a run that fails says so in its slot, and the other is untouched", async () => {
  const before = store.slots.value[1];
  wish(3);
  asked[2]?.answer({ run: "r2", slots: [{ slot: 0, title: "T", parameters: { users: 3 }, listing: [{ file: "a.py", source: "x", html: ["x"] }] }] });
  say("problem", { run: "r2", slot: 0, code: "crash", message: "Boom", file: "a.py", line: 3 });
  await drawn();
  const [slot, other] = store.slots.value;
  assert.deepEqual([slot?.status, slot?.error?.line, slot?.listing.length, slot?.trace.steps.length], ["error", 3, 1, 0]);
  assert.equal(other?.trace, before?.trace);
  assert.deepEqual([other?.status, store.fault.value, store.settled.value], ["ready", null, true]);
  wish(1);
  finish(3);
  await drawn();
  assert.deepEqual([store.slots.value[0]?.status, store.slots.value[0]?.error], ["ready", null]);
});

test("a setting that the server refuses is said in its slot", async () => {
  wish(99);
  const error = { code: "parameter", message: "users has to be less", field: "slots[0].parameters.users" };
  asked[2]?.answer({ error, slots: [{ slot: 0, error }] });
  await drawn();
  assert.deepEqual([store.slots.value[0]?.error?.code, store.fault.value, store.settled.value], ["parameter", null, true]);
});

test("a copy of a slot has its run already", async () => {
  const [first, second] = store.wishes.value;
  assert.ok(first && second);
  store.ask([first, { ...first, id: undefined, like: 0 }, second], 1);
  assert.deepEqual([asked.length, store.slots.value.length, store.settled.value, store.cursor.value.slot], [2, 3, true, 1]);
  assert.deepEqual(store.slots.value.map(({ trace }) => trace.steps.length), [7, 7, 7]);
});

test("the beginning of a long run is no picture yet; after a moment it is", async () => {
  wish(3);
  asked[2]?.answer({ run: "r2", slots: [{ slot: 0, title: "T", parameters: { users: 3 }, listing: [] }] });
  say("chunk", { run: "r2", slot: 0, chunk: 0, records: threadRecords().slice(0, 9) });
  await drawn();
  assert.deepEqual([users()[0], store.slots.value[0]?.trace.ended], [1, true]);
  await new Promise((go) => { setTimeout(go, 250); });
  assert.deepEqual([users()[0], store.slots.value[0]?.trace.ended], [3, false]);
});

/** The first slot runs for real; `say` is what its run tells. */
async function forReal() {
  store.ask(store.wishes.value.map((item, i) => (i === 0 ? { ...item, clock: "wall" } : item)), 0);
  const { run, answer } = /** @type {typeof asked[0]} */ (asked.at(-1));
  answer({ run, slots: [{ slot: 0, title: "T", parameters: {}, listing: [] }] });
  let chunk = 0;
  return {
    grow: (/** @type {number} */ seconds, /** @type {any[]} */ records) =>
      say("chunk", { run, slot: 0, chunk: chunk++, records, progress: { seconds, expected: 8 } }),
    whole: (/** @type {any[]} */ records, more = {}) => say("chunk", { run, slot: 0, chunk: chunk++, records, ...more }),
    end: () => say("end", { run, slot: 0, duration: 5.1, truncated: null, clock: "wall" }),
  };
}
const lane = { kind: "lane", id: "server-1", type: "server", name: "main", parent: null, born: 0, died: null };
const slept = (/** @type {number} */ end) => ({ kind: "span", id: "s1", lane: "server-1", start: 0, end, state: "sleeping", request: null, task: null, label: "" });
/** A picture that grows is drawn now and then: wait for it. @param {() => boolean} there */
async function shown(there) {
  for (let i = 0; i < 500 && !there(); i += 1) await new Promise((go) => { setTimeout(go, 10); });
  assert.ok(there(), "it was drawn");
}
/** Longer than a picture takes to be drawn. */
const later = () => new Promise((go) => { setTimeout(go, 400); });
const grownTo = (/** @type {number} */ end) => () => store.slots.value[0]?.trace.spans[0]?.end === end && store.slots.value[0].trace.spans.length === 1;

test("a run for real takes the place of the picture when it begins, grows, and has the reader follow it", async () => {
  const run = await forReal();
  run.grow(0, []);
  await later();
  assert.equal(store.slots.value[0]?.trace.steps.length, 7, "while it is started the old picture stays");
  assert.deepEqual([store.playing.value, store.live.value.length], [false, 0]);
  run.grow(0.4, [lane, slept(0.4)]);
  await shown(grownTo(0.4));
  assert.deepEqual([store.slots.value[0]?.clock, store.live.value.length, store.playing.value, store.trueTime.value], ["wall", 1, true, true]);
  assert.equal(store.axis.value.duration, 8, "there is room for what is expected");
  run.grow(2, [slept(2)]);
  await shown(grownTo(2));
  moving.advance(0.1);
  assert.ok(store.cursor.value.t > 0.1 && store.cursor.value.t <= 2);
  assert.equal(store.settled.value, false);
});

test("the whole run is drawn when all of it is there, and never half", async () => {
  const run = await forReal();
  run.grow(2, [lane, slept(2)]);
  await shown(grownTo(2));
  run.whole([lane], { anew: true });
  await later();
  assert.equal(store.slots.value[0]?.trace.spans.length, 1, "the picture that grew stays until then");
  run.whole([slept(5)]);
  run.end();
  await drawn();
  assert.deepEqual([store.slots.value[0]?.trace.spans[0]?.end, store.live.value.length, store.settled.value], [5, 0, true]);
});

test("back on the virtual clock, the run for real is called off and the axis is as it was", async () => {
  const run = await forReal();
  run.grow(2, [lane, slept(2)]);
  await shown(grownTo(2));
  store.ask(store.wishes.value.map((item) => ({ ...item, clock: "virtual" })));
  assert.equal(asked[2]?.closed, true);
  assert.equal(store.trueTime.value, false);
  finish(3);
  await drawn();
  assert.deepEqual([store.slots.value[0]?.clock, store.live.value.length], ["virtual", 0]);
});

test("where no place is free that version says so, and the others stay", async () => {
  store.ask(store.wishes.value.map((item, i) => (i === 0 ? { ...item, clock: "wall" } : item)), 0);
  asked.at(-1)?.answer({ error: { code: "no_place", message: "Two go on.", field: "clock" } });
  await drawn();
  assert.deepEqual([store.slots.value[0]?.error?.message, store.fault.value, store.slots.value[1]?.status], ["Two go on.", null, "ready"]);
});

test("a program that fails after it was shown keeps its listing, to show the error at its line", async () => {
  stop();
  store.arrange([{ variant: "thread", parameters: {}, seed: 0, clock: "virtual" }]);
  asked = [];
  stop = startRuns(socket);
  asked[0]?.answer({ run: "r0", slots: [{ slot: 0, title: "T", parameters: {}, listing: [{ file: "a.py", source: "x", html: ["x"] }] }] });
  await drawn();
  assert.equal(store.slots.value[0]?.listing.length, 1, "the listing is there before the run");
  say("problem", { run: "r0", slot: 0, code: "crash", message: "Boom", file: "a.py", line: 1 });
  await drawn();
  assert.deepEqual([store.slots.value[0]?.status, store.slots.value[0]?.listing.length], ["error", 1]);
});
