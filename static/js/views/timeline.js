/**
 * The timeline: what every lane of every slot does, on one axis.
 *
 * Pointing at a span tells about it, pressing it goes there, dragging moves the cursor. With the
 * keyboard the whole timeline is one stop of Tab; arrows go from span to span, Enter goes there.
 */

import { effect, signal } from "@preact/signals-core";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { axis, elsewhere, focus, focusSlot, presentOf, scrubbing, seek, setTrueTime, slots, trueTime } from "../store.js";
import { html } from "./html.js";
import { STATES, STATE_NAMES } from "./patterns.js";
import { pointAt } from "./pointer.js";
import { widthOf } from "./text.js";
import { Falls } from "./timeline-falls.js";
import { along, clock, layOut } from "./timeline-layout.js";
import { follow } from "./timeline-now.js";
import { LaneNames, Still } from "./timeline-still.js";

/** @import { Band, Layout, SpanBox } from "./timeline-layout.js" */
/** @import { Axis } from "../story.js" */

/** 0: story time, 1: true time, between them while one becomes the other. */
const mix = signal(0);
const TURN = 550; // milliseconds
/** With more spans than this the axis changes at once. */
const MOST_TURNING = 700;
/** Pixels within which a click means the step itself, and beyond which a press is a drag. */
const NEAR = 7;
const DRAG = 4;

/** The width of the timeline on paper, in pixels, as in print.css. */
const PAPER = 680;

/** The span that is pointed at, and where its tip stands. */
const tip = signal(/** @type {{box: SpanBox, lane: string, x: number, y: number}|null} */ (null));

export function Timeline() {
  const root = useRef(/** @type {HTMLDivElement|null} */ (null));
  const [width, setWidth] = useState(0);
  const shown = slots.value;
  const scale = axis.value;
  const layout = useMemo(() => layOut(shown, scale, width), [shown, scale, width]);

  useLayoutEffect(() => {
    const element = root.current;
    if (!element) return undefined;
    const measure = () => setWidth(element.clientWidth);
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    document.fonts.ready.then(() => setWidth((old) => old + 0.01)); // labels are measured in the real font
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
    return follow(element, layout, scale, mix);
  }, [layout, scale]);

  const pointer = usePointer(root, layout, scale);
  return html`<div class="timeline">
    <div class="timeline-plot" ref=${root} style=${`height: ${layout.height}px`} ...${pointer} onKeyDown=${(/** @type {KeyboardEvent} */ event) => walk(event, layout)}
      onFocusIn=${(/** @type {FocusEvent} */ event) => showTip(event.target, layout, root.current)} onFocusOut=${() => { tip.value = null; }}>
      ${width > 0 && html`<${Drawing} layout=${layout} axis=${scale} />`}
      ${layout.bands.map((band) => html`<div class="veil-clip" key=${band.slot} style=${`left: ${layout.left}px; width: ${layout.plot + 12}px; top: ${band.top - 2}px; height: ${band.bottom - band.top}px`}><div class="veil" /></div>`)}
      ${width > 0 && html`<${LaneNames} layout=${layout} />`}
      <${Elsewhere} layout=${layout} axis=${scale} />
      <div class="playhead" aria-hidden="true" style=${`height: ${layout.height - 10}px`}><span class="playhead-time" /></div>
      ${layout.bands.map((band) => html`<${BandTitle} key=${band.slot} band=${band} layout=${layout} />`)}
      ${layout.bands.some((band) => band.rows.some((row) => row.falls.length > 0)) && html`<${Falls} layout=${layout} mix=${mix} />`}
      <div class="travellers" aria-hidden="true" />
      <${Tip} width=${width} />
    </div>
    <p class="visually-hidden" id="timeline-keys">Arrow keys go from span to span and from lane to lane, Enter moves the cursor to a span.</p>
    <${Legend} layout=${layout} />
  </div>`;
}

