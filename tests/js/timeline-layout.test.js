/** The timeline's geometry: one axis for all, both times on it, words about waiting that are true. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { storyAxis } from "../../static/js/story.js";
import { sayLevel } from "../../static/js/views/timeline-groups.js";
import { along, breaks, clock, layOut, roomFor, ticks } from "../../static/js/views/timeline-layout.js";
import { busyness } from "../../static/js/views/timeline-minimap.js";
import { including, moved, WHOLE, zoomed } from "../../static/js/views/timeline-zoom.js";
import { inlineRecords, lane, span, threadRecords, traceOf } from "./traces.js";

function scene(width = 1000) {
  const traces = [traceOf(inlineRecords()), traceOf(threadRecords())];
  const axis = storyAxis(traces);
  return { axis, layout: layOut([{ title: "Inline", trace: traces[0] ?? traceOf([]) }, { title: "Thread", trace: traces[1] ?? traceOf([]) }], axis, width) };
}

test("two slots stand one above the other on one axis", () => {
  const { layout } = scene();
  const [first, second] = layout.bands;
  assert.ok(first && second && first.bottom < second.y);
  assert.deepEqual(first.rows.map((row) => row.lane.name), ["Ana", "main"]);
  assert.deepEqual(second.rows.map((row) => row.lane.name), ["Ana", "main", "background"]);
  assert.equal(layout.boxes, 8);
});

test("an edge lies between its places in story time and in true time", () => {
  const { layout } = scene();
  const edge = { s: layout.length, t: 0 };
  assert.equal(along(layout, edge, 0), layout.left + layout.plot);
  assert.equal(along(layout, edge, 1), layout.left);
  assert.equal(along(layout, edge, 0.5), layout.left + layout.plot / 2);
});

test("what happens in the request is wide enough to be seen, though it takes 3 ms of 5 s", () => {
  const { layout } = scene();
  const wait = layout.bands[1]?.rows[0]?.spans[0];
  assert.ok(wait);
  assert.ok(along(layout, wait.to, 0) - along(layout, wait.from, 0) > layout.plot / 5);
  assert.ok(along(layout, wait.to, 1) - along(layout, wait.from, 1) < 1);
});

test("how long the user waits, and how many times less", () => {
  const { layout } = scene();
  assert.deepEqual(layout.bands.map((band) => band.wait), [
    { text: "Ana waits", strong: "5.00 s", less: "" },
    { text: "Ana waits", strong: "3 ms", less: "1,700 times less" },
  ]);
  assert.ok(layout.bands.every((band) => band.brace));
});

test("an answer that never comes is said so", () => {
  const trace = traceOf([lane("u", "user", "Ana"), { kind: "request", id: "r1", user: "u", sent: 0, done: null, lane: null }, span("s", "u", 0, 3, "waiting")]);
  const band = layOut([{ title: "x", trace }], storyAxis([trace]), 800).bands[0];
  assert.equal(band?.wait?.strong, "never has an answer");
  assert.equal(band?.brace?.to.t, 3);
});

test("behind the answer the user has it and the server is free", () => {
  const { layout } = scene();
  const texts = layout.bands[1]?.rows.map((row) => row.rests.map((rest) => rest.text));
  assert.deepEqual(texts, [["has the answer"], ["free for the next user"], []]);
});

test("labels of the axis do not touch", () => {
  const { layout, axis } = scene(700);
  for (const mix of [0, 1]) {
    const marks = ticks(layout, axis, mix, (text) => text.length * 7).filter((mark) => mark.label);
    assert.ok(marks.length >= 3);
    marks.slice(1).forEach((mark, i) => {
      const before = marks[i];
      assert.ok(before && mark.x - before.x >= ((mark.label.length + before.label.length) * 7) / 2);
    });
  }
});

test("the last label of the axis stays within the picture and touches no other", () => {
  const end = traceOf([lane("u", "user", "Ana"), span("s", "u", 0, 0.131, "waiting"), span("s2", "u", 0.131, 0.151, "waiting")]);
  for (const width of [300, 340, 380]) {
    const layout = layOut([{ title: "x", trace: end }], storyAxis([end]), width);
    const marks = ticks(layout, storyAxis([end]), 0, (text) => text.length * 9).filter((mark) => mark.label);
    marks.forEach((mark, i) => {
      assert.ok(mark.middle + mark.label.length * 4.5 <= width);
      const before = marks[i - 1];
      if (before) assert.ok(mark.middle - before.middle >= (mark.label.length + before.label.length) * 4.5);
    });
  }
});

test("the column of names is as wide as the longest one, within a bound", () => {
  const left = (/** @type {string} */ name, /** @type {number} */ width) => {
    const trace = traceOf([lane("u", "user", name), span("s", "u", 0, 1, "waiting")]);
    return layOut([{ title: "x", trace }], storyAxis([trace]), width, new Set(), false, (text) => text.length * 10).left;
  };
  assert.equal(left("Ana", 1400), 148);
  assert.equal(left("Celery worker 12", 1400), 210);
  assert.equal(left("x".repeat(200), 1000), 240);
  assert.equal(left("Celery worker 12", 400), 4, "above the bars it needs no column");
});

