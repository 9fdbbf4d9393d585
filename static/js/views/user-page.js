/**
 * The page of one user, as the browser shows it at the cursor: loading, then the answer.
 *
 * An answer in HTML is read into a document that runs nothing and loads nothing, and its words are
 * shown with a few plain elements; no markup of the program's reaches this page.
 */

import { computed } from "@preact/signals-core";
import { useMemo, useState } from "preact/hooks";

import { timeOf } from "../store.js";
import { seconds } from "../trace.js";
import { Empty } from "./empty.js";
import { html } from "./html.js";
import { passed } from "./network-layout.js";
import { sheet } from "./sheet.js";
import { answerOf, pageAt, screenChanges, usersOf } from "./user-page-state.js";

/** @import { Slot } from "../store.js" */
/** @import { Push, Request } from "../trace.js" */

await sheet("user-page");

/** Updates that are shown one by one. */
const MOST_UPDATES = 5;

/** @param {{ slot: Slot }} props */
export function UserPage({ slot }) {
  const { trace } = slot;
  const users = usersOf(trace);
  const [chosen, choose] = useState("");
  const user = users.find(({ id }) => id === chosen) ?? users[0];
  const changes = useMemo(() => (user ? screenChanges(trace, user) : []), [trace, user?.id]);
  const count = useMemo(() => computed(() => passed(changes, timeOf(slot.index).value)), [changes, slot.index]).value;
  if (!user) return html`<${Empty} slot=${slot} otherwise="Nobody looks at a page in this run." />`;
  const { sent, loading, shown, count: requests, updates } = pageAt(trace, user, changes[count - 1] ?? -1);
  return html`<div class="user-page">
    ${users.length > 1 && html`<label class="user-page-who">Whose page
      <select onChange=${(/** @type {{ currentTarget: HTMLSelectElement }} */ event) => choose(event.currentTarget.value)}>
        ${users.map(({ id, name }) => html`<option key=${id} value=${id} selected=${id === user.id}>${name}</option>`)}
      </select>
    </label>`}
    <div class="browser" role="group" aria-label=${`${user.name}’s browser`} aria-busy=${loading}>
      <div class="browser-bar">
        <span class=${`browser-spinner${loading ? " is-loading" : ""}`} aria-hidden="true" />
        <span class="browser-address">${sent ? `${sent.method === "GET" ? "" : `${sent.method} `}${sent.path}` : "…"}</span>
        <span class="browser-state">${loading ? "loading" : shown ? "loaded" : ""}</span>
      </div>
      <div class="browser-page">
        ${shown ? html`<${Answered} request=${shown} />` : html`<p class="browser-blank">${loading ? "Nothing to see yet: the browser waits for the answer." : `${user.name} has not asked for anything yet.`}</p>`}
        ${updates.length > 0 && html`<${Updates} updates=${updates} />`}
      </div>
    </div>
    ${requests > 1 && html`<p class="user-page-note">${requests} requests so far.</p>`}
  </div>`;
}

/** @param {{ request: Request }} props */
function Answered({ request }) {
  const { status, body, error } = request;
  if (typeof request.failed === "number") {
    return html`<div class="browser-answer" key=${request.id}><p class="browser-failed">No answer: ${error}</p></div>`;
  }
  const answer = answerOf(body ?? "");
  return html`<div class="browser-answer" key=${request.id}>
    ${status !== null && status >= 400 && html`<p class="browser-failed">Error ${status}</p>`}
    ${answer.text === "" ? html`<p class="browser-blank">An empty page.</p>` : answer.kind === "html" ? html`<${Markup} text=${answer.text} />` : html`<pre>${answer.text}</pre>`}
  </div>`;
}

/** What the server told without being asked: the event's name, what came with it, and when. @param {{ updates: Push[] }} props */
function Updates({ updates }) {
  return html`<ul class="browser-updates" aria-label="Live updates">
    ${updates.length > MOST_UPDATES && html`<li>${updates.length - MOST_UPDATES} earlier updates</li>`}
    ${updates.slice(-MOST_UPDATES).map(({ id, name, text, arrived }) => html`<li key=${id}><b>${name}</b> <code>${text}</code> <span class="browser-update-time">live, at ${seconds(arrived ?? 0)}</span></li>`)}
  </ul>`;
}

/** Elements whose meaning is kept; of others, what they hold. */
const KEPT = new Set(["h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "strong", "em", "b", "i", "code", "pre", "table", "tbody", "thead", "tr", "td", "th", "blockquote", "hr", "br", "dl", "dt", "dd"]);
/** Elements whose content is not for reading. */
const DROPPED = new Set(["script", "style", "template", "head", "title", "noscript", "iframe", "object", "svg"]);

/** @param {{ text: string }} props */
function Markup({ text }) {
  const document = new DOMParser().parseFromString(text, "text/html");
  return html`<div class="browser-markup">${[...document.body.childNodes].map(shownNode)}</div>`;
}

/** @param {Node} node @returns {unknown} */
function shownNode(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.textContent;
  if (!(node instanceof Element)) return null;
  const name = node.localName;
  if (DROPPED.has(name)) return null;
  const inside = [...node.childNodes].map(shownNode);
  // A heading of the program's page is none of this page's outline.
  if (/^h[1-6]$/.test(name)) return html`<p class=${`browser-heading is-${name}`}>${inside}</p>`;
  if (!KEPT.has(name)) return html`<span>${inside}</span>`;
  return html`<${name}>${name === "br" || name === "hr" ? null : inside}<//>`;
}
