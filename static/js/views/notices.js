/**
 * What went wrong, said where it is seen: the connection, a link that no longer fits, a run that
 * was cut or failed. The words are the server's and the program's own.
 */

import { runAgain } from "../changes.js";
import { isReal } from "../settings.js";
import { connection, dismissNotice, notices } from "../store.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";

/** @import { Fault as Refusal, Slot } from "../store.js" */

/** What is told in one sentence where no place for a real run is free, say; the server's words follow. */
export const NOT_REAL = "It could not be run for real.";

/** Notices of the page as a whole; `offline`: that of a lost connection too. @param {{ offline: boolean }} props */
export function Notices({ offline }) {
  return html`<div class="notices" role="status">
    ${offline && connection.value === "offline" &&
    html`<p class="notice">
      <strong>The server cannot be reached.</strong> What has been loaded still plays; the rest
      comes as soon as the connection is back.
    </p>`}
    ${notices.value.map(
      (text, index) => html`<p key=${text} class="notice">
        <span>${text}</span>
        <button
          type="button"
          class="icon-button"
          aria-label="Dismiss"
          onClick=${() => dismissNotice(index)}
        >
          <${Icon} name="close" size=${16} />
        </button>
      </p>`,
    )}
  </div>`;
}

/** Why there is nothing to see. @param {{ fault: Refusal }} props */
export function Fault({ fault }) {
  return html`<div class="words" role="alert">
    <h1>This view cannot be shown.</h1>
    <p>${fault.message}</p>
    <a class="button" href=${location.pathname}>Open the lesson as it is</a>
  </div>`;
}

/** What happened to one slot's run. @param {{ slot: Slot }} props */
export function SlotNotice({ slot }) {
  const { error, trace } = slot;
  if (error) {
    const place = error.file ? `${error.file}${error.line ? `, line ${error.line}` : ""}` : "";
    if (isReal(slot) && !place) {
      return html`<div class="notice is-bad" role="alert">
        <strong>${NOT_REAL}</strong>
        <p>${error.message}</p>
        <button type="button" class="link-button" onClick=${() => runAgain(slot.index)}>Try again</button>
      </div>`;
    }
    return html`<div class="notice is-bad" role="alert">
      <strong>${place ? `The program stopped in ${place}.` : "This program could not run."}</strong>
      <pre>${error.message}</pre>
    </div>`;
  }
  const cut = trace.end?.truncated;
  if (cut) {
    return html`<div class="notice is-bad">
      <strong>The run was cut short.</strong>
      <pre>${cut.reason}</pre>
    </div>`;
  }
  const [first, ...more] = trace.end?.unreproducible ?? [];
  if (first) {
    return html`<p class="notice">
      <span>
        <strong>This run cannot be repeated exactly:</strong> ${first.reason}${more.length > 0 &&
        `, and ${more.length} more`}, in real time, for which the clock was charged.
      </span>
    </p>`;
  }
  return null;
}
