/**
 * An icon of the set (icons.js). It has no name for screen readers: what it stands in has one.
 */

import { ICONS } from "../icons.js";
import { html } from "./html.js";

/** @param {{ name: import("../icons.js").IconName, size?: number }} props `size` in pixels */
export function Icon({ name, size = 20 }) {
  const [line, fill] = ICONS[name];
  return html`<svg class="icon" width=${size} height=${size} viewBox="0 0 20 20" aria-hidden="true">
    ${line && html`<path d=${line} />`}${fill && html`<path class="is-filled" d=${fill} />`}
  </svg>`;
}
