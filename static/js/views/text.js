/** How wide a text will be, without laying it out: labels are drawn only where they fit. */

import { letters } from "../theme.js";

/** The fonts of the timeline, as in timeline.css: weight, and pixels for each kind of letters. */
const FONTS = /** @type {const} */ ({
  label: ["500", { usual: 14, large: 16, projector: 19 }],
  title: ["600", { usual: 16, large: 18, projector: 20 }],
});

const context = document.createElement("canvas").getContext("2d");
/** @type {Map<string, number>} */
const known = new Map();

/** @param {string} text @param {keyof typeof FONTS} font @returns {number} pixels */
export function widthOf(text, font) {
  const [weight, sizes] = FONTS[font];
  const type = `${weight} ${sizes[/** @type {keyof typeof sizes} */ (letters.value)]}px Inter, "Inter stand-in", system-ui, sans-serif`;
  const name = `${type} ${text}`;
  let width = known.get(name);
  if (width === undefined) {
    if (!context) return text.length * 7;
    context.font = type;
    width = context.measureText(text).width;
    if (document.fonts.status === "loaded") known.set(name, width);
  }
  return width;
}
