/**
 * The views of a slot below the timeline, each in a card of its own.
 *
 * Those that many lessons open with are here from the start; the others are loaded when they are
 * first opened. A view that has nothing to show in this slot is not there.
 */

import { useEffect, useState } from "preact/hooks";

import { viewsOf } from "../panels.js";
import { lesson, notice, variantOf } from "../store.js";
import { Code } from "./code.js";
import { Flow } from "./flow.js";
import { html } from "./html.js";
import { Moments } from "./moments.js";
import { Output } from "./output.js";
import { ExecutionTable } from "./table.js";
import { Tracker } from "./tracker.js";

/** @import { Slot } from "../store.js" */

/**
 * @typedef {(props: { slot: Slot }) => any} View
 * @typedef {{ name: string, title: string, View?: View, load?: () => Promise<View>, lacks?: (slot: Slot) => string,
 *   note?: (slot: Slot) => string | undefined }} Entry
 *   `lacks` says why a slot has nothing to show there, or ""
 */

/** @type {Entry[]} */
export const ENTRIES = [
  { name: "timeline", title: "Timeline" },
  { name: "code", title: "Code", View: Code, note: (slot) => (slot.listing.length > 1 ? undefined : variantOf(slot)?.file) },
  { name: "steps", title: "Execution table", View: ExecutionTable },
  { name: "tracker", title: "Variables", View: Tracker, note: () => "what changed in this step is marked" },
  {
    name: "queue", title: "Queue", load: async () => (await import("./queue.js")).Queue,
    lacks: ({ trace }) => (trace.tasks.some((task) => task.queued !== null) || trace.lanes.some((lane) => lane.kind === "broker") ? "" : "nothing is queued"),
  },
  { name: "network", title: "Network", load: async () => (await import("./network.js")).Network, note: () => "as a browser’s network panel shows it" },
  { name: "page", title: "The user’s page", load: async () => (await import("./user-page.js")).UserPage },
  { name: "sequence", title: "Sequence diagram", load: async () => (await import("./sequence.js")).Sequence },
  { name: "flow", title: "Concept flow", View: Flow, lacks: () => (lesson.value.flow.length > 0 ? "" : "this lesson has none") },
  { name: "moments", title: "Key moments", View: Moments, lacks: () => (lesson.value.moments.length > 0 ? "" : "this lesson has none") },
  { name: "output", title: "Output", View: Output, lacks: ({ trace }) => (trace.output.length > 0 ? "" : "nothing is printed") },
  { name: "snapshot", title: "Snapshot", load: async () => (await import("./snapshot.js")).Snapshot, note: () => "this moment in words" },
];

/** The cards of a slot, from top to bottom. @param {Slot} slot @returns {Entry[]} */
export function shownIn(slot) {
  return viewsOf(slot.index).flatMap((name) => {
    const entry = ENTRIES.find((item) => item.name === name);
    return entry && entry.name !== "timeline" && !entry.lacks?.(slot) ? [entry] : [];
  });
}

/** `only`: the one view that is shown, or "" for all. @param {{ slot: Slot, only: string }} props */
export function Panels({ slot, only }) {
  const entries = shownIn(slot).filter(({ name }) => only === "" || name === only);
  if (entries.length > 0) return entries.map((entry) => html`<${Panel} key=${entry.name} entry=${entry} slot=${slot} />`);
  const lacking = ENTRIES.find(({ name, lacks }) => viewsOf(slot.index).includes(name) && lacks?.(slot));
  return html`<p class="card card-empty">${lacking ? `Nothing to show under “${lacking.title}”: ${lacking.lacks?.(slot)}.` : "Nothing is open here."} “Views” opens more.</p>`;
}

/** A card with a heading. @param {{ entry: Entry, slot: Slot }} props */
function Panel({ entry, slot }) {
  const { name, title, View, load, note } = entry;
  const words = note?.(slot);
  return html`<section class=${`panel panel-${name} card`} data-at=${`${name}-of:${slot.index}`}>
    <div class="card-head">
      <h3>${title}</h3>
      ${words && html`<span class="card-note">${words}</span>`}
    </div>
    ${View ? html`<${View} slot=${slot} />` : load && html`<${Later} load=${load} slot=${slot} />`}
  </section>`;
}

/** A view that is fetched first. @param {{ load: () => Promise<View>, slot: Slot }} props */
function Later({ load, slot }) {
  const [View, setView] = useState(/** @type {{ it: View }|null} */ (null));
  const [failed, setFailed] = useState(false);
  const get = () => {
    setFailed(false);
    load().then((it) => setView({ it }), () => {
      setFailed(true);
      notice("A view could not be fetched from the server.");
    });
  };
  useEffect(get, []);
  if (View) return html`<${View.it} slot=${slot} />`;
  if (failed) {
    return html`<div class="card-empty">
      <p>This view could not be fetched.</p>
      <button type="button" class="button" onClick=${get}>Try again</button>
    </div>`;
  }
  return html`<p class="card-empty" aria-busy="true">Opening…</p>`;
}
