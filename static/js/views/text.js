/** How wide a text will be, without laying it out: labels are drawn only where they fit. */

/** The fonts of the timeline, as in timeline.css. */
const FONTS = { label: ["500", 14, 16], title: ["600", 16, 18] };
const projected = window.matchMedia("(min-width: 112rem)");

const context = document.createElement("canvas").getContext("2d");
/** @type {Map<string, number>} */
const known = new Map();

/** @param {string} text @param {keyof typeof FONTS} font @returns {number} pixels */
export function widthOf(text, font) {
  const [weight, usual, large] = FONTS[font];
  const type = `${weight} ${projected.matches ? large : usual}px Inter, system-ui, sans-serif`;
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
