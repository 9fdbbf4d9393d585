/**
 * A view of the stage as the query of its address, and back.
 *
 *     ?v=inline,thread&p.task_seconds=3&seed=2&step=2.4&t=0.004&true=1
 *
 * `v` the variants from top to bottom, `p.NAME` parameters, `step` the slot that leads (counted
 * from 1) and its step, `t` a time behind that step, `true` the linear axis. What is left out has
 * its usual value; what is unknown becomes the nearest valid thing, and a notice says so.
 */

/** @import { LessonPage, Parameter, Value } from "./store.js" */

/**
 * @typedef {{variants: string[], parameters: Object<string, Value>, seed: number,
 *   slot: number|undefined, step: number|undefined, t: number|undefined, trueTime: boolean}} View
 */

/** How many variants stand on the stage at most. */
export const MOST_SLOTS = 4;
/** How many variants a lesson shows unless asked otherwise. */
const USUAL = 2;

/**
 * @param {string} search the query, with or without "?"
 * @param {LessonPage} lesson
 * @returns {{view: View, notices: string[]}}
 */
export function parse(search, lesson) {
  const query = new URLSearchParams(search);
  /** @type {string[]} */
  const notices = [];
  const variants = readVariants(query.get("v"), lesson, notices);
  const { slot, step } = readStep(query.get("step"), variants.length, notices);
  const t = Number.parseFloat(query.get("t") ?? "");
  const seed = query.get("seed");
  if (seed !== null && !/^\d{1,9}$/.test(seed)) notices.push(`“${seed}” is not a seed; this is seed 0.`);
  return {
    notices,
    view: {
      variants, slot, step,
      parameters: readParameters(query, lesson, notices),
      seed: seed !== null && /^\d{1,9}$/.test(seed) ? Number(seed) : 0,
      t: Number.isFinite(t) && t >= 0 ? t : undefined,
      trueTime: query.get("true") === "1",
    },
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
  if (view.variants.join() !== usualVariants(lesson).join()) add("v", view.variants.join(","));
  for (const [name, value] of Object.entries(view.parameters)) {
    if (value !== lesson.parameters[name]?.default) add(`p.${name}`, value);
  }
  if (view.seed !== 0) add("seed", view.seed);
  if (view.step !== undefined) add("step", `${(view.slot ?? 0) + 1}.${view.step}`);
  if (view.t !== undefined) add("t", Number(view.t.toFixed(6)));
  if (view.trueTime) add("true", 1);
  return parts.length > 0 ? `?${parts.join("&")}` : "";
}

/** @param {LessonPage} lesson @returns {string[]} */
const usualVariants = (lesson) => lesson.variants.slice(0, USUAL).map((variant) => variant.id);

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

/** @param {URLSearchParams} query @param {LessonPage} lesson @param {string[]} notices @returns {Object<string, Value>} */
function readParameters(query, lesson, notices) {
  /** @type {Object<string, Value>} */
  const values = {};
  for (const [key, text] of query) {
    if (!key.startsWith("p.")) continue;
    const name = key.slice(2);
    const parameter = Object.hasOwn(lesson.parameters, name) ? lesson.parameters[name] : undefined;
    if (!parameter) {
      notices.push(`This lesson has no parameter “${name}”.`);
      continue;
    }
    const value = nearest(text, parameter);
    if (String(value) !== text && Number(text) !== value) {
      notices.push(`${parameter.label} cannot be “${text}”; it is ${value} here.`);
    }
    if (value !== parameter.default) values[name] = value;
  }
  return values;
}

/** The valid value nearest to what a link says. @param {string} text @param {Parameter} parameter @returns {Value} */
function nearest(text, parameter) {
  const { default: usual, choices, min, max } = parameter;
  if (choices?.length) return choices.find((choice) => String(choice) === text) ?? usual;
  if (typeof usual === "boolean") return text === "true" || (text === "false" ? false : usual);
  if (typeof usual === "string") return text.slice(0, 200);
  const number = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(number)) return usual;
  const whole = Number.isInteger(usual) && Number.isInteger(parameter.step ?? 1);
  return Math.max(min ?? -Infinity, Math.min(max ?? Infinity, whole ? Math.round(number) : number));
}
