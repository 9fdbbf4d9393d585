/**
 * What every page does: the button that changes between light and dark, and the key of the search.
 */

import { cycleTheme, dark, startTheme } from "./theme.js";

const button = document.getElementById("theme");
startTheme();
button?.addEventListener("click", cycleTheme);
dark.subscribe((on) => button?.setAttribute("aria-pressed", String(on)));

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
