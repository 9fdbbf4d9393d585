/**
 * The keys of the stage: one list that is both the map and the text of the help.
 *
 * A key does nothing while the reader types in a field or holds Ctrl, Alt or Meta, and Space
 * presses a button that has the focus, as everywhere.
 */

/**
 * @typedef {"toggle"|"next"|"back"|"nextLine"|"lineBack"|"start"|"end"|"slower"|"faster"|"trueTime"|"align"|"help"|"close"
 *   |"slot1"|"slot2"|"slot3"|"slot4"|"real"|"change"|"order"|"undo"|"redo"|"zoomIn"|"zoomOut"|"zoomAll"|"panLeft"|"panRight"} Action
 * @typedef {{down: Record<string, () => void>, up: Record<string, () => void>, close: () => void}} ClassKeys
 *   what further letters do when pressed and when released, and Esc
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
  { keys: ["a"], text: "Versions aligned by step or by time" },
  { keys: ["+", "−", "0"], text: "Timeline: zoom in, zoom out, all of it" },
  { keys: [",", "."], text: "Zoomed timeline: earlier, later" },
  { keys: ["1", "2", "3", "4"], text: "Which version to follow" },
  { keys: ["r"], text: "Run this version for real, or back" },
  { keys: ["c"], text: "The settings" },
  { keys: ["o"], text: "Another order of threads" },
  { keys: ["Ctrl + Z", "Ctrl + Shift + Z"], text: "Undo or redo a change" },
  { keys: ["?"], text: "This help" },
  { keys: ["Esc"], text: "Close what is open" },
];

/** The keys that a class adds, by what they are for; `who` is whom they are for. */
export const CLASS_KEYS = [
  { keys: ["f"], text: "Back to the class", who: "student" },
  { keys: ["l"], text: "I am lost, or no longer", who: "student" },
  { keys: ["j"], text: "The class code, large", who: "host" },
  { keys: ["p"], text: "While held: point at something", who: "driver" },
  { keys: ["m"], text: "Mark the present line and row", who: "driver" },
  { keys: ["Alt + click"], text: "Mark a line, a row or a lane", who: "driver" },
  { keys: ["Esc"], text: "Take all marks away", who: "driver" },
];

/** @type {Object<string, Action>} */
const PLAIN = {
  " ": "toggle", ArrowRight: "next", ArrowLeft: "back", Home: "start", End: "end", "[": "slower", "]": "faster",
  t: "trueTime", T: "trueTime", "?": "help", Escape: "close", 1: "slot1", 2: "slot2", 3: "slot3", 4: "slot4",
  a: "align", r: "real", c: "change", o: "order",
  "+": "zoomIn", "=": "zoomIn", "-": "zoomOut", 0: "zoomAll", ",": "panLeft", ".": "panRight",
};
/** @type {Object<string, Action>} */
const SHIFTED = { ArrowRight: "nextLine", ArrowLeft: "lineBack", "?": "help", T: "trueTime", "[": "slower", "]": "faster", "+": "zoomIn", "=": "zoomIn" };

/** Kinds of input in which keys do not write anything and that leave the arrows to the stage. */
const SILENT_INPUTS = ["button", "submit", "reset", "checkbox"];

/**
 * What a key press asks for, or null where it is meant for something else.
 * @param {KeyPress} press
 * @returns {Action|null}
 */
export function actionOf(press) {
  if ((press.ctrlKey || press.metaKey) && !press.altKey) return undoOf(press);
  if (press.altKey) return null;
  const action = (press.shiftKey ? SHIFTED : PLAIN)[press.key] ?? null;
  if (action === "close") return action;
  if (action === null || writes(press)) return null;
  const target = /** @type {{tagName?: string}|null} */ (press.target);
  const tag = target?.tagName?.toLowerCase() ?? "";
  if (action === "toggle" && ["button", "a", "summary", "input"].includes(tag)) return null;
  return action;
}

/** Undo and redo, as everywhere; while the reader types, it is the typing that is undone. @param {KeyPress} press @returns {Action|null} */
function undoOf(press) {
  const target = /** @type {{tagName?: string, type?: string}|null} */ (press.target);
  const slides = target?.tagName?.toLowerCase() === "input" && target.type === "range";
  if (!slides && writes(press)) return null;
  const key = press.key.toLowerCase();
  if (key === "y" && !press.shiftKey) return "redo";
  return key === "z" ? (press.shiftKey ? "redo" : "undo") : null;
}

/** Whether a press belongs to what has the focus. @param {KeyPress} press @returns {boolean} */
function writes(press) {
  const target = /** @type {{tagName?: string, type?: string, isContentEditable?: boolean, closest?: (selector: string) => unknown}|null} */ (press.target);
  const tag = target?.tagName?.toLowerCase() ?? "";
  if (target?.isContentEditable || tag === "textarea" || tag === "select") return true;
  if (tag === "input" && !SILENT_INPUTS.includes(target?.type ?? "text")) return true;
  // A list, a tab bar or a dialog has its own keys.
  return Boolean(target?.closest?.("[role=listbox], [role=tablist], [role=radiogroup], dialog"));
}

/**
 * The letter of a press that is meant for the class, or null where the reader writes or a dialog is open.
 * @param {KeyPress & {repeat?: boolean}} press
 * @returns {string|null}
 */
export function letterOf(press) {
  if (press.ctrlKey || press.altKey || press.metaKey || press.repeat || press.key.length !== 1) return null;
  return writes(press) ? null : press.key.toLowerCase();
}

/**
 * Listen to the keys of a page.
 * @param {EventTarget} page
 * @param {Record<Action, () => void>} actions
 * @param {ClassKeys} [classKeys]
 * @returns {() => void} stops listening
 */
export function listen(page, actions, classKeys) {
  const hear = (/** @type {Event} */ event) => {
    const press = /** @type {KeyboardEvent} */ (event);
    if (press.defaultPrevented) return;
    const action = actionOf(press);
    const more = action === null ? classKeys?.down[letterOf(press) ?? ""] : undefined;
    if (action === null && !more) return;
    if (action !== "close") press.preventDefault();
    if (action !== null) actions[action]();
    more?.();
  };
  const release = (/** @type {Event} */ event) => classKeys?.up[/** @type {KeyboardEvent} */ (event).key.toLowerCase()]?.();
  page.addEventListener("keydown", hear);
  page.addEventListener("keyup", release);
  return () => {
    page.removeEventListener("keydown", hear);
    page.removeEventListener("keyup", release);
  };
}
