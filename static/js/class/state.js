/**
 * What this page knows of its class, as signals, and how messages of the server change it.
 *
 * Only this module writes these signals; views read them and act through `socket.emit`. The server's
 * order holds: what has an older `seq` than was seen is left out. A snapshot, which comes with every
 * (re-)entry, replaces everything.
 */

import { batch, computed, signal } from "@preact/signals-core";

/**
 * @import { Signal } from "@preact/signals-core"
 * @import { Fault, Value } from "../store.js"
 */

/**
 * @typedef {"student"|"host"|"present"} Role
 * @typedef {{variant: string, parameters: Object<string, Value>, seed: number}} SceneSlot
 * @typedef {{lesson: string, slots: SceneSlot[], trueTime: boolean, align: "time"|"step", views: string, change: boolean,
 *   speed: number, highlights: string[]}} Scene  `views` as in an address, `change`: the settings are open
 * @typedef {{at: string, x: number, y: number}} Pointer  `at` an anchor's name, `x`, `y` from 0 to 1 within its box
 * @typedef {{slot: number, step: number, s: number, t: number, playing: boolean, pointer: Pointer|null}} Cursor
 * @typedef {{seat: number, name: string, cohost: boolean, following?: boolean, lost?: boolean}} You
 * @typedef {"host"|number} By  who leads: the host, or the student of a seat
 * @typedef {{answer: string, count: number, right?: boolean|null}} Share
 * @typedef {"voting"|"closed"|"shown"|"revealed"} Stage
 * @typedef {{answers: string[], explanation: string, step: {variant: string, n: number}|null,
 *   reasons: Object<string, string>}} Reveal
 * @typedef {{asked: string|number, n: number, lesson: string|null, question: string|null, kind: string, text: string,
 *   choices: any[]|null, unit: string|null, hint: string|null, variant: string|null,
 *   parameters: Object<string, Value>, seed: number, stage: Stage, round: number, closes_at: number|null,
 *   points: number, here_answered: number|null, distribution: Share[][]|null, answered_by_round?: number[]|null,
 *   reveal: Reveal|null}} PublicQuestion
 * @typedef {{asked: string|number, stage: Stage, round: number, answered: number, of: number, distribution: Share[][],
 *   right_share: number|null, advice: null|"hint"|"discuss"|"move_on", answered_by_round?: number[],
 *   right?: string[], hint?: string|null, explanation?: string}} Votes
 * @typedef {{asked: string|number, round: number, answer: any, id: string}} Mine
 * @typedef {{n: number, text: string, stage: Stage, answered: boolean}} Missed
 * @typedef {{seat: number, name: string, here: boolean, following: boolean, lost: boolean, cohost: boolean,
 *   answered: boolean, joined: number}} RosterSeat
 * @typedef {{code: string, title: string, role: Role, you: You|null, now: number, started: number, expires: number,
 *   locked: boolean, ended: boolean, seq: number, scene: Scene, cursor: Cursor|null, driver: By,
 *   driver_name: string|null, token: number|null, question: PublicQuestion|null, mine: Mine|null, missed: Missed[],
 *   here: number, seats: number, roster?: RosterSeat[]|null, votes?: Votes|null, notes?: Note[]|null}} Snapshot
 * @typedef {{variant: string|null, where: string|null, text: string}} Note  for the teacher alone; without a place: from the start
 * @typedef {{seq: number, by: By, scene?: Scene|null, cursor?: Cursor|null}} Moved
 * @typedef {{cursor: Cursor, arrived: number}} Led  `arrived` as of `performance.now()`, in milliseconds
 */

/** The last snapshot as it came, for what no signal below holds (`started`, `expires`, `notes`). @type {Signal<Snapshot|null>} */
export const snapshot = signal(null);
/** Whether this connection has entered: messages go out only then. */
export const entered = signal(false);
/** @type {Signal<"connecting"|"online"|"offline">} */
export const classConnection = signal("connecting");
/** Why the server will not have us, for good: `no_class`, `not_yours`, `removed`, `forgotten`. @type {Signal<Fault|null>} */
export const refused = signal(null);
/** @type {Signal<Role>} */
export const role = signal("student");
export const code = signal("");
export const title = signal("");
/** The address for students, in full. */
export const joinAddress = signal("");
export const locked = signal(false);
export const ended = signal(false);
/** Milliseconds that the server's clock is ahead of ours. */
export const offset = signal(0);

