/**
 * The views of a slot, drawn after the picture: another run is first seen in caption and timeline,
 * one frame later in code and tables, and while a slider moves only when it rests.
 *
 * Until then they show the run before, whole, as the reader last saw it.
 */

import { signal } from "@preact/signals-core";
import { useLayoutEffect, useMemo, useState } from "preact/hooks";

import { afterFrame } from "../frames.js";
import { sliding } from "../store.js";
import { html } from "./html.js";
import { Panels } from "./panels.js";

/** @import { Slot } from "../store.js" */

/** Milliseconds for which a moving slider rests, or a run still comes, before the tables follow. */
const REST = 120;

/** How many slots have views that are behind their picture. */
export const behind = signal(0);

/** @param {{ slot: Slot, only: string }} props as those of the views (panels.js) */
export function LatePanels({ slot, only }) {
  const [late, catchUp] = useState(slot);
  const isLate = late.trace !== slot.trace;
  useLayoutEffect(() => {
    if (!isLate) return undefined;
    behind.value += 1;
    const stop = afterFrame(() => catchUp(slot), sliding.peek() || !slot.trace.ended ? REST : 0);
    return () => {
      stop();
      behind.value -= 1;
    };
  }, [slot.trace, isLate]);
  const shown = isLate ? { ...late, index: slot.index } : slot;
  // The same element again is not even looked at.
  const { index, title, trace, listing, error } = shown;
  return useMemo(() => html`<${Panels} slot=${shown} only=${only} />`, [only, index, title, trace, listing, error]);
}
