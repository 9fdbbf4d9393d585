/**
 * The catalogue: pictures that have still to be drawn, and how far the learner has come.
 *
 * Progress is kept in this browser alone. It can be saved as a file and loaded elsewhere, where it is
 * joined with what is there.
 */

import { due, load, merged, ofLesson, read, save } from "./progress.js";

/** @import { Progress } from "./progress.js" */

const by = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const lessons = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".lesson[data-lesson]")]);

show(load());
by("progress").hidden = false;
by("progress-save").addEventListener("click", saveFile);
by("progress-load").addEventListener("click", () => by("progress-file").click());
by("progress-file").addEventListener("change", (event) => {
  const field = /** @type {HTMLInputElement} */ (event.currentTarget);
  const file = field.files?.[0];
  if (file) void loadFile(file).then(() => { field.value = ""; });
});
void drawPictures();

/** @param {Progress} progress */
function show(progress) {
  const now = Date.now();
  let begun = 0;
  let again = 0;
  for (const lesson of lessons) {
    const { lesson: id = "", ways = "", questions = "0" } = lesson.dataset;
    const own = ofLesson(progress, id);
    const back = due(progress, id, now).length;
    begun += own.ways.length > 0 ? 1 : 0;
    again += back;
    const seen = ways.split(" ").filter((way) => own.ways.includes(way)).length;
    const said = lesson.querySelector(".lesson-progress");
    if (!said) continue;
    const right = Math.min(own.right.length, Number(questions));
    said.replaceChildren(...(seen === 0 ? [] : [`${seen} of ${ways.split(" ").length} ways, ${right} of ${questions} right`]));
    if (back > 0) said.append(" ", Object.assign(document.createElement("a"), { href: `/s/${id}/recall`, className: "lesson-again", textContent: `${back} to repeat` }));
  }
  const repeat = again === 0 ? "" : again === 1 ? " One question has come back to you." : ` ${again} questions have come back to you.`;
  by("progress-said").textContent = begun === 0
    ? "You have not begun yet. What you do is kept in this browser, without an account."
    : `You have begun ${begun} of ${lessons.length} lessons.${repeat}`;
}

function saveFile() {
  const text = JSON.stringify(load(), null, 2);
  const link = Object.assign(document.createElement("a"), {
    href: `data:application/json,${encodeURIComponent(text)}`, download: "meanwhile-progress.json",
  });
  link.click();
  note("Saved as meanwhile-progress.json.");
}

/** @param {File} file */
async function loadFile(file) {
  const found = read(await file.text());
  if (!found) return note(`${file.name} holds no progress. Choose a file that was saved here.`);
  const both = merged(load(), found);
  if (!save(both)) return note("This browser does not let a page keep anything.");
  show(both);
  return note(`Loaded ${file.name}.`);
}

/** @param {string} text */
function note(text) {
  by("progress-note").textContent = text;
}

/** Ask for the pictures that the page came without, one after the other. */
async function drawPictures() {
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-picture]"))) {
    try {
      const response = await fetch(place.dataset.picture ?? "");
      if (response.ok) place.innerHTML = await response.text();
    } catch (failure) {
      console.warn("The pictures could not be fetched.", failure);
      return;
    }
  }
}