/** The own seat; null on the host's pages. @type {Signal<You|null>} */
export const you = signal(null);
/** Students here now, and seats in all. */
export const here = signal(0);
export const seats = signal(0);
/** All seats, in the order in which they joined; only for the host. @type {Signal<RosterSeat[]>} */
export const roster = signal([]);

/** Who leads the class. @type {Signal<By>} */
export const driver = signal(/** @type {By} */ ("host"));
/** @type {Signal<string|null>} */
export const driverName = signal(null);
/** The right to lead, or null. @type {Signal<number|null>} */
export const token = signal(null);
/**
 * The last own act came after the last message of another page of ours. Of two pages that may lead
 * (the host's stage and telephone, say) only the one that acted last sends; the other follows it.
 */
export const hand = signal(false);
/** The student wants the class's view; false while looking around. */
export const following = signal(true);
/** The student has pressed "lost". */
export const lost = signal(false);
/** Where this page stands: it sends its view, shows the class's, or shows its own. */
export const mode = computed(() => {
  if (token.value !== null) return hand.value ? "lead" : "follow";
  return following.value ? "follow" : "own";
});

/** What the class looks at. @type {Signal<Scene|null>} */
export const scene = signal(null);
/** Where in it. @type {Signal<Led|null>} */
export const led = signal(null);
/** The newest number seen: of anything, of a scene, of a cursor (which may overtake a scene). */
export const seq = signal(0);
let sceneSeq = 0;
let cursorSeq = 0;
/** The last own act came while there was no connection. */
let actedAway = false;

/** The open question, as everybody may see it. @type {Signal<PublicQuestion|null>} */
export const question = signal(null);
/** The own last stored answer to it. @type {Signal<Mine|null>} */
export const mine = signal(null);
/** @type {Signal<Missed[]>} */
export const missed = signal([]);
/** Only for the host. @type {Signal<Votes|null>} */
export const votes = signal(null);
/** The lesson's notes; only in the presenter view. @type {Signal<Note[]>} */
export const notes = signal([]);

/** Now, by the server's clock, in milliseconds since 1970. */
export const serverNow = () => Date.now() + offset.value;

/** What the page says of itself before it has entered. @param {{code: string, title: string, role: Role, join?: string}} page */
export function describe(page) {
  batch(() => {
    code.value = page.code;
    title.value = page.title;
    role.value = page.role;
    joinAddress.value = page.join ?? "";
  });
}

/**
 * Everything, after entering.
 * @param {Snapshot} taken
 * @param {number} [middle] our clock half way between asking and the answer, in milliseconds
 */
export function takeSnapshot(taken, middle = Date.now()) {
  batch(() => {
    const moved = taken.seq !== seq.value;
    snapshot.value = taken;
    role.value = taken.role;
    code.value = taken.code;
    title.value = taken.title;
    locked.value = taken.locked;
    ended.value = taken.ended;
    offset.value = taken.now - middle;
    you.value = taken.you;
    // A server that was started anew has forgotten who was lost: follow.js says it again.
    lost.value = lost.value || (taken.you?.lost ?? false);
    here.value = taken.here;
    seats.value = taken.seats;
    roster.value = inOrder(taken.roster ?? []);
    // Who moved while the other was away leads on: we, or someone else, whom we follow.
    if (taken.token === null || (moved && !actedAway)) hand.value = false;
    actedAway = false;
    driver.value = taken.driver;
    driverName.value = taken.driver_name;
    token.value = taken.token;
    seq.value = sceneSeq = cursorSeq = taken.seq;
    scene.value = taken.scene;
    led.value = taken.cursor ? { cursor: taken.cursor, arrived: performance.now() } : null;
    question.value = taken.question;
    mine.value = taken.mine;
    missed.value = taken.missed ?? [];
    votes.value = taken.votes ?? null;
    notes.value = taken.notes ?? [];
    entered.value = true;
  });
}

