/**
 * The stage in a class: what main.js loads where the page belongs to one.
 */

import { effect } from "@preact/signals-core";
import { openViews } from "../panels.js";
import { showStage } from "../show.js";
import * as moving from "../moving.js";
import * as store from "../store.js";
import { parse } from "../url.js";
import { html } from "../views/html.js";
import { ClassStage, NoHost } from "../views/class/stage.js";
import { back, pressLost, showJoin } from "./actions.js";
import { forgetSeat } from "./keep.js";
import { clearMarks, markPresent, startMarks } from "./marks.js";
import { classPage, openClass } from "./page.js";
import { point, startPointing } from "./pointing.js";
import * as state from "./state.js";

/** @param {HTMLElement} root */
export function startClass(root) {
  const page = classPage();
  root.setAttribute("aria-busy", "true");
  const waiting = root.querySelector(".stage-loading");
  if (waiting) waiting.textContent = "Entering the class…";
  if (!openClass()) {
    if (page.role === "student") location.replace(`/j/${page.code}`);
    else showStage(root, html`<${NoHost} page=${page} />`);
    return;
  }
  effect(() => {
    if (state.refused.value?.code !== "not_yours" || page.role !== "student") return;
    forgetSeat(page.code); // this browser's seat is gone: let the student take one
    location.replace(`/j/${page.code}`);
  });
  let shown = false;
  effect(() => {
    if (shown || (!state.snapshot.value && !state.refused.value)) return;
    shown = true;
    queueMicrotask(() => {
      openViews(location.search, null); // a choice lasts as long as the class's page
      showStage(root, html`<${ClassStage} page=${page} />`, keys(page.role));
      startMarks(root);
      startPointing(root);
      startHere();
      tellMissed();
    });
  });
}

/** Who comes late hears what was asked before. */
function tellMissed() {
  const count = state.missed.value.filter(({ answered }) => !answered).length;
  if (count === 0) return;
  const asked = count === 1 ? "A question was" : `${count} questions were`;
  store.notice(`${asked} asked before you came. You find ${count === 1 ? "it" : "them"} in the menu at the right of the bar.`);
}

/** A class begins where its host stood, as the address says; later it is where it is. */
function startHere() {
  const { slot, step } = parse(location.search, store.lesson.value).view;
  if (location.search === "") return;
  history.replaceState(history.state, "", location.pathname + location.hash);
  if (state.role.value !== "host" || state.token.value === null || state.led.value || step === undefined) return;
  const stop = effect(() => {
    if (store.slots.value.length === 0 || !store.complete()) return;
    queueMicrotask(() => {
      stop();
      if (!state.led.value) moving.seek({ slot, step });
    });
  });
}

/** @param {import("./state.js").Role} role @returns {import("../keys.js").ClassKeys} */
function keys(role) {
  const leading = { p: () => point(true), m: markPresent };
  return {
    down: role === "student" ? { ...leading, f: back, l: pressLost } : { ...leading, f: back, j: showJoin },
    up: { p: () => point(false) },
    close: () => {
      if (!document.querySelector("dialog[open]")) clearMarks(); // Esc closes the dialog, and no more
    },
  };
}
