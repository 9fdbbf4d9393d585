/**
 * Small things around the stage: what the figures rest on, the link, the keys.
 */

import { useState } from "preact/hooks";

import { link } from "../address.js";
import { helpOpen, slots } from "../store.js";
import { seconds } from "../trace.js";
import { html } from "./html.js";

/** How long the button says that it has copied, in milliseconds. */
const SAID = 2000;

/** Times on the virtual clock rest on two figures of ours; the page says which. */
export function Model() {
  const end = slots.value.map(({ trace }) => trace.end).find((value) => value !== null);
  if (!end?.model) return html`<p></p>`;
  if (end.clock === "wall") {
    return html`<p>Measured on the real clock, with Python ${end.python}.</p>`;
  }
  return html`<p>
    The program ran on a virtual clock with Python ${end.python}. A line of code takes
    ${" "}${duration(end.model.line_cost)} and the network ${duration(end.model.network)} each way${
      end.model.message ? `, a queued task’s message ${duration(end.model.message)} at each end` : ""}: a model, the same
    on every computer.
  </p>`;
}

/** @param {number} value seconds */
function duration(value) {
  return value < 1 ? `${Number((value * 1000).toPrecision(3))} ms` : seconds(value);
}

export function Tools() {
  const [said, say] = useState("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(location.origin + link());
      say("Link copied");
    } catch {
      say("Copy it from the address bar"); // without HTTPS a browser may refuse the clipboard
    }
    setTimeout(() => say(""), SAID);
  };
  return html`<div class="tools">
    <button type="button" class="button is-quiet" onClick=${copy}>
      ${said || "Copy a link to this step"}
    </button>
    <span class="visually-hidden" role="status">${said}</span>
    <button type="button" class="button is-quiet" onClick=${() => (helpOpen.value = true)}>
      Keys <kbd>?</kbd>
    </button>
  </div>`;
}
