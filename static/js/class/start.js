/**
 * The dialog that starts a class with the lesson as it is on the stage.
 */

import { iconMarkup } from "../icons.js";
import { lesson, standing } from "../store.js";
import { keep } from "./keep.js";
import { sceneNow } from "./scene.js";

/** @type {HTMLDialogElement|null} */
let dialog = null;

export async function askToStart() {
  if (dialog === null) {
    dialog = build();
    await styles();
  }
  dialog.showModal();
}

/** The dialogs' styles, which a plain stage does without. @returns {Promise<void>} once they are there, or cannot come */
function styles() {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL("../../css/dialogs.css", import.meta.url).href;
  return new Promise((done) => {
    link.addEventListener("load", () => done());
    link.addEventListener("error", () => done());
    document.head.append(link);
  });
}

/** @returns {HTMLDialogElement} */
function build() {
  const { password } = JSON.parse(document.getElementById("classes")?.textContent ?? "{}");
  const made = document.createElement("dialog");
  made.className = "class-dialog";
  made.setAttribute("aria-labelledby", "start-title");
  made.innerHTML = `
    <form class="class-dialog-body" novalidate>
      <header>
        <h2 id="start-title">Start a class</h2>
        <button type="button" class="icon-button" aria-label="Close" data-close>${iconMarkup("close", 16)}</button>
      </header>
      <p>Students join with a code and follow what you do here, from this very step. You can ask them questions on the way.</p>
      <label class="class-field"><span>Title</span><input name="title" maxlength="80" autocomplete="off"></label>
      <label class="class-field" data-password><span>Password for starting classes</span><input name="password" type="password" autocomplete="current-password" maxlength="200"></label>
      <p class="is-error" role="alert"></p>
      <div class="class-choices">
        <button type="submit" class="button is-primary">Start the class</button>
        <button type="button" class="button" data-close>Not now</button>
      </div>
    </form>`;
  const title = /** @type {HTMLInputElement} */ (made.querySelector("[name=title]"));
  title.value = lesson.value.title;
  if (!password) made.querySelector("[data-password]")?.remove();
  made.addEventListener("click", ({ target }) => {
    if (target === made || (target instanceof Element && target.closest("[data-close]"))) made.close();
  });
  made.querySelector("form")?.addEventListener("submit", (event) => {
    event.preventDefault();
    void start(made);
  });
  document.body.append(made);
  return made;
}

/** @param {HTMLDialogElement} made */
async function start(made) {
  const form = /** @type {HTMLFormElement} */ (made.querySelector("form"));
  const said = /** @type {HTMLElement} */ (made.querySelector("[role=alert]"));
  const button = /** @type {HTMLButtonElement} */ (made.querySelector("[type=submit]"));
  const given = new FormData(form);
  const title = String(given.get("title") ?? "").trim();
  const password = given.get("password");
  said.textContent = "";
  button.disabled = true;
  try {
    const response = await fetch("/classes", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        lesson: lesson.value.id, scene: sceneNow(), ...(title && { title }), ...(password !== null && { password: String(password) }),
      }),
    });
    const told = await response.json();
    if (!response.ok) {
      said.textContent = told.error.message;
      /** @type {HTMLInputElement|null} */ (form.querySelector(`[name="${told.error.code === "password" ? "password" : "title"}"]`))?.focus();
      return;
    }
    // Where nothing can be kept the secret travels in the fragment, which never reaches a server.
    const { slot = 0, step } = standing();
    const place = step === undefined ? "" : `?step=${slot + 1}.${step}`;
    location.assign(`${told.host}${place}${keep(told.code, { host: told.secret }) ? "" : `#${told.secret}`}`);
  } catch (failure) {
    console.warn("The class could not be started.", failure);
    said.textContent = "The server did not answer. Try again.";
  } finally {
    button.disabled = false;
  }
}
