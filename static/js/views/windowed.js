/**
 * Which rows of a long list are drawn: those in view of their scrolling box, and some around them.
 *
 * Rows of one height. A list that is short is drawn whole, so that find-in-page and screen readers have all of it.
 */

import { useEffect, useState } from "preact/hooks";

/** Up to this many rows a list is drawn whole. */
export const SHORT = 120;
/** More rows than this are not printed. */
const MOST_PRINTED = 2000;
/** Rows beyond either edge of the box. */
const AROUND = 20;
/** The window moves in steps of so many rows, so that scrolling seldom draws. */
const STEP = 10;

/**
 * The rows that are drawn, from the first to behind the last: a pure function of what is seen.
 * @param {number} count
 * @param {number} row pixels
 * @param {number} top pixels that are scrolled away
 * @param {number} height pixels of the box
 * @param {number} [short] up to so many rows, all of them
 * @returns {[number, number]}
 */
export function windowOf(count, row, top, height, short = SHORT) {
  if (count <= short) return [0, count];
  const first = Math.floor(top / row / STEP) * STEP - AROUND;
  const last = Math.ceil((top + height) / row / STEP) * STEP + AROUND;
  return [Math.max(0, Math.min(first, count - AROUND)), Math.min(count, Math.max(last, AROUND))];
}

/**
 * The window of a scrolling box, followed as it scrolls.
 * @param {{ current: HTMLElement | null }} box
 * @param {number} count
 * @param {number} row pixels
 * @param {number} [short] up to so many rows, all of them
 * @returns {[number, number]}
 */
export function useWindow(box, count, row, short = SHORT) {
  const [seen, setSeen] = useState({ top: 0, height: 600 });
  const [printed, setPrinted] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (!element || count <= short) return undefined;
    const look = () => setSeen((old) => {
      const next = { top: element.scrollTop, height: element.clientHeight };
      const same = windowOf(count, row, old.top, old.height, short).join() === windowOf(count, row, next.top, next.height, short).join();
      return same ? old : next;
    });
    look();
    element.addEventListener("scroll", look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    const toPaper = () => setPrinted(true);
    const toScreen = () => setPrinted(false);
    window.addEventListener("beforeprint", toPaper);
    window.addEventListener("afterprint", toScreen);
    return () => {
      window.removeEventListener("beforeprint", toPaper);
      window.removeEventListener("afterprint", toScreen);
      element.removeEventListener("scroll", look);
      observer.disconnect();
    };
  }, [count, row, short]);
  // On paper nothing scrolls.
  return printed ? [0, Math.min(count, MOST_PRINTED)] : windowOf(count, row, seen.top, seen.height, short);
}