test("of several waits of one user the brace spans the first", () => {
  const request = (/** @type {string} */ id, /** @type {number} */ sent) => ({ kind: "request", id, user: "u", method: "GET", sent, done: sent + 1, lane: null });
  const trace = traceOf([lane("u", "user", "Ana"), request("r1", 0), request("r2", 3)]);
  const inline = traceOf(inlineRecords());
  const [wide, phone] = [800, 360].map((width) => layOut([{ title: "x", trace: inline }, { title: "y", trace }], storyAxis([inline, trace]), width).bands[1]);
  assert.deepEqual([wide?.brace?.from.t, wide?.brace?.to.t], [0, 1]);
  assert.deepEqual(wide?.wait, { text: "Ana has the first answer after", strong: "1.00 s", less: "5 times sooner · the last at 4.00 s" });
  assert.equal(phone?.wait?.less, "the last at 4.00 s", "what is sooner is said below, where there is room for all of it");
  assert.deepEqual([wide?.tall, phone?.tall], [false, true], "on a phone the last one has a line of its own");
});

test("a label goes where no break cuts it", () => {
  assert.equal(roomFor(0, 100, 50, []), 0);
  assert.equal(roomFor(0, 100, 50, [20]), 29);
  assert.equal(roomFor(0, 100, 50, [50]), null);
  assert.equal(roomFor(0, 30, 50, []), null);
});

test("several waits are told as their median, without a brace", () => {
  const request = (/** @type {string} */ id, /** @type {string} */ user, /** @type {number} */ done) => ({ kind: "request", id, user, sent: 0, done, lane: null });
  const trace = traceOf([lane("u1", "user", "Ana"), lane("u2", "user", "Ben"), request("r1", "u1", 2), request("r2", "u2", 4)]);
  const band = layOut([{ title: "x", trace }], storyAxis([trace]), 800).bands[0];
  assert.deepEqual(band?.wait, { text: "2 users wait", strong: "2.00 s (median)", less: "at most 4.00 s" });
  assert.equal(band?.brace, null);
});

test("an exception is marked once, though it passed through several lines", () => {
  const fall = (/** @type {number} */ line) => ({ kind: "problem_at", t: 1, lane: "t", file: "app.py", line, error: "RuntimeError: late" });
  const trace = traceOf([lane("t", "thread", "greeter"), span("s", "t", 0, 1), fall(9), fall(4)]);
  const row = layOut([{ title: "x", trace }], storyAxis([trace]), 800).bands[0]?.rows[0];
  assert.deepEqual(row?.falls.map((item) => [item.error, item.at.t]), [["RuntimeError: late", 1]]);
});

test("the lengths of folds do not touch each other", () => {
  const records = Array.from({ length: 60 }, (_, i) => span(`s${i}`, "t", Math.floor(i / 6) * 5 + (i % 6) * 0.001, Math.floor(i / 6) * 5 + (i % 6) * 0.001 + 0.001));
  const trace = traceOf([lane("t", "thread", "t"), ...records]);
  const axis = storyAxis([trace]);
  const layout = layOut([{ title: "x", trace }], axis, 500);
  const folds = breaks(layout, axis, 0, (text) => text.length * 7);
  assert.equal(folds.length, 9);
  const labelled = folds.filter((fold) => fold.label);
  assert.ok(labelled.length > 0);
  labelled.slice(1).forEach((fold, i) => assert.ok(fold.x - (labelled[i]?.x ?? 0) >= 28));
  assert.deepEqual(breaks(layout, axis, 1, () => 1), []);
});

const crowd = (/** @type {number} */ count) => traceOf([
  ...Array.from({ length: count }, (_, i) => lane(`u${i}`, "user", `user ${i}`)), lane("server-1", "server", "main"),
  ...Array.from({ length: count }, (_, i) => span(`s${i}`, `u${i}`, i < 2 ? 0 : 1, 2, i < 2 ? "waiting" : "queued")),
]);

test("fifty users are one band, and opened they have a lane each, which stand closer", () => {
  const trace = crowd(50);
  const axis = storyAxis([trace]);
  const closed = layOut([{ title: "x", trace }], axis, 800);
  const [band] = closed.bands;
  assert.deepEqual(band?.crowds.map(({ name, open, count }) => [name, open, count]), [["50 users", false, 50]]);
  assert.deepEqual(band?.rows.map((row) => row.lane.name), ["main"]);
  assert.ok(closed.height < 250, "all of it fits on a screen");
  const open = layOut([{ title: "x", trace }], axis, 800, new Set(["0 user"]));
  assert.equal(open.bands[0]?.rows.length, 51);
  assert.ok(open.row <= 12);
  assert.ok((open.bands[0]?.crowds[0]?.y ?? 0) < (open.bands[0]?.rows[0]?.y ?? 0), "the heading stands above its lanes");
});

