/**
 * The files of a program, to switch between: which one is shown, and where else live threads stand.
 *
 * What all files have in common at the beginning of their names is left out. The row scrolls by
 * itself, so that the file that is shown is always in view.
 */

import { useEffect, useRef } from "preact/hooks";

import { html } from "./html.js";

/** @import { Listing } from "../store.js" */
/** @import { Mark } from "../trace.js" */

/**
 * @param {{
 *   files: Listing[],
 *   shown: string,
 *   marks: Mark[],
 *   names: Map<string, string>,
 *   choose: (file: string) => void,
 * }} props
 */
export function CodeFiles({ files, shown, marks, names, choose }) {
  const row = useRef(/** @type {HTMLDivElement | null} */ (null));
  useEffect(() => {
    if (row.current) keepInView(row.current);
  }, [shown]);
  const labels = shortNames(files.map(({ file }) => file));
  return html`<div ref=${row} class="code-files" role="group" aria-label="Files">
    ${files.map(({ file }, index) => {
      const here = marks.filter((mark) => mark.file === file);
      const who = here.map(({ lane }) => names.get(lane) ?? lane).join(", ");
      return html`<button
        type="button"
        key=${file}
        class="code-file"
        aria-pressed=${file === shown}
        title=${who ? `${file}: ${who}` : file}
        onClick=${() => choose(file)}
      >
        ${labels[index]}
        ${here.map(
          (mark) => html`<i key=${mark.lane} class="code-file-mark" style=${`background: var(--lane-${mark.colour})`}></i>`,
        )}
        ${who && html`<span class="visually-hidden">, here: ${who}</span>`}
      </button>`;
    })}
  </div>`;
}

/**
 * The names without the folders that all of them begin with.
 * @param {string[]} files
 */
export function shortNames(files) {
  const folders = files.map((file) => file.split("/").slice(0, -1));
  const [first = []] = folders;
  let common = 0;
  while (common < first.length && folders.every((parts) => parts[common] === first[common])) common += 1;
  return files.map((file) => file.split("/").slice(common).join("/"));
}

/**
 * Scrolls the row, never the page, until the file that is shown can be seen.
 * @param {HTMLElement} row
 */
function keepInView(row) {
  const button = /** @type {HTMLElement | null} */ (row.querySelector('[aria-pressed="true"]'));
  if (button === null) return;
  const start = button.getBoundingClientRect().left - row.getBoundingClientRect().left + row.scrollLeft;
  const room = parseFloat(getComputedStyle(row).paddingLeft);
  if (start - room < row.scrollLeft) row.scrollLeft = start - room;
  const end = start + button.offsetWidth + room - row.clientWidth;
  if (end > row.scrollLeft) row.scrollLeft = end;
}
