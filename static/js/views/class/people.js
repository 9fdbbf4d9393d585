/** Who is in the class, for the host: who follows, is lost, has answered; and what to do about each. */

import { useState } from "preact/hooks";

import { act, giveWheel, manage } from "../../class/actions.js";
import * as state from "../../class/state.js";
import { html } from "../html.js";
import { Icon } from "../icon.js";
import { Menu } from "./menus.js";

/** @import { RosterSeat } from "../../class/state.js" */

/** More lines than this are not drawn; a search finds the others. */
const MOST = 150;

export function PeopleList() {
  const [search, setSearch] = useState("");
  const all = state.roster.value;
  const wanted = search.trim().toLowerCase();
  const found = all.filter(({ name }) => name.toLowerCase().includes(wanted)).toSorted(byNeed);
  const lost = all.filter((seat) => seat.lost).length;
  const asked = state.question.value;
  return html`
    <p class="people-sum">
      ${state.here.value} of ${state.seats.value} here${asked?.stage === "voting" && html`, ${all.filter((seat) => seat.answered).length} answered`}${lost > 0 && html`, <b class="class-lost">${lost} lost</b>`}
      ${lost > 0 && html`<button type="button" class="link-button" onClick=${() => manage("clear_lost")}>Nobody is lost any more</button>`}
    </p>
    ${all.length > 8 && html`<input class="people-search" type="search" placeholder="Find a name" aria-label="Find a name"
      value=${search} onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => setSearch(event.currentTarget.value)} />`}
    ${all.length === 0 && html`<p>Nobody has joined yet. Show the code with <kbd>j</kbd>.</p>`}
    <ul class="people">
      ${found.slice(0, MOST).map((seat) => html`<${Person} key=${seat.seat} seat=${seat} />`)}
    </ul>
    ${found.length > MOST && html`<p>${found.length - MOST} more; search for a name.</p>`}
  `;
}

/** Who needs the host first: lost, then away from the class, then by name. @param {RosterSeat} a @param {RosterSeat} b */
function byNeed(a, b) {
  return Number(b.here) - Number(a.here) || Number(b.lost) - Number(a.lost) || a.name.localeCompare(b.name);
}

/** @param {{ seat: RosterSeat }} props */
function Person({ seat }) {
  const [naming, setNaming] = useState(false);
  const drives = state.driver.value === seat.seat;
  const rename = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const name = String(new FormData(/** @type {HTMLFormElement} */ (event.currentTarget)).get("name") ?? "").trim();
    setNaming(false);
    if (name && name !== seat.name) void manage("rename", { seat: seat.seat, name });
  };
  if (naming) {
    return html`<li class="person"><form class="person-form" onSubmit=${rename}>
      <input name="name" aria-label="New name" value=${seat.name} maxlength="40" autofocus />
      <button type="submit" class="button is-primary">Rename</button>
      <button type="button" class="button is-quiet" onClick=${() => setNaming(false)}>Cancel</button>
    </form></li>`;
  }
  return html`<li class=${`person ${seat.here ? "" : "is-away"}`}>
    <span class="person-name">${seat.name}</span>
    <span class="person-tags">
      ${drives && html`<b class="tag is-now">leads</b>`}
      ${seat.cohost && html`<b class="tag">co-host</b>`}
      ${seat.lost && html`<b class="tag is-bad">lost</b>`}
      ${!seat.here ? html`<span>away</span>` : !seat.following && !drives && html`<span>looks around</span>`}
      ${seat.answered && html`<span>answered</span>`}
    </span>
    ${drives
      ? html`<button type="button" class="button" onClick=${() => giveWheel(null)}>Take the wheel</button>`
      : html`<button type="button" class="button" disabled=${!seat.here} onClick=${() => giveWheel(seat.seat)}>Give the wheel</button>`}
    <${Menu} name=${html`<${Icon} name="more" />`} plain label=${`More for ${seat.name}`}>
      <button type="button" class="menu-item" onClick=${() => setNaming(true)}>Rename</button>
      <button type="button" class="menu-item" onClick=${() => manage("cohost", { seat: seat.seat, on: !seat.cohost })}>
        ${seat.cohost ? "No longer a co-host" : "Make co-host: may take the wheel"}
      </button>
      ${seat.lost && html`<button type="button" class="menu-item" onClick=${() => manage("clear_lost", { seat: seat.seat })}>Not lost any more</button>`}
      <button type="button" class="menu-item is-bad" onClick=${() => act("manage", { do: "remove", seat: seat.seat })}>Remove from the class</button>
      <button type="button" class="menu-item is-bad" onClick=${() => act("manage", { do: "forget", seat: seat.seat })}>Remove and delete all answers</button>
    <//>
  </li>`;
}
