/**
 * The part of the timeline that moves: playhead, the faded future, and what travels between lanes.
 *
 * Nothing here is rendered by a component. Each frame sets a few transforms on elements that
 * exist, so the lanes beneath are never painted anew.
 */

import { effect } from "@preact/signals-core";
import { cursor, playing, scrubbing, timeOf } from "../store.js";
import { calm } from "../theme.js";
import { countUntil } from "../trace.js";
import { STATE_NAMES } from "./patterns.js";
import { widthOf } from "./text.js";
import { sayLevel } from "./timeline-groups.js";
import { along } from "./timeline-layout.js";

/** @import { ReadonlySignal } from "@preact/signals-core" */
/** @import { Axis } from "../story.js" */
/** @import { Flight, Layout } from "./timeline-layout.js" */

/** Milliseconds of the playhead's glide to a step, and of what then travels. */
const GLIDE = 240;
const HOP = 700;
/** Pixels between the time at the playhead and a label of the axis at least. */
const APART = 4;
/** What travels in no time takes this part of a step's dwell, so that it is seen. */
const HOP_PART = 0.55;
/** Of those that travel so close to another of their kind, in pixels, only one is drawn: many would be a black heap. */
const HEAP = 8;

/**
 * Keep the moving parts at the cursor.
 * @param {HTMLElement} root holds `.playhead`, `.veil`s and `.travellers`
 * @param {Layout} layout
 * @param {Axis} axis
 * @param {ReadonlySignal<number>} mix
 * @returns {() => void} stops it
 */
export function followCursor(root, layout, axis, mix) {
  const playhead = /** @type {HTMLElement} */ (root.querySelector(".playhead"));
  const time = /** @type {HTMLElement} */ (root.querySelector(".playhead-time"));
  const figures = document.createTextNode("");
  time.replaceChildren(figures);
  const veils = /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(".veil"));
  const falls = /** @type {HTMLElement[]} */ ([...root.querySelectorAll(".fall")]);
  const travellers = /** @type {HTMLElement} */ (root.querySelector(".travellers"));
  const ticks = root.querySelector(".axis")?.getElementsByTagName("text") ?? [];
  const folds = root.querySelectorAll(".fold-length");
  const flights = layout.bands.flatMap((band) => band.flights);
  const crowds = layout.bands.flatMap((band) => band.crowds.filter((crowd) => !crowd.open)).flatMap(({ id, levels }) => {
    const element = root.querySelector(`[data-crowd="${id}"] .crowd-now`);
    return element ? [{ element, levels }] : [];
  });
  const clocks = /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(".band-clock"));
  const hop = HOP_PART * axis.dwell;
  let shown = cursor.peek().s;
  let frame = 0;
  let settled = 0;
  let mixed = mix.peek();
  /** The figures are all equally wide: reading a width makes the browser lay out the page, so it is read seldom. */
  let measured = { length: 0, half: 0 };

  /** @param {number} s @param {number} t @param {number} ahead how far what travels has gone on beyond `s` */
  const draw = (s, t, ahead) => {
    const x = along(layout, { s, t }, mix.peek());
    const text = figures.data;
    const end = layout.left + layout.plot;
    playhead.style.transform = `translateX(${x}px)`;
    playhead.classList.toggle("is-out", x < layout.left - 1 || x > end + 1);
    if (text.length !== measured.length) measured = { length: text.length, half: time.offsetWidth / 2 };
    const { half } = measured;
    const shift = Math.max(half - x, Math.min(0, layout.width - half - x));
    time.style.transform = `translateX(${shift - half}px)`;
    uncover([...ticks, ...folds], x + shift, half + APART);
    for (const veil of veils) veil.style.transform = `translateX(${Math.max(x - layout.left + 1, 0)}px)`;
    for (const { element, levels } of crowds) {
      const words = sayLevel(levels, s, STATE_NAMES);
      if (element.textContent !== words) element.textContent = words;
    }
    for (const fall of falls) fall.classList.toggle("is-future", Number(fall.dataset.s) > s + 1e-9);
    drawTravellers(travellers, flights, (flight) => {
      const at = whereabouts(flight, s + ahead, hop, layout, mix.peek());
      return at && at.x >= layout.left - 8 && at.x <= end + 8 ? at : null;
    });
  };

  /** The playhead glides to where the cursor is, then what begins there travels. @param {number} from */
  const glide = (from) => {
    const began = performance.now();
    const tick = (/** @type {number} */ now) => {
      const { s, t, slot } = cursor.peek();
      const part = Math.min((now - began) / GLIDE, 1);
      const hopPart = Math.max(0, Math.min((now - began - GLIDE) / HOP, 1));
      shown = part < 1 ? from + (s - from) * (1 - (1 - part) ** 3) : s;
      draw(shown, part < 1 ? axis.toTime(shown, slot) : t, hopPart * hop);
      if (hopPart < 1) frame = requestAnimationFrame(tick);
    };
    frame = requestAnimationFrame(tick);
  };

  const stop = effect(() => {
    const { s, t, slot } = cursor.value;
    void mix.value;
    cancelAnimationFrame(frame);
    cancelAnimationFrame(settled);
    figures.data = axis.byStep ? `step ${stepped(axis, slot, s)}` : `${t.toFixed(3)} s`;
    for (const clock of clocks) clock.textContent = `at ${timeOf(Number(clock.dataset.slot)).value.toFixed(3)} s`;
    if (calm.value) {
      // Steps instead of travel: stand at the last thing that happened, with what it sent shown arrived.
      const knot = playing.value ? axis.partsOf(slot).knots.findLast((item) => item.s <= s + 1e-9) : undefined;
      shown = knot?.s ?? s;
      draw(shown, knot?.t ?? t, hop * 0.999);
    } else if (playing.value || scrubbing.value || Math.abs(s - shown) < 1e-9) {
      shown = s;
      draw(s, t, 0);
    } else {
      glide(shown);
    }
    // As true time comes or goes the axis is drawn after this, and its labels stand elsewhere then.
    if (mixed !== mix.peek()) settled = requestAnimationFrame(() => draw(shown, t, 0));
    mixed = mix.peek();
  });
  return () => {
    stop();
    cancelAnimationFrame(frame);
    cancelAnimationFrame(settled);
  };
}

