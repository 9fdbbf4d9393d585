/**
 * What a version's run comes to, in a sentence: who waits how long, how that differs from the first
 * version, what became of requests and tasks, and on which clock, where there are two.
 */

import { isReal } from "../settings.js";
import { slots } from "../store.js";
import { differenceWords, outcomeWords, summaryOf, waitWords } from "../summary.js";
import { html } from "./html.js";

/** A number stays on one line with its unit. @param {string} text @returns {string} */
const together = (text) => text.replace(/(\d) (ms|s|min)\b/g, "$1\u00a0$2");

/** @param {{index: number}} props */
export function Summary({ index }) {
  const slot = slots.value[index];
  const [first] = slots.value;
  if (!slot || !first) return null;
  if (slot.status === "error") return html`<span class="summary is-error">This version could not be run.</span>`;
  const summary = summaryOf(slot.trace);
  const wait = waitWords(summary);
  const less = index > 0 && first.status !== "error" ? differenceWords(summaryOf(first.trace), summary) : "";
  const outcome = outcomeWords(summary);
  return html`<span class="summary">${wait && html`${wait.text} <strong>${together(wait.strong)}</strong>`}${less && html`, ${less} <span class="summary-than">${/^(just|about) as /.test(less) ? "as" : "than"} in version 1</span>`}${wait?.late && `${less ? "; " : ", "}${together(wait.late)}`}${outcome && html`<span class="summary-outcome">${together(outcome)}</span>`}${wait && slots.value.some(isReal) && html`<span class="summary-outcome">on the ${isReal(slot) ? "wall" : "virtual"} clock</span>`}</span>`;
}
