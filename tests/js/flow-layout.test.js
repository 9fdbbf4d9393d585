/** The concept flow's layout: rows and columns, arrows that end at their boxes, text that fits. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { layout, wrap } from "../../static/js/views/flow-layout.js";

const WIDTH = 600;
const measure = (/** @type {string} */ text) => text.length * 8;
const decision = [
  { id: "quick", text: "Is it quick?", yes: "now", no: "start" },
  { id: "now", text: "Do it now" },
  { id: "start", text: "Start it", next: "apart" },
  { id: "apart", text: "It runs apart" },
];

/** @param {import("../../static/js/views/flow-layout.js").FlowNode[]} nodes */
function chart(nodes, width = WIDTH) {
  const made = layout(nodes, width, measure);
  return { ...made, at: Object.fromEntries(made.nodes.map((node) => [node.id, node])) };
}

test("a decision stands over the middle of its two ways, yes on the left", () => {
  const { at } = chart(decision);
  assert.equal(at.quick?.x, WIDTH / 2);
  assert.ok(Number(at.now?.x) < Number(at.start?.x));
  assert.equal(at.start?.x, at.apart?.x);
  assert.equal(at.now?.y, at.start?.y);
  assert.ok(Number(at.apart?.y) > Number(at.start?.y));
});

test("every arrow ends on the upper edge of its box, and a decision's arrows say which they are", () => {
  const { roads, at } = chart(decision);
  assert.deepEqual(roads.map(({ from, to }) => `${from}-${to}`), ["quick-now", "quick-start", "start-apart"]);
  for (const { to, tip } of roads) assert.deepEqual(tip, { x: at[to]?.x, y: Number(at[to]?.y) - 1 });
  assert.deepEqual(roads.map(({ label }) => label?.text), ["yes", "no", undefined]);
});

test("two ways that meet again meet below the longer one", () => {
  const { at } = chart([
    { id: "a", text: "a", yes: "b", no: "c" },
    { id: "b", text: "b", next: "end" },
    { id: "c", text: "c", next: "d" },
    { id: "d", text: "d", next: "end" },
    { id: "end", text: "end" },
  ]);
  assert.ok(Number(at.end?.y) > Number(at.d?.y));
});

test("a way that leaves something out goes round it, and says which it is", () => {
  const { at, roads } = chart([
    { id: "turn", text: "Is it your turn?", yes: "clean", no: "answer" },
    { id: "clean", text: "Clean up", next: "answer" },
    { id: "answer", text: "Answer" },
  ], 300);
  const round = roads.find(({ from, to }) => from === "turn" && to === "answer");
  const edge = Number(at.clean?.x) + Number(at.clean?.width) / 2;
  assert.ok(Number(round?.label?.y) > Number(at.turn?.y) + Number(at.turn?.height) && Number(round?.label?.y) < Number(at.clean?.y), "its word stands between the boxes");
  const [, start, side] = round?.path.match(/^M([\d.]+) [\d.]+ H([\d.]+)/) ?? [];
  assert.ok(Number(start) < Number(side) && Number(side) + 8 > edge && Number(side) + 8 < 300, "beside the box that it leaves out, within the chart");
});

test("an arrow that leads back up moves no box and ends the search", () => {
  const { at, roads } = chart([
    { id: "try", text: "Try", next: "ok" },
    { id: "ok", text: "Did it work?", yes: "done", no: "try" },
    { id: "done", text: "Done" },
  ]);
  assert.ok(Number(at.try?.y) < Number(at.ok?.y) && Number(at.ok?.y) < Number(at.done?.y));
  assert.equal(roads.length, 3);
});

test("nodes that lead in a circle are drawn all the same", () => {
  const { nodes } = chart([
    { id: "a", text: "a", next: "b" },
    { id: "b", text: "b", next: "a" },
  ]);
  assert.equal(nodes.length, 2);
});

test("boxes stay inside a narrow chart, and a row is as high as its highest box", () => {
  const { nodes, at } = chart(decision.map((node) => ({ ...node, text: `${node.text} and a few more words` })), 300);
  for (const { x, width } of nodes) assert.ok(x - width / 2 >= 0 && x + width / 2 <= 300);
  const bottom = Math.max(...[at.now, at.start].map((node) => Number(node?.y) + Number(node?.height)));
  assert.ok(bottom < Number(at.apart?.y));
});

test("a lesson without a flow has an empty chart", () => {
  assert.deepEqual(layout([], WIDTH, measure).nodes, []);
});

test("text breaks between words only", () => {
  assert.deepEqual(wrap("one two three", 60, measure), ["one two", "three"]);
  assert.deepEqual(wrap("incomprehensibilities", 60, measure), ["incomprehensibilities"]);
});
