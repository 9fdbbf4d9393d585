/**
 * Marks of the driver's: lines of code, rows of the table and lanes with a ring around them.
 *
 * What can be marked has its name in `data-at`. The rings are rules of a style sheet made for them,
 * so views that come, go and draw themselves anew need to know nothing of them.
 */

import { effect, signal } from "@preact/signals-core";
import * as store from "../store.js";
import { LONGEST_MARK, MOST_MARKS } from "./scene.js";
import * as state from "./state.js";

/** @type {import("@preact/signals-core").Signal<string[]>} */
export const marks = signal([]);

const MARKABLE = /^(code|step|lane):/;

/** Show the class's marks, and let the driver set them. @param {HTMLElement} root */
export function startMarks(root) {
  keepMarks();
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  effect(() => {
    const names = marks.value.map((name) => `[data-at="${CSS.escape(name)}"]`);
    sheet.replaceSync(names.length === 0 ? "" : `:is(${names.join(",")}) {
      outline: 3px solid var(--mark); outline-offset: -1px; border-radius: 6px; --ringed: 1;
      background-image: linear-gradient(var(--mark-wash), var(--mark-wash)); }`);
  });
  // Before the views: with Alt a click goes nowhere.
  root.addEventListener("click", (event) => {
    const name = event.altKey ? markable(event.target) : null;
    if (!name || state.token.value === null) return;
    event.preventDefault();
    event.stopPropagation();
    toggleMark(name);
  }, { capture: true });
}

/** The marks are the class's, until this page leads. */
export function keepMarks() {
  return effect(() => {
    const scene = state.scene.value;
    if (scene && state.mode.value !== "lead" && scene.highlights.join("\n") !== marks.peek().join("\n")) marks.value = scene.highlights;
  });
}

/** @param {EventTarget|null} target @returns {string|null} */
function markable(target) {
  const element = target instanceof Element ? target.closest("[data-at^='code:'], [data-at^='step:'], [data-at^='lane:']") : null;
  return element?.getAttribute("data-at") ?? null;
}

/** @param {string} name */
export function toggleMark(name) {
  if (state.token.value === null || !MARKABLE.test(name) || name.length > LONGEST_MARK) return;
  state.acted();
  marks.value = marks.value.includes(name) ? marks.value.filter((item) => item !== name) : [...marks.value, name].slice(-MOST_MARKS);
}

/** @returns {boolean} whether there were any */
export function clearMarks() {
  if (state.token.value === null || marks.value.length === 0) return false;
  state.acted();
  marks.value = [];
  return true;
}

/** Mark, or no longer, the row of the present step and the line that it is about. */
export function markPresent() {
  const { slot, step } = store.cursor.value;
  const shown = store.slots.value[slot];
  const found = shown?.trace.steps.find(({ n }) => n === step);
  if (!shown || !found) return;
  const names = [`step:${slot}:${step}`, ...(found.file && found.line ? [`code:${slot}:${found.file}:${found.line}`] : [])];
  const all = names.every((name) => marks.value.includes(name));
  for (const name of names) if (all || !marks.value.includes(name)) toggleMark(name);
}

/** A mark in words. @param {string} name @returns {string} */
export function markInWords(name) {
  const [kind, slot, ...rest] = name.split(":");
  const shown = store.slots.value[Number(slot)];
  const where = shown ? ` of “${shown.title}”` : "";
  if (kind === "code") return `line ${rest.at(-1)} of ${rest.slice(0, -1).join(":")}`;
  if (kind === "step") return `step ${rest[0]}${where}`;
  return `lane ${shown?.trace.lanes.find(({ id }) => id === rest.join(":"))?.name ?? rest.join(":")}${where}`;
}
