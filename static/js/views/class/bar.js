/**
 * The bar of a class: who leads and how to come back; for the host also who is here and how to join.
 */

import { back, giveWheel, open, pressLost, showJoin } from "../../class/actions.js";
import { together } from "../../class/follow.js";
import { markInWords, marks } from "../../class/marks.js";
import { point, pointing } from "../../class/pointing.js";
import * as state from "../../class/state.js";
import { lesson } from "../../store.js";
import { html } from "../html.js";
import { Icon } from "../icon.js";
import { HostMenu, StudentMenu } from "./menus.js";

export function ClassBar() {
  const host = state.role.value === "host";
  return html`<section
    class=${`class-bar is-${online() ? state.mode.value : "offline"}`}
    aria-label="Class"
  >
    ${host ? html`<${Join} />` : html`<i class="class-light" aria-hidden="true" />`}
    <div class="class-words">
      <p><span role="status"><${Words} /></span>${state.mode.value === "own" && online() && html` <${Whereabouts} />`}</p>
      <p class="visually-hidden" role="status">
        ${marks.value.length > 0 && `Marked: ${marks.value.map(markInWords).join(", ")}.`}
      </p>
    </div>
    <div class="class-tools">
      <${Way} />
      ${state.token.value !== null && html`<${Point} />`}
      ${host ? html`<${People} />` : state.token.value === null && html`<${Lost} />`}
    </div>
    ${host ? html`<${HostMenu} />` : html`<${StudentMenu} />`}
  </section>`;
}

/** Who leads, in one sentence. */
function Words() {
  const host = state.role.value === "host";
  if (!online()) {
    return html`<strong>The connection is lost.</strong> ${" "}It comes back by itself; you can go on looking around.`;
  }
  if (state.mode.value === "own") {
    return html`<strong>You look around by yourself.</strong>`;
  }
  if (state.token.value !== null) {
    return host
      ? html`<strong>You lead.</strong> ${" "}<span class="class-more">Everyone follows what you do here.</span>`
      : html`<strong>The wheel is yours.</strong> ${" "}<span class="class-more">Everyone follows what you do here.</span>`;
  }
  const name = leader();
  return host
    ? html`<strong>${name} leads.</strong> ${" "}<span class="class-more">You and the class follow.</span>`
    : html`<strong>You follow ${name}.</strong> ${" "}<span class="class-more">${state.title.value}</span>`;
}

const online = () => state.classConnection.value === "online" && state.entered.value;

/** @returns {string} */
function leader() {
  return state.driver.value === "host" ? "the teacher" : state.driverName.value || "a student";
}

/** Where the class is; not announced, as it changes with every step of theirs. */
function Whereabouts() {
  const scene = state.scene.value;
  const cursor = state.led.value?.cursor;
  if (!scene || !cursor) return null;
  if (scene.lesson !== lesson.value.id) return html`The class is in another lesson now.`;
  const variant = scene.slots[cursor.slot]?.variant;
  const name = lesson.value.variants.find(({ id }) => id === variant)?.title ?? "";
  return html`The class is at step ${cursor.step}${together.value ? "" : ", with other values,"} of <em>${name}</em>.`;
}

/** Back to the class, or the wheel given or taken. */
function Way() {
  const { mode, token, role, you, driver } = state;
  if (mode.value === "own") {
    return html`<button type="button" class="button is-primary" aria-keyshortcuts="f" onClick=${back}>
        Back to the class <kbd aria-hidden="true">f</kbd>
      </button>
      ${may() && html`<${Take} />`}`;
  }
  if (token.value !== null) {
    return role.value === "student"
      ? html`<button type="button" class="button" onClick=${() => giveWheel(null)}>Give the wheel back</button>`
      : null;
  }
  return may() && driver.value !== you.value?.seat ? html`<${Take} />` : null;
}

/** Whether this page may take the wheel. */
const may = () => state.token.value === null && (state.role.value === "host" || state.you.value?.cohost === true);

function Take() {
  const to = state.role.value === "host" ? null : state.you.value?.seat ?? null;
  return html`<button type="button" class="button" onClick=${() => giveWheel(to)}>Take the wheel</button>`;
}

function Point() {
  return html`<button
    type="button"
    class="button is-quiet class-toggle class-point"
    aria-pressed=${pointing.value}
    title="Point at something on every screen: move the mouse over it (hold p)"
    onClick=${() => point(!pointing.value)}
  >
    Point <kbd aria-hidden="true">p</kbd>
  </button>`;
}

function Lost() {
  return html`<button
    type="button"
    class="button is-quiet class-toggle"
    aria-pressed=${state.lost.value}
    aria-keyshortcuts="l"
    title="Only the teacher sees it, and nobody else"
    onClick=${pressLost}
  >
    I am lost${state.lost.value && html` <${Icon} name="check" size=${14} />`} <kbd aria-hidden="true">l</kbd>
  </button>`;
}

/** The code, which opens large. */
function Join() {
  return html`<button type="button" class="button class-code" aria-keyshortcuts="j" title="Show it large (j)" onClick=${showJoin}>
    <span>${state.locked.value ? "Locked" : "Join"}</span> <b>${spaced(state.code.value)}</b>
  </button>`;
}

/** A code in two halves, as it is read aloud. @param {string} code */
export const spaced = (code) => html`${code.slice(0, 3)}<i class="class-gap" />${code.slice(3)}`;

function People() {
  const lost = state.roster.value.filter((seat) => seat.lost && seat.here).length;
  return html`<button type="button" class="button" aria-haspopup="dialog" onClick=${() => (open.value = "people")}>
    ${state.here.value} here${lost > 0 && html` <b class="class-lost">${lost} lost</b>`}
  </button>`;
}
