/** The rows of tables: in the address and back, and along with their slots. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { moveTables, openTables, setTable, tableOf, withTables } from "../../static/js/tables.js";
import { NO_FILTER, possible } from "../../static/js/views/table-rows.js";
import { inlineRecords, threadRecords, traceOf } from "./traces.js";

const open = (/** @type {string} */ search) => {
  /** @type {string[]} */
  const refused = [];
  openTables(search, (line) => refused.push(line));
  return refused;
};
beforeEach(() => open(""));

test("all rows in the order of the story leave the address as it is", () => {
  assert.deepEqual([withTables("", 2), withTables("?v=thread", 2)], ["", "?v=thread"]);
});

test("order and filters survive the way there and back, whatever a thread is called", () => {
  setTable(1, { sort: { key: "thread", down: true } });
  setTable(1, { filter: { ...NO_FILTER, thread: "a, b&c=d", request: "r2" } });
  const query = withTables("?v=thread,inline", 2);
  assert.equal(query, "?v=thread,inline&sort2=-thread&only2.thread=a%2C+b%26c%3Dd&only2.request=r2");
  const before = tableOf(1);
  assert.deepEqual(open(query), []);
  assert.deepEqual(tableOf(1), before);
  assert.deepEqual(tableOf(0).filter, NO_FILTER);
  assert.equal(withTables("", 1), "", "a slot that is gone is not spoken of");
});

test("what is no column and nothing to choose by is dropped and said", () => {
  assert.deepEqual(open("?sort1=colour&only2.user=Ana&sort9=n"), [
    "There is no column “colour” to sort by.",
    "A table shows the rows of one thread, request, task, not of one “user”.",
  ]);
  assert.equal(withTables("", 4), "");
});

test("a table goes along with its slot", () => {
  setTable(0, { sort: { key: "action", down: false } });
  moveTables([undefined, 0]);
  assert.deepEqual([tableOf(0).sort.key, tableOf(1).sort.key], ["n", "action"]);
});

test("a run that has no such thread, request or task shows all rows", () => {
  const trace = traceOf([...threadRecords()]);
  const filter = { ...NO_FILTER, request: "r9" };
  assert.deepEqual(possible(trace, filter), NO_FILTER);
  assert.equal(possible({ ...trace, ended: false }, filter), filter, "while it runs, it may still come");
  assert.equal(possible(traceOf(inlineRecords()), NO_FILTER), NO_FILTER);
});
