/** The students in a table that can be sorted by each of its columns. */

import { signal } from "@preact/signals-core";

import { marksOf, sorted } from "../../class/findings.js";
import { html } from "../html.js";
import { Icon } from "../icon.js";

/** @import { Column, QuestionResult, StudentResult } from "../../class/findings.js" */

/** @type {import("@preact/signals-core").Signal<{column: Column, down: boolean}>} */
const order = signal({ column: "name", down: false });

/** @type {[Column, string][]} */
const COLUMNS = [["name", "Student"], ["answered", "Answered"], ["right_first", "Right at first"], ["right_last", "Right in the end"], ["points", "Points"]];

/** @param {{ students: StudentResult[], questions: QuestionResult[] }} props */
export function Students({ students, questions }) {
  const { column, down } = order.value;
  const rows = sorted(students, column, down);
  const columns = COLUMNS.filter(([name]) => name !== "points" || questions.some(({ points }) => points > 0));
  return html`<section class="report-part" aria-labelledby="report-students">
    <h2 id="report-students">Students</h2>
    ${rows.length === 0
      ? html`<p class="report-empty">Nobody has joined this class.</p>`
      : html`<div class="report-box" role="region" aria-label="Table of students" tabindex="0"><table class="report-table is-students">
          <thead>
            <tr>
              ${columns.map(([name, text]) => html`<${Head} key=${name} name=${name} text=${text} />`)}
              ${questions.map(({ n }) => html`<th key=${n} scope="col" class="is-mark">Q${n}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows.map((student) => html`<tr key=${student.seat}>
              <th scope="row">${student.name}</th>
              ${columns.slice(1).map(([name]) => html`<td key=${name} class="is-figure">${student[name]}</td>`)}
              ${questions.map(({ n }) => html`<${Mark} key=${n} given=${student.answers[String(n)]} />`)}
            </tr>`)}
          </tbody>
        </table></div>`}
  </section>`;
}

/** @param {{ name: Column, text: string }} props */
function Head({ name, text }) {
  const { column, down } = order.value;
  const on = column === name;
  // Figures begin with the highest, names with A.
  const press = () => { order.value = { column: name, down: on ? !down : name !== "name" }; };
  return html`<th scope="col" class=${name === "name" ? "" : "is-figure"} aria-sort=${on ? (down ? "descending" : "ascending") : undefined}>
    <button type="button" class="report-sort" onClick=${press}>${text}${on && html` <${Icon} name=${down ? "down" : "up"} size=${12} />`}</button>
  </th>`;
}

/** @param {{ given: import("../../class/findings.js").Given[]|undefined }} props */
function Mark({ given }) {
  const words = (given ?? []).map(({ answer, right }) => `${answer}${right === null ? "" : right ? ", right" : ", wrong"}`).join("; then ");
  return html`<td class="is-mark" title=${words}>${given ? html`<span class="report-marks" aria-hidden="true">${marksOf(given).map((right) => (right === null ? "·" : html`<${Icon} name=${right ? "check" : "close"} size=${14} />`))}</span><span class="visually-hidden">${words}</span>` : html`<span class="absent">–</span>`}</td>`;
}
