/**
 * Clocks of a class, all by the server's time: how long a vote lasts, how long the class has run.
 */

import { signal } from "@preact/signals-core";

/** Changes once a second while a clock is on the screen. */
export const tick = signal(0);

let watchers = 0;
let timer = 0;

/** Keep `tick` going. @returns {() => void} lets it stop */
export function watchClock() {
  watchers += 1;
  if (watchers === 1) timer = window.setInterval(() => { tick.value += 1; }, 250);
  return () => {
    watchers -= 1;
    if (watchers === 0) clearInterval(timer);
  };
}

/**
 * Whole seconds left until a time; 0 when it is over, null where nothing ends.
 * @param {number|null|undefined} end milliseconds by the server's clock
 * @param {number} now the same
 */
export function secondsLeft(end, now) {
  return end === null || end === undefined ? null : Math.max(0, Math.ceil((end - now) / 1000));
}

/** "0:09", "12:30", "1:02:05". @param {number} seconds */
export function clockText(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/**
 * The class's clock against the time that the teacher has set: minutes left, or over.
 * @param {number} started milliseconds
 * @param {number|null} minutes the target, in minutes after the start
 * @param {number} now milliseconds
 * @returns {{since: string, left: string, over: boolean}}
 */
export function classClock(started, minutes, now) {
  const seconds = Math.max(0, Math.floor((now - started) / 1000));
  const since = clockText(seconds);
  if (minutes === null) return { since, left: "", over: false };
  const rest = minutes * 60 - seconds;
  return rest >= 0
    ? { since, left: `${clockText(rest)} left`, over: false }
    : { since, left: `${clockText(-rest)} over`, over: true };
}
