/** What a browser keeps of a class: secrets go out of the address, and storage may be refused. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { forgetSeat, keep, kept, newKey, secretOf } from "../../static/js/class/keep.js";

/** @type {Map<string, string>} */
let stored;
let refuses = false;
/** @type {string[]} */
let written;

beforeEach(() => {
  stored = new Map();
  refuses = false;
  written = [];
  const guard = () => {
    if (refuses) throw new Error("refused");
  };
  Object.assign(globalThis, {
    localStorage: {
      getItem: (/** @type {string} */ name) => { guard(); return stored.get(name) ?? null; },
      setItem: (/** @type {string} */ name, /** @type {string} */ value) => { guard(); stored.set(name, value); },
      removeItem: (/** @type {string} */ name) => { guard(); stored.delete(name); },
    },
    location: { hash: "", pathname: "/host/ABCDEF", search: "" },
    history: { state: null, replaceState: (/** @type {unknown} */ _state, /** @type {string} */ _title, /** @type {string} */ url) => written.push(url) },
  });
});

test("a secret in the address is put away and taken out of it", () => {
  location.hash = `#${"s".repeat(40)}`;
  assert.equal(secretOf("ABCDEF", "host"), "s".repeat(40));
  assert.deepEqual(written, ["/host/ABCDEF"]);
  location.hash = "#recall";
  assert.equal(secretOf("ABCDEF", "host"), "s".repeat(40));
  assert.equal(secretOf("GHJKMN", "host"), null);
});

test("where nothing can be kept the secret stays in the address", () => {
  refuses = true;
  location.hash = `#${"s".repeat(40)}`;
  assert.equal(secretOf("ABCDEF", "host"), "s".repeat(40));
  assert.deepEqual(written, []);
  assert.equal(keep("ABCDEF", { key: "k" }), false);
  assert.deepEqual(kept("ABCDEF"), {});
});

test("a seat is forgotten without the host's secret, and nonsense is nothing", () => {
  keep("ABCDEF", { host: "h" });
  keep("ABCDEF", { key: "k", name: "Ana" });
  assert.deepEqual(kept("ABCDEF"), { host: "h", key: "k", name: "Ana" });
  forgetSeat("ABCDEF");
  assert.deepEqual(kept("ABCDEF"), { host: "h" });
  stored.set("meanwhile.class.ABCDEF", "{");
  assert.deepEqual(kept("ABCDEF"), {});
});

test("a key is long, url-safe and never the same", () => {
  const keys = new Set(Array.from({ length: 50 }, newKey));
  assert.equal(keys.size, 50);
  for (const key of keys) assert.match(key, /^[\w-]{43}$/);
});