/** @param {Moved} moved */
export function takeMoved(moved) {
  batch(() => {
    if (moved.scene && moved.seq > sceneSeq) {
      sceneSeq = moved.seq;
      scene.value = moved.scene;
      hand.value = false;
    }
    if (moved.cursor && moved.seq > cursorSeq) {
      cursorSeq = moved.seq;
      led.value = { cursor: moved.cursor, arrived: performance.now() };
      hand.value = false;
    }
    seq.value = Math.max(seq.value, moved.seq);
  });
}

/**
 * What this page itself has made the class look at, once the server has it.
 * @param {number} number @param {Scene|undefined} newScene @param {Cursor|undefined} newCursor
 */
export function takeOwn(number, newScene, newCursor) {
  batch(() => {
    seq.value = Math.max(seq.value, number);
    if (newScene && number > sceneSeq) {
      sceneSeq = number;
      scene.value = newScene;
    }
    if (!newCursor || number < cursorSeq) return;
    cursorSeq = number;
    led.value = { cursor: newCursor, arrived: performance.now() };
  });
}

/** @param {{driver: By, name?: string|null, token?: number|null}} wheel */
export function takeWheel(wheel) {
  batch(() => {
    driver.value = wheel.driver;
    if (wheel.name !== undefined) driverName.value = wheel.name;
    const ours = wheel.driver === (role.value === "student" ? you.value?.seat : "host");
    if (!ours) {
      if (token.value !== null) following.value = true;
      token.value = null;
      hand.value = false;
    } else if (wheel.token !== undefined && wheel.token !== null) {
      token.value = wheel.token;
      following.value = true;
    }
  });
}

/** The server says that someone else leads: from here on, so do we. */
export function loseWheel() {
  batch(() => {
    token.value = null;
    hand.value = false;
    following.value = true;
  });
}

/** The reader has done something of their own: who may lead does, others look around by themselves. */
export function acted() {
  batch(() => {
    actedAway = !entered.value;
    if (token.value !== null) hand.value = true;
    else following.value = false;
  });
}

/** @param {boolean} on */
export function setFollowing(on) {
  following.value = on;
}

/** @param {boolean} on */
export function setLost(on) {
  lost.value = on;
}

/** @param {PublicQuestion|null} asked */
export function takeQuestion(asked) {
  batch(() => {
    if (asked?.asked !== question.value?.asked) {
      mine.value = null;
      votes.value = null;
    }
    question.value = asked;
  });
}

/** The own answer, once it is stored. @param {Mine} stored */
export function takeMine(stored) {
  mine.value = stored;
}

/** @param {Votes} counted */
export function takeVotes(counted) {
  votes.value = counted;
}

/** The notes of the lesson that the class has turned to. @param {{notes: Note[]}} told */
export function takeNotes(told) {
  notes.value = told.notes;
}

/** @param {{here: number, seats: number}} people */
export function takePeople(people) {
  batch(() => {
    here.value = people.here;
    seats.value = people.seats;
  });
}

/** @param {{changed?: RosterSeat[], gone?: number[]}} news */
export function takeRoster({ changed = [], gone = [] }) {
  const known = new Map(roster.value.map((seat) => [seat.seat, seat]));
  for (const seat of changed) known.set(seat.seat, seat);
  for (const seat of gone) known.delete(seat);
  roster.value = inOrder([...known.values()]);
}

/** @param {RosterSeat[]} all */
const inOrder = (all) => all.toSorted((a, b) => a.joined - b.joined);

/** @param {{title: string, locked: boolean, ended: boolean}} now */
export function takeState(now) {
  batch(() => {
    title.value = now.title;
    locked.value = now.locked;
    ended.value = now.ended;
  });
}

/** The own seat, renamed by the host or read anew. @param {Partial<You>} change */
export function changeYou(change) {
  batch(() => {
    if (you.value) you.value = { ...you.value, ...change };
    if (change.lost !== undefined) lost.value = change.lost;
  });
}

/** @param {Fault} fault */
export function refuse(fault) {
  batch(() => {
    refused.value = fault;
    entered.value = false;
    token.value = null;
    hand.value = false;
  });
}

/** The connection's state; a lost one has not entered any more. @param {"connecting"|"online"|"offline"} state */
export function setConnection(state) {
  batch(() => {
    classConnection.value = state;
    if (state !== "online") entered.value = false;
  });
}
