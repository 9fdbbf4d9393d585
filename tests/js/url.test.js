/** The address: a view survives the way there and back, and nonsense becomes the nearest valid view. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { format, parse } from "../../static/js/url.js";

/** @import { LessonPage } from "../../static/js/store.js" */
/** @import { View } from "../../static/js/url.js" */

const variant = (/** @type {string} */ id) => ({ id, title: id, file: `${id}.py`, verdict: "good", watch: [] });
/** @type {LessonPage} */
const lesson = {
  id: "long_task", title: "", chapter: "", level: "", minutes: 1, text_html: "", flow: [], moments: [], quiz: [],
  variants: [variant("inline"), variant("thread"), variant("celery")],
  parameters: {
    task_seconds: { label: "Task", default: 5, min: 0.5, max: 10, step: 0.5, choices: [] },
    users: { label: "Users", default: 1, min: 1, max: 50, step: null },
    loud: { label: "Loud", default: false },
    arrival: { label: "Arrival", default: "together", choices: ["together", "every"] },
  },
};
const plain = (/** @type {string} */ variant, parameters = {}, seed = 0) => ({ variant, parameters, seed });
const variantsOf = (/** @type {View} */ { slots }) => slots.map((slot) => slot.variant);
/** @type {View} */
const usual = { slots: [plain("inline"), plain("thread")], slot: undefined, step: undefined, t: undefined, trueTime: false };

test("the bare address is the usual view, and the usual view the bare address", () => {
  assert.deepEqual(parse("", lesson), { view: usual, notices: [] });
  assert.equal(format(usual, lesson), "");
});

test("a view survives the way there and back", () => {
  const parameters = { task_seconds: 2.5, users: 7, loud: true, arrival: "every" };
  /** @type {View} */
  const view = {
    slots: [plain("thread", parameters, 3), plain("celery", parameters, 3)],
    slot: 1, step: 4, t: 0.00425, trueTime: true,
  };
  const query = format(view, lesson);
  assert.equal(query, "?v=thread,celery&p.task_seconds=2.5&p.users=7&p.loud=true&p.arrival=every&seed=3&step=2.4&t=0.00425&true=1");
  assert.deepEqual(parse(query, lesson), { view, notices: [] });
});

test("parameters with their usual value are left out", () => {
  assert.equal(format({ ...usual, slots: usual.slots.map((slot) => ({ ...slot, parameters: { task_seconds: 5, users: 2 } })) }, lesson), "?p.users=2");
  assert.deepEqual(parse("?p.task_seconds=5", lesson).view, usual);
});

test("an unknown variant is left out with a notice", () => {
  const { view, notices } = parse("?v=thread,teleport", lesson);
  assert.deepEqual(variantsOf(view), ["thread"]);
  assert.match(notices.join(), /teleport/);
  assert.deepEqual(variantsOf(parse("?v=teleport", lesson).view), ["inline", "thread"]);
  assert.deepEqual(variantsOf(parse("?v=", lesson).view), ["inline", "thread"]);
});

test("no more than four slots", () => {
  const { view, notices } = parse("?v=inline,thread,inline,thread,celery", lesson);
  assert.equal(view.slots.length, 4);
  assert.equal(notices.length, 1);
});

test("a parameter out of range becomes the nearest that is not", () => {
  for (const [text, value] of [["99", 10], ["-1", 0.5], ["3", 3]]) {
    const { view, notices } = parse(`?p.task_seconds=${text}`, lesson);
    assert.equal(view.slots[0]?.parameters.task_seconds, value);
    assert.equal(notices.length, text === "3" ? 0 : 1);
  }
});

test("a parameter that is no number, no choice or not known keeps its usual value", () => {
  for (const query of ["p.task_seconds=soon", "p.task_seconds=", "p.arrival=never", "p.loud=maybe", "p.colour=red", "p.constructor=1"]) {
    const { view, notices } = parse(`?${query}`, lesson);
    assert.deepEqual(view, usual, query);
    assert.equal(notices.length, 1, query);
  }
});

test("a whole number stays whole", () => {
  const { view, notices } = parse("?p.users=2.6", lesson);
  assert.equal(view.slots[1]?.parameters.users, 3);
  assert.equal(notices.length, 1);
});

