/**
 * What every page does: the look that the reader has chosen, the popover in which it is chosen, and
 * the key of the search.
 */

import { effect } from "@preact/signals-core";
import { choices, choose, startTheme } from "./theme.js";
import { beside } from "./views/beside.js";

startTheme();

const popover = document.getElementById("look");
const button = document.getElementById("look-button");
popover?.addEventListener("toggle", (event) => {
  const open = /** @type {ToggleEvent} */ (event).newState === "open";
  button?.setAttribute("aria-expanded", String(open));
  if (open) beside(popover, button);
});
for (const input of popover?.querySelectorAll("input") ?? []) {
  const name = /** @type {import("./theme.js").Name} */ (input.name);
  input.addEventListener("change", () => choose(name, input.type === "checkbox" && !input.checked ? "system" : input.value));
  effect(() => {
    input.checked = choices[name].value === input.value;
  });
}

// Where the ways do not fit, the present one is in view.
const way = document.querySelector(".ways.is-all [aria-current]");
if (way?.parentElement) way.parentElement.scrollLeft = /** @type {HTMLElement} */ (way).offsetLeft - way.parentElement.clientWidth / 2;

const search = document.getElementById("search-open");
if (search) {
  const open = () => void import("./search.js").then(({ openSearch }) => openSearch());
  search.addEventListener("click", open);
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    open();
  });
}
