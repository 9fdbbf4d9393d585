/**
 * The panel "Change": which versions are on the stage, and the settings of the one in focus or of all.
 *
 * Loaded when it is first opened. Beside the timeline where there is room, a sheet at the lower edge
 * on a phone, so that the picture is seen while a slider moves. What is set is wanted at once
 * (changes.js); the picture follows by itself.
 */

import { Fragment } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import {
  addVersion, canAdd, canRedo, canUndo, forAll, fork, letGo, moveVersion, panelOpen, redo, removeVersion, reset, setSeed, setValue, setVariant,
  turnSeed, undo,
} from "../changes.js";
import { differences, unusual, valueOf, withUnit } from "../settings.js";
import { focusSlot } from "../moving.js";
import { focus, lesson, settled, sliding, slots, wishes } from "../store.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";
import { Summary } from "./summary.js";

/** @import { Parameter, Value, Wish } from "../store.js" */

const sheet = document.createElement("link");
sheet.rel = "stylesheet";
sheet.href = new URL("../../css/change.css", import.meta.url).href;
await new Promise((go) => {
  sheet.onload = sheet.onerror = go;
  document.head.append(sheet);
});

export function Change() {
  const root = useRef(/** @type {HTMLElement|null} */ (null));
  useEffect(() => {
    root.current?.focus({ preventScroll: true });
    // The sheet of a phone leaves the upper half free: the picture belongs there.
    const isSheet = root.current && getComputedStyle(root.current).position === "fixed";
    const shown = isSheet ? document.querySelector(".hero-timeline") : root.current;
    if (shown && (isSheet || shown.getBoundingClientRect().top < 0)) shown.scrollIntoView({ block: "start" });
  }, []);
  const wish = wishes.value[focus.value];
  if (!wish) return null;
  const close = () => { panelOpen.value = false; };
  return html`<section class="change card" ref=${root} tabindex="-1" aria-labelledby="change-title">
    <div class="card-head">
      <h2 id="change-title">Change</h2>
      <${Busy} />
      <button type="button" class="icon-button change-close" aria-label="Close the settings" title="Close (c)" onClick=${close}><${Icon} name="close" size=${16} /></button>
    </div>
    <div class="change-body">
      ${wishes.value.length > 1 && html`<${Scope} />`}
      <div class="settings">
        ${Object.entries(lesson.value.parameters).map(([name, parameter]) => html`<${Setting} key=${name} name=${name} parameter=${parameter} wish=${wish} />`)}
        <${Seed} wish=${wish} />
      </div>
      <p class="change-outcome"><${Summary} index=${focus.value} /></p>
      <div class="change-back">
        <button type="button" class="button is-quiet" disabled=${!canUndo.value} aria-keyshortcuts="Control+Z" title="Undo (Ctrl + Z)" onClick=${undo}>Undo</button>
        <button type="button" class="button is-quiet" disabled=${!canRedo.value} aria-keyshortcuts="Control+Shift+Z" title="Redo (Ctrl + Shift + Z)" onClick=${redo}>Redo</button>
        <button type="button" class="button is-quiet" disabled=${!differs()} onClick=${reset}>${wishes.value.length > 1 && forAll.value ? "Reset all" : "Reset"}</button>
      </div>
      <h3 class="change-heading">On the stage</h3>
      <ol class="versions">
        ${wishes.value.map((item, i) => html`<${Version} key=${item.id} wish=${item} index=${i} />`)}
      </ol>
      ${canAdd.value && html`<button type="button" class="button change-add" onClick=${addVersion}>Add a version</button>`}
    </div>
  </section>`;
}

/** Whether anything that a reset is meant for is not as the lesson has it. */
const differs = () => wishes.value.some((wish, i) => (forAll.value || i === focus.value) && differences(wish, lesson.value).length > 0);

/** Says that the picture is not yet that of the settings, and to those who do not see it, when it is. */
function Busy() {
  const busy = !settled.value;
  return html`<span class=${`change-busy ${busy ? "is-busy" : ""}`} role="status">${busy ? "running …" : html`<span class="visually-hidden">up to date</span>`}</span>`;
}

/** One version: its variant, and what can be done with it. @param {{wish: Wish, index: number}} props */
function Version({ wish, index }) {
  const { variants } = lesson.value;
  const told = differences(wish, lesson.value);
  const many = wishes.value.length > 1;
  return html`<li class="version" data-leads=${index === focus.value}>
    <span class="version-number" aria-hidden="true">${index + 1}</span>
    <label class="version-variant"><span class="visually-hidden">Program of version ${index + 1}</span>
      <select value=${wish.variant} onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ event) => setVariant(index, event.currentTarget.value)}>
        ${variants.map(({ id, title }) => html`<option key=${id} value=${id} selected=${id === wish.variant}>${title}</option>`)}
      </select>
    </label>
    <div class="version-tools">
      <button type="button" class="link-button" disabled=${!canAdd.value} aria-label=${`Fork version ${index + 1}`} title="Keep this version, and change a copy of it" onClick=${() => fork(index)}>Fork</button>
      ${many && html`<button type="button" class="link-button" aria-label=${`Remove version ${index + 1}`} onClick=${() => removeVersion(index)}>Remove</button>
      <button type="button" class="link-button" disabled=${index === 0} aria-label=${`Move up version ${index + 1}`} onClick=${() => moveVersion(index, -1)}>Move up</button>`}
    </div>
    ${told.length > 0 && html`<p class="version-told">${told.map(({ text }) => text).join(" · ")}</p>`}
  </li>`;
}

