/**
 * How a class voted: for each answer a bar for each vote, with count and percentage.
 *
 * A table to those who hear it, a chart to those who see it. Votes differ by pattern and by their
 * names, the right answer and the own one by a word; colour says nothing alone.
 */

import { isListed, percent, tallyOf, voteName } from "../../class/tally.js";
import { html } from "../html.js";
import { Icon } from "../icon.js";
import { rich } from "../rich.js";

/** @import { Share } from "../../class/state.js" */
/** @import { Given, Row, Tally } from "../../class/tally.js" */

/**
 * @param {{question: {kind: string, choices?: any[]|null}, distribution: Share[][], bases?: number[]|null|undefined,
 *   mine?: Given, right?: string[]|undefined}} props
 */
export function Histogram({ question, distribution, bases, mine, right }) {
  const tally = tallyOf(question, distribution, { mine, right: right ?? [], bases: bases ?? [] });
  if (tally.rows.length === 0 || tally.bases.every((base) => base === 0)) {
    return html`<p class="votes-none">Nobody has answered yet.</p>`;
  }
  const rounds = Array.from({ length: tally.rounds }, (_, i) => i);
  return html`<table class=${`votes has-${tally.rounds}`} role="table">
    <caption>
      ${rounds.map(
        (i) => html`<span key=${i} class="votes-key">
          ${tally.rounds > 1 && html`<i class=${`votes-swatch ${fillOf(i, tally.rounds)}`} aria-hidden="true"></i>`}
          ${voteName(i, tally.rounds)}${" "}<b>${answers(tally.bases[i] ?? 0)}</b>
        </span>`,
      )}
    </caption>
    <thead class="visually-hidden" role="rowgroup">
      <tr role="row">
        <th scope="col" role="columnheader">Answer</th>
        ${rounds.map((i) => html`<th key=${i} scope="col" role="columnheader">${voteName(i, tally.rounds)}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${tally.rows.map((row) => html`<${Answer} key=${row.answer} row=${row} tally=${tally} listed=${isListed(question.kind)} />`)}
    </tbody>
  </table>`;
}

/** @param {number} n */
const answers = (n) => (n === 1 ? "1 answer" : `${n} answers`);

/** The pattern of a vote: the last is solid, the first hatched. @param {number} round @param {number} rounds */
const fillOf = (round, rounds) => (round === rounds - 1 ? "is-last" : round === 0 ? "is-first" : "is-between");

/** @param {{row: Row, tally: Tally, listed: boolean}} props */
function Answer({ row, tally, listed }) {
  return html`<tr role="row" class=${`votes-row${row.right ? " is-right" : ""}${row.own ? " is-own" : ""}`}>
    <th scope="row" role="rowheader">
      ${listed && html`<span class="votes-letter">${row.letter}</span>`}
      <span class="votes-answer">${rich(row.answer)}</span>
      ${row.right && html`<span class="votes-tag is-right"><${Check} /> right</span>`}
      ${row.own && html`<span class="votes-tag">your answer</span>`}
    </th>
    ${row.counts.map(
      (count, i) => html`<td key=${i} role="cell">
        <span class="votes-track" aria-hidden="true">
          <span class=${`votes-bar ${fillOf(i, tally.rounds)}`} style=${`inline-size: ${(row.shares[i] ?? 0) * 100}%`}></span>
        </span>
        <span class="votes-share">${percent(row.shares[i] ?? 0)}</span>
        <span class="votes-count">${count}</span>
      </td>`,
    )}
  </tr>`;
}

export function Check() {
  return html`<span class="check"><${Icon} name="check" size=${14} /></span>`;
}
