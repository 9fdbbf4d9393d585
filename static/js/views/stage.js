/**
 * The stage: puts all views together, and nothing else.
 *
 * On top the story (caption, transport, timeline) with the quiz beside it; below, a column for
 * each slot with its code, tables and chart, row by row on the same height. On a screen that is
 * too narrow for two columns the slot in focus has the room, and a switch shows the other; on a
 * phone the slots stand one below the other, each with the view whose tab is open.
 */

import { useEffect, useState } from "preact/hooks";

import { changeable, panelOpen } from "../changes.js";
import { storage, viewsOf } from "../panels.js";
import { focusSlot } from "../moving.js";
import { fault, focus, notice, slots } from "../store.js";
import { Caption } from "./caption.js";
import { Chooser } from "./chooser.js";
import { HandoutHead, HandoutQuestions } from "./handout.js";
import { Help } from "./help.js";
import { html } from "./html.js";
import { LatePanels } from "./late.js";
import { Fault, Notices, SlotNotice } from "./notices.js";
import { shownIn } from "./panels.js";
import { Real } from "./real.js";
import { Summary } from "./summary.js";
import { openTab, phone, Tabs } from "./tabs.js";
import { Timeline } from "./timeline.js";
import { Model, Tools } from "./tools.js";
import { Transport } from "./transport.js";
import { followWays } from "./ways.js";

/** @import { Slot } from "../store.js" */

/**
 * `Bar` stands above the story, in a class; `Beside` stands beside the timeline: a quiz, say.
 * @param {{ Bar?: (() => unknown) | null, Beside?: (() => unknown) | null, keys?: { keys: string[], text: string }[] }} props
 */
export function Stage({ Bar = null, Beside = null, keys = [] }) {
  useEffect(followWays, []);
  if (fault.value) return html`<${Fault} fault=${fault.value} />`;
  const shown = slots.value;
  if (shown.length === 0) {
    return html`<div class="words">
      <h1>This lesson has no program to show.</h1>
      <a class="button" href="/">All lessons</a>
    </div>`;
  }
  return html`
    <${Notices} offline=${Bar === null} />
    <${HandoutHead} />
    <section class="story" id="watch" aria-label="The story" ref=${measured}>
      ${Bar && html`<${Bar} />`}
      <${Caption} />
      <${Tools} />
      <${Transport} />
    </section>
    ${Bar === null && html`<${HintPlace} />`}
    <div class="scene">
      <${ChangePlace} />
      <div class="scene-main">
        <div class="hero">
          ${shown.some(({ index }) => viewsOf(index).includes("timeline")) && html`<section class="hero-timeline card" aria-label="Timeline" data-at="timeline">
            <${Timeline} />
          </section>`}
          ${Beside && html`<${Beside} />`}
        </div>
        ${shown.length > 1 && html`<${Switch} />`}
        <${Columns} shown=${shown} />
        <${HandoutQuestions} />
        <footer class="stage-foot">
          <${Model} />
        </footer>
      </div>
    </div>
    <${Help} more=${keys} />
  `;
}

/** @type {ResizeObserver|undefined} */
let observer;

/** Tells the style sheets how high the story is, which stays in view above the settings. @param {HTMLElement|null} story */
function measured(story) {
  observer?.disconnect();
  if (!story) return;
  observer = new ResizeObserver(() => document.documentElement.style.setProperty("--story", `${story.offsetHeight}px`));
  observer.observe(story);
}

/** The settings, which are loaded when they are first wanted. */
function ChangePlace() {
  const [panel, load] = useState(/** @type {{Change: Function}|null} */ (null));
  const wanted = changeable.value && panelOpen.value;
  useEffect(() => {
    if (!wanted || panel) return;
    import("./change.js").then(load, () => {
      panelOpen.value = false;
      notice("The settings could not be fetched from the server. Try again when it can be reached.");
    });
  }, [wanted]);
  return wanted && panel ? html`<${panel.Change} />` : null;
}

/** Hints for who is here for the first time; loaded only for them. */
function HintPlace() {
  const [hints, load] = useState(/** @type {{Hints: Function}|null} */ (null));
  useEffect(() => {
    const wanted = !document.getElementById("record") && storage()?.getItem("meanwhile.hints") === null;
    if (wanted) import("./hints.js").then(load, () => {}); // without them the stage is whole
  }, []);
  return hints ? html`<${hints.Hints} />` : null;
}

/** Which slot has the room where there is none for all. */
function Switch() {
  return html`<div class="switch" role="group" aria-label="Version">
    ${slots.value.map(
      ({ id, index, title }) => html`<button
        key=${id}
        type="button"
        aria-pressed=${index === focus.value}
        onClick=${() => focusSlot(index)}
      >
        ${title}
      </button>`,
    )}
  </div>`;
}

/** Slots with the same views have them side by side at the same height. @param {{ shown: Slot[] }} props */
function Columns({ shown }) {
  const views = shown.map((slot) => shownIn(slot).map(({ name }) => name));
  const aligned = views.every((names) => names.join() === views[0]?.join());
  const tabs = phone.value && shown.some((slot) => shownIn(slot).length > 0);
  return html`${tabs && html`<${Tabs} slots=${shown} />`}
  <div class=${`slots has-${shown.length}${aligned ? " is-aligned" : ""}`} id="slots" role=${tabs ? "tabpanel" : undefined} aria-label=${tabs ? "View" : undefined} style=${`--rows: ${Math.max(1, views[0]?.length ?? 0) + 1}`}>
    ${shown.map((slot) => html`<${Column} key=${slot.id} slot=${slot} />`)}
  </div>`;
}

/** Everything about one slot. @param {{ slot: Slot }} props */
function Column({ slot }) {
  const leads = slot.index === focus.value;
  return html`<section
    class=${`slot${leads ? " is-leading" : ""}`}
    aria-labelledby=${`slot-${slot.index}`}
  >
    <header class="slot-head">
      <div class="slot-name">
        <h2 id=${`slot-${slot.index}`}>${slot.title}</h2>
        ${slots.value.length > 1 && html`<${Lead} slot=${slot} leads=${leads} />`}
      </div>
      <${Chooser} slot=${slot} />
      <${Real} slot=${slot} />
      <${SlotNotice} slot=${slot} />
      <p class="slot-summary"><${Summary} index=${slot.index} /></p>
    </header>
    <${LatePanels} slot=${slot} only=${phone.value ? openTab(slots.value) : ""} />
  </section>`;
}

/** The slot in focus leads playback and keys. @param {{ slot: Slot, leads: boolean }} props */
function Lead({ slot, leads }) {
  return html`<button
    type="button"
    class="lead"
    aria-pressed=${leads}
    title="The step keys and the playback go by the steps of this version"
    onClick=${() => focusSlot(slot.index)}
  >
    ${leads ? "following" : "follow this one"}
  </button>`;
}
