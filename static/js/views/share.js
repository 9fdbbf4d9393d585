/**
 * The menu "Save or share": links, pictures of the timeline, and the run in other formats.
 *
 * Loaded when it is first opened. It is a popover: Escape and a press elsewhere close it, and the
 * focus goes back to its button. Arrows go from entry to entry. Pictures are drawn in the browser;
 * everything else is a link to the server.
 */

import { useEffect, useRef, useState } from "preact/hooks";

import { link } from "../address.js";
import { isReal } from "../settings.js";
import { focus, lesson, presentOf, slots } from "../store.js";
import { stepNamed } from "../trace.js";
import { beside } from "./beside.js";
import { printAnswers } from "./handout.js";
import { html } from "./html.js";
import { sheet } from "./sheet.js";

await sheet("share");

/** How long an entry says that it is done, in milliseconds. */
const SAID = 2500;
/** What the server gives of one run: ending, name, what opens it. */
const FORMATS = [
  ["steps.csv", "Execution table", "CSV"],
  ["variables.csv", "Variables", "CSV"],
  ["mmd", "Sequence diagram", "Mermaid"],
  ["chrome.json", "Trace for Perfetto", "Chrome JSON"],
  ["json", "Everything recorded", "JSON"],
];

/** @param {{button: {current: HTMLButtonElement|null}, onToggle: (open: boolean) => void}} props */
export function Share({ button, onToggle }) {
  const menu = useRef(/** @type {HTMLDivElement|null} */ (null));
  const [said, say] = useState({ entry: "", text: "" });
  const [refused, refuse] = useState("");
  const slot = slots.value[focus.value];
  useEffect(() => {
    const element = menu.current;
    if (!element) return undefined;
    const toggled = (/** @type {Event} */ event) => {
      const open = /** @type {ToggleEvent} */ (event).newState === "open";
      onToggle(open);
      if (!open) return;
      beside(element, button.current);
      entriesOf(element)[0]?.focus();
    };
    element.addEventListener("toggle", toggled);
    element.showPopover();
    return () => element.removeEventListener("toggle", toggled);
  }, []);
  useEffect(() => {
    if (!said.text) return undefined;
    const timer = setTimeout(() => say({ entry: "", text: "" }), SAID);
    return () => clearTimeout(timer);
  }, [said]);

  const close = () => menu.current?.hidePopover();
  /** @param {string} entry @param {string} text */
  const copy = async (entry, text) => {
    try {
      await navigator.clipboard.writeText(text);
      refuse("");
      say({ entry, text: "Copied" });
    } catch {
      refuse(text); // without HTTPS a browser may refuse the clipboard: the reader copies it
    }
  };
  /** @param {"svg"|"png"} kind */
  const picture = async (kind) => {
    say({ entry: kind, text: "Drawing …" });
    try {
      await savePicture(kind);
      say({ entry: kind, text: "Saved" });
    } catch (error) {
      say({ entry: kind, text: error instanceof Error ? error.message : "Not possible here" });
    }
  };
  const print = () => {
    close();
    window.print();
  };
  const withAnswers = async () => {
    try {
      close();
      await printAnswers(new URL(link(), location.origin).search);
    } catch (error) {
      say({ entry: "answers", text: error instanceof Error ? error.message : "Not possible here" });
    }
  };
  const state = (/** @type {string} */ entry, /** @type {string} */ usual) =>
    html`<span class="share-kind">${said.entry === entry ? said.text : usual}</span>`;
  const isLesson = location.pathname.startsWith("/s/");
  return html`<div class="share" id="share" popover ref=${menu} role="dialog" aria-label="Save or share" onKeyDown=${walk}>
    <section aria-label="This view">
      <button type="button" class="share-entry" onClick=${() => copy("link", location.origin + link())}>
        Copy a link to this step ${state("link", "")}
      </button>
      ${isLesson && html`<button type="button" class="share-entry" onClick=${() => copy("embed", embedCode())}>
        Copy code to embed it ${state("embed", "HTML")}
      </button>`}
      <button type="button" class="share-entry" onClick=${print}>Print a handout ${state("print", "")}</button>
      ${isLesson && lesson.value.quiz?.length > 0 && html`<button type="button" class="share-entry" onClick=${withAnswers}>Print it with answers ${state("answers", "")}</button>`}
    </section>
    <section aria-labelledby="share-picture">
      <h2 id="share-picture">The timeline, as you see it</h2>
      <button type="button" class="share-entry" onClick=${() => picture("svg")}>Vector picture ${state("svg", "SVG")}</button>
      <button type="button" class="share-entry" onClick=${() => picture("png")}>Picture ${state("png", "PNG")}</button>
    </section>
    ${slot && slot.status !== "error" && html`<section aria-labelledby="share-run">
      <h2 id="share-run">The run: ${slot.title}</h2>
      ${isReal(slot) ? html`<p class="share-note">The server keeps no run for real. The terminal makes one and saves it in each of these formats: <code>${["meanwhile run", lesson.value.id, `--variant ${slot.variant}`, "--clock wall", "--format json"].map((part) => html`<span>${part}</span> `)}</code></p>`
      : FORMATS.map(([ending, name, kind]) => html`<a key=${ending} class="share-entry" download href=${exportOf(slot, ending ?? "")} onClick=${close}>
        ${name} <span class="share-kind">${kind}</span>
      </a>`)}
    </section>`}
    ${refused && html`<label class="share-refused">
      This browser does not let pages copy. Copy it from here:
      <input type="text" readonly value=${refused} onFocus=${(/** @type {FocusEvent} */ event) => /** @type {HTMLInputElement} */ (event.target).select()} />
    </label>`}
    <span class="visually-hidden" role="status">${said.text}</span>
  </div>`;
}

