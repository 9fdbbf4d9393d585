/**
 * When to draw: before the next frame, or after it has been shown. A page that is hidden draws no
 * frames, and does not wait for one.
 */

/** @param {() => void} act */
export function nextFrame(act) {
  if (typeof document === "undefined" || document.hidden) setTimeout(act);
  else requestAnimationFrame(act);
}

/**
 * Once what is about to be drawn is on the screen, and so many milliseconds have passed.
 * @param {() => void} act
 * @param {number} [wait]
 * @returns {() => void} calls it off
 */
export function afterFrame(act, wait = 0) {
  let off = false;
  let timer = /** @type {ReturnType<typeof setTimeout>|undefined} */ (undefined);
  nextFrame(() => {
    if (!off) timer = setTimeout(act, wait);
  });
  return () => {
    off = true;
    clearTimeout(timer);
  };
}
