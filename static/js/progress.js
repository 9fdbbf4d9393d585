/**
 * What a learner has done, kept in the browser: ways that were visited, and questions that were
 * answered. A question that was once answered wrongly comes back: first soon, then after longer and
 * longer pauses, until it has been right often enough.
 *
 * All but `load` and `save` are pure functions of what is kept.
 */

/**
 * @typedef {{box: number, due: number}} Back  `box` how often in a row it was right since; `due` milliseconds since 1970
 * @typedef {{ways: string[], right: string[], back: Object<string, Back>}} LessonProgress
 * @typedef {{version: 1, lessons: Object<string, LessonProgress>}} Progress
 */

const KEY = "meanwhile.progress";
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** How long a question rests after it was wrong, and after each time it was right again. */
export const PAUSES = [10 * MINUTE, DAY, 3 * DAY, 7 * DAY, 21 * DAY];

/** @returns {Progress} */
export const nothing = () => ({ version: 1, lessons: {} });

/** @param {Progress} progress @param {string} lesson @returns {LessonProgress} */
export function ofLesson(progress, lesson) {
  return progress.lessons[lesson] ?? { ways: [], right: [], back: {} };
}

/** @param {Progress} progress @param {string} lesson @param {LessonProgress} own @returns {Progress} */
const changed = (progress, lesson, own) => ({ ...progress, lessons: { ...progress.lessons, [lesson]: own } });

/** @param {string[]} list @param {string} item */
const including = (list, item) => (list.includes(item) ? list : [...list, item]);

/** A way was visited. @param {Progress} progress @param {string} lesson @param {string} way @returns {Progress} */
export function visited(progress, lesson, way) {
  const own = ofLesson(progress, lesson);
  return changed(progress, lesson, { ...own, ways: including(own.ways, way) });
}

/**
 * A question was answered.
 * @param {Progress} progress @param {string} lesson @param {string} question @param {boolean} correct
 * @param {number} now milliseconds since 1970
 * @returns {Progress}
 */
export function answered(progress, lesson, question, correct, now) {
  const own = ofLesson(progress, lesson);
  const { [question]: known, ...others } = own.back;
  if (!correct) {
    const back = { ...others, [question]: { box: 0, due: now + /** @type {number} */ (PAUSES[0]) } };
    return changed(progress, lesson, { ...own, right: own.right.filter((id) => id !== question), back });
  }
  const right = including(own.right, question);
  // Right again at once, after having been told why, is no proof: it has to have rested.
  if (known && now < known.due) return changed(progress, lesson, { ...own, right });
  const pause = known ? PAUSES[known.box + 1] : undefined;
  const back = known && pause ? { ...others, [question]: { box: known.box + 1, due: now + pause } } : others;
  return changed(progress, lesson, { ...own, right, back });
}

/** The questions that have rested long enough, in the order in which they are due. @param {Progress} progress @param {string} lesson @param {number} now @returns {string[]} */
export function due(progress, lesson, now) {
  const entries = Object.entries(ofLesson(progress, lesson).back).filter(([, { due: at }]) => at <= now);
  return entries.sort(([, a], [, b]) => a.due - b.due).map(([id]) => id);
}

/**
 * Questions in the order in which they are asked: those that come back, then those that have not
 * been right yet, then the others.
 * @template {{id: string}} Q
 * @param {Q[]} questions @param {Progress} progress @param {string} lesson @param {number} now
 * @returns {Q[]}
 */
export function inOrder(questions, progress, lesson, now) {
  const back = due(progress, lesson, now);
  const { right } = ofLesson(progress, lesson);
  const rank = (/** @type {Q} */ { id }) => (back.includes(id) ? back.indexOf(id) - back.length : right.includes(id) ? 1 : 0);
  return questions.map((question, place) => ({ question, place }))
    .sort((a, b) => rank(a.question) - rank(b.question) || a.place - b.place)
    .map(({ question }) => question);
}

/** Two records of one learner as one: what was done in either counts. @param {Progress} a @param {Progress} b @returns {Progress} */
export function merged(a, b) {
  const names = new Set([...Object.keys(a.lessons), ...Object.keys(b.lessons)]);
  const lessons = [...names].map((name) => {
    const [one, two] = [ofLesson(a, name), ofLesson(b, name)];
    return [name, {
      ways: [...new Set([...one.ways, ...two.ways])],
      right: [...new Set([...one.right, ...two.right])],
      back: { ...one.back, ...two.back },
    }];
  });
  return { version: 1, lessons: Object.fromEntries(lessons) };
}

/** The progress that a text holds, or null where it is none. @param {string} text @returns {Progress|null} */
export function read(text) {
  try {
    const found = JSON.parse(text);
    if (found?.version !== 1 || typeof found.lessons !== "object" || found.lessons === null) return null;
    const strings = (/** @type {unknown} */ list) => Array.isArray(list) && list.every((item) => typeof item === "string");
    const times = (/** @type {any} */ back) => typeof back === "object" && back !== null
      && Object.values(back).every((item) => Number.isInteger(item?.box) && Number.isFinite(item?.due));
    const fine = Object.values(found.lessons).every((own) => strings(own?.ways) && strings(own?.right) && times(own?.back));
    return fine ? found : null;
  } catch {
    return null;
  }
}

/** What this browser keeps. @returns {Progress} */
export function load() {
  try {
    return read(localStorage.getItem(KEY) ?? "") ?? nothing();
  } catch {
    return nothing(); // storage is refused
  }
}

/** Keep it; false where the browser refuses. @param {Progress} progress @returns {boolean} */
export function save(progress) {
  try {
    localStorage.setItem(KEY, JSON.stringify(progress));
    return true;
  } catch {
    return false;
  }
}
