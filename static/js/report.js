/**
 * Starts the page of results: fetches them with the host's secret, again while the class goes on.
 */

import "@preact/signals"; // lets components follow the signals that they read
import { render } from "preact";
import { kept, secretOf } from "./class/keep.js";
import { openReport } from "./class/reporting.js";
import { html } from "./views/html.js";
import { Report } from "./views/class/report.js";

start();

function start() {
  const root = document.getElementById("report");
  const facts = JSON.parse(document.getElementById("class")?.textContent ?? "{}");
  if (!root || !facts.code) throw new Error("This page belongs to no class.");
  openReport(facts.code, secretOf(facts.code, "host") ?? kept(facts.code).host ?? null, facts.titles ?? {});
  root.replaceChildren();
  render(html`<${Report} />`, root);
}
