/**
 * Three hints for the first visit. Each can be put away, and none comes twice.
 */

import { useState } from "preact/hooks";
import { storage } from "../panels.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";
import { sheet } from "./sheet.js";

await sheet("hints");

const NAME = "meanwhile.hints";

/** @type {{ id: string, title: string, text: string, icon: import("../icons.js").IconName }[]} */
const HINTS = [
  { id: "play", title: "Play, or step", text: "The round button plays, or Space. Arrow keys, or a swipe, go one step back or on.", icon: "play" },
  { id: "drag", title: "Go anywhere", text: "Drag along the timeline, or press a row of a table: everything shows that moment.", icon: "playhead" },
  { id: "views", title: "Look at it another way", text: "“Views” opens the queue, the network, the user’s page and more.", icon: "views" },
];

/** The hints that have been put away. @returns {string[]} */
const seen = () => (storage()?.getItem(NAME) ?? "").split(" ").filter(Boolean);

/** Whether there is anything left to say. */
export const untold = () => !seen().includes("seen") && HINTS.some(({ id }) => !seen().includes(id));

export function Hints() {
  const [away, setAway] = useState(seen);
  const left = away.includes("seen") ? [] : HINTS.filter(({ id }) => !away.includes(id));
  /** @param {string[]} ids */
  const put = (ids) => {
    const next = [...new Set([...away, ...ids])];
    setAway(next);
    try {
      storage()?.setItem(NAME, next.join(" "));
    } catch {
      // The storage is full: they come again next time.
    }
  };
  if (left.length === 0) return null;
  return html`<aside class="hints" aria-label="Hints for the first visit">
    ${left.map(({ id, title, text, icon }) => html`<div key=${id} class="hint card">
      <${Icon} name=${icon} />
      <p><strong>${title}</strong> ${text}</p>
      <button type="button" class="icon-button" aria-label=${`Put away: ${title}`} onClick=${() => put([id])}><${Icon} name="close" size=${16} /></button>
    </div>`)}
    ${left.length > 1 && html`<button type="button" class="link-button" onClick=${() => put(["seen"])}>No more hints</button>`}
  </aside>`;
}
