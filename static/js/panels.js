/**
 * Which views each slot shows: the lesson's choice, until the learner makes one, which is kept.
 *
 * A choice stands in the address (`views=code.steps.queue,code.network`: views joined by points, slots
 * by commas, a slot left empty has the lesson's own), so a link opens it, and is remembered for the
 * lesson. Only this module writes `chosen`.
 */

import { effect, signal } from "@preact/signals-core";
import { lesson, notice, slots } from "./store.js";
import { MOST_SLOTS } from "./url.js";

/** @import { Signal } from "@preact/signals-core" */

/** Every view that a slot can show, in the order of the chooser. */
export const VIEWS = ["timeline", "code", "steps", "tracker", "queue", "network", "page", "sequence", "flow", "moments", "output", "snapshot"];
/** What a slot shows unless the lesson says otherwise. */
const USUAL = ["timeline", "code", "steps", "tracker", "queue", "flow", "moments", "output"];

/** By slot; null: as the lesson has it. @type {Signal<(string[]|null)[]>} */
export const chosen = signal([]);

/** What the lesson opens with. @returns {string[]} */
export const usualViews = () => (lesson.value.views?.length ? lesson.value.views : USUAL);

/** The views of a slot, from top to bottom. @param {number} slot @returns {string[]} */
export const viewsOf = (slot) => chosen.value[slot] ?? usualViews();

/** Open a view of a slot, below those that are open, or close it. @param {number} slot @param {string} name */
export function toggleView(slot, name) {
  const open = viewsOf(slot);
  choose(slot, open.includes(name) ? open.filter((other) => other !== name) : [...open, name]);
}

/** Back to what the lesson opens with. @param {number} slot */
export const resetViews = (slot) => choose(slot, null);

/** @param {number} slot @param {string[]|null} views */
function choose(slot, views) {
  const usual = views !== null && views.join() === usualViews().join();
  chosen.value = Array.from({ length: Math.max(slots.value.length, slot + 1) }, (_, i) =>
    i === slot ? (usual ? null : views) : (chosen.value[i] ?? null));
}

/** The slots have changed places: what each shows goes along. @param {(number|undefined)[]} from the earlier place of each, if it had one */
export function moveViews(from) {
  chosen.value = from.map((slot) => (slot === undefined ? null : chosen.value[slot] ?? null));
}

/**
 * @param {string} text as in an address
 * @param {(line: string) => void} refuse told of each name that is no view
 * @returns {(string[]|null)[]}
 */
export function readViews(text, refuse) {
  return text.split(",").slice(0, MOST_SLOTS).map((part) => {
    const names = [...new Set(part.split(".").filter((name) => name !== ""))];
    for (const name of names) if (!VIEWS.includes(name)) refuse(`There is no view “${name}”.`);
    const known = names.filter((name) => VIEWS.includes(name));
    return known.length > 0 ? known : null;
  });
}

/** @param {(string[]|null)[]} views @returns {string} "" where all is as the lesson has it */
export function writeViews(views) {
  return views.map((names) => names?.join(".") ?? "").join(",").replace(/,+$/, "");
}

/** What is open on the stage, as an address says it; "" where all is as the lesson has it. */
export const viewsText = () => writeViews(chosen.value.slice(0, slots.value.length));

/** Open the views that someone else has open. @param {string} text as in an address */
export function takeViews(text) {
  chosen.value = readViews(text, () => {});
}

/** A query of the stage, with the views of its slots. @param {string} query with "?", or "" */
export function withViews(query) {
  const text = viewsText();
  return text ? `${query || "?"}${query ? "&" : ""}views=${text}` : query;
}

/**
 * Open with what the address says, or else with what is remembered, and remember from now on.
 * Where the browser refuses storage a choice lasts as long as the page.
 * @param {string} search
 * @param {Storage|null} box
 * @returns {() => void} stops remembering
 */
export function openViews(search, box) {
  const name = `meanwhile.views.${lesson.value.id}`;
  const asked = new URLSearchParams(search).get("views");
  chosen.value = asked !== null ? readViews(asked, notice) : readViews(box?.getItem(name) ?? "", () => {});
  let first = true;
  return effect(() => {
    const text = writeViews(chosen.value);
    // What a link asks for is that link's, until something is changed.
    if (!first) keep(box, name, text);
    first = false;
  });
}

/** @param {Storage|null} box @param {string} name @param {string} text */
function keep(box, name, text) {
  try {
    if (text) box?.setItem(name, text);
    else box?.removeItem(name);
  } catch {
    // The storage is full: the choice lasts as long as the page.
  }
}

/** Where choices are remembered, or null where the browser refuses it. @returns {Storage|null} */
export function storage() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
