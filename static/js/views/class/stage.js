/**
 * The stage of a class: the ordinary one with the class's bar and questions, or why there is none.
 */

import { CLASS_KEYS } from "../../keys.js";
import * as state from "../../class/state.js";
import { html } from "../html.js";
import { Stage } from "../stage.js";
import { AskPanel } from "./ask.js";
import { ClassBar } from "./bar.js";
import { Dialogs } from "./dialogs.js";

/** @typedef {import("../../class/page.js").ClassPage} ClassPage */

/** @param {{ page: ClassPage }} props */
export function ClassStage({ page }) {
  const fault = state.refused.value;
  if (fault) return html`<${Gone} page=${page} fault=${fault} />`;
  if (state.ended.value) return html`<${Over} page=${page} />`;
  const leads = state.token.value !== null;
  const keys = CLASS_KEYS.filter(({ who }) => who === page.role || (who === "driver" && leads));
  return html`
    <${Stage} Bar=${ClassBar} Beside=${AskPanel} keys=${keys} />
    <${Dialogs} page=${page} />
  `;
}

/** @param {{ page: ClassPage, fault: import("../../store.js").Fault }} props */
function Gone({ page, fault }) {
  if (fault.code === "no_class") return html`<${Over} page=${page} />`;
  if (fault.code === "not_yours" && page.role !== "student") return html`<${NoHost} page=${page} />`;
  const heads = /** @type {Record<string, string>} */ ({
    removed: "You are no longer in this class.", forgotten: "Your data is deleted.", not_yours: "Joining again…",
  });
  return html`<div class="words" role="alert">
    <h1>${heads[fault.code] ?? "This class cannot be entered."}</h1>
    <p>${fault.message}</p>
    <a class="button" href="/">All lessons</a>
  </div>`;
}

/** @param {{ page: ClassPage }} props */
function Over({ page }) {
  const host = page.role !== "student";
  const lesson = state.scene.value?.lesson;
  return html`<div class="words" role="alert">
    <h1>This class is over.</h1>
    <p>
      ${host
        ? "Nobody can join or answer any more. The results stay for you to read and to save."
        : "Thank you for taking part. Every lesson stays open: play it again at your own pace."}
    </p>
    ${host && html`<a class="button is-primary" href=${`/report/${page.code}`}>See the results</a> `}
    <a class=${`button ${host ? "" : "is-primary"}`} href=${lesson ? `/s/${lesson}` : "/"}>Open the lesson</a>
  </div>`;
}

/** @param {{ page: ClassPage }} props */
export function NoHost({ page }) {
  return html`<div class="words" role="alert">
    <h1>This page is for the host of the class.</h1>
    <p>
      This browser does not know the host's secret. Open the class with the host link that you copied
      in the other browser, or join as a student.
    </p>
    <a class="button is-primary" href=${`/j/${page.code}`}>Join as a student</a>
  </div>`;
}
