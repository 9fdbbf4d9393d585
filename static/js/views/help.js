/**
 * The dialog that lists the keys. Opened by `?` or its button, closed by Escape.
 */

import { useEffect, useRef } from "preact/hooks";

import { KEYS } from "../keys.js";
import { helpOpen } from "../store.js";
import { html } from "./html.js";

/** @param {{ more?: { keys: string[], text: string }[] }} props what a class adds */
export function Help({ more = [] }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const title = useRef(/** @type {HTMLHeadingElement | null} */ (null));
  const open = helpOpen.value;
  useEffect(() => {
    if (open && !dialog.current?.open) {
      dialog.current?.showModal();
      title.current?.focus(); // its beginning; the attribute would be refused where the page is embedded
    }
    if (!open && dialog.current?.open) dialog.current.close();
  }, [open]);

  /** A click on the backdrop lands on the dialog itself. @param {MouseEvent} event */
  const outside = (event) => {
    if (event.target === dialog.current) helpOpen.value = false;
  };
  return html`<dialog
    ref=${dialog}
    class="help"
    aria-labelledby="help-title"
    onClose=${() => (helpOpen.value = false)}
    onClick=${outside}
  >
    <div class="help-body">
      <h2 id="help-title" ref=${title} tabindex="-1">Keys</h2>
      <dl class="help-keys">
        ${[...KEYS, ...more].map(
          ({ keys, text }) => html`<div>
            <dt>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dt>
            <dd>${text}</dd>
          </div>`,
        )}
      </dl>
      <p class="help-note">
        Click a span in the timeline, a row of the table or a cell of the tracker to go to that
        step. On a phone, swipe to step, and zoom the timeline with two fingers.
      </p>
      <button type="button" class="button is-primary" onClick=${() => (helpOpen.value = false)}>
        Close
      </button>
    </div>
  </dialog>`;
}
