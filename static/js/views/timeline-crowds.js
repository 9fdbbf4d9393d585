/**
 * The names of the timeline's bands of many lanes: buttons that open and close them, with how many are
 * in which state at the cursor.
 */

import { signal } from "@preact/signals-core";
import { html } from "./html.js";
import { Icon } from "./icon.js";

/** @import { Signal } from "@preact/signals-core" */
/** @import { CrowdRow, Layout } from "./timeline-layout.js" */

/** The crowds whose lanes are shown one by one, by id. @type {Signal<ReadonlySet<string>>} */
export const opened = signal(new Set());

/** @param {string} id */
function toggle(id) {
  const next = new Set(opened.value);
  if (!next.delete(id)) next.add(id);
  opened.value = next;
}

/** @param {{ layout: Layout }} props */
export function CrowdButtons({ layout }) {
  return layout.bands.flatMap((band) => band.crowds.map((crowd) => html`<${Head} key=${crowd.id} crowd=${crowd} layout=${layout} />`));
}

/** @param {{ crowd: CrowdRow, layout: Layout }} props */
function Head({ crowd, layout }) {
  const { id, name, y, height, open } = crowd;
  const above = layout.narrow && !open;
  return html`<div class=${`crowd-head${above ? " is-above" : ""}`} data-crowd=${id}
    style=${`top: ${above ? y - 20 : y}px; height: ${above ? 20 : height}px; width: ${layout.narrow ? layout.width : layout.left - 12}px`}>
    <button type="button" class="crowd-button" aria-expanded=${open} title=${open ? "Show them as one band" : "Show each of them"} onClick=${() => toggle(id)}>
      <${Icon} name=${open ? "opened" : "closed"} size=${14} />${name}
    </button>
    <span class="crowd-now" />
  </div>`;
}
