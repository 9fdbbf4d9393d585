/**
 * A sentence that holds names of the program in backticks, as nodes: the names become code.
 */

import { html } from "./html.js";

/**
 * @param {string} text
 * @returns {unknown[]} strings and elements, in order
 */
export function rich(text) {
  const parts = text.split(/`([^`]+)`/);
  return parts.map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));
}
