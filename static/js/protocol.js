/**
 * The stream from the server, told to a listener slot by slot (docs/protocol.md).
 *
 * `open` asks for a run; its chunks come numbered from 0 without gaps, and each is acknowledged, so
 * that the server sends no more than one ahead. After a broken connection `open` names the last
 * chunk of every slot and the stream goes on behind it; if the lesson has changed since, everything
 * comes anew. A run on the wall clock is told while it goes on, and whole when it is over. Nothing
 * here draws or stores a trace.
 */

/** @import { End, StreamRecord } from "./trace.js" */
/** @import { Fault, Listing, SlotRequest, Value } from "./store.js" */

/**
 * @typedef {{slot: number, title?: string, variant?: string, listing?: Listing[], parameters?: Object<string, Value>,
 *   error?: Fault}} OpenedSlot
 * @typedef {{run?: string, slots?: OpenedSlot[], error?: Fault}} Opened
 * @typedef {{seconds: number, expected: number|null}} Progress  of a run on the wall clock: how long it has gone on, and how long it takes on the virtual one
 * @typedef {{run: string, slot: number, chunk: number, records: StreamRecord[], part?: string, more?: boolean, anew?: boolean,
 *   progress?: Progress}} Chunk
 * @typedef {{run: string, slot: number} & End} EndMessage
 * @typedef {{run: string, slot: number} & Fault} ProblemMessage
 * @typedef {{on: (event: string, listener: (...values: any[]) => void) => unknown,
 *   off: (event: string, listener: (...values: any[]) => void) => unknown,
 *   emit: (event: string, ...values: any[]) => unknown, connected?: boolean}} Socket
 * @typedef {object} Listener
 * @property {(state: "connecting"|"online"|"offline") => void} connection
 * @property {(slots: OpenedSlot[]) => void} opened once a run has begun
 * @property {() => void} restarted what was told so far no longer holds; it is told from the start
 * @property {(slot: number, records: StreamRecord[]) => void} records
 * @property {(slot: number, progress: Progress) => void} [progress] told before the records that come with it
 * @property {(slot: number) => void} [anew] nothing that was told of this slot holds any more
 * @property {(slot: number, end: End) => void} end
 * @property {(slot: number|null, fault: Fault) => void} problem slot null: the whole view was refused
 */

/**
 * Ask for these slots of a lesson and pass on what comes.
 *
 * @param {Socket} socket
 * @param {string} scenario
 * @param {SlotRequest[]} slots
 * @param {Listener} listener
 * @returns {() => void} cancels the run and listens no longer; the connection stays
 */
export function follow(socket, scenario, slots, listener) {
  const request = { scenario, slots: slots.map(({ variant, parameters, seed, clock }) => ({ variant, parameters, seed, clock })) };
  /** The number of the next chunk of each slot. */
  const next = slots.map(() => 0);
  const done = slots.map(() => false);
  /** What has come of a record too long for one chunk, as JSON. */
  const pieces = slots.map(() => "");
  /** @type {string|null} */
  let run = null;
  let known = false;
  let refused = false;
  /** Counts the calls of `open`, so that a late answer to an earlier one is told apart. */
  let asked = 0;
  /** What came before the answer to `open` did. @type {(() => void)[]} */
  let early = [];
  let answered = false;
  let stopped = false;

  const open = () => {
    asked += 1;
    const call = asked;
    answered = false;
    early = [];
    const after = Object.fromEntries(next.map((k, slot) => [slot, k - 1]).filter(([, k]) => /** @type {number} */ (k) >= 0));
    socket.emit("open", run === null ? request : { ...request, run, after }, (/** @type {Opened} */ answer) => {
      if (stopped && answer.run) socket.emit("close", { run: answer.run });
      else if (call === asked) take(answer);
    });
  };

  const take = (/** @type {Opened} */ answer) => {
    if (answer.error?.code === "changed" && run !== null) {
      run = null;
      known = false;
      next.fill(0);
      pieces.fill("");
      done.fill(false);
      listener.restarted();
      open();
      return;
    }
    if (answer.error || !answer.run) {
      refused = true;
      listener.problem(null, answer.error ?? { code: "protocol", message: "The server's answer could not be read." });
      return;
    }
    run = answer.run;
    if (!known) listener.opened(answer.slots ?? []);
    known = true;
    for (const slot of answer.slots ?? []) {
      if (slot.error) fail(slot.slot, slot.error);
    }
    answered = true;
    const waiting = early;
    early = [];
    for (const message of waiting) message();
  };

  /** @param {number} slot @param {Fault} fault */
  const fail = (slot, fault) => {
    if (done[slot]) return;
    done[slot] = true;
    listener.problem(slot, fault);
  };

  /**
   * Handle a message of this run now, or as soon as it is known which run this is.
   * @template {{run: string, slot: number}} M
   * @param {(message: M) => void} handle
   */
  const ours = (handle) => (/** @type {M} */ message, /** @type {unknown} */ acknowledge) => {
    const act = () => {
      if (message.run === run && next[message.slot] !== undefined) handle(message);
      if (typeof acknowledge === "function") acknowledge();
    };
    if (answered) act();
    else early.push(act);
  };

  const connect = () => {
    listener.connection("online");
    if (!refused && !done.every(Boolean)) open();
  };
  /** @type {[string, (...values: any[]) => void][]} */
  const heard = [];
  const on = (/** @type {string} */ event, /** @type {(...values: any[]) => void} */ hear) => {
    heard.push([event, hear]);
    socket.on(event, hear);
  };
  on("connect", connect);
  on("disconnect", () => {
    asked += 1;
    listener.connection("offline");
  });
  on("connect_error", () => listener.connection("offline"));
  on("chunk", ours((/** @type {Chunk} */ { slot, chunk, records, part, more, anew, progress }) => {
    if (chunk === next[slot]) {
      next[slot] = chunk + 1;
      if (anew) listener.anew?.(slot);
      if (progress) listener.progress?.(slot, progress);
      if (part === undefined) {
        listener.records(slot, records);
        return;
      }
      pieces[slot] += part;
      if (more) return;
      const record = JSON.parse(/** @type {string} */ (pieces[slot]));
      pieces[slot] = "";
      listener.records(slot, [record]);
    } else if (chunk > /** @type {number} */ (next[slot])) {
      open(); // something is missing: ask again from where we are
    }
  }));
  on("end", ours((/** @type {EndMessage} */ { run: _, slot, ...end }) => {
    if (done[slot]) return;
    done[slot] = true;
    listener.end(slot, end);
  }));
  on("problem", ours((/** @type {ProblemMessage} */ { run: _, slot, ...found }) => {
    // The page was asleep and the server has stopped waiting for it.
    if (found.code === "silent" && !done[slot]) open();
    else fail(slot, found);
  }));

  if (socket.connected) connect();
  return () => {
    for (const [event, hear] of heard) socket.off(event, hear);
    if (run !== null) socket.emit("close", { run });
    run = null;
    stopped = true;
  };
}
