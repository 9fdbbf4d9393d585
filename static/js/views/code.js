/**
 * The listing of a slot, as it ran.
 *
 * The line on which each live thread stands is marked in that lane's colour, with the lane's name
 * at its right; a line that raised carries its error beneath it. The line that moved last is kept
 * in view by scrolling the listing's own box, never the page. The colours of the code come from
 * the server as one piece of HTML a line.
 */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";

import { unusual } from "../settings.js";
import { lesson, marksOf, presentOf, problemsOf } from "../store.js";
import { stepNamed } from "../trace.js";
import { CodeFiles } from "./code-files.js";
import { Empty } from "./empty.js";
import { html } from "./html.js";
import { useKept } from "./kept.js";

/** @import { Slot } from "../store.js" */
/** @import { Mark, Step } from "../trace.js" */

/** Lanes whose names may stand beside a line: those that execute code. */
const CODE_LANES = new Set(["server", "thread", "process", "loop", "worker"]);

/** A step's caption in the server's HTML: the comment at the end of its line. */
const CAPTION = /<span class="caption">.*$/;

/** Lines that stay visible above and below the one that is followed. */
const CONTEXT = 2;

/** Lines of the box that have to be on the screen for it to be worth keeping to them. */
const LEAST_SEEN = 2;

/**
 * The listing with its marks; a program of several files shows the one that moved last.
 * @param {{ slot: Slot }} props
 */
export function Code({ slot }) {
  const marks = marksOf(slot.index).value;
  const problems = slot.trace.problems.slice(0, problemsOf(slot.index).value);
  const changed = changedConstants(slot);
  const [chosen, choose] = useState(/** @type {string | null} */ (null));
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));

  const latest = followedOf(marks, stepNamed(slot.trace, presentOf(slot.index).value));
  const newestError = problems.at(-1);
  useEffect(() => choose(null), [latest?.file, latest?.line]);

  const shown = chosen ?? latest?.file ?? newestError?.file ?? slot.error?.file;
  const listing = slot.listing.find(({ file }) => file === shown) ?? slot.listing[0];
  const here = marks.filter(({ file }) => file === listing?.file).map(({ line }) => line);
  // Where a program cannot run at all, no trace says so.
  const stopped = slot.error?.file === listing?.file ? slot.error : null;
  // Who has come to an end by an error still shows where.
  const failed = latest === undefined && newestError?.file === listing?.file ? newestError?.line : undefined;
  const followed = (latest?.file === listing?.file ? latest?.line : undefined) ?? stopped?.line ?? failed ?? undefined;
  useEffect(() => {
    if (box.current === null || followed === undefined) return undefined;
    const follow = () => [...here, followed].forEach((line) => box.current && keepInView(box.current, line));
    follow();
    window.addEventListener("scroll", follow, { passive: true });
    return () => window.removeEventListener("scroll", follow);
  }, [followed, here.join(), listing]);

  const kept = useKept();
  const names = useMemo(() => new Map(slot.trace.lanes.map(({ id, name }) => [id, name])), [slot.trace.lanes]);

  if (!listing) return html`<${Empty} slot=${slot} otherwise="Loading the program…" />`;

  const sources = listing.source.split("\n");
  const widest = Math.max(
    4,
    ...slot.trace.lanes.filter(({ kind }) => CODE_LANES.has(kind)).map(({ name }) => name.length),
  );
  return html`
    ${slot.listing.length > 1 &&
    html`<${CodeFiles}
      files=${slot.listing}
      shown=${listing.file}
      marks=${marks}
      names=${names}
      choose=${choose}
    />`}
    <div
      ref=${box}
      class="code"
      role="region"
      tabindex="0"
      aria-label=${`Program ${listing.file}, version ${slot.index + 1}`}
      style=${`--tag: ${Math.min(widest, 14) + 3}ch`}
    >
      <ol class="code-lines">
        ${listing.html.map((line, index) => {
          const number = index + 1;
          const here = marks.filter((mark) => mark.file === listing.file && mark.line === number);
          const raised = problems.filter(
            (problem) => problem.file === listing.file && problem.line === number,
          );
          const at = `code:${slot.index}:${listing.file}:${number}`;
          const usual = changed.get(/^(\w+)\s*=/.exec(sources[index] ?? "")?.[1] ?? "");
          const errors = [
            ...raised.map(({ lane, error }) => ({ lane: names.get(lane) ?? lane, error })),
            ...(stopped?.line === number ? [{ lane: "", error: stopped.message }] : []),
          ];
          return kept(number, [at, line, usual, names, JSON.stringify([here, errors])], () => html`<${Line}
            key=${number}
            at=${at}
            number=${number}
            code=${line}
            marks=${here}
            names=${names}
            usual=${usual}
            errors=${errors}
          />`);
        })}
      </ol>
    </div>
  `;
}

