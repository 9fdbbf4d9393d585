/** Where the class is, what comes next, and the buttons that lead it. */

import { giveWheel } from "../../class/actions.js";
import { driver, driverName } from "../../class/state.js";
import { storyOf } from "../../class/presenting.js";
import { faster, focus, focusSlot, playing, presentOf, slots, slower, speed, stepBy, toStart, toggle } from "../../store.js";
import { html } from "../html.js";
import { rich } from "../rich.js";

/** @import { Slot } from "../../store.js" */

export function Now() {
  const slot = slots.value[focus.value];
  if (!slot) return html`<section class="present-now"><p class="present-caption">Opening the lesson…</p></section>`;
  return html`<section class="present-now" aria-label="Where the class is">
    <${Story} slot=${slot} />
    ${slots.value.length > 1 &&
    html`<div class="switch present-versions" role="group" aria-label="Version that leads">
      ${slots.value.map(
        ({ index, title }) => html`<button key=${index} type="button" aria-pressed=${index === focus.value} onClick=${() => focusSlot(index)}>${title}</button>`,
      )}
    </div>`}
    <${Wheel} />
  </section>`;
}

/** @param {{ slot: Slot }} props */
function Story({ slot }) {
  const { n, count, action, next } = storyOf(slot, presentOf(slot.index).value);
  if (slot.status === "error") return html`<p class="present-caption">${slot.error?.message ?? "This version could not be run."}</p>`;
  return html`<p class="present-where">${n > 0 ? `Step ${n} of ${count}` : `Before step 1 of ${count}`} · <b>${slot.title}</b></p>
    <p class="present-caption">${rich(sentence(action))}</p>
    <p class="present-next"><span>Next</span> ${next ? rich(sentence(next)) : "This is the end of the run."}</p>`;
}

/** @param {string} text */
const sentence = (text) => (/^[a-z]+ /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text);

/** Somebody else leads: the buttons wait until the wheel is back. */
function Wheel() {
  if (driver.value === "host") return null;
  return html`<p class="notice present-wheel">
    <span><strong>${driverName.value || "A student"}</strong> has the wheel.</span>
    <button type="button" class="button" onClick=${() => void giveWheel(null)}>Take it back</button>
  </p>`;
}

export function Remote() {
  const away = driver.value !== "host";
  return html`<section class="remote" aria-label="Remote">
    <${Press} name="Back to the start" act=${toStart} off=${away} path="M6 5v14M19 5v14l-9-7z" small />
    <${Press} name="One step back" act=${() => stepBy(-1)} off=${away} path="M15 5l-8 7 8 7" />
    <${Press} name=${playing.value ? "Pause" : "Play"} act=${toggle} off=${away} main
      path=${playing.value ? "M8 5v14M16 5v14" : "M8 5v14l11-7z"} filled=${!playing.value} />
    <${Press} name="One step forward" act=${() => stepBy(1)} off=${away} path="M9 5l8 7-8 7" />
    <div class="remote-speed" role="group" aria-label="Speed">
      <button type="button" class="icon-button" aria-label="Slower" disabled=${away} onClick=${slower}>−</button>
      <span aria-live="polite">${speed.value}×</span>
      <button type="button" class="icon-button" aria-label="Faster" disabled=${away} onClick=${faster}>+</button>
    </div>
  </section>`;
}

/**
 * @param {{ name: string, act: () => void, off: boolean, path: string, main?: boolean, small?: boolean, filled?: boolean }} props
 */
function Press({ name, act, off, path, main = false, small = false, filled = false }) {
  return html`<button type="button" class=${`remote-button${main ? " is-main" : ""}${small ? " is-small" : ""}`} aria-label=${name} title=${name} disabled=${off} onClick=${act}>
    <svg width="28" height="28" viewBox="0 0 24 24" aria-hidden="true">
      <path d=${path} fill=${filled ? "currentColor" : "none"} stroke="currentColor" stroke-width="2.25" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  </button>`;
}
