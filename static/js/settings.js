/**
 * What decides a run: a variant, values of the lesson's parameters, a seed, a clock. Pure functions.
 *
 * A value that is left out is the lesson's usual one, so two settings may differ in what they say
 * and still mean the same run.
 */

/** @import { LessonPage, Parameter, SlotRequest, Value } from "./store.js" */

/**
 * @typedef {Pick<SlotRequest, "variant"|"parameters"|"seed"> & {clock?: string}} Settings  on the virtual clock unless it says otherwise
 * @typedef {{name: string, text: string}} Difference  `name` of the parameter, or "seed"
 */

/** What differs between versions of the same variant is told up to so many times. */
const MOST_TOLD = 2;

/** Whether a run is one on the wall clock. @param {{clock?: string}} settings */
export const isReal = ({ clock }) => clock === "wall";

/** @param {Settings} settings @param {string} name @param {LessonPage} lesson @returns {Value|undefined} */
export const valueOf = ({ parameters }, name, lesson) => parameters[name] ?? lesson.parameters[name]?.default;

/** Whether two settings are the same run. @param {Settings} a @param {Settings} b @param {LessonPage} lesson */
export function sameSettings(a, b, lesson) {
  if (a.variant !== b.variant || a.seed !== b.seed || isReal(a) !== isReal(b)) return false;
  const names = new Set([...Object.keys(lesson.parameters), ...Object.keys(a.parameters), ...Object.keys(b.parameters)]);
  return [...names].every((name) => valueOf(a, name, lesson) === valueOf(b, name, lesson));
}

/** The values that are not the usual ones. @param {Object<string, Value>} parameters @param {LessonPage} lesson @returns {Object<string, Value>} */
export function unusual(parameters, lesson) {
  return Object.fromEntries(Object.entries(parameters).filter(([name, value]) => value !== lesson.parameters[name]?.default));
}

/** What is not as the lesson has it, each as a few words. @param {Settings} settings @param {LessonPage} lesson @returns {Difference[]} */
export function differences(settings, lesson) {
  const told = Object.entries(unusual(settings.parameters, lesson)).map(([name, value]) => ({
    name, text: `${lesson.parameters[name]?.label ?? name}: ${withUnit(value, lesson.parameters[name])}`,
  }));
  return settings.seed === 0 ? told : [...told, { name: "seed", text: `Seed: ${settings.seed}` }];
}

/** @param {Value} value @param {Parameter} [parameter] */
export const withUnit = (value, parameter) => `${value}${parameter?.unit ? ` ${parameter.unit}` : ""}`;

/**
 * What tells each of several settings from the others with the same variant: "" where there is no
 * other, else ", users 10" or, where nothing differs, a number.
 * @param {Settings[]} all
 * @param {LessonPage} lesson
 * @returns {string[]}
 */
export function additions(all, lesson) {
  const seen = /** @type {Map<string, number>} */ (new Map());
  return all.map((settings) => {
    const alike = all.filter(({ variant }) => variant === settings.variant);
    if (alike.length < 2) return "";
    const varies = (/** @type {(of: Settings) => unknown} */ read) => new Set(alike.map(read)).size > 1;
    const told = Object.keys(lesson.parameters)
      .filter((name) => varies((other) => valueOf(other, name, lesson)))
      .map((name) => `${name.replaceAll("_", " ")} ${withUnit(valueOf(settings, name, lesson) ?? "", lesson.parameters[name])}`);
    if (varies(({ seed }) => seed)) told.push(`seed ${settings.seed}`);
    if (varies(isReal)) told.unshift(isReal(settings) ? "wall clock" : "virtual clock");
    const text = told.length > 0 ? `, ${told.slice(0, MOST_TOLD).join(", ")}` : "";
    const name = settings.variant + text;
    seen.set(name, (seen.get(name) ?? 0) + 1);
    const count = seen.get(name) ?? 1;
    return count > 1 ? `${text} (${count})` : text;
  });
}
