/** Shapes of a class for the tests, complete, with what a test wants otherwise. */

/** @import { Cursor, Scene, Snapshot } from "../../static/js/class/state.js" */

/** @param {Partial<Scene>} [more] @returns {Scene} */
export const scene = (more = {}) => ({
  lesson: "long_task", slots: [{ variant: "inline", parameters: {}, seed: 0 }, { variant: "thread", parameters: {}, seed: 0 }],
  trueTime: false, align: "time", views: "", change: false, speed: 1, highlights: [], ...more,
});

/** @param {Partial<Cursor>} [more] @returns {Cursor} */
export const cursor = (more = {}) => ({ slot: 1, step: 1, s: 0, t: 0, playing: false, pointer: null, ...more });

/** @param {Partial<Snapshot>} [more] @returns {Snapshot} */
export const snapshot = (more = {}) => ({
  code: "ABCDEF", title: "A long task", role: "student", you: { seat: 3, name: "Ana", cohost: false, following: true, lost: false },
  now: 0, started: 0, expires: 0, locked: false, ended: false, seq: 10, scene: scene(), cursor: null, driver: "host",
  driver_name: null, token: null, question: null, mine: null, missed: [], here: 1, seats: 1, ...more,
});
