/**
 * Every icon of the pages: drawn for this project on a grid of 20, as what is stroked and what is
 * filled. This is the only place; the server's templates read it too (visualizer/web/icons.py), so
 * each stands in a line of its own.
 */

/** @typedef {keyof typeof ICONS} IconName */

export const ICONS = {
  start: ["M5 4v12", "M16 4 8 10l8 6z"],
  back: ["M12.5 4 6.5 10l6 6", ""],
  play: ["", "M6 3.5v13l11-6.5z"],
  pause: ["M6.5 4v12M13.5 4v12", ""],
  on: ["M7.5 4l6 6-6 6", ""],
  end: ["M15 4v12", "M4 4l8 6-8 6z"],
  close: ["M5.5 5.5l9 9M14.5 5.5l-9 9", ""],
  plus: ["M10 4.5v11M4.5 10h11", ""],
  minus: ["M4.5 10h11", ""],
  up: ["M10 16V4.5M5 9l5-5 5 5", ""],
  down: ["M10 4v11.5M5 11l5 5 5-5", ""],
  opened: ["M4.5 7.5 10 13l5.5-5.5", ""],
  closed: ["M7.5 4.5 13 10l-5.5 5.5", ""],
  check: ["M4 10.5l4 4 8-9", ""],
  differs: ["M4 7.5h12M4 12.5h12M13 3.5 7 16.5", ""],
  more: ["", "M4.5 8.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 1 0 0-3zM10 8.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 1 0 0-3zM15.5 8.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 1 0 0-3z"],
  settings: ["M3 6h7M14.5 6H17M3 14h2.5M10 14h7M12.25 3.75v4.5M7.75 11.75v4.5", ""],
  search: ["M8.75 3.25a5.5 5.5 0 1 0 0 11 5.5 5.5 0 1 0 0-11M13 13l4.25 4.25", ""],
  look: ["M10 2.75a7.25 7.25 0 1 0 0 14.5 7.25 7.25 0 1 0 0-14.5", "M10 2.75a7.25 7.25 0 0 1 0 14.5z"],
  playhead: ["M10 2v16M3 7h14M3 13h14", ""],
  views: ["M3 4h6v12H3zM11 4h6v5h-6zM11 12h6v4h-6z", ""],
};

/** An icon as markup, for what is not drawn by a component. @param {IconName} name @param {number} [size] pixels */
export function iconMarkup(name, size = 20) {
  const [line, fill] = ICONS[name];
  const path = (/** @type {string|undefined} */ d, /** @type {string} */ kind) => (d ? `<path${kind} d="${d}"/>` : "");
  return `<svg class="icon" width="${size}" height="${size}" viewBox="0 0 20 20" aria-hidden="true">${path(line, "")}${path(fill, ' class="is-filled"')}</svg>`;
}
