/**
 * The stage: puts all views together, and nothing else.
 *
 * On top the story (caption, transport, timeline) with the quiz beside it; below, a column for
 * each slot with its code, tables and chart, row by row on the same height. On a screen that is
 * too narrow for two columns the slot in focus has the room, and a switch shows the other.
 */

import { useEffect } from "preact/hooks";

import { fault, focus, focusSlot, lesson, slots, variantOf } from "../store.js";
import { Caption } from "./caption.js";
import { Code } from "./code.js";
import { Flow } from "./flow.js";
import { HandoutHead, HandoutQuestions } from "./handout.js";
import { Help } from "./help.js";
import { html } from "./html.js";
import { Moments } from "./moments.js";
import { Fault, Notices, SlotNotice } from "./notices.js";
import { Output } from "./output.js";
import { Quiz } from "./quiz.js";
import { ExecutionTable } from "./table.js";
import { Timeline } from "./timeline.js";
import { Model, Tools } from "./tools.js";
import { Tracker } from "./tracker.js";
import { Transport } from "./transport.js";
import { followWays } from "./ways.js";

/** @import { Slot } from "../store.js" */

/**
 * `Bar` stands above the story and `Beside` in the place of the quiz, in a class.
 * @param {{ Bar?: (() => unknown) | null, Beside?: (() => unknown), keys?: { keys: string[], text: string }[] }} props
 */
export function Stage({ Bar = null, Beside = Quiz, keys = [] }) {
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
    <section class="story" id="watch" aria-label="The story">
      ${Bar && html`<${Bar} />`}
      <${Caption} />
      <${Tools} />
      <${Transport} />
    </section>
    <div class="hero">
      <section class="hero-timeline card" aria-label="Timeline" data-at="timeline">
        <${Timeline} />
      </section>
      <${Beside} />
    </div>
    ${shown.length > 1 && html`<${Switch} />`}
    <div class=${`slots has-${shown.length}`}>
      ${shown.map((slot) => html`<${Column} key=${slot.index} slot=${slot} />`)}
    </div>
    <${HandoutQuestions} />
    <footer class="stage-foot">
      <${Model} />
    </footer>
    <${Help} more=${keys} />
  `;
}

/** Which slot has the room where there is none for all. */
function Switch() {
  return html`<div class="switch" role="group" aria-label="Version">
    ${slots.value.map(
      ({ index, title }) => html`<button
        key=${index}
        type="button"
        aria-pressed=${index === focus.value}
        onClick=${() => focusSlot(index)}
      >
        ${title}
      </button>`,
    )}
  </div>`;
}

/** Everything about one slot. @param {{ slot: Slot }} props */
function Column({ slot }) {
  const leads = slot.index === focus.value;
  const printed = slots.value.some(({ trace }) => trace.output.length > 0);
  const { flow, moments } = lesson.value;
  return html`<section
    class=${`slot${leads ? " is-leading" : ""}`}
    aria-labelledby=${`slot-${slot.index}`}
  >
    <header class="slot-head">
      <h2 id=${`slot-${slot.index}`}>${slot.title}</h2>
      ${slots.value.length > 1 && html`<${Lead} slot=${slot} leads=${leads} />`}
      <${SlotNotice} slot=${slot} />
    </header>
    <${Panel} name="code" at=${slot.index} title="Code" note=${variantOf(slot)?.file}>
      <${Code} slot=${slot} />
    <//>
    <${Panel} name="steps" at=${slot.index} title="Execution table">
      <${ExecutionTable} slot=${slot} />
    <//>
    <${Panel} name="tracker" at=${slot.index} title="Variables" note="what changed in this step is marked">
      <${Tracker} slot=${slot} />
    <//>
    ${flow.length > 0 &&
    html`<${Panel} name="flow" at=${slot.index} title="Concept flow">
      <${Flow} slot=${slot} />
    <//>`}
    ${moments.length > 0 &&
    html`<${Panel} name="moments" at=${slot.index} title="Key moments">
      <${Moments} slot=${slot} />
    <//>`}
    ${printed &&
    html`<${Panel} name="output" at=${slot.index} title="Output">
      <${Output} slot=${slot} />
    <//>`}
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

/**
 * A card with a heading.
 * @param {{ name: string, title: string, note?: string | undefined, at: number, children?: unknown }} props
 */
function Panel({ name, title, note, at, children }) {
  return html`<section class=${`panel panel-${name} card`} data-at=${`${name}-of:${at}`}>
    <div class="card-head">
      <h3>${title}</h3>
      ${note && html`<span class="card-note">${note}</span>`}
    </div>
    ${children}
  </section>`;
}
