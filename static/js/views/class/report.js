/**
 * The results of a class: what was asked, how votes changed, which wrong ideas there were, how each
 * student did, and where people got lost. Made to be read on a screen and on paper.
 */

import { signal } from "@preact/signals-core";

import { isLive, lasting, summaryOf, widest } from "../../class/findings.js";
import { code, download, fault, results, stale, titles } from "../../class/reporting.js";
import { percent } from "../../class/tally.js";
import { html } from "../html.js";
import { Icon } from "../icon.js";
import { rich } from "../rich.js";
import { QuestionReport } from "./report-question.js";
import { Students } from "./report-students.js";

/** @import { LostPlace, Misconception, Results } from "../../class/findings.js" */
/** @import { Table } from "../../class/reporting.js" */

/** @type {import("@preact/signals-core").Signal<string>} */
const downloadFault = signal("");

export function Report() {
  const data = results.value;
  if (fault.value) {
    return html`<div class="words">
      <h1>There are no results to show.</h1>
      <p>${fault.value}</p>
      <a class="button" href="/">All lessons</a>
    </div>`;
  }
  if (!data) {
    return html`<p class="report-loading" role="status">${stale.value ? "The server does not answer. Trying again…" : "Fetching the results…"}</p>`;
  }
  return html`
    <${Head} data=${data} />
    <${Summary} data=${data} />
    <section class="report-part" aria-labelledby="report-questions">
      <h2 id="report-questions">Questions</h2>
      ${data.questions.length === 0 && html`<p class="report-empty">Nothing has been asked in this class.</p>`}
      ${data.questions.map((question) => html`<${QuestionReport} key=${question.n} question=${question} />`)}
    </section>
    <${Misconceptions} list=${lasting(data.misconceptions)} />
    <${Students} students=${data.students} questions=${data.questions} />
    <${Lost} places=${data.lost} />
    <${Foot} data=${data} />
  `;
}

/** @param {number} ms */
const day = (ms) => new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeStyle: "short" }).format(ms);

/** @param {{ data: Results }} props */
function Head({ data: { class: facts } }) {
  const live = isLive(facts, Date.now());
  return html`<header class="report-head">
    <div>
      <p class="report-place">Results of a class</p>
      <h1>${facts.title || `Class ${facts.code}`}</h1>
      <p class="report-when">${day(facts.started)}${facts.ended !== null && ` to ${new Intl.DateTimeFormat(undefined, { timeStyle: "short" }).format(facts.ended)}`}${` · code ${facts.code}`}${live && html`<span class="report-live"> · going on now</span>`}</p>
      ${stale.value && html`<p class="notice is-bad" role="status">The server does not answer. These are the last results that came.</p>`}
    </div>
    <div class="report-tools">
      <button type="button" class="button is-primary" onClick=${() => print()}>Print</button>
      ${/** @type {[Table|"json", string][]} */ ([["questions", "Questions"], ["students", "Students"], ["answers", "All answers"], ["misconceptions", "Misconceptions"], ["json", "JSON"]]).map(
        ([what, name]) => html`<button key=${what} type="button" class="button" onClick=${async () => { downloadFault.value = await download(what); }}>
          ${name}${what !== "json" && html` <span class="report-format">CSV</span>`}
        </button>`,
      )}
      <p class="report-fault" role="alert">${downloadFault.value}</p>
    </div>
  </header>`;
}

/** @param {{ data: Results }} props */
function Summary({ data }) {
  const { students, questions, answered, first, last, gain } = summaryOf(data);
  const figures = [
    ["Students", students, answered < students ? `${answered} of them answered` : ""],
    ["Questions", questions, ""],
    ["Right at first", first === null ? "–" : percent(first), "mean of all questions"],
    ["Right in the end", last === null ? "–" : percent(last), "mean of all questions"],
    ["Gain", gain === null ? "–" : percent(gain), gain === null ? "no second votes yet" : "of what was missing (Hake 1998)"],
  ];
  return html`<dl class="report-summary">
    ${figures.map(([name, value, note]) => html`<div key=${name}><dt>${name}</dt><dd><b>${value}</b>${note && html`<span>${note}</span>`}</dd></div>`)}
  </dl>`;
}

/** @param {{ list: Misconception[] }} props */
function Misconceptions({ list }) {
  const most = widest(list.flatMap(({ first, last }) => [first, last ?? 0]));
  return html`<section class="report-part" aria-labelledby="report-misconceptions">
    <h2 id="report-misconceptions">Misconceptions</h2>
    ${list.length === 0
      ? html`<p class="report-empty">No wrong answer has been given.</p>`
      : html`<div class="report-box" role="region" aria-label="Table of misconceptions" tabindex="0"><table class="report-table is-stacked" role="table">
          <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Wrong answer</th><th role="columnheader" scope="col">What it means</th><th role="columnheader" scope="col" class="is-figure">First vote</th><th role="columnheader" scope="col" class="is-figure">Last vote</th></tr></thead>
          <tbody role="rowgroup">
            ${list.map((item) => html`<tr role="row" key=${`${item.question} ${item.answer}`}>
              <th role="rowheader" scope="row"><span class="report-of">Question ${item.question}</span> ${rich(item.answer)}</th>
              <td role="cell">${item.meaning ? rich(item.meaning) : html`<span class="absent">–</span>`}</td>
              <td role="cell" class="is-figure" data-label="First vote"><${Small} value=${item.first} most=${most} fill="is-first" /></td>
              <td role="cell" class="is-figure" data-label="Last vote">${item.last === null ? html`<span class="absent">–</span>` : html`<${Small} value=${item.last} most=${most} fill="is-last" />`}</td>
            </tr>`)}
          </tbody>
        </table></div>`}
  </section>`;
}

/** A figure with its bar. @param {{ value: number, most: number, fill: string }} props */
function Small({ value, most, fill }) {
  return html`<span class="report-small"><span class="report-small-bar" aria-hidden="true"><span class=${`votes-bar ${fill}`} style=${`inline-size: ${(value / most) * 100}%`}></span></span>${value}</span>`;
}

/** @param {{ places: LostPlace[] }} props */
function Lost({ places }) {
  const most = widest(places.map(({ seats }) => seats));
  return html`<section class="report-part" aria-labelledby="report-lost">
    <h2 id="report-lost">Where people got lost</h2>
    ${places.length === 0
      ? html`<p class="report-empty">Nobody has pressed “I am lost”.</p>`
      : html`<ol class="report-lost">
          ${places.map(({ lesson, variant, step, seats }) => html`<li key=${`${lesson} ${variant} ${step}`}>
            <span>${titles.value[lesson]?.[""] ?? lesson} · ${titles.value[lesson]?.[variant] ?? variant} · ${step === 0 ? "before step 1" : `step ${step}`}</span>
            <${Small} value=${seats} most=${most} fill="is-last" />
          </li>`)}
        </ol>`}
  </section>`;
}

/** @param {{ data: Results }} props */
function Foot({ data: { class: facts } }) {
  return html`<footer class="report-foot">
    <p><${Icon} name="check" size=${14} /> right, <${Icon} name="close" size=${14} /> wrong, · no right or wrong; votes in order. Shares are of those who answered.</p>
    <p>Gain: of what the first vote left to learn, the share that the last vote shows, counted over those who answered both (Hake 1998).
      All of this is deleted on ${new Intl.DateTimeFormat(undefined, { dateStyle: "long" }).format(facts.deleted_at)}. Class ${code.value}.</p>
  </footer>`;
}
