/** Who is here, who follows, who is lost: those who need a look stand first. */

import { useState } from "preact/hooks";

import { manage } from "../../class/actions.js";
import { byNeed, headcount } from "../../class/presenting.js";
import { driver, question, roster } from "../../class/state.js";
import { html } from "../html.js";

/** @import { RosterSeat } from "../../class/state.js" */

/** How many names stand there before the rest is asked for. */
const FIRST = 12;

export function People() {
  const all = byNeed(roster.value);
  const { here, following, lost, answered } = headcount(all);
  const [whole, setWhole] = useState(false);
  const voting = question.value?.stage === "voting";
  const shown = whole ? all : all.slice(0, FIRST);
  return html`<section class="card present-people" aria-labelledby="people-title">
    <div class="card-head">
      <h2 id="people-title">People</h2>
      ${lost > 0 && html`<button type="button" class="link-button present-clear" onClick=${() => void manage("clear_lost")}>Helped: nobody is lost</button>`}
    </div>
    <dl class="present-counts">
      <${Figure} name="lost" value=${lost} alarm=${lost > 0} />
      <${Figure} name="here" value=${here} />
      <${Figure} name="following" value=${following} />
      ${question.value && html`<${Figure} name="answered" value=${answered} />`}
    </dl>
    ${all.length === 0
      ? html`<p class="card-empty">Nobody has joined yet.</p>`
      : html`<ul class="present-seats">${shown.map((seat) => html`<${Seat} key=${seat.seat} seat=${seat} voting=${voting} />`)}</ul>`}
    ${all.length > FIRST && html`<button type="button" class="button is-quiet present-all" aria-expanded=${whole} onClick=${() => setWhole(!whole)}>${whole ? "Fewer" : `All ${all.length}`}</button>`}
  </section>`;
}

/** @param {{ name: string, value: number, alarm?: boolean }} props */
function Figure({ name, value, alarm = false }) {
  return html`<div class=${alarm ? "is-alarm" : ""}><dt>${name}</dt><dd>${value}</dd></div>`;
}

/** @param {{ seat: RosterSeat, voting: boolean }} props */
function Seat({ seat, voting }) {
  const { name, here, lost, following, answered, cohost } = seat;
  const words = [
    !here && "away",
    here && !following && "looks around",
    voting && (answered ? "answered" : here && "not yet"),
    cohost && "co-host",
    driver.value === seat.seat && "has the wheel",
  ].filter(Boolean);
  return html`<li class=${lost ? "is-lost" : here ? "" : "is-away"}>
    <span class="present-name">${name}</span>
    ${lost && html`<button type="button" class="present-lost" title="Helped" aria-label=${`${name} is lost. Helped`} onClick=${() => void manage("clear_lost", { seat: seat.seat })}>lost</button>`}
    <span class="present-words">${words.join(", ")}</span>
  </li>`;
}
