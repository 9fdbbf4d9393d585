/**
 * Starts the presenter view: a page of the class that holds its runs and leads it, without a stage.
 */

import { effect } from "@preact/signals-core";
import { stayAwake } from "./class/awake.js";
import { openClass } from "./class/page.js";
import * as state from "./class/state.js";
import { showStage } from "./show.js";
import { lesson } from "./store.js";
import { html } from "./views/html.js";
import { Presenter, Shut } from "./views/class/present.js";

start();

function start() {
  const root = document.getElementById("present");
  const text = document.getElementById("lesson")?.textContent;
  if (!root || !text) throw new Error("This page belongs to no class.");
  lesson.value = JSON.parse(text);
  if (!openClass()) {
    showStage(root, html`<${Shut} />`);
    return;
  }
  stayAwake();
  let shown = false;
  effect(() => {
    if (shown || (!state.snapshot.value && !state.refused.value)) return;
    shown = true;
    queueMicrotask(() => showStage(root, html`<${Presenter} />`));
  });
}
