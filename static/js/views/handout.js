/**
 * What only paper shows: a line for the name, and all questions with room for answers.
 *
 * The rest of a handout is the stage itself, laid out by print.css. Paper is light, whatever the
 * screen is. The browser has no answers: they are fetched where a handout with answers is wanted.
 */

import { signal } from "@preact/signals-core";
import { useEffect } from "preact/hooks";

import { differences } from "../settings.js";
import { lesson, slots } from "../store.js";
import { html } from "./html.js";
import { rich } from "./rich.js";

/** @import { Question } from "./quiz-fields.js" */

/** What is right, by question, while a handout with answers is printed. @type {import("@preact/signals-core").Signal<Record<string, {right: string[], explanation: string}>>} */
const answers = signal({});

/** Print the handout with what is right beneath each question. @param {string} query that of the stage, with "?" or "" */
export async function printAnswers(query) {
  const response = await fetch(`/s/${lesson.value.id}/answers${query}`, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error("The answers could not be fetched.");
  const told = /** @type {{answers: {id: string, right: string[], explanation: string}[]}} */ (await response.json());
  answers.value = Object.fromEntries(told.answers.map((answer) => [answer.id, answer]));
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  window.print();
  answers.value = {};
}

export function HandoutHead() {
  useEffect(() => {
    const page = document.documentElement;
    let theme = page.dataset.theme;
    const before = () => {
      theme = page.dataset.theme;
      page.dataset.theme = "light";
    };
    const after = () => {
      page.dataset.theme = theme ?? "light";
    };
    window.addEventListener("beforeprint", before);
    window.addEventListener("afterprint", after);
    return () => {
      window.removeEventListener("beforeprint", before);
      window.removeEventListener("afterprint", after);
    };
  }, []);
  return html`<div class="handout handout-head" hidden>
    <p class="handout-name">Name</p>
    <p class="handout-settings">${settings()}</p>
  </div>`;
}

/** All questions, to be answered by hand. */
export function HandoutQuestions() {
  const questions = /** @type {Question[]} */ (lesson.value.quiz ?? []);
  if (questions.length === 0) return null;
  return html`<section class="handout handout-questions" hidden>
    <h2>Questions</h2>
    <ol>${questions.map((question) => html`<li key=${question.id}><${Ask} question=${question} /></li>`)}</ol>
  </section>`;
}

/** @param {{question: Question}} props */
function Ask({ question }) {
  const { kind, text, choices, variant, unit } = question;
  const about = lesson.value.variants.find(({ id }) => id === variant)?.title;
  const sign = { choice: "○", choices: "□" }[/** @type {string} */ (kind)] ?? "";
  return html`
    <p class="handout-text">${rich(text)}${about && lesson.value.variants.length > 1 && html` <span class="handout-about">(${about})</span>`}</p>
    ${kind === "choices" && html`<p class="handout-about">More than one may be right.</p>`}
    ${kind === "order" && html`<p class="handout-about">Number them in the right order.</p>`}
    ${choices?.length > 0
      ? html`<ul>${choices.map((choice) => html`<li key=${choice}><span class="handout-sign">${sign || "__"}</span><span>${rich(choice)}</span></li>`)}</ul>`
      : html`<p class="handout-line">${kind === "step" ? "Step " : ""}<i></i>${unit ? ` ${unit}` : ""}</p>`}
    <${Right} id=${question.id} />`;
}

/** @param {{id: string}} props */
function Right({ id }) {
  const told = answers.value[id];
  if (!told) return null;
  return html`<p class="handout-right">${told.right.length > 0 && html`<b>${rich(told.right.join("; "))}</b> `}${rich(told.explanation)}</p>`;
}

/** What the learner has set, where it is not as usual: once where it is the same for all versions. */
function settings() {
  const told = slots.value.map((slot) => differences(slot, lesson.value).map(({ text }) => text).join(" · "));
  const [first = ""] = told;
  if (told.every((text) => text === first)) return first;
  return told.map((text, i) => `${i + 1}: ${text || "as usual"}`).join(" | ");
}
