/**
 * Questions in the presenter view: how the vote goes as it goes, what is right, what the share of
 * right answers suggests, and the buttons with the best next one emphasised.
 */

import { SOURCE, adviceText, callOf, rightText, standingOf } from "../../class/method.js";
import { question as asked, votes as counted } from "../../class/state.js";
import { growth, rightShares } from "../../class/tally.js";
import { html } from "../html.js";
import { rich } from "../rich.js";
import { Countdown } from "./ask-clock.js";
import { Turnout, VoteButtons } from "./ask-control.js";
import { AskForm } from "./ask-form.js";
import { Check, Histogram } from "./histogram.js";

/** @import { PublicQuestion, Votes } from "../../class/state.js" */

export function PresentAsk() {
  const question = asked.value;
  return html`<section class="card present-ask" aria-labelledby="ask-title">
    <div class="card-head">
      <h2 id="ask-title">${question ? `Question ${question.n}` : "Ask the class"}${question && question.round > 1 && html`<span class="ask-round">, vote ${question.round}</span>`}</h2>
      ${question?.stage === "voting" && html`<${Countdown} closes=${question.closes_at} />`}
    </div>
    <div class="present-body">
      ${question ? html`<${Live} key=${question.asked} question=${question} />` : html`<${AskForm} />`}
    </div>
  </section>`;
}

/** @param {{ question: PublicQuestion }} props */
function Live({ question }) {
  const votes = counted.value?.asked === question.asked ? counted.value : null;
  return html`
    <p class=${`ask-call is-${question.stage}`}>${callOf(question.stage, question.round)}</p>
    <p class="quiz-text">${rich(question.text)}</p>
    ${votes && html`<${Turnout} answered=${votes.answered} of=${votes.of} />`}
    ${votes && html`<${Advised} question=${question} votes=${votes} />`}
    <${VoteButtons} question=${question} votes=${votes} advice=${votes?.advice ?? null} />
    ${votes && html`<${Histogram} question=${question} distribution=${votes.distribution} bases=${votes.answered_by_round} right=${votes.right} />`}
    ${votes?.right && votes.right.length > 0 && (votes.answered === 0 || !votes.distribution.flat().some((bar) => bar.right)) &&
    html`<p class="present-right"><${Check} /> <span>Right: <b>${votes.right.map((answer, i) => html`${i > 0 && "; "}${rich(answer)}`)}</b></span></p>`}
    ${votes?.explanation && html`<details class="present-more"><summary>Why</summary><p>${rich(votes.explanation)}</p></details>`}
    ${votes?.hint && html`<details class="present-more"><summary>${question.hint ? "The hint, given" : "The hint"}</summary><p>${rich(votes.hint)}</p></details>`}
  `;
}

/** What the share of right answers suggests, and who says so. @param {{ question: PublicQuestion, votes: Votes }} props */
function Advised({ question, votes }) {
  const share = rightText(votes);
  const advice = adviceText(votes.advice, standingOf(question, votes));
  if (!share && !advice) return null;
  const shares = rightShares(question.kind, votes.distribution, votes.answered_by_round ?? [], votes.right ?? []);
  return html`<div class="present-advice" role="status">
    ${share && html`<p><b>${share}</b></p>`}
    ${shares.length > 1 && html`<p>${growth(shares)}</p>`}
    ${advice && html`<p>${advice}</p><p class="present-source">${SOURCE}</p>`}
  </div>`;
}
