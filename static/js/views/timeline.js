/**
 * The timeline: what every lane of every slot does, on one axis.
 *
 * Pointing at a span tells about it, pressing it goes there, dragging moves the cursor. With the
 * keyboard all spans are one stop of Tab; arrows go from span to span, Enter goes there. A large
 * number of lanes of one kind is a band that can be opened, and a part of the axis can be looked at
 * from near.
 */

import { effect, signal } from "@preact/signals-core";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { viewsOf } from "../panels.js";
import { isReal } from "../settings.js";
import { focusSlot } from "../moving.js";
import { axis, byStep, cursor, elsewhere, focus, slots, trueTime } from "../store.js";
import { calm, letters, projector } from "../theme.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";
import { widthOf } from "./text.js";
import { CrowdButtons, opened } from "./timeline-crowds.js";
import { Falls } from "./timeline-falls.js";
import { Foot } from "./timeline-foot.js";
import { along, layOut, placeOf } from "./timeline-layout.js";
import { Minimap } from "./timeline-minimap.js";
import { followCursor } from "./timeline-now.js";
import { usePointer } from "./timeline-pointer.js";
import { LaneNames, Still } from "./timeline-still.js";
import { showTip, Tip, tip } from "./timeline-tip.js";
import { walk } from "./timeline-walk.js";
import { keepInView, zoom } from "./timeline-zoom.js";

/** @import { Band, Layout } from "./timeline-layout.js" */
/** @import { Axis } from "../story.js" */

/** 0: story time, 1: true time, between them while one becomes the other. */
const mix = signal(0);
const TURN = 550; // milliseconds
/** With more spans than this the axis changes at once. */
const MOST_TURNING = 700;
/** Pixels that the time of a version takes beside its title, where each has its own. */
const CLOCK = 96;
/** The width of the mark of what runs for real, in pixels. */
const REAL = 96;
/** The width of the timeline on paper, in pixels, as in print.css. */
const PAPER = 680;

const nameWidth = (/** @type {string} */ name) => widthOf(name, "label");

export function Timeline() {
  const root = useRef(/** @type {HTMLDivElement|null} */ (null));
  const [width, setWidth] = useState(0);
  const [lettered, setLettered] = useState(false);
  const all = slots.value;
  const listed = all.map(({ index }) => viewsOf(index).includes("timeline")).join();
  const shown = useMemo(() => all.filter(({ index }) => viewsOf(index).includes("timeline")), [all, listed]);
  const scale = axis.value;
  const crowds = opened.value;
  const large = projector.value;
  const whole = useMemo(() => layOut(shown, scale, width, crowds, large, nameWidth), [shown, scale, width, crowds, large, letters.value, lettered]);
  const part = zoom.value;
  const layout = useMemo(() => ({ ...whole, part }), [whole, part]);

  useLayoutEffect(() => {
    const element = root.current;
    if (!element) return undefined;
    const measure = () => setWidth(element.clientWidth);
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    document.fonts.ready.then(() => setLettered(true)); // labels are measured in the real font
    const toPaper = () => setWidth(PAPER);
    window.addEventListener("beforeprint", toPaper);
    window.addEventListener("afterprint", measure);
    return () => {
      observer.disconnect();
      window.removeEventListener("beforeprint", toPaper);
      window.removeEventListener("afterprint", measure);
    };
  }, []);
  useEffect(() => turn(layout.boxes), [layout.boxes > MOST_TURNING]);
  useEffect(() => {
    const element = root.current;
    if (!element || width === 0) return undefined;
    if (!element.querySelector(".span[tabindex='0']")) element.querySelector(".span")?.setAttribute("tabindex", "0");
    return followCursor(element, layout, scale, mix);
  }, [layout, scale]);

  useEffect(() => keepInView(() => placeOf(whole, cursor.value, mix.value)), [whole]);

  const pointer = usePointer(root, layout, scale, mix);
  return html`<div class="timeline">
    <div class="timeline-plot" ref=${root} style=${`height: ${layout.height}px`} ...${pointer} onKeyDown=${(/** @type {KeyboardEvent} */ event) => walk(event, layout)}
      onFocusIn=${(/** @type {FocusEvent} */ event) => showTip(event.target, layout, mix.value, root.current)} onFocusOut=${() => { tip.value = null; }}>
      ${width > 0 && html`<${Drawing} layout=${layout} axis=${scale} />`}
      ${layout.bands.map((band) => html`<div class="veil-clip" key=${band.slot} style=${`left: ${layout.left}px; width: ${layout.plot + 12}px; top: ${band.top - 2}px; height: ${band.bottom - band.top}px`}><div class="veil" /></div>`)}
      ${width > 0 && html`<${LaneNames} layout=${layout} />`}
      <${CrowdButtons} layout=${layout} />
      <${Elsewhere} layout=${layout} axis=${scale} />
      <div class="playhead" aria-hidden="true" style=${`height: ${layout.height - 10}px`}><span class="playhead-time" /></div>
      ${layout.bands.map((band) => html`<${BandTitle} key=${band.slot} band=${band} layout=${layout} />`)}
      ${layout.bands.some((band) => band.rows.some((row) => row.falls.length > 0)) && html`<${Falls} layout=${layout} mix=${mix} />`}
      <div class="travellers" aria-hidden="true" />
      <${Tip} width=${width} />
    </div>
    <p class="visually-hidden" id="timeline-keys">Arrow keys go from span to span and from lane to lane, Enter moves the cursor to a span.</p>
    <${Minimap} layout=${whole} axis=${scale} mix=${mix} />
    <${Foot} layout=${layout} />
  </div>`;
}

