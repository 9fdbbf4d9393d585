/** One question in the report: both votes side by side, how people changed, and what the answers mean. */

import { changeText, gainText, streams } from "../../class/findings.js";
import { growth } from "../../class/tally.js";
import { html } from "../html.js";
import { rich } from "../rich.js";
import { Histogram } from "./histogram.js";

/** @import { Changed, QuestionResult } from "../../class/findings.js" */

/** @param {{ question: QuestionResult }} props */
export function QuestionReport({ question }) {
  const { n, text, kind, rounds, right, explanation, changed, gain, stage } = question;
  const judged = right.length > 0;
  const choices = kind === "choice" || kind === "choices" ? (rounds[0]?.answers.map(({ answer }) => answer) ?? []) : [];
  return html`<article class="report-question" aria-labelledby=${`question-${n}`}>
    <h3 id=${`question-${n}`}><span class="report-number">${n}</span> <span>${rich(text)}</span></h3>
    <p class="report-growth">
      ${judged && html`<b>${growth(rounds.map((round) => round.right_share))}</b> `}${gain !== null && `Gain: ${gainText(gain)}. `}${!judged && "No answer is right or wrong. "}${stage !== "revealed" && judged && "Not revealed to the class. "}${question.hint_given && "The hint was given."}
    </p>
    <div class=${`report-picture${changed ? " has-flow" : ""}`}>
      <${Histogram} question=${{ kind, choices }} distribution=${rounds.map(({ answers }) => answers)} bases=${rounds.map(({ answered }) => answered)}
        right=${rounds[0]?.answers.filter((bar) => bar.right).map(({ answer }) => answer) ?? []} />
      ${changed && html`<${Flow} changed=${changed} />`}
    </div>
    ${explanation && html`<p class="report-why">${rich(explanation)}</p>`}
  </article>`;
}

const WIDTH = 220;
const HEIGHT = 132;
const BAR = 14;
const GAP = 10;
const SIDE = 54;

/**
 * From the first vote to the last: streams as thick as the people in them. Right stands above wrong
 * and is solid, wrong is hatched; so it can be read in black and white.
 * @param {{ changed: Changed }} props
 */
function Flow({ changed }) {
  const room = HEIGHT - GAP - 34;
  const parts = streams(changed).map((stream) => ({ ...stream, high: stream.share * room }));
  const sum = (/** @type {"from"|"to"} */ end, /** @type {string} */ side) => parts.filter((part) => part[end] === side).reduce((all, part) => all + part.high, 0);
  const count = (/** @type {"from"|"to"} */ end, /** @type {string} */ side) => parts.filter((part) => part[end] === side).reduce((all, part) => all + part.count, 0);
  const top = 24;
  /** Where the next stream leaves or arrives. @type {Record<string, number>} */
  const next = {
    "from right": top, "from wrong": top + sum("from", "right") + GAP, "to right": top, "to wrong": top + sum("to", "right") + GAP,
  };
  const take = (/** @type {string} */ end, /** @type {number} */ high) => {
    const y = next[end] ?? 0;
    next[end] = y + high;
    return y;
  };
  const left = SIDE + BAR;
  const right = WIDTH - SIDE - BAR;
  const middle = (left + right) / 2;
  const drawn = parts.filter(({ count: n }) => n > 0).map((part) => {
    const a = take(`from ${part.from}`, part.high);
    const b = take(`to ${part.to}`, part.high);
    const path = `M${left} ${a} C${middle} ${a} ${middle} ${b} ${right} ${b} V${b + part.high} C${middle} ${b + part.high} ${middle} ${a + part.high} ${left} ${a + part.high} Z`;
    return { ...part, path };
  });
  /** @param {"from"|"to"} end @param {"right"|"wrong"} side */
  const pillar = (end, side) => {
    const high = sum(end, side);
    const y = side === "right" ? top : top + sum(end, "right") + GAP;
    const x = end === "from" ? SIDE : WIDTH - SIDE - BAR;
    if (high === 0) return null;
    return html`<rect class=${`flux-end is-${side}`} x=${x} y=${y} width=${BAR} height=${high} />
      <text class="flux-count" x=${end === "from" ? SIDE - 6 : WIDTH - SIDE + 6} y=${y + high / 2} text-anchor=${end === "from" ? "end" : "start"} dominant-baseline="middle">${side} ${count(end, side)}</text>`;
  };
  return html`<figure class="flux">
    <svg viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label=${changeText(changed)}>
      <defs><pattern id="flux-hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" class="flux-ground" /><path d="M0 0v5" class="flux-hatch" /></pattern></defs>
      <text class="flux-name" x=${SIDE + BAR} y="12" text-anchor="end">First</text>
      <text class="flux-name" x=${WIDTH - SIDE - BAR} y="12" text-anchor="start">Last</text>
      ${drawn.map((part) => html`<path key=${`${part.from} ${part.to}`} class=${`flux-stream is-${part.from}-${part.to}`} d=${part.path} />`)}
      ${pillar("from", "right")}${pillar("from", "wrong")}${pillar("to", "right")}${pillar("to", "wrong")}
    </svg>
    <figcaption>${changeText(changed)}</figcaption>
  </figure>`;
}
