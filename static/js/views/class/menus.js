/** What is used seldom in a class, behind one button. */

import { useEffect, useRef, useState } from "preact/hooks";

import { manage, open } from "../../class/actions.js";
import { kept } from "../../class/keep.js";
import * as state from "../../class/state.js";
import { html } from "../html.js";
import { Icon } from "../icon.js";

/** `plain`: without the sign that there is more below. @param {{ name: unknown, label?: string, plain?: boolean, children?: unknown }} props */
export function Menu({ name, label, plain = false, children }) {
  const root = useRef(/** @type {HTMLDetailsElement | null} */ (null));
  useEffect(() => {
    const away = (/** @type {Event} */ event) => {
      const inside = event.target instanceof Node && root.current?.contains(event.target);
      if (root.current?.open && !inside) root.current.open = false;
    };
    const escape = (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Escape" || !root.current?.open) return;
      root.current.open = false;
      root.current.querySelector("summary")?.focus();
      event.preventDefault();
      event.stopPropagation();
    };
    const element = root.current;
    document.addEventListener("pointerdown", away);
    element?.addEventListener("keydown", escape);
    return () => {
      document.removeEventListener("pointerdown", away);
      element?.removeEventListener("keydown", escape);
    };
  }, []);
  const choose = (/** @type {Event} */ { target }) => {
    const stays = target instanceof Element && target.closest("[data-stays]");
    if (target instanceof Element && target.closest("button, a") && !stays && root.current) root.current.open = false;
  };
  return html`<details class="class-menu" ref=${root}>
    <summary class="button is-quiet" aria-label=${label}>${name}${!plain && html`<${Icon} name="opened" size=${14} />`}</summary>
    <div class="class-menu-list" onClick=${choose}>${children}</div>
  </details>`;
}

export function HostMenu() {
  const { code } = state;
  const locked = state.locked.value;
  return html`<${Menu} name="Class">
    <a class="menu-item" href=${`/present/${code.value}`} target="_blank" rel="noopener">Open the presenter view</a>
    <${Copy} text="Copy the presenter link for your phone" path="present" />
    <${Copy} text="Copy the host link" path="host" />
    <p class="menu-note">These links hold your secret: who has one can lead this class and see all answers.</p>
    <button type="button" class="menu-item" onClick=${() => (open.value = "lessons")}>Change the lesson</button>
    <a class="menu-item" href=${`/report/${code.value}`} target="_blank" rel="noopener">Results</a>
    <button type="button" class="menu-item" onClick=${() => manage(locked ? "unlock" : "lock")}>
      ${locked ? "Let new students join again" : "Let nobody else join"}
    </button>
    <button type="button" class="menu-item is-bad" onClick=${() => (open.value = "end")}>End the class…</button>
  <//>`;
}

/** Copies a link that holds the secret. @param {{ text: string, path: string }} props */
function Copy({ text, path }) {
  const [said, say] = useState("");
  const copy = async () => {
    const link = `${location.origin}/${path}/${state.code.value}#${kept(state.code.value).host ?? location.hash.slice(1)}`;
    try {
      await navigator.clipboard.writeText(link);
      say("Copied. Keep it to yourself.");
    } catch {
      window.prompt("Copy this link, and keep it to yourself:", link); // without HTTPS a browser may refuse the clipboard
    }
    setTimeout(() => say(""), 2500);
  };
  return html`<button type="button" class="menu-item" data-stays onClick=${copy}>
    ${said || text}<span class="visually-hidden" role="status">${said}</span>
  </button>`;
}

export function StudentMenu() {
  const name = state.you.value?.name ?? "You";
  const missed = state.missed.value.filter(({ answered }) => !answered);
  return html`<${Menu} name=${html`<span class="class-name">${name}</span>`} label=${`You are ${name}`}>
    <p class="menu-note">You are <b>${name}</b> in “${state.title.value}”.</p>
    ${missed.length > 0 &&
    html`<div class="menu-note">
      <b>You missed ${missed.length === 1 ? "a question" : `${missed.length} questions`}:</b>
      <ol class="class-missed">${missed.map(({ n, text }) => html`<li key=${n} value=${n}>${text}</li>`)}</ol>
    </div>`}
    <button type="button" class="menu-item is-bad" onClick=${() => (open.value = "leave")}>Leave the class…</button>
  <//>`;
}