/** For which versions a setting is meant: this also has the lead. */
function Scope() {
  const choice = (/** @type {boolean} */ on, /** @type {string} */ text, /** @type {string} */ title, /** @type {() => void} */ choose) => html`<label class="scope-choice" title=${title}>
    <input type="radio" name="scope" class="visually-hidden" checked=${on} onChange=${choose} /><span class="visually-hidden">${title}</span><span aria-hidden="true">${text}</span>
  </label>`;
  return html`<fieldset class="scope">
    <legend>Settings of</legend>
    <div class="scope-choices">
      ${slots.value.map(({ id, title, index }) => html`<${Fragment} key=${id}>${choice(!forAll.value && index === focus.value, String(index + 1), title, () => {
        forAll.value = false;
        focusSlot(index);
      })}<//>`)}
      ${choice(forAll.value, "all", "All versions", () => { forAll.value = true; })}
    </div>
    <p class="scope-title">${forAll.value ? "All versions" : slots.value[focus.value]?.heading}</p>
  </fieldset>`;
}

/** One parameter of the lesson. @param {{name: string, parameter: Parameter, wish: Wish}} props */
function Setting({ name, parameter, wish }) {
  const value = valueOf(wish, name, lesson.value) ?? parameter.default;
  const changed = name in unusual(wish.parameters, lesson.value);
  const id = `setting-${name}`;
  return html`<div class=${`setting ${changed ? "is-changed" : ""}`}>
    <label for=${id}>${parameter.label}</label>
    <${Control} id=${id} name=${name} parameter=${parameter} value=${value} />
    ${changed && html`<p class="setting-usual">usually ${withUnit(parameter.default, parameter)}
      <button type="button" class="link-button" aria-label=${`${parameter.label}: back to ${withUnit(parameter.default, parameter)}`} onClick=${() => setValue(name, String(parameter.default))}>Reset</button></p>`}
  </div>`;
}

/** @param {{id: string, name: string, parameter: Parameter, value: Value}} props */
function Control({ id, name, parameter, value }) {
  const { choices, min, max, step, unit } = parameter;
  if (typeof parameter.default === "boolean") {
    return html`<input type="checkbox" id=${id} checked=${value} onChange=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => setValue(name, String(event.currentTarget.checked))} />`;
  }
  if (choices?.length) {
    return html`<select id=${id} value=${value} onChange=${(/** @type {{currentTarget: HTMLSelectElement}} */ event) => setValue(name, event.currentTarget.value)}>
      ${choices.map((choice) => html`<option key=${choice} value=${choice} selected=${choice === value}>${choice}</option>`)}
    </select>`;
  }
  const slides = typeof min === "number" && typeof max === "number";
  return html`<div class="setting-number">
    <${Field} id=${id} value=${value} unit=${unit ?? ""} min=${min} max=${max} step=${step} set=${(/** @type {string} */ text) => setValue(name, text)} />
    ${slides && html`<input type="range" min=${min} max=${max} step=${step ?? 1} value=${value} aria-label=${parameter.label} aria-valuetext=${withUnit(value, parameter)}
      onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => {
        sliding.value = true;
        setValue(name, event.currentTarget.value);
      }}
      onPointerUp=${letGo} onPointerCancel=${letGo} onTouchEnd=${letGo} onKeyUp=${letGo} onBlur=${letGo} />`}
  </div>`;
}

/**
 * A number that is typed. It is taken when the reader is done with it; what is not valid becomes the nearest that is.
 * @param {{id: string, value: Value, unit?: string, min?: number|null, max?: number|null, step?: number|null, set: (text: string) => unknown}} props
 */
function Field({ id, value, unit = "", min, max, step, set }) {
  const [typed, type] = useState(/** @type {string|null} */ (null));
  const done = () => {
    if (typed !== null) set(typed);
    type(null);
  };
  return html`<span class="setting-field"><input type="number" id=${id} inputmode="decimal" value=${typed ?? value} min=${min} max=${max} step=${step ?? "any"}
    onInput=${(/** @type {{currentTarget: HTMLInputElement}} */ event) => type(event.currentTarget.value)}
    onChange=${done} onBlur=${done} onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === "Enter" && done()} />${unit && html`<span>${unit}</span>`}</span>`;
}

/** Another order of the threads. @param {{wish: Wish}} props */
function Seed({ wish }) {
  return html`<div class=${`setting ${wish.seed === 0 ? "" : "is-changed"}`} role="group" aria-labelledby="setting-order">
    <label id="setting-order" for="setting-seed">Order of threads <span class="setting-note">(seed)</span></label>
    <div class="setting-seed">
      <button type="button" class="icon-button" aria-label="Order before" title="Order before" disabled=${wish.seed === 0} onClick=${() => turnSeed(-1)}><${Icon} name="back" size=${16} /></button>
      <${Field} id="setting-seed" value=${wish.seed} min=${0} step=${1} set=${(/** @type {string} */ text) => setSeed(Number(text))} />
      <button type="button" class="icon-button" aria-label="Another order of threads" title="Another order of threads (o)" onClick=${() => turnSeed(1)}><${Icon} name="on" size=${16} /></button>
    </div>
    <p class="setting-usual">${wish.seed === 0 ? "0: first come, first served" : html`usually 0 <button type="button" class="link-button" aria-label="Order of threads: back to 0" onClick=${() => setSeed(0)}>Reset</button>`}</p>
  </div>`;
}