/** Where the class is, while the reader looks around. @param {{layout: Layout, axis: Axis}} props */
function Elsewhere({ layout, axis: scale }) {
  const s = elsewhere.value;
  if (s === null) return null;
  const x = along(layout, { s, t: scale.toTime(s) }, mix.value);
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
    const still = boxes > MOST_TURNING || boxes === 0 || window.matchMedia("(prefers-reduced-motion: reduce)").matches;
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
      <span class="band-number" aria-hidden="true">${band.slot + 1}</span>${band.title}
    </button>
    <${WaitText} band=${band} layout=${layout} />
  </div>`;
}

/** Beside the brace where there is room, at the right end where not. @param {{band: Band, layout: Layout}} props */
function WaitText({ band, layout }) {
  const { wait } = band;
  if (slots.value[band.slot]?.status === "error") return html`<p class="band-wait is-error">could not be run</p>`;
  if (!wait) return null;
  const text = html`${wait.text} <strong>${wait.strong}</strong>${wait.less && html` <span class="band-less">${wait.less}</span>`}`;
  const { brace } = band;
  if (layout.narrow || !brace) return html`<p class="band-wait">${text}</p>`;
  const wide = widthOf(`${wait.text} ${wait.strong} ${wait.less}`, "title") + 12;
  const middle = (along(layout, brace.from, mix.value) + along(layout, brace.to, mix.value)) / 2;
  const least = 62 + widthOf(band.title, "title") + 20;
  const x = Math.max(least, Math.min(middle - wide / 2, layout.width - wide - 16));
  return html`<p class="band-wait is-placed" style=${`transform: translateX(${x}px)`}>${text}</p>`;
}

/** What goes into a queue and out of it looks alike. @type {Object<string, string>} */
const MESSAGES = { publish: "message", deliver: "message" };

/** @param {{layout: Layout}} props */
function Legend({ layout }) {
  const boxes = layout.bands.flatMap((band) => band.rows.flatMap((row) => row.spans));
  const states = STATES.filter((state) => boxes.some((box) => box.span.state === state));
  const kinds = new Map(layout.bands.flatMap((band) => band.flights.map(({ arrow: { kind } }) => [MESSAGES[kind] ?? kind, kind])));
  return html`<div class="timeline-foot">
    <ul class="legend" aria-label="Legend">
      ${states.map((state) => html`<li key=${state}><svg width="26" height="16" aria-hidden="true"><rect class=${`span state-${state}`} x="0.5" y="0.5" width="25" height="15" rx="4" fill=${`url(#pattern-${state})`} /></svg>${STATE_NAMES[state]}</li>`)}
      ${[...kinds].map(([name, kind]) => html`<li key=${name}><i class=${`traveller is-${kind} is-still`} aria-hidden="true" />${name}</li>`)}
    </ul>
    <button type="button" class="true-time" aria-pressed=${trueTime.value} onClick=${() => setTrueTime(!trueTime.value)} title="Show the true proportions (t)">
      <span class="true-time-knob" aria-hidden="true" />True time<kbd aria-hidden="true">t</kbd>
    </button>
  </div>`;
}

/** @param {{width: number}} props */
function Tip({ width }) {
  if (!tip.value) return null;
  const { box: { span }, lane, x, y } = tip.value;
  return html`<div class="timeline-tip" role="tooltip" style=${`top: ${y}px; left: ${Math.max(8, Math.min(x, width - 268))}px`}>
    <p class="tip-state"><svg width="18" height="12" aria-hidden="true"><rect class=${`span state-${span.state}`} x="0.5" y="0.5" width="17" height="11" rx="3" fill=${`url(#pattern-${span.state})`} /></svg><strong>${lane}</strong> ${STATE_NAMES[span.state]}</p>
    ${span.label && html`<p>${span.label}</p>`}
    <p class="tip-times">${clock(span.start)} – ${clock(span.end)} <span>for ${clock(span.end - span.start)}</span></p>
  </div>`;
}

/** @param {EventTarget|null} target @param {Layout} layout @returns {{box: SpanBox, lane: string}|null} */
function spanOf(target, layout) {
  const element = target instanceof Element ? /** @type {SVGElement|null} */ (target.closest(".timeline-still .span")) : null;
  if (!element) return null;
  const { slot, span } = element.dataset;
  for (const row of layout.bands[Number(slot)]?.rows ?? []) {
    const box = row.spans.find((item) => item.span.id === span);
    if (box) return { box, lane: row.lane.name };
  }
  return null;
}

/** @param {EventTarget|null} target @param {Layout} layout @param {HTMLElement|null} root @param {number} [x] */
function showTip(target, layout, root, x) {
  const found = spanOf(target, layout);
  if (!found || !root) {
    if (tip.value) tip.value = null;
    return;
  }
  const left = x === undefined ? along(layout, found.box.from, mix.value) : x - root.getBoundingClientRect().left + 14;
  tip.value = { ...found, x: left, y: found.box.y + layout.bar + 8 };
}

/** @param {{current: HTMLElement|null}} root @param {Layout} layout @param {Axis} scale */
function usePointer(root, layout, scale) {
  const press = useRef(/** @type {{x: number, dragged: boolean}|null} */ (null));
  const dragged = useRef(false);

  /** The story position under the pointer. @param {number} clientX */
  const storyAt = (clientX) => {
    const part = (clientX - (root.current?.getBoundingClientRect().left ?? 0) - layout.left) / layout.plot;
    const inside = Math.max(0, Math.min(part, 1));
    return trueTime.value ? scale.toStory(inside * layout.duration) : inside * layout.length;
  };
  /** The stop of a step that is meant by a click so near to it. @param {number} s @param {number} slot */
  const snap = (s, slot) => {
    if (trueTime.value) return s;
    const stop = (scale.stops[slot] ?? []).find((item) => (Math.abs(item - s) * layout.plot) / layout.length <= NEAR);
    return stop ?? s;
  };
  return {
    onPointerDown: (/** @type {PointerEvent} */ event) => {
      dragged.current = false;
      const control = event.target instanceof Element && event.target.closest("button");
      press.current = event.button === 0 && !control ? { x: event.clientX, dragged: false } : null;
      // A press is no choice of focus: keys go on to step, and do not walk from span to span.
      if (!control && event.pointerType === "mouse") event.preventDefault();
    },
    onPointerMove: (/** @type {PointerEvent} */ event) => {
      const from = press.current;
      if (!from) {
        if (event.pointerType === "mouse") showTip(event.target, layout, root.current, event.clientX);
        return;
      }
      if (!from.dragged && Math.abs(event.clientX - from.x) < DRAG) return;
      if (!from.dragged) {
        from.dragged = true;
        dragged.current = true;
        scrubbing.value = true;
        tip.value = null;
        root.current?.setPointerCapture(event.pointerId);
      }
      seek({ s: storyAt(event.clientX) });
    },
    onPointerUp: () => { press.current = null; scrubbing.value = false; },
    onPointerCancel: () => { press.current = null; scrubbing.value = false; },
    onPointerLeave: () => { tip.value = null; },
    onClick: (/** @type {MouseEvent} */ event) => {
      const x = event.clientX - (root.current?.getBoundingClientRect().left ?? 0);
      if (dragged.current || x < layout.left - NEAR || (event.target instanceof Element && event.target.closest("button"))) return;
      const found = spanOf(event.target, layout);
      const slot = found?.box.slot ?? focus.value;
      const s = snap(storyAt(event.clientX), slot);
      seek({ slot, s: found ? Math.max(found.box.from.s, Math.min(s, found.box.to.s)) : s });
      const variant = slots.value[slot]?.variant;
      if (variant !== undefined && presentOf(slot).value > 0) pointAt({ variant, n: presentOf(slot).value });
    },
  };
}

/** Arrow keys on a span. @param {KeyboardEvent} event @param {Layout} layout */
function walk(event, layout) {
  const element = event.target instanceof Element ? /** @type {SVGElement|null} */ (event.target.closest(".span")) : null;
  if (!element || event.ctrlKey || event.metaKey || event.altKey) return;
  const lanes = [...(element.closest("svg")?.querySelectorAll(".lane") ?? [])].map((lane) => [...lane.querySelectorAll(".span")]);
  const row = lanes.findIndex((spans) => spans.includes(element));
  const filled = lanes.map((spans, i) => ({ spans, i })).filter(({ spans }) => spans.length > 0);
  const here = lanes[row] ?? [];
  const at = here.indexOf(element);
  const across = (/** @type {1|-1} */ direction) => {
    const other = filled[filled.findIndex(({ i }) => i === row) + direction];
    return other?.spans[Math.min(at, other.spans.length - 1)];
  };
  /** @type {Object<string, () => Element|undefined>} */
  const moves = {
    ArrowRight: () => here[at + 1], ArrowLeft: () => here[at - 1], Home: () => here[0], End: () => here[here.length - 1],
    ArrowDown: () => across(1), ArrowUp: () => across(-1),
  };
  const move = moves[event.key];
  if (event.key === "Enter" || event.key === " ") {
    const found = spanOf(element, layout);
    if (found) seek({ slot: found.box.slot, s: found.box.from.s });
  } else if (!move) {
    return;
  }
  event.preventDefault();
  const next = /** @type {SVGElement|undefined} */ (move?.());
  if (!next) return;
  element.setAttribute("tabindex", "-1");
  next.setAttribute("tabindex", "0");
  next.focus();
}
