/**
 * A view of the stage as the query of its address, and back.
 *
 *     ?v=inline,thread&p.task_seconds=3&seed2=7&step=2.4&t=0.004&true=1
 *
 * `v` the variants from top to bottom, `p.NAME` and `seed` what holds for all of them, `p2.NAME` and
 * `seed2` what holds for the second alone, `clock=wall` and `clock2=wall` what runs for real, `step` the slot that leads (counted from 1) and its step,
 * `instead` a lesson that was asked for in vain,
 * `t` a time behind that step, `true` the linear axis, `align=step` versions aligned by step, `change` the open settings. What is left out has its usual value; what is
 * unknown becomes the nearest valid thing, and a notice says so. `views`, which views are open, is read
 * and written by panels.js; the rows of tables by tables.js.
 */

import { isReal, unusual } from "./settings.js";

/** @import { Settings } from "./settings.js" */
/** @import { LessonPage, Parameter, Value } from "./store.js" */

/**
 * @typedef {{slots: Settings[], slot: number|undefined, step: number|undefined, t: number|undefined, trueTime: boolean,
 *   byStep?: boolean, change?: boolean}} View  `change`: the settings are open
 */

/** How many variants stand on the stage at most. */
export const MOST_SLOTS = 4;
/** How many variants a lesson shows unless asked otherwise. */
const USUAL = 2;
const CLOCKS = ["virtual", "wall"];
const SEED = /^\d{1,9}$/;

/**
 * @param {string} search the query, with or without "?"
 * @param {LessonPage} lesson
 * @returns {{view: View, notices: string[]}}
 */
export function parse(search, lesson) {
  const query = new URLSearchParams(search);
  /** @type {string[]} */
  const notices = [];
  const instead = query.get("instead");
  if (instead) notices.push(`There is no lesson “${instead}”; this is “${lesson.title}”.`);
  const slots = readSlots(query, lesson, notices);
  const { slot, step } = readStep(query.get("step"), slots.length, notices);
  const t = Number.parseFloat(query.get("t") ?? "");
  const byStep = readAlignment(query.get("align"), notices);
  const trueTime = query.get("true") === "1" && !byStep;
  return {
    notices: [...new Set(notices)],
    view: { slots, slot, step, t: Number.isFinite(t) && t >= 0 ? t : undefined, trueTime, ...(byStep && { byStep }), ...(query.get("change") === "1" && { change: true }) },
  };
}

/**
 * @param {View} view
 * @param {LessonPage} lesson
 * @returns {string} the query with "?", or "" for the usual view
 */
export function format(view, lesson) {
  /** @type {string[]} */
  const parts = [];
  const add = (/** @type {string} */ name, /** @type {unknown} */ value) =>
    parts.push(`${encodeURIComponent(name)}=${encodeURIComponent(String(value)).replaceAll("%2C", ",")}`);
  const variants = view.slots.map(({ variant }) => variant);
  if (variants.join() !== usualVariants(lesson).join()) add("v", variants.join(","));
  const values = view.slots.map(({ parameters }) => unusual(parameters, lesson));
  for (const name of new Set(values.flatMap((own) => Object.keys(own)))) {
    addEach((end, value) => add(`p${end}.${name}`, value), values.map((own) => own[name]));
  }
  addEach((end, seed) => add(`seed${end}`, seed), view.slots.map(({ seed }) => seed || undefined));
  addEach((end, clock) => add(`clock${end}`, clock), view.slots.map((slot) => (isReal(slot) ? "wall" : undefined)));
  if (view.step !== undefined) add("step", `${(view.slot ?? 0) + 1}.${view.step}`);
  if (view.t !== undefined) add("t", Number(view.t.toFixed(6)));
  if (view.trueTime) add("true", 1);
  if (view.byStep) add("align", "step");
  if (view.change) add("change", 1);
  return parts.length > 0 ? `?${parts.join("&")}` : "";
}

/**
 * What the slots have, once where it is the same for all of them; undefined is the usual value.
 * @param {(end: string|number, value: Value) => void} add
 * @param {(Value|undefined)[]} values
 */
function addEach(add, values) {
  const [first] = values;
  if (first !== undefined && values.every((value) => value === first)) add("", first);
  else values.forEach((value, i) => value !== undefined && add(i + 1, value));
}

/** @param {LessonPage} lesson @returns {string[]} */
const usualVariants = (lesson) => lesson.variants.slice(0, USUAL).map((variant) => variant.id);