/** How many steps the slots are at, together. @param {Axis} axis @param {number} slot @param {number} s */
const stepped = (axis, slot, s) => countUntil(axis.marks(slot), s + 1e-9, (stop) => stop);

/**
 * Hides the labels that the time at the playhead would half cover: a label is seen whole or not at all.
 * @param {Element[]} labels
 * @param {number} middle
 * @param {number} half
 */
function uncover(labels, middle, half) {
  for (const label of labels) {
    const own = widthOf(label.textContent ?? "", "label") / 2;
    const covered = Math.abs(Number(label.getAttribute("x")) - middle) < half + own;
    if (label.classList.contains("is-covered") !== covered) label.classList.toggle("is-covered", covered);
  }
}

/**
 * Where something that travels is when the story is at `s`, or null when it is not on its way.
 * @param {Flight} flight
 * @param {number} s
 * @param {number} hop
 * @param {Layout} layout
 * @param {number} mix
 * @returns {{x: number, y: number}|null}
 */
export function whereabouts(flight, s, hop, layout, mix) {
  const length = Math.max(flight.to.s - flight.from.s, hop);
  const part = (s - flight.from.s) / length;
  if (part < 0 || part >= 1) return null;
  const eased = part * part * (3 - 2 * part);
  const x1 = along(layout, flight.from, mix);
  const x2 = along(layout, flight.to, mix);
  return { x: x1 + (x2 - x1) * part, y: flight.y1 + (flight.y2 - flight.y1) * eased };
}

/**
 * @param {HTMLElement} parent
 * @param {Flight[]} flights
 * @param {(flight: Flight) => {x: number, y: number}|null} locate
 */
function drawTravellers(parent, flights, locate) {
  let used = 0;
  /** @type {{x: number, y: number, kind: string}[]} */
  const drawn = [];
  for (const flight of flights) {
    const at = locate(flight);
    const { kind } = flight.arrow;
    if (!at || drawn.some((other) => other.kind === kind && Math.hypot(other.x - at.x, other.y - at.y) < HEAP)) continue;
    drawn.push({ ...at, kind });
    let element = /** @type {HTMLElement|undefined} */ (parent.children[used]);
    if (!element) {
      element = document.createElement("i");
      parent.append(element);
    }
    element.className = `traveller is-${flight.arrow.kind}`;
    element.style.transform = `translate(${at.x}px, ${at.y}px) scale(var(--grown, 1))`;
    used += 1;
  }
  for (let i = used; i < parent.children.length; i += 1) {
    /** @type {HTMLElement} */ (parent.children[i]).className = "traveller is-away";
  }
}
