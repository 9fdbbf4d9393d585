/**
 * Peer instruction as the pages lead it: vote in silence, look, discuss, vote again, reveal.
 *
 * What the server allows at a stage, what is best done next, and why (Crouch and Mazur, Peer
 * Instruction: Ten years of experience and results, American Journal of Physics 69, 2001; Vickrey
 * and others, Research-based implementation of peer instruction, CBE Life Sciences Education 14, 2015).
 */

import { percent } from "./tally.js";

/** @import { PublicQuestion, Stage, Votes } from "./state.js" */

/**
 * @typedef {"close"|"show"|"hint"|"again"|"reveal"|"dismiss"} Do
 * @typedef {null|"hint"|"discuss"|"move_on"} Advice
 * @typedef {{stage: Stage, round: number, opinion: boolean, hint: "none"|"kept"|"given"}} Standing
 */

export const MOST_ROUNDS = 5;
export const SOURCE = "Crouch & Mazur 2001; Vickrey et al. 2015";

/** @type {Record<Do, string>} */
export const LABELS = {
  close: "End the vote",
  show: "Show the votes",
  hint: "Give the hint",
  again: "Vote again",
  reveal: "Reveal the answer",
  dismiss: "Put it away",
};

/**
 * How a question stands, from what a host's page holds.
 * @param {PublicQuestion} question
 * @param {Votes|null} votes
 * @returns {Standing}
 */
export function standingOf(question, votes) {
  const known = votes?.asked === question.asked ? votes : null;
  const opinion = known?.right
    ? known.right.length === 0
    : question.question === null && (known?.answered ?? 0) > 0 && known?.right_share === null;
  return {
    stage: question.stage,
    round: question.round,
    opinion,
    hint: question.hint ? "given" : known?.hint ? "kept" : "none",
  };
}

/**
 * What may be done now, in the order of the method.
 * @param {Standing} standing
 * @returns {Do[]}
 */
export function possible({ stage, round, opinion, hint }) {
  /** @type {Do[]} */
  const all = [];
  if (stage === "voting") all.push("close");
  if (stage === "closed") all.push("show");
  if (stage !== "revealed" && hint === "kept") all.push("hint");
  if ((stage === "closed" || stage === "shown") && round < MOST_ROUNDS) all.push("again");
  if (stage !== "revealed" && !opinion) all.push("reveal");
  if (stage !== "voting") all.push("dismiss");
  return all;
}

/**
 * What is best done next. Without advice (a projected page must not give away how many are right)
 * it is the usual course: show, discuss and vote again, reveal.
 * @param {Standing} standing
 * @param {Advice} [advice]
 * @returns {Do}
 */
export function nextAction(standing, advice = null) {
  const { stage, round, opinion, hint } = standing;
  if (stage === "voting") return "close";
  if (stage === "revealed") return "dismiss";
  if (opinion) return stage === "closed" ? "show" : "dismiss";
  if (advice === "move_on") return "reveal";
  if (advice === "hint" && hint === "kept") return "hint";
  if (round > 1) return stage === "closed" && advice === null ? "show" : "reveal";
  if (advice === "hint" && hint === "given") return "again";
  return stage === "closed" ? "show" : "again";
}

/**
 * What the last vote suggests, in a sentence.
 * @param {Advice} advice
 * @param {Standing} standing
 */
export function adviceText(advice, { round, hint }) {
  if (advice === "move_on") return "More than 70 % right: reveal the answer and move on.";
  if (advice === "discuss") {
    return round > 1
      ? "Still no more than 70 % right: reveal the answer and explain it."
      : "35 to 70 % right: let neighbours discuss, then vote again.";
  }
  if (advice !== "hint") return "";
  if (hint === "kept") return "Fewer than 35 % right: give the hint, then vote again.";
  return round > 1
    ? "Fewer than 35 % right: reveal the answer and go through the run step by step."
    : "Fewer than 35 % right: say a little more, then vote again.";
}

/** How many are right, in words. @param {Votes} votes */
export function rightText({ answered, right_share: share }) {
  if (share === null || answered === 0) return "";
  return `${percent(share)} right: ${Math.round(share * answered)} of ${answered}`;
}

/** What the class is to do now, for everybody to read. @param {Stage} stage @param {number} round */
export function callOf(stage, round) {
  if (stage === "voting") return round > 1 ? "Vote again, each by yourself" : "Answer by yourself, in silence";
  if (stage === "closed") return "The vote is closed";
  if (stage === "shown") return "Discuss with your neighbour: who has the better reason?";
  return "The answer";
}
