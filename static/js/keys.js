/**
 * The keys of the stage: one list that is both the map and the text of the help.
 *
 * A key does nothing while the reader types in a field or holds Ctrl, Alt or Meta, and Space
 * presses a button that has the focus, as everywhere.
 */

/**
 * @typedef {"toggle"|"next"|"back"|"nextLine"|"lineBack"|"start"|"end"|"slower"|"faster"|"trueTime"|"help"|"close"
 *   |"slot1"|"slot2"|"slot3"|"slot4"} Action
 * @typedef {{key: string, shiftKey: boolean, ctrlKey: boolean, altKey: boolean, metaKey: boolean,
 *   target: unknown}} KeyPress
 */

/** @type {{keys: string[], text: string}[]} */
export const KEYS = [
  { keys: ["Space"], text: "Play or pause" },
  { keys: ["←", "→"], text: "One step back or forward" },
  { keys: ["Shift + ←", "Shift + →"], text: "One executed line back or forward" },
  { keys: ["Home", "End"], text: "To the start, to the end" },
  { keys: ["[", "]"], text: "Slower, faster" },
  { keys: ["t"], text: "True time or story time" },
  { keys: ["1", "2", "3", "4"], text: "Which version to follow" },
  { keys: ["?"], text: "This help" },
  { keys: ["Esc"], text: "Close what is open" },
];

/** @type {Object<string, Action>} */
const PLAIN = {
  " ": "toggle", ArrowRight: "next", ArrowLeft: "back", Home: "start", End: "end", "[": "slower", "]": "faster",
  t: "trueTime", T: "trueTime", "?": "help", Escape: "close", 1: "slot1", 2: "slot2", 3: "slot3", 4: "slot4",
};
/** @type {Object<string, Action>} */
const SHIFTED = { ArrowRight: "nextLine", ArrowLeft: "lineBack", "?": "help", T: "trueTime", "[": "slower", "]": "faster" };

/** Kinds of input in which keys do not write anything and that leave the arrows to the stage. */
const SILENT_INPUTS = ["button", "submit", "reset", "checkbox"];

/**
 * What a key press asks for, or null where it is meant for something else.
 * @param {KeyPress} press
 * @returns {Action|null}
 */
export function actionOf(press) {
  if (press.ctrlKey || press.altKey || press.metaKey) return null;
  const action = (press.shiftKey ? SHIFTED : PLAIN)[press.key] ?? null;
  if (action === "close") return action;
  const target = /** @type {{tagName?: string, type?: string, isContentEditable?: boolean, closest?: (selector: string) => unknown}|null} */ (press.target);
  const tag = target?.tagName?.toLowerCase() ?? "";
  if (target?.isContentEditable || tag === "textarea" || tag === "select") return null;
  if (tag === "input" && !SILENT_INPUTS.includes(target?.type ?? "text")) return null;
  if (action === "toggle" && ["button", "a", "summary", "input"].includes(tag)) return null;
  // A list, a tab bar or a dialog has its own arrows.
  if (action !== null && target?.closest?.("[role=listbox], [role=tablist], [role=radiogroup], dialog")) return null;
  return action;
}

/**
 * Listen to the keys of a page.
 * @param {EventTarget} page
 * @param {Record<Action, () => void>} actions
 * @returns {() => void} stops listening
 */
export function listen(page, actions) {
  const hear = (/** @type {Event} */ event) => {
    const press = /** @type {KeyboardEvent} */ (event);
    if (press.defaultPrevented) return;
    const action = actionOf(press);
    if (action === null) return;
    if (action !== "close") press.preventDefault();
    actions[action]();
  };
  page.addEventListener("keydown", hear);
  return () => page.removeEventListener("keydown", hear);
}
