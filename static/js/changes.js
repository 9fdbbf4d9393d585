/**
 * What the reader may change about the runs on the stage: the versions, their settings, and back again.
 *
 * Each change is a new list of wishes (store.js), so undoing is wanting an earlier list again. Moving
 * a slider is one change, however many values it passes.
 */

import { batch, computed, signal } from "@preact/signals-core";
import { moveViews } from "./panels.js";
import { moveTables } from "./tables.js";
import { nearest, MOST_SLOTS } from "./url.js";
import { tell } from "./moving.js";
import { ask, focus, lesson, sliding, wishes } from "./store.js";
import { unusual, valueOf } from "./settings.js";

/** @import { Value, Wish } from "./store.js" */

/** @typedef {Wish & {like?: number|undefined}} Change  `like`: whose picture a new slot begins with */

/** How many changes can be undone. */
const MOST_UNDONE = 100;

/** The runs on the stage can be changed: a server is there that makes others. */
export const changeable = signal(false);
/** The panel with the settings is open. */
export const panelOpen = signal(false);
/** A setting that is changed holds for all versions. */
export const forAll = signal(false);

/** @typedef {{lesson: string, wishes: Wish[], focus: number}} Past */
const past = signal(/** @type {Past[]} */ ([]));
const future = signal(/** @type {Past[]} */ ([]));
/** What the last change was about, while it may go on. */
let going = "";

const usable = (/** @type {Past[]} */ list) => list.at(-1)?.lesson === lesson.value.id;
export const canUndo = computed(() => usable(past.value));
export const canRedo = computed(() => usable(future.value));

const present = () => ({ lesson: lesson.value.id, wishes: wishes.value, focus: focus.value });

/** @param {number|undefined} id */
function placeBefore(id) {
  const place = wishes.value.findIndex((wish) => wish.id === id);
  return place < 0 ? undefined : place;
}

/** What was chosen to be seen of each version goes along with it. @param {(number|undefined)[]} from the earlier place of each, if it had one */
function move(from) {
  moveViews(from);
  moveTables(from);
}

/**
 * @param {(Change|Omit<Change, "id">)[]} next
 * @param {{leader?: number|undefined, about?: string}} [how] `about`: changes about the same thing while a slider moves are one
 */
function change(next, { leader, about = "" } = {}) {
  tell();
  batch(() => {
    if (!sliding.value || about !== going) past.value = [...past.value, present()].slice(-MOST_UNDONE);
    going = about;
    future.value = [];
    move(next.map((item) => placeBefore("id" in item ? item.id : undefined) ?? item.like));
    ask(next, leader);
  });
}

/** @param {typeof past} from @param {typeof past} to */
function travel(from, to) {
  const goal = from.value.at(-1);
  if (!goal || !usable(from.value)) return;
  tell();
  batch(() => {
    to.value = [...to.value, present()];
    from.value = from.value.slice(0, -1);
    going = "";
    move(goal.wishes.map(({ id }) => placeBefore(id)));
    ask(goal.wishes, goal.focus);
  });
}

export const undo = () => travel(past, future);
export const redo = () => travel(future, past);

/** The hand lets go of a slider: the next change is another one. */
export function letGo() {
  going = "";
  sliding.value = false;
}

/** Change the wishes that a setting is meant for; the answer comes at once, so it is on the virtual clock. @param {(wish: Wish) => Wish} to @param {string} [about] */
function changeMeant(to, about) {
  const next = wishes.value.map((wish, i) => (forAll.value || i === focus.value ? settled(wish, to(wish)) : wish));
  if (next.some((wish, i) => wish !== wishes.value[i])) change(next, { about });
}

/** @param {Wish} wish @param {Wish} changed @returns {Wish} */
const settled = (wish, changed) => (wish === changed ? wish : { ...changed, clock: "virtual" });

/** Run a version for real, or on the virtual clock again. @param {number} index @param {"wall"|"virtual"} clock */
export function setClock(index, clock) {
  if (wishes.value[index]?.clock === clock) return;
  change(wishes.value.map((wish, i) => (i === index ? { ...wish, clock } : wish)), { leader: index });
}

