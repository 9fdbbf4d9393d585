/**
 * The host's side of a question on the projected page: the question in large type, how many have
 * answered, and the buttons. How they voted is folded away until it is shown to everybody; what is
 * right, and how many know it, stands only in the presenter view.
 */

import { signal } from "@preact/signals-core";

import { callOf } from "../../class/method.js";
import { question as asked, seats, votes as counted } from "../../class/state.js";
import { growth, choiceLetter, rightShares } from "../../class/tally.js";
import { html } from "../html.js";
import { rich } from "../rich.js";
import { Countdown } from "./ask-clock.js";
import { Turnout, VoteButtons } from "./ask-control.js";
import { AskForm } from "./ask-form.js";
import { Histogram } from "./histogram.js";

/** @import { PublicQuestion, Votes } from "../../class/state.js" */

/** Whether an open question takes the whole width, for the back of the room. */
const large = signal(true);
/** Whether the form is unfolded. */
const unfolded = signal(false);

export function HostQuestions() {
  const question = asked.value;
  const wide = question !== null && question.stage !== "revealed" && large.value;
  return html`<section class=${`quiz ask is-host card${question || unfolded.value ? " is-open" : ""}${wide ? " is-wide" : ""}`} id="recall" aria-labelledby="ask-title">
    ${question ? html`<${Lead} key=${question.asked} question=${question} wide=${wide} />` : html`<${Choose} />`}
  </section>`;
}

function Choose() {
  return html`<div class="card-head">
      <h2 id="ask-title">Ask the class</h2>
      <button type="button" class="link-button quiz-fold" aria-expanded=${unfolded.value} onClick=${() => { unfolded.value = !unfolded.value; }}>
        ${unfolded.value ? "Hide" : "Choose a question"}
      </button>
    </div>
    ${unfolded.value && html`<div class="quiz-sheet"><${AskForm} /></div>`}`;
}

/** @param {{ question: PublicQuestion, wide: boolean }} props */
function Lead({ question, wide }) {
  const { stage, round, n } = question;
  const votes = counted.value?.asked === question.asked ? counted.value : null;
  return html`<div class="card-head">
      <h2 id="ask-title">Question ${n}${round > 1 && html`<span class="ask-round">, vote ${round}</span>`}</h2>
      ${question.points > 0 && html`<span class="card-note">${question.points} points</span>`}
      ${stage !== "revealed" &&
      html`<button type="button" class="link-button ask-size" aria-pressed=${wide} onClick=${() => { large.value = !large.value; }}>
        ${wide ? "Smaller" : "Larger"}
      </button>`}
    </div>
    <div class="quiz-sheet">
      <p class=${`ask-call is-${stage}`}>${callOf(stage, round)}
        ${stage === "voting" && html` <${Countdown} closes=${question.closes_at} />`}
      </p>
      <p class="quiz-text">${rich(question.text)}</p>
      <${Body} question=${question} votes=${votes} />
      <div class="quiz-actions ask-actions">
        ${stage === "voting" && html`<${Turnout} answered=${votes?.answered ?? 0} of=${votes?.of ?? seats.value} />`}
        <${VoteButtons} question=${question} votes=${votes} advice=${null} />
      </div>
    </div>`;
}

/** @param {{ question: PublicQuestion, votes: Votes|null }} props */
function Body({ question, votes }) {
  const { distribution, reveal, choices, kind, hint, stage } = question;
  return html`
    ${reveal && reveal.answers.length > 0 &&
    html`<div class="quiz-verdict is-right">
      <p><strong>${reveal.answers.map((answer, i) => html`${i > 0 && "; "}${rich(answer)}`)}.</strong> ${rich(reveal.explanation)}</p>
    </div>`}
    ${reveal && distribution && html`<p class="ask-growth">${growth(rightShares(kind, distribution, question.answered_by_round ?? [], reveal.answers))}</p>`}
    ${distribution
      ? html`<${Folded} when=${reveal !== null} name="How the class voted">
          <${Histogram} question=${question} distribution=${distribution} bases=${question.answered_by_round} right=${reveal?.answers} />
        <//>`
      : html`
          ${(kind === "choice" || kind === "choices" || kind === "order") && html`<ul class="ask-choices">
            ${(choices ?? []).map((choice, i) => html`<li key=${choice}><span class="votes-letter">${choiceLetter(i)}</span> ${rich(choice)}</li>`)}
          </ul>`}
          ${kind === "step" && html`<p class="quiz-note">Everybody answers with a step of the run: point at its row in the execution table.</p>`}
          ${votes && votes.answered > 0 &&
          html`<details class="ask-peek">
            <summary>Look at the votes on this screen</summary>
            <p class="quiz-note">Whoever sees this screen sees them too. The presenter view shows them to you alone.</p>
            <${Histogram} question=${question} distribution=${votes.distribution} bases=${votes.answered_by_round} />
          </details>`}
        `}
    ${hint && stage !== "revealed" && html`<p class="quiz-hint"><strong>Hint</strong> ${rich(hint)}</p>`}
  `;
}

/** What is folded away at times, when it was seen already. @param {{ when: boolean, name: string, children?: unknown }} props */
function Folded({ when, name, children }) {
  return when ? html`<details class="ask-peek"><summary>${name}</summary>${children}</details>` : children;
}
