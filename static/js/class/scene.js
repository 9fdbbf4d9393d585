/**
 * The stage as a scene, and a scene as a stage: what a class looks at, apart from the place in it.
 */

import { panelOpen } from "../changes.js";
import { viewsText } from "../panels.js";
import { sameSettings } from "../settings.js";
import * as store from "../store.js";

/** @import { Settings } from "../settings.js" */
/** @import { LessonPage, SlotRequest } from "../store.js" */
/** @import { Cursor, Pointer, Scene } from "./state.js" */

/** How many marks a scene may hold, and how long the name of one may be. */
export const MOST_MARKS = 40;
export const LONGEST_MARK = 120;

/** What is on the stage now. @param {string[]} [highlights] @returns {Scene} */
export function sceneNow(highlights = []) {
  return {
    lesson: store.lesson.value.id,
    slots: store.slots.value.map(({ variant, parameters, seed }) => ({ variant, parameters, seed })),
    trueTime: store.trueTime.value,
    align: store.byStep.value ? "step" : "time",
    views: viewsText(),
    change: panelOpen.value,
    speed: store.speed.value,
    highlights,
  };
}

/** Where the stage stands now. @param {Pointer|null} [pointer] @returns {Cursor} */
export function cursorNow(pointer = null) {
  const { slot, step, s, t } = store.cursor.value;
  return { slot, step, s: round(s), t, playing: store.playing.value, pointer };
}

const round = (/** @type {number} */ s) => Math.round(s * 1e6) / 1e6;

/** @param {Scene} scene @returns {SlotRequest[]} */
export function requestsOf(scene) {
  return scene.slots.map(({ variant, parameters, seed }) => ({ variant, parameters, seed, clock: "virtual" }));
}

/** Whether a stage of these settings holds the very runs of a scene. @param {Scene} scene @param {LessonPage} lesson @param {Settings[]} settings @returns {boolean} */
export function sameRuns(scene, lesson, settings) {
  return scene.lesson === lesson.id && scene.slots.length === settings.length
    && scene.slots.every((slot, i) => sameSettings(slot, /** @type {Settings} */ (settings[i]), lesson));
}

/** The runs with which a lesson opens. @param {LessonPage} lesson @returns {SlotRequest[]} */
export function usualRequests(lesson) {
  return lesson.variants.slice(0, 2).map(({ id }) => ({ variant: id, parameters: {}, seed: 0, clock: "virtual" }));
}

/**
 * Read another lesson from its own page, and let this page's header speak of it.
 * @param {string} id
 * @returns {Promise<LessonPage>}
 */
export async function loadLesson(id) {
  const response = await fetch(`/s/${encodeURIComponent(id)}`);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const text = page.getElementById("lesson")?.textContent;
  if (!response.ok || !text) throw new Error(`The lesson ${id} could not be opened.`);
  document.title = page.title;
  for (const part of [".bar-title", ".ways"]) {
    const here = document.querySelector(part);
    const there = page.querySelector(part);
    if (here && there) here.replaceChildren(...there.childNodes);
  }
  return JSON.parse(text);
}
