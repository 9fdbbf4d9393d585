/**
 * Answers on their way to the server's disk.
 *
 * An answer is kept in the browser from the moment it is given until the server says that it is
 * stored, so neither a lost connection nor a reload loses it. Each has an id made once: however
 * often it is sent, it is stored once. Of two answers to the same vote only the later one is kept,
 * and it is sent after the earlier one is settled, so the server sees them in order.
 */

/**
 * @typedef {{id: string, asked: string|number, round: number, answer: any}} Letter
 * @typedef {{getItem: (name: string) => string|null, setItem: (name: string, value: string) => void,
 *   removeItem: (name: string) => void}} Box
 * @typedef {{stored: (letter: Letter) => void, refused: (letter: Letter, reason: any) => void}} Listener
 */

const ID_BYTES = 18;
/** Refusals that pass by themselves, and milliseconds until the answer is sent once more. */
const PASSING = new Set(["unavailable", "busy", "slow_down"]);
const PAUSE = 2000;

/** An id that nobody has used: 24 url-safe characters. @returns {string} */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(ID_BYTES));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}

export class Outbox {
  /**
   * @param {Box|null} box where letters outlive the page; null: they do not
   * @param {string} name
   * @param {(letter: Letter) => Promise<any>} send settles once; rejects where the server will not have it
   * @param {Listener} listener
   * @param {(ms: number) => Promise<unknown>} [wait]
   */
  constructor(box, name, send, listener, wait = (ms) => new Promise((done) => { setTimeout(done, ms); })) {
    /** @private */ this.box = box;
    /** @private */ this.name = name;
    /** @private */ this.send = send;
    /** @private */ this.listener = listener;
    /** @private */ this.wait = wait;
    /** @private @type {Letter[]} */ this.letters = this.read();
    /** @private */ this.busy = false;
  }

  /** What has not been acknowledged, oldest first. @returns {readonly Letter[]} */
  get waiting() {
    return this.letters;
  }

  /**
   * Keep an answer and send it.
   * @param {string|number} asked @param {number} round @param {any} answer
   * @returns {Letter}
   */
  put(asked, round, answer) {
    const letter = { id: newId(), asked, round, answer };
    this.letters = [...this.letters.filter((old) => old.asked !== asked || old.round !== round), letter];
    this.write();
    void this.flush();
    return letter;
  }

  /** Send what waits, one after the other. Safe to call at any time. @returns {Promise<void>} */
  async flush() {
    if (this.busy) return;
    this.busy = true;
    for (let letter = this.letters[0]; letter; letter = this.letters[0]) await this.post(letter);
    this.busy = false;
  }

  /** @private @param {Letter} letter */
  async post(letter) {
    /** @type {any} */
    let reason = null;
    try {
      await this.send(letter);
    } catch (failure) {
      reason = failure;
    }
    const current = this.letters.includes(letter);
    if (current && PASSING.has(reason?.code)) {
      await this.wait(PAUSE);
      return;
    }
    this.letters = this.letters.filter((other) => other !== letter);
    this.write();
    if (!current) return; // another answer has taken its place and comes next
    if (reason === null) this.listener.stored(letter);
    else this.listener.refused(letter, reason);
  }

  /** @private @returns {Letter[]} */
  read() {
    try {
      const kept = JSON.parse(this.box?.getItem(this.name) ?? "[]");
      return Array.isArray(kept) ? kept.filter((letter) => typeof letter?.id === "string") : [];
    } catch {
      return []; // storage is refused, or holds nothing of ours
    }
  }

  /** @private */
  write() {
    try {
      if (this.letters.length === 0) this.box?.removeItem(this.name);
      else this.box?.setItem(this.name, JSON.stringify(this.letters));
    } catch {
      // Storage is refused or full: the answer waits in this page alone.
    }
  }
}
