/**
 * Starts the stage: reads the lesson and the address, draws what the page has fetched, and then opens
 * the stream. A class's page has more to it, which is loaded only there; so is the dialog that starts
 * a class.
 */

import { io } from "socket.io-client";
import { keepAddress } from "./address.js";
import { changeable, panelOpen } from "./changes.js";
import { afterFrame } from "./frames.js";
import { openingRuns, tellOpening } from "./opening.js";
import { openViews, storage } from "./panels.js";
import { listener, startRuns } from "./runs.js";
import { showStage } from "./show.js";
import * as moving from "./moving.js";
import * as store from "./store.js";
import { openTables } from "./tables.js";
import { parse } from "./url.js";
import { html } from "./views/html.js";
import { Stage } from "./views/stage.js";
import { besideOf, keepVisit, predicted, wayOf } from "./ways/way.js";

void start();

async function start() {
  const text = document.getElementById("lesson")?.textContent;
  const root = document.getElementById("stage");
  if (!text || !root) throw new Error("This page holds no lesson.");
  store.lesson.value = JSON.parse(text);
  if (document.getElementById("class")) {
    void import("./class/main.js").then(({ startClass }) => startClass(root));
    return;
  }
  /** Only some pages bring their runs along. */
  const recorded = document.getElementById("record") ? await import("./recorded.js") : null;
  const { view, notices } = parse(location.search, store.lesson.value);
  const record = recorded?.recordIn(document) ?? null;
  for (const line of record?.notices ?? notices) store.notice(line);
  moving.setTrueTime(view.trueTime);
  if (view.byStep) moving.align("step");
  const way = wayOf(root);
  panelOpen.value = view.change === true || way === "change-it";
  openViews(location.search, storage());
  openTables(location.search, store.notice);
  if (way === "predict" && !new URLSearchParams(location.search).has("v")) view.slots = predicted(store.lesson.value, view.slots);
  const requests = recorded && record ? recorded.requestsOf(record) : view.slots.map((slot) => ({ clock: "virtual", ...slot }));
  store.arrange(requests, { slot: view.slot, step: view.step, t: view.t });
  const Beside = await besideOf(way);
  showStage(root, html`<${Stage} Beside=${Beside} />`);
  if (recorded && record) recorded.tell(record, listener());
  else void openStream();
  if (!record?.sealed) keepAddress();
  if (!record) void keepVisit(store.lesson.value.id, way);
  document.getElementById("start-class")?.addEventListener("click", () => {
    void import("./class/start.js").then(({ askToStart }) => askToStart());
  });
}

/** The runs that the page has fetched, and once they are drawn the stream for all others. */
async function openStream() {
  changeable.value = true;
  tellOpening(await openingRuns(document), listener());
  afterFrame(() => startRuns(io()));
}
