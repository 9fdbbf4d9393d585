/** What the panels of a slot make of a trace: the tracker's columns and cells, the key moments. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { apply, emptyTrace } from "../../static/js/trace.js";
import { momentsIn } from "../../static/js/views/moments.js";
import { rich } from "../../static/js/views/rich.js";
import { columnsOf, rowsOf } from "../../static/js/views/tracker.js";

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
  const rows = rowsOf(trace, columns);
  assert.deepEqual(rows.map((row) => row.variable.name), ["response", "name"]);
  assert.deepEqual(rows[0]?.cells.map(({ value }) => value), ["none", "none", "sent", "sent"]);
  assert.deepEqual(rows[1]?.cells.map(({ value, changed }) => [value, changed]), [
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
