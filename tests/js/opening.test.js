import assert from "node:assert/strict";
import { test } from "node:test";

import { openingRuns, tellOpening } from "../../static/js/opening.js";
import { arrange, lesson, slots, updateSlot } from "../../static/js/store.js";

const page = (/** @type {string|null} */ href) => /** @type {any} */ ({ getElementById: () => href && { href } });
const run = (/** @type {number} */ seed) => /** @type {any} */ ({
  variant: "one", parameters: { users: 1 }, seed, title: "One", listing: [], chunks: [["first"], ["second"]], end: { duration: 5 },
});

/** What a listener is told, as [what, slot]. @param {(listener: any) => void} act */
function toldBy(act) {
  /** @type {unknown[]} */
  const told = [];
  act({
    opened: (/** @type {any[]} */ [opened]) => told.push(["opened", opened.slot, opened.title]),
    records: (/** @type {number} */ slot, /** @type {unknown} */ records) => told.push(["records", slot, records]),
    end: (/** @type {number} */ slot) => told.push(["end", slot]),
  });
  return told;
}

test("a page that names no runs, or cannot have them, opens with none", async (context) => {
  assert.deepEqual(await openingRuns(page(null)), []);
  const answers = [() => Promise.reject(new TypeError("no connection")), async () => ({ ok: false })];
  for (const answer of answers) {
    context.mock.method(globalThis, "fetch", answer);
    assert.deepEqual(await openingRuns(page("/runs")), []);
  }
  context.mock.method(globalThis, "fetch", async () => ({ ok: true, json: async () => ({ slots: [run(0)] }) }));
  assert.deepEqual(await openingRuns(page("/runs")), [run(0)]);
});

test("a run goes where it is wanted and not there yet, and nowhere else", () => {
  lesson.value = /** @type {any} */ ({ id: "x", variants: [{ id: "one", title: "One" }], parameters: { users: { default: 1 } } });
  const wish = (/** @type {number} */ seed, clock = "virtual") => ({ variant: "one", parameters: {}, seed, clock });
  arrange([wish(7), wish(0), wish(0, "wall")]);
  assert.deepEqual(toldBy((listener) => tellOpening([run(0)], listener)), [
    ["opened", 1, "One"], ["records", 1, ["first"]], ["records", 1, ["second"]], ["end", 1],
  ]);
  updateSlot(1, { status: "ready" });
  assert.equal(slots.value[1]?.status, "ready");
  assert.deepEqual(toldBy((listener) => tellOpening([run(0)], listener)), []);
});
