/** Where the class is, what comes next, and the buttons that lead it. */

import { giveWheel } from "../../class/actions.js";
import { driver, driverName } from "../../class/state.js";
import { storyOf } from "../../class/presenting.js";
import { faster, focusSlot, slower, stepBy, toStart, toggle } from "../../moving.js";
import { focus, playing, presentOf, slots, speed } from "../../store.js";
import { html } from "../html.js";
import { Icon } from "../icon.js";
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
    <${Press} name="Back to the start" act=${toStart} off=${away} icon="start" small />
    <${Press} name="One step back" act=${() => stepBy(-1)} off=${away} icon="back" />
    <${Press} name=${playing.value ? "Pause" : "Play"} act=${toggle} off=${away} main
      icon=${playing.value ? "pause" : "play"} />
    <${Press} name="One step forward" act=${() => stepBy(1)} off=${away} icon="on" />
    <div class="remote-speed" role="group" aria-label="Speed">
      <button type="button" class="icon-button" aria-label="Slower" disabled=${away} onClick=${slower}><${Icon} name="minus" size=${16} /></button>
      <span aria-live="polite">${speed.value}×</span>
      <button type="button" class="icon-button" aria-label="Faster" disabled=${away} onClick=${faster}><${Icon} name="plus" size=${16} /></button>
    </div>
  </section>`;
}

/**
 * @param {{ name: string, act: () => void, off: boolean, icon: import("../../icons.js").IconName, main?: boolean, small?: boolean }} props
 */
function Press({ name, act, off, icon, main = false, small = false }) {
  return html`<button type="button" class=${`remote-button${main ? " is-main" : ""}${small ? " is-small" : ""}`} aria-label=${name} title=${name} disabled=${off} onClick=${act}>
    <${Icon} name=${icon} size=${small ? 20 : 26} />
  </button>`;
}