/** Where the class is, while the reader looks around. @param {{layout: Layout, axis: Axis}} props */
function Elsewhere({ layout, axis: scale }) {
  const s = elsewhere.value;
  if (s === null) return null;
  const x = along(layout, { s, t: scale.toTime(s) }, mix.value);
  if (x < layout.left - 1 || x > layout.left + layout.plot + 1) return null;
  return html`<div class="class-head" aria-hidden="true" style=${`height: ${layout.height - 10}px; transform: translateX(${x}px)`}><span>class</span></div>`;
}

/** @param {{layout: Layout, axis: Axis}} props */
function Drawing({ layout, axis: scale }) {
  return html`<${Still} layout=${layout} axis=${scale} mix=${mix.value} describedBy="timeline-keys" />`;
}

/** Follow the choice between story time and true time. @param {number} boxes @returns {() => void} */
function turn(boxes) {
  let frame = 0;
  const stop = effect(() => {
    const goal = trueTime.value ? 1 : 0;
    const from = mix.peek();
    cancelAnimationFrame(frame);
    if (from === goal) return;
    const still = boxes > MOST_TURNING || boxes === 0 || calm.peek();
    if (still) {
      mix.value = goal;
      return;
    }
    const began = performance.now();
    const tick = (/** @type {number} */ now) => {
      const part = Math.min((now - began) / TURN, 1);
      mix.value = part < 1 ? from + (goal - from) * (part < 0.5 ? 4 * part ** 3 : 1 - (2 - 2 * part) ** 3 / 2) : goal;
      if (part < 1) frame = requestAnimationFrame(tick);
    };
    frame = requestAnimationFrame(tick);
  });
  return () => {
    stop();
    cancelAnimationFrame(frame);
  };
}

/** The slot's name, which gives it the lead, and how long its user waits. @param {{band: Band, layout: Layout}} props */
function BandTitle({ band, layout }) {
  const leads = focus.value === band.slot;
  return html`<div class="band-title" style=${`top: ${band.y}px`}>
    <button type="button" class="band-name" aria-pressed=${leads} onClick=${() => focusSlot(band.slot)} title=${`Follow this version (${band.slot + 1})`}>
      <span class="band-number" aria-hidden="true">${band.slot + 1}</span><span class="band-text">${band.title}</span>
      ${byStep.value && html`<span class="band-clock" data-slot=${band.slot} aria-hidden="true" />`}
      <${RealBadge} slot=${slots.value[band.slot]} />
    </button>
    <${WaitText} band=${band} layout=${layout} />
  </div>`;
}

/** Marks a version that runs or ran for real, and says in a sign whether it agrees with the virtual clock. @param {{slot: import("../store.js").Slot|undefined}} props */
function RealBadge({ slot }) {
  if (!slot || !isReal(slot)) return null;
  const found = slot.trace.end?.agreement;
  const live = !slot.trace.ended && slot.status !== "error";
  return html` <span class=${`band-real${live ? " is-live" : ""}`}>for real${found && html`<${Icon} name=${found.differences.length === 0 ? "check" : "differs"} size=${12} />`}</span>`;
}

/** Beside the brace where there is room, at the right end where not. @param {{band: Band, layout: Layout}} props */
function WaitText({ band, layout }) {
  const { wait } = band;
  if (slots.value[band.slot]?.status === "error") return html`<p class="band-wait is-error">could not be run</p>`;
  if (!wait) return null;
  const text = html`${wait.text} <strong>${wait.strong}</strong>${wait.less && html` <span class="band-less">${wait.less}</span>`}`;
  const { brace } = band;
  if (layout.narrow || !brace) return html`<p class=${`band-wait${band.tall ? " is-tall" : ""}`}>${text}</p>`;
  const wide = widthOf(`${wait.text} ${wait.strong} · ${wait.less}`, "title") + 12;
  const middle = (Math.max(along(layout, brace.from, mix.value), layout.left) + Math.min(along(layout, brace.to, mix.value), layout.width)) / 2;
  const least = 62 + widthOf(band.title, "title") + 20 + (byStep.value ? CLOCK : 0) + (isReal(slots.value[band.slot] ?? {}) ? REAL : 0);
  const x = Math.max(least, Math.min(middle - wide / 2, layout.width - wide - 16));
  return html`<p class="band-wait is-placed" style=${`max-width: ${layout.width - x}px; transform: translateX(${x}px)`}>${text}</p>`;
}
