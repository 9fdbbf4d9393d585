/**
 * What a host asks: the form's content as the message to the server, or what is missing in it.
 */

/**
 * @typedef {"choice"|"choices"|"number"|"step"} AdhocKind
 * @typedef {{source: string, seconds: number|null, points: number|null, kind: AdhocKind, text: string,
 *   choices: string[], right: number[], value: string, tolerance: string, unit: string, variant: string,
 *   judged: boolean}} Draft
 *   `source` the id of a question of the lesson, or OWN; `right` places in `choices`; `value` the
 *   right number or step; `judged` whether there is a right answer
 * @typedef {{message: Object<string, unknown>, fault: null}|{message: null, fault: {field: string, text: string}}} Checked
 */

export const OWN = "";
export const MOST_CHOICES = 8;
export const SECONDS = { min: 5, max: 3600 };
export const MOST_POINTS = 1000;

/** @param {string} [source] @param {string} [variant] @returns {Draft} */
export const blankDraft = (source = OWN, variant = "") => ({
  source, seconds: null, points: null, kind: "choice", text: "", choices: ["", "", ""], right: [], value: "",
  tolerance: "", unit: "", variant, judged: true,
});

/**
 * @param {Draft} draft
 * @param {string} lesson the lesson on the stage
 * @returns {Checked}
 */
export function check(draft, lesson) {
  const { seconds, points } = draft;
  if (seconds !== null && !(seconds >= SECONDS.min && seconds <= SECONDS.max && Number.isInteger(seconds))) {
    return wrong("seconds", "A timed vote lasts 5 to 3600 seconds. Leave it empty for no limit.");
  }
  if (points !== null && !(points >= 0 && points <= MOST_POINTS && Number.isInteger(points))) {
    return wrong("points", "Points go from 0 to 1000. Leave it empty for none.");
  }
  const common = { ...(seconds !== null && { seconds }), ...(points && { points }) };
  if (draft.source !== OWN) return { message: { question: draft.source, lesson, ...common }, fault: null };
  const text = draft.text.trim();
  if (text === "") return wrong("text", "Write the question first.");
  const body = bodyOf(draft);
  return body.fault ? body : { message: { adhoc: { kind: draft.kind, text, ...body.message }, ...common }, fault: null };
}

/** What belongs to the kind of question. @param {Draft} draft @returns {Checked} */
function bodyOf(draft) {
  if (draft.kind === "choice" || draft.kind === "choices") return listed(draft);
  const value = draft.value.trim() === "" ? null : Number(draft.value.replace(",", "."));
  if (draft.judged && (value === null || !Number.isFinite(value))) {
    return wrong("value", "Say which answer is right, or choose that none is.");
  }
  const answer = draft.judged ? { answer: value } : {};
  if (draft.kind === "step") return { message: { variant: draft.variant, ...answer }, fault: null };
  const tolerance = Number(draft.tolerance.replace(",", ".") || "0");
  if (!(tolerance >= 0)) return wrong("tolerance", "How far off an answer may be is a number, such as 0.5.");
  const unit = draft.unit.trim();
  return { message: { ...(unit && { unit }), ...answer, ...(draft.judged && tolerance > 0 && { tolerance }) }, fault: null };
}

/** @param {Draft} draft @returns {Checked} */
function listed({ kind, choices, right, judged }) {
  const written = choices.map((text, place) => ({ text: text.trim(), right: right.includes(place) })).filter(({ text }) => text !== "");
  const texts = written.map(({ text }) => text);
  if (texts.length < 2) return wrong("choices", "Give at least two answers to choose from.");
  if (new Set(texts).size < texts.length) return wrong("choices", "Two answers are the same. Change one of them.");
  if (!judged) return { message: { choices: texts }, fault: null };
  const good = written.filter((item) => item.right).map(({ text }) => text);
  if (good.length === 0) return wrong("choices", "Mark the right answer, or choose that none is.");
  return { message: { choices: texts, answer: kind === "choice" ? good[0] : good }, fault: null };
}

/** @param {string} field @param {string} text @returns {Checked} */
const wrong = (field, text) => ({ message: null, fault: { field, text } });
