/**
 * The page on which a student joins: code and name, or just the code. A browser that was in the
 * class before goes straight in.
 */

import { keep, kept, newKey } from "./class/keep.js";

const form = /** @type {HTMLFormElement} */ (document.getElementById("join"));
const said = /** @type {HTMLElement} */ (form.querySelector(".join-error"));
const button = /** @type {HTMLButtonElement} */ (form.querySelector("[type=submit]"));
const field = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));

/** A code as it is stored: spaces and dashes do not count. @param {string} text */
const tidy = (text) => text.replace(/[\s-]/g, "").toUpperCase();

begin();

function begin() {
  const page = JSON.parse(document.getElementById("class")?.textContent ?? "{}");
  const given = tidy(page.code ?? "");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void join();
  });
  field("code").addEventListener("input", () => say("", ""));
  field("name").addEventListener("input", () => say("", ""));
  const { key, name } = kept(given);
  if (key && page.title) {
    location.replace(`/class/${given}`);
    return;
  }
  if (name) field("name").value = name;
  field(given ? "name" : "code").focus();
}

async function join() {
  const code = tidy(field("code").value);
  const name = field("name").value.trim();
  if (!code) {
    say("Enter the code that your teacher shows.", "code");
    return;
  }
  const { key: before } = kept(code);
  const key = before ?? newKey();
  button.disabled = true;
  say("", "");
  try {
    const response = await fetch(`/classes/${encodeURIComponent(code)}/join`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ key, name: name || null }),
    });
    const told = await response.json();
    if (!response.ok) {
      say(told.error.message, told.error.field === "name" || told.error.code === "name" ? "name" : "code");
      return;
    }
    // Where nothing can be kept the key travels in the fragment, which never reaches a server.
    const stays = keep(told.code, { key, name: told.name });
    location.assign(`/class/${told.code}${stays ? "" : `#${key}`}`);
  } catch (failure) {
    console.warn("Joining failed.", failure);
    say("The server did not answer. Check your connection and try again.", "");
  } finally {
    button.disabled = false;
  }
}

/** @param {string} text @param {string} name the field that it is about */
function say(text, name) {
  said.hidden = text === "";
  said.textContent = text;
  for (const each of ["code", "name"]) {
    if (each === name) field(each).setAttribute("aria-invalid", "true");
    else field(each).removeAttribute("aria-invalid");
  }
  if (name) field(name).focus();
}
