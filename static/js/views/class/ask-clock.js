/** How long a timed vote still lasts. The last seconds are said in words too, but not each of them. */

import { useEffect } from "preact/hooks";

import { clockText, secondsLeft, tick, watchClock } from "../../class/countdown.js";
import { serverNow } from "../../class/state.js";
import { html } from "../html.js";

/** Seconds left at which a screen reader is told. */
const TOLD = [30, 10];

/** @param {{ closes: number|null }} props */
export function Countdown({ closes }) {
  useEffect(watchClock, []);
  void tick.value;
  const left = secondsLeft(closes, serverNow());
  if (left === null) return null;
  const told = TOLD.findLast((seconds) => left <= seconds);
  return html`<span class=${`countdown${left <= 10 ? " is-short" : ""}`}>
    <span class="countdown-time" role="timer" aria-label="Time left">${clockText(left)}</span>
    <span class="visually-hidden" role="status">${told !== undefined && left > 0 ? `${told} seconds left` : ""}</span>
  </span>`;
}
