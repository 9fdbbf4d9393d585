/**
 * Elements that stay while what they are made of does: Preact does not even look at the same element
 * again. For a list of which a frame changes one or two.
 */

import { useRef } from "preact/hooks";

/** @import { VNode } from "preact" */

/**
 * The element made before under this key, if it was made of the same.
 * @returns {(key: string|number, made: unknown[], make: () => VNode<any>) => VNode<any>} `made` is compared one by one
 */
export function useKept() {
  const kept = useRef(/** @type {Map<string|number, {made: unknown[], element: VNode<any>}>} */ (new Map()));
  return (key, made, make) => {
    const before = kept.current.get(key);
    if (before && made.every((value, i) => Object.is(value, before.made[i]))) return before.element;
    const element = make();
    kept.current.set(key, { made, element });
    return element;
  };
}
