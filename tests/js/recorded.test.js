import assert from "node:assert/strict";
import { test } from "node:test";

import { recordIn, requestsOf, tell } from "../../static/js/recorded.js";

/** @import { Recorded } from "../../static/js/recorded.js" */

/** @type {Recorded} */
const RECORD = {
  slots: [
    {
      variant: "inline", title: "Inside", clock: "virtual", listing: [{ file: "app.py", source: "x", html: ["x"] }],
      records: [{ kind: "lane", type: "user", id: "user-1" }], end: { duration: 5, truncated: null },
    },
    { variant: "thread", title: "Apart", clock: "virtual", error: { code: "syntax", message: "a colon is missing" } },
  ],
  notices: ["dropped"],
  sealed: true,
};

test("a page without runs of its own has no record", () => {
  const page = /** @type {any} */ ({ getElementById: () => null });
  assert.equal(recordIn(page), null);
});

test("the record is read from the page", () => {
  const page = /** @type {any} */ ({ getElementById: (/** @type {string} */ id) => (id === "record" ? { textContent: JSON.stringify(RECORD) } : null) });
  assert.deepEqual(recordIn(page), RECORD);
});

test("it is told as a stream would tell it, errors apart", () => {
  /** @type {unknown[][]} */
  const told = [];
  const note = (/** @type {string} */ what) => (/** @type {unknown[]} */ ...values) => told.push([what, ...values]);
  tell(RECORD, {
    connection: note("connection"), opened: note("opened"), restarted: note("restarted"),
    records: note("records"), end: note("end"), problem: note("problem"),
  });
  assert.deepEqual(told, [
    ["connection", "online"],
    ["opened", [{ slot: 0, title: "Inside", listing: RECORD.slots[0]?.listing }, { slot: 1, title: "Apart" }]],
    ["records", 0, RECORD.slots[0]?.records],
    ["end", 0, RECORD.slots[0]?.end],
    ["problem", 1, RECORD.slots[1]?.error],
  ]);
});

test("nothing of a record goes into the page's address", () => {
  assert.deepEqual(requestsOf(RECORD), [
    { variant: "inline", parameters: {}, seed: 0, clock: "virtual" },
    { variant: "thread", parameters: {}, seed: 0, clock: "virtual" },
  ]);
});
