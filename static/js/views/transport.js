/**
 * Start, back, play, on, end, speed, and the scrubber with a mark for every step.
 *
 * The scrubber is a native range, so that screen readers know it; its arrows go by step as
 * everywhere. Its thumb, its fill and the time move outside of any render.
 */

import { effect } from "@preact/signals-core";
import { useEffect, useRef } from "preact/hooks";
import { seek, setSpeed, stepBy, toEnd, toggle, toStart } from "../moving.js";
import { axis, cursor, elsewhere, focus, playing, presentOf, scrubbing, slots, speed, SPEEDS, trueTime } from "../store.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";

/** The range counts in thousandths of its length. */
const WHOLE = 1000;

export function Transport() {
  return html`<div class="transport" role="group" aria-label="Playing">
    <div class="transport-buttons">
      <${Button} icon="start" name="To the start" keys="Home" onClick=${toStart} />
      <${Button} icon="back" name="One step back" keys="ArrowLeft" onClick=${() => stepBy(-1)} />
      <${Button} icon=${playing.value ? "pause" : "play"} name=${playing.value ? "Pause" : "Play"} keys="Space" onClick=${toggle} />
      <${Button} icon="on" name="One step on" keys="ArrowRight" onClick=${() => stepBy(1)} />
      <${Button} icon="end" name="To the end" keys="End" onClick=${toEnd} />
    </div>
    <${Scrubber} />
    <p class="transport-time"><span class="transport-now">0.00 s</span> <span class="transport-total">of ${axis.value.endOf(focus.value).toFixed(2)} s</span></p>
    <label class="transport-speed"><span class="visually-hidden">Speed</span>
      <select value=${speed.value} onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ event) => setSpeed(Number(event.currentTarget.value))}>
        ${SPEEDS.map((value) => html`<option key=${value} value=${value} selected=${value === speed.value}>${value}×</option>`)}
      </select>
    </label>
  </div>`;
}

/** @param {{icon: import("../icons.js").IconName, name: string, keys: string, onClick: () => void}} props */
function Button({ icon, name, keys, onClick }) {
  return html`<button type="button" class=${`transport-button is-${icon}`} aria-label=${name} aria-keyshortcuts=${keys} title=${name} onClick=${onClick}>
    <${Icon} name=${icon} />
  </button>`;
}

/** Where the class is, while the reader looks around. @param {{part: (s: number) => number}} props */
function Elsewhere({ part }) {
  const s = elsewhere.value;
  return s === null ? null : html`<i class="scrubber-elsewhere" style=${`left: ${100 * part(s)}%`} />`;
}

function Scrubber() {
  const root = useRef(/** @type {HTMLDivElement|null} */ (null));
  const scale = axis.value;
  const leading = slots.value[focus.value];
  const linear = trueTime.value;
  const part = (/** @type {number} */ s) =>
    (linear ? scale.toTime(s) / (scale.duration || 1) : s / (scale.length || 1));

  useEffect(() => {
    const element = root.current;
    const input = element?.querySelector("input");
    const time = element?.parentElement?.querySelector(".transport-now");
    if (!element || !input || !time) return undefined;
    const figures = document.createTextNode("");
    time.replaceChildren(figures);
    return effect(() => {
      const { s, t } = cursor.value;
      const at = part(s);
      element.style.setProperty("--at", String(at));
      input.value = String(at * WHOLE);
      // Most of a story happens within milliseconds; they must not all read 0.00.
      figures.data = `${t.toFixed(t > 0 && t < 1 ? 3 : 2)} s`;
    });
  }, [scale, linear]);

  const n = leading ? presentOf(leading.index).value : 0;
  const count = leading?.trace.steps.length ?? 0;
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    /** @type {Object<string, () => void>} */
    const keys = {
      ArrowRight: () => stepBy(1), ArrowUp: () => stepBy(1), ArrowLeft: () => stepBy(-1), ArrowDown: () => stepBy(-1),
      Home: toStart, End: toEnd, " ": toggle,
    };
    const act = event.shiftKey || event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  const onInput = (/** @type {{currentTarget: HTMLInputElement}} */ event) => {
    const at = Number(event.currentTarget.value) / WHOLE;
    seek({ s: linear ? scale.toStory(at * scale.duration) : at * scale.length });
  };
  const release = () => { scrubbing.value = false; };
  return html`<div class="scrubber" ref=${root}>
    <div class=${`scrubber-track ${count > 100 ? "is-crowded" : count > 24 ? "is-dense" : ""}`} aria-hidden="true">
      <div class="scrubber-fill" />
      ${slots.value.filter((slot) => slot !== leading).flatMap((slot) => (scale.stops[slot.index] ?? []).map((stop, i) => html`<i key=${`${slot.index}-${i}`} class="scrubber-tick" style=${`left: ${100 * part(stop)}%`} />`))}
      ${(leading ? scale.stops[leading.index] ?? [] : []).map((stop, i) => html`<i key=${i} class=${`scrubber-step ${i < n ? "is-past" : ""}`} style=${`left: ${100 * part(stop)}%`} />`)}
      <${Elsewhere} part=${part} />
      <div class="scrubber-thumb" />
    </div>
    <input type="range" min="0" max=${WHOLE} step="any" aria-label="Position" aria-valuetext=${`Step ${n} of ${count}`}
      onInput=${onInput} onKeyDown=${onKeyDown} onPointerDown=${() => { scrubbing.value = true; }} onPointerUp=${release} onPointerCancel=${release} />
  </div>`;
}
