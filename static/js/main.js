/**
 * Starts the stage: reads the lesson and the address, opens the stream, listens to keys, draws.
 */

import "@preact/signals"; // lets components follow the signals that they read
import { effect } from "@preact/signals-core";
import { render } from "preact";
import { io } from "socket.io-client";
import { keepAddress } from "./address.js";
import { listen } from "./keys.js";
import { startPlayer } from "./player.js";
import { follow } from "./protocol.js";
import * as store from "./store.js";
import { parse } from "./url.js";
import { html } from "./views/html.js";
import { Stage } from "./views/stage.js";

/** Only some pages bring their runs along. */
const recorded = document.getElementById("record") ? await import("./recorded.js") : null;

start();

function start() {
  const text = document.getElementById("lesson")?.textContent;
  const root = document.getElementById("stage");
  if (!text || !root) throw new Error("This page holds no lesson.");
  store.lesson.value = JSON.parse(text);
  const { view, notices } = parse(location.search, store.lesson.value);
  const record = recorded?.recordIn(document) ?? null;
  for (const line of record?.notices ?? notices) store.notice(line);
  store.setTrueTime(view.trueTime);
  const requests = recorded && record ? recorded.requestsOf(record) : view.variants.map((variant) => ({
    variant, parameters: view.parameters, seed: view.seed, clock: "virtual",
  }));
  store.arrange(requests, { slot: view.slot, step: view.step, t: view.t });
  root.replaceChildren();
  render(html`<${Stage} />`, root);
  // Not busy: every version has its whole run, or says why it has none.
  effect(() => root.setAttribute("aria-busy", String(!store.complete())));
  startPlayer();
  listen(document, {
    toggle: store.toggle,
    next: () => store.stepBy(1),
    back: () => store.stepBy(-1),
    nextLine: () => store.lineBy(1),
    lineBack: () => store.lineBy(-1),
    start: store.toStart,
    end: store.toEnd,
    slower: store.slower,
    faster: store.faster,
    trueTime: () => store.setTrueTime(!store.trueTime.value),
    help: () => { store.helpOpen.value = !store.helpOpen.value; },
    close: () => { store.helpOpen.value = false; },
    slot1: () => store.focusSlot(0),
    slot2: () => store.focusSlot(1),
    slot3: () => store.focusSlot(2),
    slot4: () => store.focusSlot(3),
  });
  receive(requests, record);
  if (!record?.sealed) keepAddress();
}

/** @param {import("./store.js").SlotRequest[]} requests @param {import("./recorded.js").Recorded|null} record */
function receive(requests, record) {
  /** @type {import("./protocol.js").Listener} */
  const listener = {
    connection: (state) => { store.connection.value = state; },
    opened: (slots) => {
      for (const { slot, title, listing, parameters, error } of slots) {
        if (!error) store.updateSlot(slot, { ...(title && { title }), ...(parameters && { parameters }), listing: listing ?? [] });
      }
    },
    restarted: () => store.restart(),
    records: store.receive,
    end: store.receiveEnd,
    problem: (slot, fault) => {
      if (slot === null) store.fault.value = fault;
      else store.updateSlot(slot, { status: "error", error: fault });
    },
  };
  if (recorded && record) recorded.tell(record, listener);
  else follow(io(), store.lesson.value.id, requests, listener);
}
