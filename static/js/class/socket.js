/**
 * The class over the page's connection: enters, enters again after every loss, and sends.
 *
 * `emit` is for what must arrive: it waits while there is no connection, sends again when no answer
 * came, and settles once. What is sent twice is therefore either harmless to repeat or carries an id.
 * `send` is for what is worth nothing later, such as a cursor: it is left out while offline.
 *
 *     const { asked } = await emit("ask", { question: "q1" });   // throws Refused
 */

import * as state from "./state.js";

/** @import { Fault } from "../store.js" */

/**
 * @typedef {{on: (event: string, listener: (...values: any[]) => void) => unknown,
 *   emit: (event: string, ...values: any[]) => unknown, connect: () => unknown, disconnect: () => unknown,
 *   connected: boolean}} ClassSocket
 * @typedef {{code: string, secret: string, as: import("./state.js").Role}} Pass
 * @typedef {{event: string, data: unknown, resolve: (answer: any) => void, reject: (reason: Refused) => void,
 *   timer: number}} Call
 */

/** Milliseconds after which an answer is given up and the message sent again. */
const PATIENCE = 5000;
/** Milliseconds before entering is tried again that the server could not grant just now. */
const AGAIN = 1500;
/** Refusals that will not change by asking again. */
const FINAL = new Set(["no_class", "not_yours", "removed", "invalid"]);

/** How the page connects: at once by WebSocket, and quickly again, not all pages at the same moment. */
export const CONNECTION = {
  transports: ["websocket", "polling"], tryAllTransports: true,
  reconnectionDelay: 300, reconnectionDelayMax: 2000, randomizationFactor: 0.5, timeout: 6000,
};

/** The server's answer was an error; `message` is a sentence for a person. */
export class Refused extends Error {
  /** @param {Fault} fault */
  constructor(fault) {
    super(fault.message);
    this.name = "Refused";
    this.code = fault.code;
    this.field = fault.field ?? null;
  }
}

export class Hall {
  /** @param {ClassSocket} socket @param {Pass} pass */
  constructor(socket, pass) {
    /** @private */ this.socket = socket;
    /** @private */ this.pass = pass;
    /** @private @type {Set<Call>} */ this.calls = new Set();
    /** @private */ this.entries = 0;
    /** @private */ this.timer = 0;
    this.listen();
    if (socket.connected) this.enter();
  }

  /** @private */
  listen() {
    const { socket } = this;
    socket.on("connect", () => this.enter());
    socket.on("disconnect", (/** @type {string} */ reason) => this.leave(reason));
    socket.on("connect_error", () => state.setConnection("offline"));
    socket.on("moved", state.takeMoved);
    socket.on("wheel", state.takeWheel);
    socket.on("question", state.takeQuestion);
    socket.on("votes", state.takeVotes);
    socket.on("notes", state.takeNotes);
    socket.on("people", state.takePeople);
    socket.on("roster", state.takeRoster);
    socket.on("state", state.takeState);
    socket.on("you", state.changeYou);
    socket.on("removed", (/** @type {{reason?: string}} */ { reason } = {}) => this.refuse({
      code: reason === "forgotten" ? "forgotten" : "removed",
      message: reason === "forgotten" ? "All that was stored of you here is deleted." : "The host has removed you from this class.",
    }));
  }

  /** Show the server who we are; the answer is the whole state. @private */
  enter() {
    state.setConnection("online");
    if (state.refused.value) return;
    this.entries += 1;
    const entry = this.entries;
    const began = Date.now();
    clearTimeout(this.timer);
    this.timer = later(() => this.retry(entry), PATIENCE);
    this.socket.emit("enter", this.pass, (/** @type {any} */ answer) => {
      if (entry !== this.entries) return;
      clearTimeout(this.timer);
      if (!answer?.error) {
        state.takeSnapshot(answer, (began + Date.now()) / 2);
        for (const call of this.calls) this.attempt(call);
      } else if (FINAL.has(answer.error.code)) {
        this.refuse(answer.error);
      } else {
        this.timer = later(() => this.retry(entry), AGAIN * (1 + Math.random()));
      }
    });
  }

  /** @private @param {number} entry */
  retry(entry) {
    if (entry === this.entries && this.socket.connected) this.enter();
  }

  /** @private @param {string} reason */
  leave(reason) {
    this.entries += 1;
    clearTimeout(this.timer);
    for (const call of this.calls) clearTimeout(call.timer);
    state.setConnection("offline");
    // The library comes back by itself, except where it was the server that hung up.
    if (reason === "io server disconnect") {
      this.timer = later(() => this.socket.connect(), AGAIN * Math.random());
    }
  }

  /** @private @param {Fault} fault */
  refuse(fault) {
    state.refuse(fault);
    for (const call of this.calls) this.settle(call, () => call.reject(new Refused(fault)));
  }

  /**
   * Send until it is answered, over any number of connections.
   * @param {string} event
   * @param {unknown} data
   * @returns {Promise<any>} the answer; rejects with Refused
   */
  emit(event, data) {
    return new Promise((resolve, reject) => {
      const fault = state.refused.value;
      if (fault) {
        reject(new Refused(fault));
        return;
      }
      const call = { event, data, resolve, reject, timer: 0 };
      this.calls.add(call);
      if (state.entered.value) this.attempt(call);
    });
  }

  /**
   * Send once, if there is a connection.
   * @param {string} event
   * @param {unknown} data
   * @param {(answer: any) => void} answered
   * @returns {boolean} whether it was sent
   */
  send(event, data, answered) {
    if (!state.entered.value) return false;
    this.socket.emit(event, data, answered);
    return true;
  }

  /** @private @param {Call} call */
  attempt(call) {
    clearTimeout(call.timer);
    call.timer = later(() => {
      if (state.entered.value) this.attempt(call);
    }, PATIENCE);
    this.socket.emit(call.event, call.data, (/** @type {any} */ answer) => {
      if (!this.calls.has(call)) return; // an answer to the first of two sendings was enough
      this.settle(call, () => (answer?.error ? call.reject(new Refused(answer.error)) : call.resolve(answer)));
    });
  }

  /** @private @param {Call} call @param {() => void} end */
  settle(call, end) {
    clearTimeout(call.timer);
    this.calls.delete(call);
    end();
  }
}

/** A timer that keeps nothing alive. @param {() => void} act @param {number} wait @returns {number} */
function later(act, wait) {
  return /** @type {number} */ (/** @type {unknown} */ (setTimeout(act, wait)));
}

/** The page's own. @type {Hall|null} */
let hall = null;

/** Enter the class of this page. Call once. @param {ClassSocket} socket @param {Pass} pass */
export function enterClass(socket, pass) {
  hall = new Hall(socket, pass);
  // A telephone that wakes up or a network that is back: do not wait for the next try.
  const wake = () => {
    if (!socket.connected && document.visibilityState === "visible") socket.connect();
  };
  window.addEventListener("online", wake);
  document.addEventListener("visibilitychange", wake);
}

/**
 * Send to the class until it is answered; see `Hall.emit`.
 * @param {string} event
 * @param {unknown} data
 * @returns {Promise<any>} rejects with Refused
 */
export function emit(event, data) {
  if (!hall) throw new Error("This page has entered no class.");
  return hall.emit(event, data);
}

/** Send once or not at all; see `Hall.send`. @param {string} event @param {unknown} data @param {(answer: any) => void} answered */
export function send(event, data, answered) {
  return hall?.send(event, data, answered) ?? false;
}