/**
 * The mark to keep in view: where the present step happens, or else the one that moved last.
 * @param {Mark[]} marks
 * @param {Step | null} step
 * @returns {Mark | undefined}
 */
function followedOf(marks, step) {
  const own = marks.find(({ lane, line }) => lane === step?.lane && line === step.line);
  return own ?? marks.toSorted((a, b) => a.since - b.since).at(-1);
}

/**
 * One line: number, code, and who stands here.
 * @param {{
 *   number: number,
 *   at: string,
 *   code: string,
 *   marks: Mark[],
 *   names: Map<string, string>,
 *   usual: string | undefined,
 *   errors: { lane: string, error: string }[],
 * }} props `usual`: the lesson's value, where the line holds another
 */
function Line({ number, at, code, marks, names, usual, errors }) {
  const [text, caption] = split(code);
  const indent = /^ */.exec(text)?.[0].length ?? 0;
  const lane = marks[0] && `--lane: var(--lane-${marks[0].colour});`;
  return html`<li
    class=${`code-line${marks.length ? " is-marked" : ""}${errors.length ? " is-wrong" : ""}${usual === undefined ? "" : " is-set"}`}
    data-line=${number}
    data-at=${at}
    style=${`--indent: ${indent}ch; ${lane ?? ""}`}
    aria-current=${marks.length ? "true" : undefined}
  >
    <span class="code-bars" aria-hidden="true">
      ${marks.map((mark) => html`<i style=${`background: var(--lane-${mark.colour})`}></i>`)}
    </span>
    <span class="code-number" aria-hidden="true">${number}</span>
    <span class="code-text">
      <code dangerouslySetInnerHTML=${{ __html: text || " " }}></code>
      ${usual !== undefined && html`<span class="code-usual">usually ${usual}</span>`}
      ${caption && html`<code class="code-caption" dangerouslySetInnerHTML=${{ __html: caption }}></code>`}
    </span>
    <span class="code-tags">
      ${marks.map(
        (mark) => html`<span
          key=${mark.lane}
          class="code-tag"
          style=${`--lane: var(--lane-${mark.colour})`}
          title=${mark.state ? `${names.get(mark.lane)}: ${mark.state}` : undefined}
        >
          <span class="visually-hidden">here: </span>${names.get(mark.lane) ?? mark.lane}
        </span>`,
      )}
    </span>
    ${errors.map(
      ({ lane: who, error }) => html`<p class="code-error">
        ${who && html`<strong>${who}</strong> `}${firstParagraph(error)}
      </p>`,
    )}
  </li>`;
}

/**
 * The constants that this run has another value for than the lesson, with the lesson's value.
 * @param {Slot} slot
 * @returns {Map<string, string>}
 */
function changedConstants(slot) {
  const { parameters } = lesson.value;
  return new Map(Object.keys(unusual(slot.parameters, lesson.value)).flatMap((name) => {
    const constant = parameters[name]?.constant;
    return constant ? [[constant, String(parameters[name]?.default)]] : [];
  }));
}

/**
 * A line's code and the caption behind it, which may stand below where it has no room beside.
 * @param {string} code
 * @returns {[string, string]}
 */
function split(code) {
  const found = CAPTION.exec(code);
  return found ? [code.slice(0, found.index), found[0]] : [code, ""];
}

/**
 * An error's type and message without the advice that libraries add beneath it.
 * @param {string} error
 */
function firstParagraph(error) {
  return error.trim().split(/\n\s*\n/)[0] ?? "";
}

/**
 * Scrolls `box` just far enough that the line and its context can be seen.
 * @param {HTMLElement} box
 * @param {number} number
 */
function keepInView(box, number) {
  const line = /** @type {HTMLElement | null} */ (box.querySelector(`[data-line="${number}"]`));
  if (line === null) return;
  const top = line.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop;
  const size = parseFloat(getComputedStyle(line).minHeight);
  // Where the screen ends within the box, what is below its edge is not in view either.
  const seen = Math.min(box.clientHeight, window.innerHeight - box.getBoundingClientRect().top);
  const height = seen < LEAST_SEEN * size ? box.clientHeight : seen;
  const margin = Math.min(CONTEXT, Math.max(0, Math.floor((height - line.offsetHeight) / size / 3))) * size;
  const lowest = top - margin;
  const highest = top + line.offsetHeight + margin - height;
  const last = /** @type {HTMLElement | null} */ (box.querySelector(".code-line:last-child"));
  const end = last ? last.getBoundingClientRect().bottom - box.getBoundingClientRect().top + box.scrollTop : Infinity;
  if (box.scrollTop > end - height + margin) box.scrollTop = Math.max(highest, end - height + margin);
  if (box.scrollTop > lowest) box.scrollTop = lowest;
  else if (box.scrollTop < highest) box.scrollTop = highest;
}
