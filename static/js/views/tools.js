/**
 * Small things around the stage: what the figures rest on, the menu to save or share, the keys,
 * and the way to the settings.
 */

import { useRef, useState } from "preact/hooks";

import { changeable, panelOpen } from "../changes.js";
import { helpOpen, notice, slots } from "../store.js";
import { seconds } from "../trace.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";

/** Times on the virtual clock rest on two figures of ours; the page says which. Times on the wall clock were measured. */
export function Model() {
  const ends = slots.value.flatMap(({ trace }) => (trace.end?.model ? [trace.end] : []));
  const model = ends.find(({ clock }) => clock !== "wall");
  const real = ends.find(({ clock }) => clock === "wall");
  return html`<div>${model && html`<${Modelled} end=${model} />`}${real && html`<p>
    ${model ? "What ran for real was measured" : "Measured"} on the wall clock, with Python ${real.python}. All is real but the network: instead of it a user waits ${duration(real.model?.network ?? 0)} each way.
  </p>`}</div>`;
}

/** @param {{end: import("../trace.js").End}} props */
function Modelled({ end }) {
  const { line_cost: line, network, message } = end.model ?? { line_cost: 0, network: 0 };
  return html`<p>
    The program ran on a virtual clock with Python ${end.python}. A line of code takes
    ${" "}${duration(line)} and the network ${duration(network)} each way${
      message ? `, a queued task’s message ${duration(message)} at each end` : ""}: a model, the same
    on every computer.
  </p>`;
}

/** @param {number} value seconds */
function duration(value) {
  return value < 1 ? `${Number((value * 1000).toPrecision(3))} ms` : seconds(value);
}

export function Tools() {
  const button = useRef(/** @type {HTMLButtonElement|null} */ (null));
  const [Menu, setMenu] = useState(/** @type {{Share: Function}|null} */ (null));
  const [open, setOpen] = useState(false);
  /** The menu is loaded when it is first wanted, and opens then; from then on the browser opens it. */
  const load = async () => {
    try {
      setMenu(await import("./share.js"));
    } catch {
      notice("The menu could not be fetched from the server. The address bar holds a link to this step.");
    }
  };
  return html`<div class="tools">
    ${changeable.value && html`<button type="button" class="button is-quiet tools-change" aria-expanded=${panelOpen.value} aria-keyshortcuts="c" title="Versions and settings (c)" onClick=${() => (panelOpen.value = !panelOpen.value)}>
      <${Icon} name="settings" size=${18} />
      Change
    </button>`}
    <button type="button" class="button is-quiet" ref=${button} aria-haspopup="dialog" aria-expanded=${open} popovertarget=${Menu ? "share" : undefined} onClick=${Menu ? undefined : load}>
      Save or share
    </button>
    <button type="button" class="button is-quiet" onClick=${() => (helpOpen.value = true)}>
      Keys <kbd>?</kbd>
    </button>
    ${Menu && html`<${Menu.Share} button=${button} onToggle=${setOpen} />`}
  </div>`;
}
