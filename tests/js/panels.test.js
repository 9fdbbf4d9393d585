/** What the panels of a slot make of a trace: the tracker's columns and cells, the key moments. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { apply, emptyTrace } from "../../static/js/trace.js";
import { momentsIn } from "../../static/js/views/moments.js";
import { rich } from "../../static/js/views/rich.js";
import { NO_FILTER, optionsOf, pressed, rowsShown } from "../../static/js/views/table-rows.js";
import { cellsOf, columnsAround, columnsOf, groupsOf, historyOf } from "../../static/js/views/tracker-rows.js";

const step = (/** @type {number} */ n, moment = `moment ${n}`) => ({ kind: "step", n, t: n, moment });
const variable = (/** @type {string} */ name, /** @type {string} */ scope, /** @type {[number, string|null][]} */ values) =>
  ({ kind: "variable", id: `${scope}.${name}`, name, scope, values });

test("the tracker has a column for the start, each step that changed something, and the end", () => {
  const trace = apply(emptyTrace(), [
    ...[1, 2, 3, 4, 5].map((n) => step(n)),
    variable("name", "greet", [[2, "'Ana'"]]),
    variable("response", "derived", [[0, "none"], [4, "sent"], [5, "sent"]]),
  ]);
  const columns = columnsOf(trace);
  assert.deepEqual(columns.map(({ title }) => title), ["Start", "After step 2", "After step 4", "Final"]);
  const [response, name] = groupsOf(trace).flatMap(({ variables }) => variables);
  assert.ok(response?.name === "response" && name?.name === "name");
  assert.deepEqual(cellsOf(response, columns).map(({ value }) => value), ["none", "none", "sent", "sent"]);
  assert.deepEqual(cellsOf(name, columns).map(({ value, changed }) => [value, changed]), [
    [null, false], ["'Ana'", true], ["'Ana'", false], ["'Ana'", false],
  ]);
});

test("a trace without steps has only its start", () => {
  assert.deepEqual(columnsOf(emptyTrace()).map(({ title }) => title), ["Start"]);
});

test("key moments are found by what happens, in the order of the run, and left out where it does not", () => {
  const trace = apply(emptyTrace(), [step(1, "request sent"), step(2, "task started"), step(3, "response sent")]);
  const moments = [
    { variant: "thread", where: "response sent", text: "second" },
    { variant: "thread", where: "task started", text: "first" },
    { variant: "thread", where: "task failed", text: "never" },
    { variant: "inline", where: "request sent", text: "another version's" },
  ];
  assert.deepEqual(momentsIn(moments, "thread", trace), [{ text: "first", n: 2 }, { text: "second", n: 3 }]);
});

test("names in backticks become code, and the rest stays text", () => {
  const [before, code, after] = /** @type {any[]} */ (rich("asks `request` for it"));
  assert.deepEqual([before, code.type, code.props.children, after], ["asks ", "code", "request", " for it"]);
  assert.deepEqual(rich("a lone ` stays"), ["a lone ` stays"]);
});

test("variables stand by scope: the lab's, what is shared, and each function's", () => {
  const trace = apply(emptyTrace(), [
    step(1), { kind: "lane", type: "worker", id: "w1", name: "Celery worker", parent: null, born: 0, died: null },
    variable("mine", "signup", [[1, "1"]]), variable("sent", "global", [[1, "0"]]), { ...variable("done", "global", [[1, "0"]]), id: "d", lane: "w1" },
    variable("response", "derived", [[0, "none"]]), variable("other", "signup", [[1, "2"]]),
  ]);
  const groups = groupsOf(trace);
  assert.deepEqual(groups.map(({ title, shared, variables }) => [title, shared, variables.length]), [
    ["Followed by the lab", false, 1], ["Globals", true, 1], ["Globals of Celery worker", true, 1], ["In signup", false, 2],
  ]);
});

test("a variable's history goes to the present step and no further", () => {
  const [own] = apply(emptyTrace(), [variable("name", "greet", [[0, "'-'"], [2, "'Ana'"], [4, null]])]).variables;
  assert.ok(own);
  assert.deepEqual(historyOf(own, 3), [{ when: "Start", value: "'-'" }, { when: "After step 2", value: "'Ana'" }]);
  assert.equal(historyOf(own, 4).at(-1)?.value, null);
  assert.deepEqual(historyOf({ ...own, values: [[2, "1"]] }, 1), [{ when: "So far", value: null }]);
});

test("of very many columns those around the present one are drawn", () => {
  assert.deepEqual(columnsAround(40, 39), [0, 40]);
  assert.deepEqual(columnsAround(5000, 0), [0, 24]);
  assert.deepEqual(columnsAround(5000, 1000), [988, 1012]);
  assert.deepEqual(columnsAround(5000, 4999), [4976, 5000]);
});

const rows = () => apply(emptyTrace(), [
  { kind: "lane", type: "user", id: "u1", name: "Ana", parent: null, born: 0, died: null },
  { kind: "request", id: "r1", user: "u1", method: "GET", path: "/", sent: 0 }, { kind: "request", id: "r2", user: "u1", method: "GET", path: "/b", sent: 0 },
  { kind: "task", id: "t1", name: "mail", request: "r1" },
  { ...step(1), thread: "server thread 10", action: "b", request: "r1", task: null }, { ...step(2), thread: "server thread 2", action: "a", request: "r2", task: null },
  { ...step(3), thread: null, action: "c", request: null, task: "t1" }, { ...step(4), thread: "server thread 2", action: "a", request: "r1", task: "t1" },
]);
const shown = (/** @type {Partial<typeof NO_FILTER>} */ filter, /** @type {any} */ key = "n", down = false) => rowsShown(rows(), { ...NO_FILTER, ...filter }, { key, down }).map(({ n }) => n);

test("rows of a table are sorted by a column, with those that have nothing there last", () => {
  assert.deepEqual(shown({}), [1, 2, 3, 4]);
  assert.deepEqual(shown({}, "n", true), [4, 3, 2, 1]);
  assert.deepEqual(shown({}, "thread"), [2, 4, 1, 3], "2 stands before 10");
  assert.deepEqual(shown({}, "thread", true), [1, 2, 4, 3]);
  assert.deepEqual(shown({}, "action"), [2, 4, 1, 3]);
});

test("a filter leaves the rows of one thread, request and task", () => {
  assert.deepEqual(shown({ thread: "server thread 2" }), [2, 4]);
  assert.deepEqual(shown({ thread: "server thread 2", request: "r1" }), [4]);
  assert.deepEqual(shown({ task: "t1" }), [3, 4]);
  assert.deepEqual(shown({ task: "t1", request: "r2" }), []);
});

test("only of what there is more than one there is something to choose", () => {
  const { thread, request, task } = optionsOf(rows());
  assert.deepEqual([thread.length, request.length, task.length], [2, 2, 0]);
  assert.equal(request[0]?.text, "Ana: GET /");
});

test("a heading sorts up, then down, then as the story goes", () => {
  const up = pressed({ key: "n", down: false }, "thread");
  assert.deepEqual(up, { key: "thread", down: false });
  assert.deepEqual(pressed(up, "thread"), { key: "thread", down: true });
  assert.deepEqual(pressed(pressed(up, "thread"), "thread"), { key: "n", down: false });
  assert.deepEqual(pressed({ key: "n", down: false }, "n"), { key: "n", down: true });
});