/** Where the server gives a run in this format. @param {import("../store.js").Slot} slot @param {string} ending */
export function exportOf({ variant, parameters, seed }, ending) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) query.set(`p.${name}`, String(value));
  if (seed !== 0) query.set("seed", String(seed));
  const base = location.pathname.replace(/\/$/, "");
  const asked = query.toString();
  return `${base}/export/${encodeURIComponent(variant)}.${ending}${asked && `?${asked}`}`;
}

/** A frame that shows this view in another page. */
function embedCode() {
  const address = (location.origin + link().replace(/^\/s\//, "/embed/")).replaceAll("&", "&amp;");
  const title = lesson.value.title.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return `<iframe src="${address}" title="${title}" sandbox="allow-scripts allow-popups" width="960" height="640"></iframe>`;
}

/** Draw the timeline and have the browser save it. @param {"svg"|"png"} kind */
async function savePicture(kind) {
  const timeline = /** @type {HTMLElement|null} */ (document.querySelector(".timeline"));
  const slot = slots.value[focus.value];
  if (!timeline || !slot) return;
  const { pictureOf, pngOf } = await import("../picture.js");
  const n = presentOf(slot.index).value;
  const text = stepNamed(slot.trace, n)?.action ?? slot.title;
  const where = n > 0 ? `, step ${n} of ${slot.trace.steps.length}` : "";
  const drawn = await pictureOf(timeline, {
    title: `${lesson.value.title} · ${slot.title}${where}`,
    text: text.replaceAll("`", "").replace(/^[a-z](?=[a-z]* )/, (first) => first.toUpperCase()),
    source: "Drawn by Meanwhile from a real run",
  });
  const blob = kind === "png" ? await pngOf(drawn) : new Blob([drawn.svg], { type: "image/svg+xml" });
  const anchor = document.createElement("a");
  anchor.href = URL.createObjectURL(blob);
  anchor.download = `${lesson.value.id}${n > 0 ? `-step-${n}` : ""}.${kind}`;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 60_000);
}

/** @param {HTMLElement} menu @returns {HTMLElement[]} */
const entriesOf = (menu) => [.../** @type {NodeListOf<HTMLElement>} */ (menu.querySelectorAll(".share-entry"))];

/** Arrow keys within the menu; the stage's own keys rest while it has the focus. @param {KeyboardEvent} event */
function walk(event) {
  const menu = /** @type {HTMLElement} */ (event.currentTarget);
  if (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return;
  const entries = entriesOf(menu);
  const at = entries.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  /** @type {Object<string, number>} */
  const goals = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 };
  const goal = goals[event.key];
  if (goal === undefined) {
    if (!["Enter", " ", "Tab", "Escape"].includes(event.key)) event.stopPropagation();
    return;
  }
  event.preventDefault();
  entries[(goal + entries.length) % entries.length]?.focus();
}
