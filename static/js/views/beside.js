/**
 * Places a popover below its button, with the right edges in line, as far as the window allows.
 */

/** Pixels between a popover and its button, and the edges of the window. */
const GAP = 8;

/** The style sheet reads `--beside-top`, `--beside-right` and `--beside-height`. @param {HTMLElement} popover @param {HTMLElement|null} button */
export function beside(popover, button) {
  const at = button?.getBoundingClientRect();
  if (!at) return;
  const below = window.innerHeight - at.bottom - 2 * GAP;
  const right = document.documentElement.clientWidth - at.right;
  const most = document.documentElement.clientWidth - popover.offsetWidth - GAP;
  popover.style.setProperty("--beside-right", `${Math.max(GAP, Math.min(right, most))}px`);
  popover.style.setProperty("--beside-top", `${below < 240 ? Math.max(GAP, window.innerHeight - 240 - GAP) : at.bottom + GAP}px`);
  popover.style.setProperty("--beside-height", `${Math.max(below, 240)}px`);
}
