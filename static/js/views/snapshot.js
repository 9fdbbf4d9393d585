/**
 * Snapshot: the present moment in words, to read or to copy, and a way to the whole story as text.
 */

import { useState } from "preact/hooks";

import { link } from "../address.js";
import { snapshotOf } from "../snapshot.js";
import { lesson, marksOf, presentOf } from "../store.js";
import { stepNamed } from "../trace.js";
import { html } from "./html.js";

/** @import { Slot } from "../store.js" */

/** @param {{ slot: Slot }} props */
export function Snapshot({ slot }) {
  const [said, say] = useState("");
  const n = presentOf(slot.index).value;
  // Between two steps the words stay: they would change at every frame.
  const t = stepNamed(slot.trace, n)?.t ?? 0;
  const { head, lanes } = snapshotOf(slot.trace, n, t, marksOf(slot.index).value);
  const copy = () => {
    navigator.clipboard.writeText([`${slot.title}. ${head}`, ...lanes].join("\n")).then(() => say("Copied."), () => say("This browser does not let a page copy."));
  };
  return html`<div class="snapshot">
    <p>${head}</p>
    <ul>${lanes.map((line) => html`<li key=${line}>${line}</li>`)}</ul>
    <p class="snapshot-tools">
      <button type="button" class="link-button" onClick=${copy}>Copy</button>
      <a href=${transcript()}>The whole story as text</a>
      <span role="status">${said}</span>
    </p>
  </div>`;
}

/** The transcript of the runs that are on the stage. */
function transcript() {
  const query = link().split("?")[1] ?? "";
  return `/s/${lesson.value.id}/transcript${query ? `?${query}` : ""}`;
}
