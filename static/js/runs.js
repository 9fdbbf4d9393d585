/**
 * Fills the stage: asks for the run of each slot whenever the reader wants another there, and passes
 * what comes to the store.
 *
 * The old picture stays until the new one is there. An answer to what is no longer wanted is dropped,
 * but while a slider moves a slot waits for one run at a time, unless that takes long, so that its
 * picture follows the hand. No picture is drawn after a newer one, and none but the slider's own
 * once the hand has let go. A run for real is drawn as it grows, and once more when it is whole.
 */

import { batch, effect, untracked } from "@preact/signals-core";
import { changeable } from "./changes.js";
import { nextFrame } from "./frames.js";
import { follow } from "./protocol.js";
import { isReal, sameSettings } from "./settings.js";
import * as moving from "./moving.js";
import * as store from "./store.js";
import { apply, emptyTrace, finish } from "./trace.js";

/** @import { Listener, OpenedSlot, Progress, Socket } from "./protocol.js" */
/** @import { Fault, Slot, Wish } from "./store.js" */

/** Milliseconds from the first of a run until it is shown as far as it has come, and until it is again. */
const HOLD = 150;
/** Milliseconds after which a run that is no longer wanted is called off. */
const PATIENCE = 400;
/** Milliseconds until a server that had too much to do is asked again. */
const AGAIN = 500;
/** What a server says that has too much to do for this page. */
const LATER = ["busy", "too_many_runs", "silent"];

/** One run that was asked for, and what has come of it. */
class Asked {
  /** @param {Wish} wish @param {() => void} changed */
  constructor(wish, changed) {
    this.wish = wish;
    this.since = performance.now();
    this.over = false;
    /** Something has come that is not on the stage yet. */
    this.fresh = false;
    this.cancel = () => {};
    /** It is over and comes anew, whole: half of that is no picture. @private */
    this.wholeComes = false;
    /** Of a run for real. @private @type {Progress|null} */
    this.progress = null;
    /** @private */ this.changed = changed;
    /** @private @type {Partial<Slot>} */ this.draft = {};
    /** @private */ this.shown = false;
    /** @private its listing is here, or on the stage already */ this.listed = false;
    /** @private @type {number|undefined} */ this.began = undefined;
    /** @private @type {number|undefined} */ this.drawn = undefined;
    /** @private @type {ReturnType<typeof setTimeout>|undefined} */ this.timer = undefined;
  }

  /** @param {Socket} socket */
  open(socket) {
    const { variant, parameters, seed, clock } = this.wish;
    const request = { variant, parameters, seed, clock };
    this.cancel = follow(socket, store.lesson.peek().id, [request], this.listener(socket));
  }

  close() {
    this.over = true;
    clearTimeout(this.timer);
    this.cancel();
  }

  /** @param {Socket} socket @returns {Listener} */
  listener(socket) {
    return {
      connection: (state) => { store.connection.value = state; },
      opened: ([slot]) => this.opened(slot),
      restarted: () => { this.draft = {}; },
      progress: (_, progress) => {
        this.wholeComes = false;
        this.progress = progress;
      },
      records: (_, records) => {
        const { progress } = this;
        if (progress?.seconds === 0) return; // it is being started
        this.draft = { ...this.draft, trace: apply(this.draft.trace ?? emptyTrace(), records), status: "ready", ...(progress && { progress }) };
        this.began ??= performance.now();
        this.arrived();
      },
      anew: () => {
        this.draft = { ...this.draft, trace: emptyTrace() };
        this.wholeComes = true;
      },
      end: (_, end) => {
        this.wholeComes = false;
        this.draft = { ...this.draft, trace: finish(this.draft.trace ?? emptyTrace(), end), status: "ready" };
        this.over = true;
        this.arrived();
      },
      problem: (slot, fault) => this.refused(slot, fault, socket),
    };
  }

  /** @private */
  arrived() {
    this.fresh = true;
    this.changed();
  }

  /** @private @param {OpenedSlot|undefined} slot */
  opened(slot) {
    if (!slot || slot.error) return;
    const { title, parameters, listing } = slot;
    this.draft = { ...this.draft, ...(title && { heading: title }), ...(parameters && { parameters }), listing: listing ?? [] };
    this.listed = true;
    this.arrived();
  }

  /** @private @param {number|null} slot @param {Fault} fault @param {Socket} socket */
  refused(slot, fault, socket) {
    if (slot === null && LATER.includes(fault.code)) {
      this.cancel();
      this.timer = setTimeout(() => this.open(socket), AGAIN);
      return;
    }
    // What is wrong with this run alone is said there; the others are untouched.
    if (slot === null && fault.code !== "no_place" && !fault.field?.startsWith("slots[0]")) {
      store.fault.value = fault;
      return;
    }
    this.draft = { trace: emptyTrace(), ...(!this.listed && { listing: [] }), ...this.draft, status: "error", error: fault };
    this.over = true;
    this.arrived();
  }