/** @param {URLSearchParams} query @param {LessonPage} lesson @param {string[]} notices @returns {Settings[]} */
function readSlots(query, lesson, notices) {
  const variants = readVariants(query.get("v"), lesson, notices);
  /** @type {Settings[]} */
  const slots = variants.map((variant) => ({ variant, parameters: {}, seed: 0 }));
  /** Those that a key such as `seed2` speaks of. @param {string} end */
  const meant = (end) => {
    if (end === "") return slots;
    const slot = slots[Number(end) - 1];
    if (!slot) notices.push(`There is no version ${end} on this stage.`);
    return slot ? [slot] : [];
  };
  const entries = [...query].map(([key, text]) => ({ match: /^(?:p(\d{0,2})\.(.*)|seed(\d{0,2})|clock(\d{0,2}))$/s.exec(key), text }));
  // What is said of one slot holds against what is said of all.
  const ofOne = (/** @type {RegExpExecArray|null} */ match) => Number(Boolean(match?.[1] || match?.[3] || match?.[4]));
  entries.sort((a, b) => ofOne(a.match) - ofOne(b.match));
  for (const { match, text } of entries) {
    if (!match) continue;
    const [, end, name, seedEnd, clockEnd] = match;
    if (clockEnd !== undefined) {
      if (!CLOCKS.includes(text)) notices.push(`There is no clock “${text}”; this is the virtual clock.`);
      for (const slot of meant(clockEnd)) readClock(slot, text, lesson, notices);
    } else if (name === undefined) {
      const known = SEED.test(text);
      if (!known) notices.push(`“${text}” is not a seed; this is seed 0.`);
      for (const slot of meant(seedEnd ?? "")) slot.seed = known ? Number(text) : 0;
    } else {
      const value = readValue(name, text, lesson, notices);
      if (value !== undefined) for (const slot of meant(end ?? "")) slot.parameters[name] = value;
    }
  }
  return slots.map((slot) => ({ ...slot, parameters: unusual(slot.parameters, lesson) }));
}

/** @param {Settings} slot @param {string} text @param {LessonPage} lesson @param {string[]} notices */
function readClock(slot, text, lesson, notices) {
  const variant = lesson.variants.find(({ id }) => id === slot.variant);
  const unreal = text === "wall" ? variant?.unreal : null;
  if (unreal) notices.push(`“${variant?.title}” runs on the virtual clock only. ${unreal}`);
  slot.clock = text === "wall" && !unreal ? "wall" : "virtual";
}

/** @param {string|null} text @param {LessonPage} lesson @param {string[]} notices @returns {string[]} */
function readVariants(text, lesson, notices) {
  if (text === null) return usualVariants(lesson);
  const asked = text.split(",").filter((id) => id !== "");
  const known = asked.filter((id) => lesson.variants.some((variant) => variant.id === id));
  for (const id of asked) if (!known.includes(id)) notices.push(`This lesson has no version “${id}”.`);
  if (known.length > MOST_SLOTS) notices.push(`The stage holds ${MOST_SLOTS} versions; the others were left out.`);
  return known.length > 0 ? known.slice(0, MOST_SLOTS) : usualVariants(lesson);
}

/** @param {string|null} text @param {number} count @param {string[]} notices @returns {{slot: number|undefined, step: number|undefined}} */
function readStep(text, count, notices) {
  if (text === null) return { slot: undefined, step: undefined };
  const match = /^(\d{1,2})\.(\d{1,6})$/.exec(text);
  if (!match) {
    notices.push(`“${text}” is not a step; it should read like 2.4, the fourth step of the second version.`);
    return { slot: undefined, step: undefined };
  }
  const slot = Number(match[1]) - 1;
  if (slot < 0 || slot >= count) {
    notices.push(`There is no version ${match[1]} on this stage.`);
    return { slot: undefined, step: undefined };
  }
  return { slot, step: Number(match[2]) };
}

/** @param {string|null} text @param {string[]} notices @returns {boolean} whether by step */
function readAlignment(text, notices) {
  if (text !== null && text !== "step" && text !== "time") notices.push(`Versions are aligned by “time” or by “step”, not by “${text}”.`);
  return text === "step";
}

/** @param {string} name @param {string} text @param {LessonPage} lesson @param {string[]} notices @returns {Value|undefined} */
function readValue(name, text, lesson, notices) {
  const parameter = Object.hasOwn(lesson.parameters, name) ? lesson.parameters[name] : undefined;
  if (!parameter) {
    notices.push(`This lesson has no parameter “${name}”.`);
    return undefined;
  }
  const value = nearest(text, parameter);
  if (String(value) !== text && Number(text) !== value) {
    notices.push(`${parameter.label} cannot be “${text}”; it is ${value} here.`);
  }
  return value;
}

/** The valid value nearest to what a link or a field says. @param {string} text @param {Parameter} parameter @returns {Value} */
export function nearest(text, parameter) {
  const { default: usual, choices, min, max } = parameter;
  if (choices?.length) return choices.find((choice) => String(choice) === text) ?? usual;
  if (typeof usual === "boolean") return text === "true" || (text === "false" ? false : usual);
  if (typeof usual === "string") return text.slice(0, 200);
  const number = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(number)) return usual;
  const whole = [usual, min, max, parameter.step].every((figure) => figure == null || Number.isInteger(figure));
  return Math.max(min ?? -Infinity, Math.min(max ?? Infinity, whole ? Math.round(number) : number));
}