/** Run a version once more that was run already, as it is. @param {number} index */
export function runAgain(index) {
  const { id: _, ...settings } = wishes.value[index] ?? { id: 0, variant: "", parameters: {}, seed: 0, clock: "" };
  change(wishes.value.map((wish, i) => (i === index ? { ...settings, like: index } : wish)), { leader: index });
}

/** Set a parameter to the valid value nearest to what was typed or chosen. @param {string} name @param {string} text @returns {Value|undefined} the value */
export function setValue(name, text) {
  const parameter = lesson.value.parameters[name];
  if (!parameter) return undefined;
  const value = nearest(text, parameter);
  changeMeant((wish) => {
    if (valueOf(wish, name, lesson.value) === value) return wish;
    return { ...wish, parameters: unusual({ ...wish.parameters, [name]: value }, lesson.value) };
  }, `${name} ${forAll.value ? "all" : focus.value}`);
  return value;
}

/** @param {number} seed */
export function setSeed(seed) {
  const valid = Math.min(Math.max(0, Math.round(seed) || 0), 999_999_999);
  changeMeant((wish) => (wish.seed === valid ? wish : { ...wish, seed: valid }));
}

/** Another order of threads: the next seed, or the one before. @param {1|-1} by */
export const turnSeed = (by) => setSeed((wishes.value[focus.value]?.seed ?? 0) + by);

/** The settings as the lesson has them, for the version in focus or for all. */
export const reset = () => changeMeant((wish) =>
  (wish.seed === 0 && Object.keys(unusual(wish.parameters, lesson.value)).length === 0 ? wish : { ...wish, parameters: {}, seed: 0 }));

/** @param {number} index @param {string} variant */
export function setVariant(index, variant) {
  if (wishes.value[index]?.variant === variant) return;
  change(wishes.value.map((wish, i) => (i === index ? { ...wish, variant, clock: "virtual" } : wish)), { leader: index });
}

export const canAdd = computed(() => wishes.value.length < MOST_SLOTS);

/** Keep a version as it is, and put a copy beside it, to change: on the virtual clock, which answers at once. @param {number} index */
export function fork(index) {
  const wish = wishes.value[index];
  if (!wish || !canAdd.value) return;
  const list = /** @type {(Change|Omit<Change, "id">)[]} */ ([...wishes.value]);
  const { id: _, ...copy } = wish;
  list.splice(index + 1, 0, { ...copy, clock: "virtual", like: index });
  forAll.value = false; // the copy is there to be changed alone
  change(list, { leader: index + 1 });
}

/** Other runs in place of all that are there, each with settings of its own. @param {import("./settings.js").Settings[]} runs */
export function putOnStage(runs) {
  forAll.value = false;
  change(runs.map(({ variant, parameters, seed }) => ({ variant, parameters: unusual(parameters, lesson.value), seed, clock: "virtual" })), { leader: runs.length - 1 });
}

/** One version more: the first that is not on the stage, else a copy of the one in focus. */
export function addVersion() {
  const missing = lesson.value.variants.find(({ id }) => !wishes.value.some(({ variant }) => variant === id));
  if (!missing) fork(focus.value);
  else if (canAdd.value) showVersion(missing.id);
}

/** Have a version on the stage: beside the others, or in place of the last where there is no room. @param {string} variant */
export function showVersion(variant) {
  const [model] = wishes.value;
  if (!model || wishes.value.some((wish) => wish.variant === variant)) return;
  if (!canAdd.value) return setVariant(wishes.value.length - 1, variant);
  const { id: _, ...settings } = model;
  change([...wishes.value, { ...settings, variant, clock: "virtual" }], { leader: wishes.value.length });
}

/** @param {number} index */
export function removeVersion(index) {
  if (wishes.value.length > 1) change(wishes.value.filter((_, i) => i !== index));
}

/** Have a version change places with its neighbour. @param {number} index @param {1|-1} by */
export function moveVersion(index, by) {
  const [wish, other] = [wishes.value[index], wishes.value[index + by]];
  if (!wish || !other) return;
  change(wishes.value.map((item, i) => (i === index ? other : i === index + by ? wish : item)));
}