  /** Put what has come on the stage. @returns {boolean} false if it is too early: the rest may come in a moment */
  show() {
    const slot = store.slots.peek().find(({ id }) => id === this.wish.id);
    if (!slot || !this.fresh || this.wholeComes) return true;
    const empty = slot.status === "loading";
    // What there is of a long run is drawn at once where there was nothing, and then now and then.
    const last = this.drawn ?? (empty ? -Infinity : this.began);
    if (!this.over && last === undefined) return true;
    if (!this.over && performance.now() - (last ?? 0) < HOLD) return false;
    const change = this.draft;
    this.fresh = false;
    this.draft = change.trace ? { trace: change.trace } : {};
    if (this.shown || empty) store.updateSlot(slot.index, change);
    else store.replaceSlot(slot.index, { ...settingsOf(this.wish), ...change });
    if (!this.shown && !this.over && isReal(this.wish) && change.trace) moving.goLive(slot.index);
    this.shown ||= Boolean(change.trace) || !isReal(this.wish);
    if (change.trace) this.drawn = performance.now();
    return true;
  }
}

const same = (/** @type {Wish} */ a, /** @type {Wish} */ b) => sameSettings(a, b, store.lesson.peek());

/** Whether the stage has the whole run of a wish already. @param {Wish} wish */
function isShown(wish) {
  const slot = store.slots.peek().find(({ id }) => id === wish.id);
  return slot !== undefined && same(slot, wish) && (slot.status === "error" || slot.trace.ended);
}

/** @param {Wish} wish */
const settingsOf = ({ variant, parameters, seed, clock }) => ({ variant, parameters, seed, clock, heading: headingOf(variant) });

/** @param {string} variant */
const headingOf = (variant) => store.lesson.peek().variants.find(({ id }) => id === variant)?.title ?? variant;

/**
 * Keep the stage filled with what is wanted.
 * @param {Socket} socket
 * @returns {() => void} stops, and cancels what is under way
 */
export function startRuns(socket) {
  /** By the id of its slot. @type {Map<number, Asked>} */
  const asked = new Map();
  let timer = /** @type {ReturnType<typeof setTimeout>|undefined} */ (undefined);
  let due = false;

  const draw = () => {
    due = false;
    let early = false;
    batch(() => {
      for (const run of asked.values()) early = !run.show() || early;
    });
    if (early) later(HOLD);
    reconcile();
  };
  /** All that comes within one frame is drawn together. */
  const soon = () => {
    if (due) return;
    due = true;
    nextFrame(draw);
  };
  const later = (/** @type {number} */ wait) => {
    clearTimeout(timer);
    timer = setTimeout(soon, wait);
  };
  const drop = (/** @type {number} */ id) => {
    asked.get(id)?.close();
    asked.delete(id);
  };
  const reconcile = () => {
    const wishes = store.wishes.peek();
    for (const id of asked.keys()) if (!wishes.some((wish) => wish.id === id)) drop(id);
    for (const wish of wishes) {
      const run = asked.get(wish.id);
      if (run && same(run.wish, wish)) continue;
      if (isShown(wish)) {
        drop(wish.id);
      } else if (run && (!run.over || run.fresh) && store.sliding.peek() && performance.now() - run.since < PATIENCE) {
        later(PATIENCE);
      } else {
        drop(wish.id);
        const next = new Asked(wish, soon);
        asked.set(wish.id, next);
        next.open(socket);
      }
    }
  };
  // What still comes of a run that was called off is acknowledged too, or the server waits for it.
  const acknowledge = (/** @type {unknown} */ _, /** @type {unknown} */ answer) => typeof answer === "function" && answer();
  socket.on("chunk", acknowledge);
  // Also where no run has been asked for: a page may have brought along all that it shows.
  const reach = /** @type {[string, () => void][]} */ ([["connect", "online"], ["disconnect", "offline"], ["connect_error", "offline"]].map(
    ([event, state]) => [event, () => { store.connection.value = /** @type {"online"|"offline"} */ (state); }],
  ));
  for (const [event, hear] of reach) socket.on(event, hear);
  changeable.value = true;
  const stop = effect(() => {
    void [store.wishes.value, store.sliding.value];
    untracked(reconcile);
  });
  return () => {
    stop();
    changeable.value = false;
    socket.off("chunk", acknowledge);
    for (const [event, hear] of reach) socket.off(event, hear);
    clearTimeout(timer);
    for (const run of asked.values()) run.close();
    asked.clear();
  };
}

/** What puts that which a page brought along into the store. @returns {Listener} */
export function listener() {
  return {
    connection: (state) => { store.connection.value = state; },
    opened: (slots) => {
      for (const { slot, title, listing, parameters, error } of slots) {
        if (!error) store.updateSlot(slot, { ...(title && { heading: title }), ...(parameters && { parameters }), listing: listing ?? [] });
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
}