test("a seed, a step or a time that cannot be read", () => {
  for (const query of ["seed=-1", "seed=x", "step=four", "step=3.1", "step=0.1"]) {
    const { view, notices } = parse(`?${query}`, lesson);
    assert.deepEqual(view, usual, query);
    assert.equal(notices.length, 1, query);
  }
  assert.equal(parse("?t=-3", lesson).view.t, undefined);
  assert.equal(parse("?t=soon", lesson).view.t, undefined);
});

test("what has nothing to do with the stage is left alone", () => {
  assert.deepEqual(parse("?utm_source=mail", lesson), { view: usual, notices: [] });
});

test("each slot has settings of its own, and what all share is said once", () => {
  /** @type {View} */
  const view = {
    ...usual, slots: [plain("thread", { users: 7 }), plain("thread", { users: 7, loud: true }, 7), plain("celery", { users: 7 })],
  };
  const query = format(view, lesson);
  assert.equal(query, "?v=thread,thread,celery&p.users=7&p2.loud=true&seed2=7");
  assert.deepEqual(parse(query, lesson), { view, notices: [] });
  const apart = { ...usual, slots: [plain("inline"), plain("thread", { users: 3 }, 1)] };
  assert.equal(format(apart, lesson), "?p2.users=3&seed2=1");
  assert.deepEqual(parse("?p2.users=3&seed2=1", lesson).view, apart);
});

test("what is said of one slot holds against what is said of all, in any order", () => {
  const { view, notices } = parse("?p2.users=1&seed1=0&seed=4&p.users=9", lesson);
  assert.deepEqual(view.slots, [plain("inline", { users: 9 }, 0), plain("thread", {}, 4)]);
  assert.deepEqual(notices, []);
});

test("settings of a slot that is not there are left out with a notice", () => {
  for (const query of ["p3.users=3", "seed9=1", "p0.users=2"]) {
    const { view, notices } = parse(`?${query}`, lesson);
    assert.deepEqual(view, usual, query);
    assert.match(notices.join(), /There is no version \d on this stage/);
  }
});

test("every beginning of a query opens something valid", () => {
  const query = "?v=thread,celery,thread&p.task_seconds=2.5&p2.users=7&seed3=12&step=2.4&t=0.00425&true=1";
  for (let length = 0; length <= query.length; length += 1) {
    const { view } = parse(query.slice(0, length), lesson);
    assert.ok(view.slots.length > 0 && view.slots.every(({ variant }) => lesson.variants.some(({ id }) => id === variant)));
    assert.deepEqual(parse(format(view, lesson), lesson).view, view, "a mended view is a valid one");
  }
});

test("versions aligned by step are in the address, and go before true time", () => {
  const { view, notices } = parse("?align=step&true=1", lesson);
  assert.deepEqual([view.byStep, view.trueTime, notices], [true, false, []]);
  assert.equal(format(view, lesson), "?align=step");
  const other = parse("?align=magic", lesson);
  assert.deepEqual([other.view.byStep, other.notices], [undefined, ["Versions are aligned by “time” or by “step”, not by “magic”."]]);
});

test("a link says what runs for real", () => {
  const real = (/** @type {string} */ id) => ({ ...plain(id), clock: "wall" });
  const view = { ...usual, slots: [plain("inline"), real("thread")] };
  assert.equal(format(view, lesson), "?clock2=wall");
  assert.deepEqual(parse("?clock2=wall", lesson).view.slots, view.slots);
  assert.equal(format({ ...usual, slots: [real("inline"), real("thread")] }, lesson), "?clock=wall");
  assert.deepEqual(parse("?clock=wall&clock1=virtual", lesson).view.slots.map(({ clock }) => clock), ["virtual", "wall"]);
});

test("what cannot run for real is on the virtual clock, and the reason is said", () => {
  const unreal = { ...lesson, variants: lesson.variants.map((item) => ({ ...item, unreal: item.id === "thread" ? "It has no end." : null })) };
  const { view, notices } = parse("?clock=wall", unreal);
  assert.deepEqual(view.slots.map(({ clock }) => clock), ["wall", "virtual"]);
  assert.deepEqual(notices, ["“thread” runs on the virtual clock only. It has no end."]);
  assert.deepEqual(parse("?clock=sundial", lesson).notices, ["There is no clock “sundial”; this is the virtual clock."]);
  assert.deepEqual(parse("?clock9=wall", lesson).notices, ["There is no version 9 on this stage."]);
});
