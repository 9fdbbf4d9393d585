/**
 * The buttons that lead a vote, in the order of peer instruction, the next one emphasised.
 */

import { useEffect, useRef, useState } from "preact/hooks";

import { LABELS, nextAction, possible, standingOf } from "../../class/method.js";
import { runTo } from "../../class/proof.js";
import { emit } from "../../class/socket.js";
import { html } from "../html.js";

/** @import { Advice, Do } from "../../class/method.js" */
/** @import { PublicQuestion, Votes } from "../../class/state.js" */

/**
 * `advice` is given only where nobody but the host sees the screen: the emphasis tells it.
 * @param {{question: PublicQuestion, votes: Votes|null, advice: Advice}} props
 */
export function VoteButtons({ question, votes, advice }) {
  const [busy, setBusy] = useState(/** @type {Do|null} */ (null));
  const [fault, setFault] = useState("");
  const proving = useRef(false);
  const standing = standingOf(question, votes);
  const next = nextAction(standing, advice);

  useEffect(() => {
    // Whoever reveals leads the class to the proof; other pages of the host follow.
    const step = question.reveal?.step;
    if (!proving.current || question.stage !== "revealed") return;
    proving.current = false;
    if (step) runTo(step);
  }, [question.asked, question.stage]);

  /** @param {Do} act */
  const go = async (act) => {
    setBusy(act);
    setFault("");
    proving.current = act === "reveal";
    try {
      await emit("vote", { asked: question.asked, do: act });
    } catch (refusal) {
      proving.current = false;
      setFault(/** @type {Error} */ (refusal).message);
    }
    setBusy(null);
  };
  const { step } = question.reveal ?? {};
  return html`<div class="ask-buttons">
    ${possible(standing).map(
      (act) => html`<button
        key=${act}
        type="button"
        class=${`button${act === next ? " is-primary is-next" : ""}`}
        disabled=${busy !== null}
        onClick=${() => void go(act)}
      >
        ${LABELS[act]}
      </button>`,
    )}
    ${step &&
    html`<button type="button" class="button" onClick=${() => runTo(step)}>Show step ${step.n}</button>`}
    <p class="ask-fault" role="alert">${fault}</p>
  </div>`;
}

/** How many have answered, as figures and as a bar. @param {{answered: number, of: number}} props */
export function Turnout({ answered, of }) {
  return html`<p class="turnout">
    <span class="turnout-text"><b>${answered}</b> of ${of} answered</span>
    <span class="turnout-track" aria-hidden="true"><span style=${`inline-size: ${of > 0 ? Math.min(100, (answered / of) * 100) : 0}%`}></span></span>
  </p>`;
}
