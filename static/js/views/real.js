/**
 * A version run for real: the control that starts it and takes it back, how far it has come, and
 * whether what the virtual clock had shown was true.
 */

import { useState } from "preact/hooks";

import { verdictOf } from "../agreement.js";
import { canAdd, changeable, fork, runAgain, setClock } from "../changes.js";
import { isReal } from "../settings.js";
import { changing, slots, variantOf, wishes } from "../store.js";
import { briefly } from "../trace.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";

/** @import { Slot } from "../store.js" */
/** @import { Agreement } from "../trace.js" */

/** A class looks at one picture, which only the virtual clock can give to all. */
const offered = () => changeable.value && !document.getElementById("class");

/** Run a version for real, or take it back to the virtual clock. @param {number} index */
export function turnClock(index) {
  const [slot, wish] = [slots.value[index], wishes.value[index]];
  if (!offered() || !slot || !wish) return;
  if (isReal(wish)) setClock(index, "virtual");
  else if (variantOf(slot)?.unreal) document.getElementById(`real-${index}`)?.click();
  else start(index);
}

/** @param {number} index */
function start(index) {
  setClock(index, "wall");
  // It is to be seen how it grows.
  const timeline = document.querySelector(".hero-timeline");
  if (timeline && timeline.getBoundingClientRect().top < 0) timeline.scrollIntoView({ block: "start" });
}

/** @param {{slot: Slot}} props */
export function Real({ slot }) {
  const { index } = slot;
  const [told, tell] = useState(false);
  if (!offered()) return null;
  const real = isReal(wishes.value[index] ?? {});
  const unreal = real ? null : variantOf(slot)?.unreal;
  const press = () => (unreal ? tell(!told) : real ? setClock(index, "virtual") : start(index));
  return html`<button type="button" id=${`real-${index}`} class=${`button real-button${real ? " is-on" : ""}`} aria-disabled=${unreal ? "true" : undefined} aria-keyshortcuts="r"
      title=${unreal ?? (real ? "Show the run on the virtual clock again (r)" : "Real server, real workers, real time (r)")} onClick=${press}>
      ${real ? "Back to the virtual clock" : "Run it for real"}
    </button>
    <div class="real" role="status">
      ${unreal && told && html`<p class="real-line">${unreal}</p>`}
      ${real && html`<${State} slot=${slot} />`}
    </div>`;
}

/** @param {{slot: Slot}} props */
function State({ slot }) {
  const { index, trace, status, progress } = slot;
  if (changing(index) || status === "loading") {
    return html`<p class="real-line is-live"><strong>Starting for real:</strong> the server and its workers load the program.</p>`;
  }
  if (status === "error") return null; // the notice says why, and offers to try again
  if (!trace.ended) {
    const of = progress?.expected ? ` of about ${briefly(progress.expected)}` : "";
    return html`<p class="real-line is-live"><strong>Running for real:</strong> <span aria-live="off">${(progress?.seconds ?? 0).toFixed(1)} s${of}</span></p>`;
  }
  const found = trace.end?.agreement;
  return found ? html`<${Verdict} index=${index} found=${found} />` : null;
}

/** @param {{index: number, found: Agreement}} props */
function Verdict({ index, found }) {
  const { agrees, head, text, differences, more, free } = verdictOf(found);
  return html`<div class=${`verdict ${agrees ? "is-true" : "is-other"}`}>
    <span class="verdict-sign"><${Icon} name=${agrees ? "check" : "differs"} size=${14} /></span>
    <div>
      <p><strong>${head}</strong> ${text}</p>
      ${differences.length > 0 && html`<ul>${differences.map((each) => html`<li>${each}</li>`)}${more > 0 && html`<li>and ${more} more</li>`}</ul>
      <p>A machine that is busy with something else takes longer. If it differs each time, the model misses something.</p>`}
      ${free && html`<p class="verdict-free">${free}</p>`}
      <p class="verdict-next">
        ${canAdd.value && html`<button type="button" class="link-button" onClick=${() => fork(index)}>See both side by side</button>`}
        <button type="button" class="link-button" onClick=${() => runAgain(index)}>Run it again</button>
      </p>
    </div>
  </div>`;
}
