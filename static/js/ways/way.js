/**
 * The way in which a lesson is met: what stands beside the timeline, loaded only where it is wanted.
 */

import { MOST_SLOTS } from "../url.js";

/** @import { Settings } from "../settings.js" */
/** @import { LessonPage } from "../store.js" */

/** @typedef {"watch"|"predict"|"change-it"|"recall"} Way */

/** @returns {Way} */
export const wayOf = (/** @type {HTMLElement} */ root) => /** @type {Way} */ (root.dataset.way ?? "watch");

/**
 * The component that belongs to a way, or null.
 * @param {Way} way
 * @returns {Promise<(() => unknown)|null>}
 */
export async function besideOf(way) {
  if (way === "predict") return (await import("./predict.js")).Predict;
  if (way === "change-it") return (await import("./experiments.js")).Experiments;
  if (way === "recall") return (await import("../views/quiz.js")).Quiz;
  return null;
}

/** Keep that this way was visited; nothing else waits for it. @param {string} lesson @param {string} way */
export async function keepVisit(lesson, way) {
  const { load, save, visited } = await import("../progress.js");
  save(visited(load(), lesson, way));
}

/**
 * The runs on the stage while predicting: the usual ones, unless a prediction is about another version.
 * @param {LessonPage} lesson
 * @param {Settings[]} usual
 * @returns {Settings[]}
 */
export function predicted(lesson, usual) {
  const about = lesson.variants.map(({ id }) => id).filter((id) => lesson.predictions?.some(({ variant }) => variant === id));
  if (about.every((id) => usual.some(({ variant }) => variant === id))) return usual;
  const [model] = usual;
  return about.slice(0, MOST_SLOTS).map((variant) => ({ variant, parameters: model?.parameters ?? {}, seed: model?.seed ?? 0 }));
}
