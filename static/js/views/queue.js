/**
 * The queue: which tasks wait in the broker, which a worker has taken, which come back, and which
 * are done or lost. Below, how many there were over time, with the cursor.
 */

import { effect } from "@preact/signals-core";
import { useEffect, useRef } from "preact/hooks";

import { seek } from "../moving.js";
import { axis, cursor, presentOf } from "../store.js";
import { forWhom, laneColour, laneOrder, seconds } from "../trace.js";
import { Empty } from "./empty.js";
import { html } from "./html.js";
import { depthsOf, ENDS, tokensAt, workersOf } from "./queue-state.js";
import { sheet } from "./sheet.js";

/** @import { Slot } from "../store.js" */
/** @import { Lane, Trace } from "../trace.js" */
/** @import { Depth, Place, Token } from "./queue-state.js" */

await sheet("queue");

/** More tokens than this in one place are counted. */
const MOST = 24;
/** More than this at their end are counted. */
const MOST_ENDED = 8;

/** @type {Record<string, string>} */
const ENDED = { finished: "Done", failed: "Failed for good", lost: "Lost", rejected: "Rejected", revoked: "Revoked" };

/** @param {{ slot: Slot }} props */
export function Queue({ slot }) {
  const { trace } = slot;
  const n = presentOf(slot.index).value;
  if (trace.tasks.length === 0) return html`<${Empty} slot=${slot} otherwise="Nothing is put into a queue in this run." />`;
  const tokens = tokensAt(trace, n);
  const at = (/** @type {Place} */ place) => tokens.filter((token) => token.place === place);
  const retrying = at("retrying");
  const several = new Set(trace.tasks.map(({ name }) => name)).size > 1;
  const token = (/** @type {Token} */ item) => html`<${Pill} key=${item.task.id} token=${item} trace=${trace} named=${several} />`;
  return html`<div class="queue">
    <div class="queue-places">
      <div role="group" class="queue-place is-broker" aria-label="Waiting in the queue">
        <h4>In the queue <b>${at("queued").length}</b></h4>
        <${Tokens} list=${at("queued")} token=${token} none="empty" />
      </div>
      <div role="group" class="queue-workers" aria-label="With the workers">
        ${workersOf(trace, laneOrder(trace)).map((lane) => html`<${Worker} key=${lane.id} lane=${lane} trace=${trace} n=${n} tokens=${tokens} token=${token} />`)}
      </div>
      ${(retrying.length > 0 || trace.tasks.some(({ retries }) => retries > 0)) && html`<div role="group" class="queue-place is-retrying" aria-label="Waiting for another try">
        <h4>Will be tried again <b>${retrying.length}</b></h4>
        <${Tokens} list=${retrying} token=${token} none="none" />
      </div>`}
      <div role="group" class="queue-place is-ended" aria-label="At their end">
        ${ENDS.map((place) => (place === "finished" || at(place).length > 0) && html`<div key=${place} class=${`queue-end is-${place}`}>
          <h4>${ENDED[place]} <b>${at(place).length}</b></h4>
          <${Tokens} list=${at(place).reverse()} token=${token} none="none yet" most=${MOST_ENDED} />
        </div>`)}
      </div>
    </div>
    <${Chart} slot=${slot} />
  </div>`;
}

/** @param {{ list: Token[], token: (item: Token) => unknown, none: string, most?: number }} props */
function Tokens({ list, token, none, most = MOST }) {
  if (list.length === 0) return html`<p class="queue-none">${none}</p>`;
  return html`<ul class="queue-tokens">
    ${list.slice(0, most).map(token)}
    ${list.length > most && html`<li class="queue-more">and ${list.length - most} more</li>`}
  </ul>`;
}

/** What a worker has: the one it works on, and those it has taken ahead. @param {{ lane: Lane, trace: Trace, n: number, tokens: Token[], token: (item: Token) => unknown }} props */
function Worker({ lane, trace, n, tokens, token }) {
  const own = tokens.filter((item) => item.lane === lane.id);
  const running = own.filter(({ place }) => place === "running");
  const taken = own.filter(({ place }) => place === "taken");
  const t = trace.steps[n - 1]?.t ?? 0;
  const dead = lane.died !== null && lane.died <= t && trace.duration > lane.died;
  return html`<div role="group" class=${`queue-worker${dead ? " is-dead" : ""}`} style=${`--lane: var(--lane-${laneColour(trace, lane.id)})`} aria-label=${lane.name}>
    <h4><span class="lane-dot" />${lane.name}</h4>
    ${running.length > 0
      ? html`<ul class="queue-tokens">${running.map(token)}</ul>`
      : html`<p class="queue-none">${dead ? "gone" : "free"}</p>`}
    ${taken.length > 0 && html`<p class="queue-ahead">has taken ahead</p><${Tokens} list=${taken} token=${token} none="" />`}
  </div>`;
}

/** One task. @param {{ token: Token, trace: Trace, named: boolean }} props */
function Pill({ token, trace, named }) {
  const { task, place, tries, due } = token;
  const user = forWhom(trace, task.request);
  const again = place === "retrying" && (due === null ? "not again in this run" : `due at ${seconds(due)}`);
  const words = [named && task.name, user, tries > 1 && `try ${tries}`, again, place === "failed" && task.error].filter(Boolean);
  return html`<li class=${`queue-token is-${place}`} title=${`${task.name}${user ? ` for ${user}` : ""}${task.error && place === "failed" ? `: ${task.error}` : ""}`}>
    <b>${task.id}</b>${words.length > 0 && html` <span>${words.join(" · ")}</span>`}
  </li>`;
}

/** Units of the chart's own picture. */
const WIDTH = 1000;
const HEIGHT = 64;

/** How many tasks wait and are worked on over the story, with the cursor. @param {{ slot: Slot }} props */
function Chart({ slot }) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const scale = axis.value;
  const depths = depthsOf(slot.trace);
  const most = Math.max(0, ...depths.map(({ waiting, retrying }) => waiting + retrying));
  const length = scale.length || 1;
  useEffect(() => effect(() => {
    box.current?.style.setProperty("--at", String(cursor.value.s / length));
  }), [length]);
  const x = (/** @type {Depth} */ depth) => (scale.stop(slot.index, depth.n) / length) * WIDTH;
  const area = (/** @type {(depth: Depth) => number} */ height) => {
    let path = `M0 ${HEIGHT}`;
    for (const depth of depths) path += `H${x(depth).toFixed(1)}V${(HEIGHT - (height(depth) / Math.max(1, most)) * (HEIGHT - 4)).toFixed(1)}`;
    return `${path}H${WIDTH}V${HEIGHT}Z`;
  };
  const goTo = (/** @type {MouseEvent} */ event) => {
    const rect = box.current?.getBoundingClientRect();
    if (rect) seek({ slot: slot.index, s: Math.max(0, Math.min(1, (event.clientX - rect.left) / rect.width)) * length });
  };
  return html`<figure class="queue-chart">
    <figcaption>Tasks that wait, over time<span class="queue-most">, ${most} at most</span></figcaption>
    <div ref=${box} class="queue-plot" onClick=${goTo}>
      <svg viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label="Tasks that wait, over time">
        <path class="queue-area is-retrying" d=${area(({ waiting, retrying }) => waiting + retrying)} />
        <path class="queue-area is-waiting" d=${area(({ waiting }) => waiting)} />
      </svg>
      <i class="queue-now" />
    </div>
  </figure>`;
}
