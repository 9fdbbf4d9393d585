/**
 * The presenter view: what only the teacher sees, and a remote for the stage, first for a phone.
 *
 * It holds the traces of the class's scene but draws none of them: it says where the class is and
 * what comes next. Its buttons move its own cursor, and the class follows as it follows any driver.
 */

import { code, ended, refused, title } from "../../class/state.js";
import { html } from "../html.js";
import { Notices } from "../notices.js";
import { PresentAsk } from "./present-ask.js";
import { ClassClock } from "./present-clock.js";
import { Notes } from "./present-notes.js";
import { People } from "./present-people.js";
import { Now, Remote } from "./present-remote.js";

/** @param {{ why?: string }} props */
export function Shut({ why = "It is for the host alone. Open it from the class’s own page, or with the link that the host was given." }) {
  return html`<div class="words">
    <h1>The presenter view cannot be opened.</h1>
    <p>${why}</p>
    <a class="button" href="/">All lessons</a>
  </div>`;
}

export function Presenter() {
  if (refused.value) return html`<${Shut} why=${refused.value.message} />`;
  return html`
    <${Notices} />
    <header class="present-head">
      <h1>${title.value || "Presenter view"}</h1>
      <p class="present-code">${code.value}</p>
      <${ClassClock} />
      <nav class="present-links" aria-label="Pages of this class">
        <a href=${`/host/${code.value}`}>Stage</a>
        <a href=${`/report/${code.value}`}>Results</a>
      </nav>
    </header>
    ${ended.value && html`<p class="notice">The class is over. Its results stay under “Results”.</p>`}
    <div class="present-columns">
      <div class="present-column">
        <${Now} />
        <${Notes} />
        <${People} />
      </div>
      <div class="present-column">
        <${PresentAsk} />
      </div>
    </div>
    <${Remote} />
  `;
}
