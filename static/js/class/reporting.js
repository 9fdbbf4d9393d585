/**
 * Results as they come: fetched with the host's secret in a header, never in an address, and
 * fetched again while the class goes on and the page is seen.
 */

import { signal } from "@preact/signals-core";
import { isLive } from "./findings.js";

/** @import { Signal } from "@preact/signals-core" */
/** @import { Results } from "./findings.js" */

const EVERY = 4000; // milliseconds, while the class is live

/** @type {Signal<Results|null>} */
export const results = signal(null);
/** Why there are none. @type {Signal<string>} */
export const fault = signal("");
/** Whether the last fetch failed although an earlier one came. */
export const stale = signal(false);
export const code = signal("");

/** @type {string|null} */
let secret = null;

/** The titles of each lesson ("") and of its versions. @type {Signal<Object<string, Object<string, string>>>} */
export const titles = signal({});

/** @param {string} ofClass @param {string|null} withSecret @param {Object<string, Object<string, string>>} named */
export function openReport(ofClass, withSecret, named) {
  code.value = ofClass;
  titles.value = named;
  secret = withSecret;
  if (!secret) {
    fault.value = "Results are for the host alone. Open them from the class’s own page, or with the link that the host was given.";
    return;
  }
  void refresh();
  setInterval(() => {
    const live = results.value === null ? fault.value === "" : isLive(results.value.class, Date.now());
    if (live && document.visibilityState === "visible") void refresh();
  }, EVERY);
}

/** @param {string} path @returns {Promise<Response>} */
const get = (path) => fetch(`/classes/${code.value}/${path}`, { headers: { Authorization: `Bearer ${secret}` }, cache: "no-store" });

async function refresh() {
  try {
    const response = await get("results.json");
    const body = await response.json();
    if (response.ok) {
      stale.value = false;
      if (JSON.stringify(body) !== JSON.stringify(results.value)) results.value = body;
    } else if (results.value === null && response.status !== 429 && response.status < 500) {
      fault.value = body.error?.message ?? "The results could not be fetched.";
    } else {
      stale.value = true;
    }
  } catch (failure) {
    console.warn("The results could not be fetched.", failure);
    stale.value = true;
  }
}

/** @typedef {"answers"|"questions"|"students"|"misconceptions"} Table */

/**
 * Save a table, or everything as JSON, as a file.
 * @param {Table|"json"} what
 * @returns {Promise<string>} what went wrong, or ""
 */
export async function download(what) {
  try {
    const response = await get(what === "json" ? "results.json" : `results.csv?table=${what}`);
    if (!response.ok) return "The server did not give the file. Try again in a moment.";
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await response.blob());
    link.download = what === "json" ? `class-${code.value}.json` : `class-${code.value}-${what}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    return "";
  } catch (failure) {
    console.warn("The file could not be fetched.", failure);
    return "The server did not answer. Try again.";
  }
}
