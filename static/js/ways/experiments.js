/**
 * Change it: suggested experiments beside the open settings. Each puts its runs on the stage.
 */

import { putOnStage } from "../changes.js";
import { sameSettings } from "../settings.js";
import { lesson, slots } from "../store.js";
import { html } from "../views/html.js";

/** @import { Settings } from "../settings.js" */

/** @typedef {{ id: string, title: string, html: string, runs: Settings[] }} Experiment */

export function Experiments() {
  const experiments = /** @type {Experiment[]} */ (lesson.value.experiments ?? []);
  if (experiments.length === 0) return null;
  return html`<section class="quiz experiments card" aria-labelledby="experiments-title">
    <div class="card-head"><h2 id="experiments-title">Try this</h2></div>
    <div class="quiz-sheet">
      ${experiments.map((each) => html`<${One} key=${each.id} experiment=${each} />`)}
    </div>
  </section>`;
}

/** @param {{ experiment: Experiment }} props */
function One({ experiment }) {
  const here = isOnStage(experiment.runs);
  return html`<article class="experiment">
    <h3>${experiment.title}</h3>
    <div class="experiment-text" dangerouslySetInnerHTML=${{ __html: experiment.html }}></div>
    <button type="button" class="button" aria-pressed=${here} onClick=${() => putOnStage(experiment.runs)}>
      ${here ? "On the stage" : "Put it on the stage"}
    </button>
  </article>`;
}

/** @param {Settings[]} runs */
function isOnStage(runs) {
  const shown = slots.value;
  if (shown.length !== runs.length) return false;
  return shown.every((slot, i) => sameSettings(slot, /** @type {Settings} */ (runs[i]), lesson.value));
}
