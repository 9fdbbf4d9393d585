/**
 * A swipe to the left is one step on, to the right one step back, as pages are turned.
 *
 * What is dragged or scrolled sideways by itself keeps the swipe: the timeline, sliders, wide tables.
 */

/** Pixels, how many times flatter than high, and milliseconds that make a swipe. */
const FAR = 60;
const FLAT = 2;
const LONGEST = 700;

const OWN = ".timeline, .scrubber, input, select, textarea, [role=tablist], dialog, [popover]";

/**
 * Which way a touch went: 1 on, -1 back, 0 neither.
 * @param {{x: number, y: number, t: number}} from
 * @param {{x: number, y: number, t: number}} to
 * @returns {1|-1|0}
 */
export function directionOf(from, to) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  if (Math.abs(dx) < FAR || Math.abs(dx) < FLAT * Math.abs(dy) || to.t - from.t > LONGEST) return 0;
  return dx < 0 ? 1 : -1;
}

/** @param {EventTarget|null} target @param {HTMLElement} root whether something between them takes the swipe itself */
function isTaken(target, root) {
  if (!(target instanceof Element) || target.closest(OWN)) return true;
  for (let element = /** @type {Element|null} */ (target); element && element !== root; element = element.parentElement) {
    if (element.scrollWidth > element.clientWidth + 1 && ["auto", "scroll"].includes(getComputedStyle(element).overflowX)) return true;
  }
  return false;
}

/** @param {HTMLElement} root @param {(way: 1|-1) => void} step */
export function listenToSwipes(root, step) {
  /** @type {{x: number, y: number, t: number}|null} */
  let from = null;
  const place = (/** @type {TouchEvent} */ event) => {
    const touch = event.changedTouches[0];
    return { x: touch?.clientX ?? 0, y: touch?.clientY ?? 0, t: event.timeStamp };
  };
  root.addEventListener("touchstart", (event) => {
    from = event.touches.length === 1 && !isTaken(event.target, root) ? place(event) : null;
  }, { passive: true });
  root.addEventListener("touchend", (event) => {
    const way = from ? directionOf(from, place(event)) : 0;
    from = null;
    if (way !== 0) step(way);
  }, { passive: true });
}
