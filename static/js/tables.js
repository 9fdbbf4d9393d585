/**
 * Which rows the execution table of each slot shows, in which order: kept in the address, so that a
 * link opens the same table (`sort2=-thread` the second slot's by thread from the last to the first,
 * `only2.request=r3` those of one request). Only this module writes `tables`.
 */

import { signal } from "@preact/signals-core";
import { MOST_SLOTS } from "./url.js";
import { COLUMN_KEYS, KINDS, NO_FILTER } from "./views/table-rows.js";

/** @import { Signal } from "@preact/signals-core" */
/** @import { Filter, Key, Sort } from "./views/table-rows.js" */

/** @typedef {{sort: Sort, filter: Filter}} Table */

/** @type {Table} */
const PLAIN = { sort: { key: "n", down: false }, filter: NO_FILTER };

/** By slot; undefined: all rows in the order of the story. @type {Signal<(Table|undefined)[]>} */
const tables = signal([]);

/** @param {number} slot @returns {Table} */
export const tableOf = (slot) => tables.value[slot] ?? PLAIN;

/** @param {number} slot @param {Partial<Table>} change */
export function setTable(slot, change) {
  tables.value = Array.from({ length: MOST_SLOTS }, (_, i) => (i === slot ? { ...tableOf(slot), ...change } : tables.value[i]));
}

/** The slots have changed places: their tables go along. @param {(number|undefined)[]} from the earlier place of each, if it had one */
export function moveTables(from) {
  tables.value = from.map((slot) => (slot === undefined ? undefined : tables.value[slot]));
}

/**
 * Open with what the address says.
 * @param {string} search
 * @param {(line: string) => void} refuse told of what is no column and nothing to choose by
 */
export function openTables(search, refuse) {
  tables.value = [];
  for (const [name, text] of new URLSearchParams(search)) {
    const [, order, only, kind = ""] = /^(?:sort([1-4])|only([1-4])\.(.*))$/s.exec(name) ?? [];
    const slot = Number(order ?? only) - 1;
    if (order !== undefined) {
      const key = /** @type {Key} */ (text.replace(/^-/, ""));
      if (COLUMN_KEYS.includes(key)) setTable(slot, { sort: { key, down: text.startsWith("-") } });
      else refuse(`There is no column “${text}” to sort by.`);
    } else if (only !== undefined) {
      if (KINDS.includes(/** @type {keyof Filter} */ (kind))) setTable(slot, { filter: { ...tableOf(slot).filter, [kind]: text } });
      else refuse(`A table shows the rows of one ${KINDS.join(", ")}, not of one “${kind}”.`);
    }
  }
}

/** A query of the stage, with the tables of its slots. @param {string} query with "?", or "" @param {number} slots how many there are */
export function withTables(query, slots) {
  const parts = new URLSearchParams();
  for (let slot = 0; slot < slots; slot += 1) {
    const { sort, filter } = tableOf(slot);
    if (sort.key !== "n" || sort.down) parts.append(`sort${slot + 1}`, `${sort.down ? "-" : ""}${sort.key}`);
    for (const kind of KINDS) if (filter[kind]) parts.append(`only${slot + 1}.${kind}`, filter[kind]);
  }
  const text = parts.toString();
  return text ? `${query || "?"}${query ? "&" : ""}${text}` : query;
}
