/** The dialogs of a class: how to join, who is here, another lesson, the end, leaving. */

import { useEffect, useRef, useState } from "preact/hooks";

import { manage, open } from "../../class/actions.js";
import { turnTo } from "../../class/follow.js";
import { forgetSeat, secretOf } from "../../class/keep.js";
import * as state from "../../class/state.js";
import { lesson, notice } from "../../store.js";
import { html } from "../html.js";
import { Icon } from "../icon.js";
import { PeopleList } from "./people.js";

/** @typedef {import("../../class/page.js").ClassPage} ClassPage */

/** @param {{ page: ClassPage }} props */
export function Dialogs({ page }) {
  switch (open.value) {
    case "join": return html`<${Joining} page=${page} />`;
    case "people": return html`<${Dialog} title="Who is here" wide><${PeopleList} /><//>`;
    case "lessons": return html`<${Lessons} page=${page} />`;
    case "end": return html`<${Ending} />`;
    case "leave": return html`<${Leaving} page=${page} />`;
    default: return null;
  }
}

/** `letter` closes it too, as it opened it. @param {{ title: string, wide?: boolean, name?: string, letter?: string, children?: unknown }} props */
export function Dialog({ title, wide = false, name = "", letter = "", children }) {
  const root = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useEffect(() => {
    if (!root.current?.open) root.current?.showModal();
  }, []);
  const close = () => { open.value = null; };
  return html`<dialog
    ref=${root}
    class=${`class-dialog ${wide ? "is-wide" : ""} ${name}`}
    aria-labelledby="class-dialog-title"
    onClose=${close}
    onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === letter && close()}
    onClick=${(/** @type {MouseEvent} */ event) => event.target === root.current && close()}
  >
    <div class="class-dialog-body">
      <header>
        <h2 id="class-dialog-title">${title}</h2>
        <button type="button" class="icon-button" aria-label="Close" onClick=${close}><${Icon} name="close" size=${16} /></button>
      </header>
      ${children}
    </div>
  </dialog>`;
}

/** The code, for the back of the room. @param {{ page: ClassPage }} props */
function Joining({ page }) {
  const code = state.code.value;
  const shown = new URL(page.join || `/j/${code}`, location.href);
  const short = `${shown.host}${shown.pathname.replace(/\/j\/.*$/, "/join")}`;
  return html`<${Dialog} title="Join this class" name="is-join" letter="j">
    <div class="class-joining">
      <div class="class-how">
        <p class="class-step">Go to <b class="class-address">${short}</b></p>
        <p class="class-step">and enter the code</p>
        <p class="class-big" aria-label=${[...code].join(" ")}>${code.slice(0, 3)}<i class="class-gap" />${code.slice(3)}</p>
        <p class="class-step">${state.locked.value ? "The class is locked: nobody new can join." : html`<b>${state.here.value}</b> ${state.here.value === 1 ? "student is" : "students are"} here.`}</p>
      </div>
      <img class="class-qr" src=${`/classes/${code}/qr.svg`} alt=${`QR code of ${shown.href}`} />
    </div>
  <//>`;
}

/** @param {{ page: ClassPage }} props */
function Lessons({ page }) {
  const [busy, setBusy] = useState("");
  const choose = async (/** @type {string} */ id) => {
    setBusy(id);
    try {
      await turnTo(id);
    } catch (failure) {
      console.warn(failure);
      notice("This lesson could not be opened. Try again.");
    }
    open.value = null;
  };
  return html`<${Dialog} title="Change the lesson">
    ${state.token.value === null && html`<p>Take the wheel first: then everyone comes along.</p>`}
    <ul class="class-lessons">
      ${(page.lessons ?? []).map(({ id, title, chapter_title: chapter }) => html`<li key=${id}>
        <button type="button" class="menu-item" aria-current=${id === lesson.value.id ? "true" : undefined}
          disabled=${busy !== "" || state.token.value === null} onClick=${() => choose(id)}>
          <b>${title}</b> <span>${busy === id ? "Opening…" : id === lesson.value.id ? "shown now" : chapter}</span>
        </button>
      </li>`)}
    </ul>
  <//>`;
}

function Ending() {
  const end = async () => {
    if (await manage("end")) state.takeState({ title: state.title.value, locked: true, ended: true });
    open.value = null;
  };
  return html`<${Dialog} title="End this class?">
    <p>Everyone leaves, and nobody can join or answer again. You keep the results.</p>
    <div class="class-choices">
      <button type="button" class="button is-primary" onClick=${end}>End the class</button>
      <button type="button" class="button" autofocus onClick=${() => (open.value = null)}>Go on teaching</button>
    </div>
  <//>`;
}

/** @param {{ page: ClassPage }} props */
function Leaving({ page }) {
  const [said, say] = useState("");
  const away = () => location.assign("/");
  const wipe = async () => {
    say("");
    try {
      const key = secretOf(page.code, "key") ?? "";
      const answer = await fetch(`/classes/${page.code}/seat`, { method: "DELETE", headers: { Authorization: `Bearer ${key}` } });
      if (!answer.ok) throw new Error((await answer.json()).error.message);
      forgetSeat(page.code);
      away();
    } catch (failure) {
      say(failure instanceof Error ? failure.message : "The server did not answer. Try again.");
    }
  };
  return html`<${Dialog} title="Leave the class?">
    <p>You can come back with the code: in this browser your place and your answers wait for you.</p>
    <div class="class-choices">
      <button type="button" class="button is-primary" onClick=${away}>Leave</button>
      <button type="button" class="button" onClick=${wipe}>Leave and delete my data</button>
    </div>
    <p class="is-error" role="alert">${said}</p>
  <//>`;
}
