/**
 * How a page keeps to the class while it plays: it plays by itself, and corrects what it is off by.
 *
 * Messages come ten times a second at most and late by what the network takes; a page that showed
 * them as they come would stutter. All is in one coordinate: the story position, or the time on the
 * true axis. Pure functions.
 */

/** @import { Axis } from "../story.js" */
/** @import { Led } from "./state.js" */

/** Seconds of playing: who is off by more glides there at once, who is off by less drifts there. */
const FAR = 0.8;
/** Seconds in which about two thirds of the way are made. */
const GLIDE = 0.12;
const DRIFT = 0.5;

/**
 * Where the class is.
 * @param {Led} led its last message
 * @param {number} now milliseconds, as `led.arrived`
 * @param {number} speed
 * @param {boolean} linear whether the axis is true time: then the place is a time
 * @param {Axis} axis
 * @returns {number} story position, or seconds on the true axis
 */
export function leaderPlace({ cursor, arrived }, now, speed, linear, axis) {
  const passed = cursor.playing ? Math.max(0, now - arrived) / 1000 * speed : 0;
  return linear ? Math.min(cursor.t + passed, axis.duration) : Math.min(cursor.s + passed, axis.length);
}

/**
 * The next own place.
 * @param {number} from the present one
 * @param {number} to the class's
 * @param {number} elapsed seconds since the last
 * @param {number} speed
 * @param {boolean} [calm] no glides: jump instead
 * @returns {number}
 */
export function approach(from, to, elapsed, speed, calm = false) {
  const played = from + elapsed * speed;
  const gap = to - played;
  const far = Math.abs(gap) > FAR * Math.max(speed, 1);
  if (far && calm) return to;
  const next = played + gap * (1 - Math.exp(-elapsed / (far ? GLIDE : DRIFT)));
  return far ? next : Math.max(from, next); // time does not go back for a little
}