test("a few lanes of a kind stay lanes", () => {
  const trace = crowd(8);
  assert.equal(layOut([{ title: "x", trace }], storyAxis([trace]), 800).bands[0]?.crowds.length, 0);
});

test("a band of many lanes counts how many are in which state", () => {
  const trace = crowd(50);
  const axis = storyAxis([trace]);
  const levels = layOut([{ title: "x", trace }], axis, 800).bands[0]?.crowds[0]?.levels ?? [];
  const names = /** @type {any} */ ({ waiting: "wait", queued: "stand in line" });
  assert.deepEqual([0, 1, 2].map((t) => sayLevel(levels, axis.toStory(t), names)), ["2 wait", "2 wait, 48 stand in line", ""]);
});

test("what travels to a lane of a band goes to the band", () => {
  const trace = traceOf([...Array.from({ length: 9 }, (_, i) => lane(`u${i}`, "user", `user ${i}`)), lane("server-1", "server", "main"), { kind: "arrow", type: "request", id: "a", from: "u3", to: "server-1", sent: 0, arrived: 1 }]);
  const band = layOut([{ title: "x", trace }], storyAxis([trace]), 800).bands[0];
  const [own] = band?.crowds ?? [];
  assert.equal(band?.flights[0]?.y1, (own?.y ?? 0) + (own?.height ?? 0) / 2);
});

test("a slot that shows no timeline leaves the others their numbers", () => {
  const trace = traceOf(threadRecords());
  const [band] = layOut([{ title: "Thread", trace, index: 1 }], storyAxis([traceOf([]), trace]), 800).bands;
  assert.equal(band?.slot, 1);
  assert.equal(band?.rows[0]?.spans[0]?.slot, 1);
});

test("a part of the axis fills the width", () => {
  const { layout: whole } = scene();
  const layout = { ...whole, part: { from: 0.25, to: 0.5 } };
  const at = (/** @type {number} */ place) => along(layout, { s: place * layout.length, t: 0 }, 0);
  assert.equal(at(0.25), layout.left);
  assert.equal(at(0.5), layout.left + layout.plot);
  assert.ok(at(0) < 0);
});

test("zooming leaves the place under the pointer where it is, and never goes beyond the ends", () => {
  const near = zoomed(WHOLE, 4, 0.5);
  assert.deepEqual([near.from, near.to], [0.375, 0.625]);
  assert.deepEqual(zoomed(near, 1 / 8, 0.5), WHOLE);
  const edge = zoomed(WHOLE, 2, 0);
  assert.deepEqual(edge, { from: 0, to: 0.5 });
  assert.deepEqual(moved(edge, -1), edge);
  assert.deepEqual(moved(edge, 9), { from: 0.5, to: 1 });
  assert.ok(zoomed(WHOLE, 1e9, 0.5).to - zoomed(WHOLE, 1e9, 0.5).from >= 0.001);
});

test("the part follows whoever leaves it, with room for what comes next", () => {
  const part = { from: 0.2, to: 0.3 };
  assert.equal(including(part, 0.25), part);
  const on = including(part, 0.31);
  assert.ok(on.from < 0.31 && on.to > 0.39);
  assert.ok(including(part, 0.1).from < 0.1);
  assert.deepEqual(including(part, 1).to, 1);
  assert.equal(including(WHOLE, 0.5), WHOLE);
});

test("the small picture counts what goes on in each stretch", () => {
  const trace = crowd(50);
  const counts = busyness(layOut([{ title: "x", trace }], storyAxis([trace]), 800), 0);
  assert.equal(Math.max(...counts), 50);
  assert.equal(counts[1], 2);
});

test("times on the axis are as short as they can be", () => {
  assert.deepEqual([0, 0.003, 0.0005, 0.02, 1, 5.003].map(clock), ["0 s", "3 ms", "0.5 ms", "20 ms", "1 s", "5.003 s"]);
});

test("a killed lane and a request without an answer end with a mark, and nobody is free behind it", () => {
  const request = { kind: "request", id: "r1", user: "u", sent: 0, done: null, status: null, lane: "s", failed: 2, error: "the connection was reset" };
  const server = { ...lane("s", "server", "main"), died: 1.5, killed: true };
  const trace = traceOf([lane("u", "user", "Ana"), server, request, span("w", "u", 0, 2, "waiting"), span("x", "s", 0, 1), span("y", "u", 3, 4, "waiting")]);
  const [user, main] = layOut([{ title: "x", trace }], storyAxis([trace]), 800).bands[0]?.rows ?? [];
  assert.deepEqual(user?.falls.map((item) => [item.error, item.at.t]), [["no answer: the connection was reset", 2]]);
  assert.deepEqual(main?.falls.map((item) => [item.error, item.at.t]), [["killed", 1.5]]);
  assert.deepEqual(main?.rests.map((item) => [item.from.t, item.to.t]), [[1, 1.5]]);
  assert.deepEqual(user?.rests, []);
});
