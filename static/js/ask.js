/**
 * Questions that stand in a text. The reader commits; the server, which alone knows the answer,
 * says whether it is right and why; then the text goes on.
 *
 * The choice that was made is kept for this page, so that coming back shows the text as far as it
 * was read.
 */

/** @typedef {{ correct: boolean, explanation: string, step: { variant: string, n: number, href?: string } | null }} Verdict */

const KEPT = "meanwhile.read";

/**
 * @param {HTMLElement} page that holds the questions
 * @param {string} address to which answers go, with the question's name behind it
 */
export function listenToAsks(page, address) {
  const forms = /** @type {HTMLFormElement[]} */ ([...page.querySelectorAll("form.ask")]);
  const read = readBefore(address);
  for (const form of forms) {
    const name = form.dataset.question ?? "";
    const folds = page.querySelector(`[data-behind="${name}"]`) !== null;
    form.append(actions(form, folds ? () => skip(page, name, read, address) : null));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void send(form, address + name).then((verdict) => {
        if (verdict) unfold(page, name, read, address);
      });
    });
    if (read.has(name)) open(page, name);
  }
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (target) {
    for (let fold = target.closest(".unfold"); fold; fold = fold.parentElement?.closest(".unfold") ?? null) {
      fold.classList.add("is-open");
    }
    target.scrollIntoView();
  }
}

/** @param {HTMLElement} page @param {string} name @param {Set<string>} read @param {string} address */
function unfold(page, name, read, address) {
  open(page, name);
  read.add(name);
  keep(address, read);
}

/** @param {HTMLElement} page @param {string} name @param {Set<string>} read @param {string} address */
function skip(page, name, read, address) {
  unfold(page, name, read, address);
  const next = page.querySelector(`[data-behind="${name}"]`);
  if (next instanceof HTMLElement) {
    next.tabIndex = -1;
    next.focus();
  }
}

/** The text behind a question is there: nobody need ask for it any more. @param {HTMLElement} page @param {string} name */
function open(page, name) {
  page.querySelector(`form[data-question="${name}"] .ask-pass`)?.remove();
  page.querySelector(`[data-behind="${name}"]`)?.classList.add("is-open");
}

/** The buttons below a question. @param {HTMLFormElement} form @param {(() => void)|null} onSkip null: nothing unfolds behind it */
function actions(form, onSkip) {
  const row = document.createElement("div");
  row.className = "ask-actions";
  const answer = button("Answer", "submit", "button is-primary");
  const hint = button("Hint", "button", "button is-quiet");
  hint.addEventListener("click", () => say(form, "quiz-hint", "Hint", form.dataset.hint ?? ""));
  row.append(answer, ...(form.dataset.hint ? [hint] : []));
  if (onSkip) {
    const pass = button("Read on without answering", "button", "button is-quiet ask-pass");
    pass.addEventListener("click", onSkip);
    row.append(pass);
  }
  return row;
}

/** @param {string} text @param {"submit"|"button"} type @param {string} className */
function button(text, type, className) {
  return Object.assign(document.createElement("button"), { textContent: text, type, className });
}

/** What the reader has chosen, or null. @param {HTMLFormElement} form */
function answerOf(form) {
  const fields = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll("input")]);
  if (form.dataset.kind === "number") {
    const [field] = fields;
    return field && field.value !== "" ? field.valueAsNumber : null;
  }
  const chosen = fields.filter((field) => field.checked).map((field) => field.value);
  if (chosen.length === 0) return null;
  return form.dataset.kind === "choices" ? chosen : chosen[0];
}

/** Has an answer judged. @param {HTMLFormElement} form @param {string} address @returns {Promise<Verdict|null>} */
async function send(form, address) {
  const answer = answerOf(form);
  if (answer === null) {
    say(form, "quiz-hint", form.dataset.kind === "number" ? "Write a number first." : "Choose first.", "A guess is enough: you will see at once.");
    return null;
  }
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ answer }),
    });
    const body = await response.json();
    if (!response.ok) {
      say(form, "quiz-verdict is-wrong", "", body.error.message);
      return null;
    }
    const sign = body.correct ? "Right." : "Not quite.";
    say(form, `quiz-verdict is-${body.correct ? "right" : "wrong"}`, sign, body.explanation, body.step);
    return body;
  } catch (failure) {
    console.warn("The answer could not be checked.", failure);
    say(form, "quiz-verdict is-wrong", "", "The server did not answer. Try again.");
    return null;
  }
}

/**
 * Says something below a question, in the place where a screen reader listens.
 * @param {HTMLFormElement} form @param {string} className @param {string} sign @param {string} words
 * @param {Verdict["step"]} [step] that proves it
 */
function say(form, className, sign, words, step = null) {
  const said = form.querySelector(".ask-said");
  if (!said) return;
  const paragraph = document.createElement("p");
  paragraph.className = className;
  if (sign) paragraph.append(Object.assign(document.createElement("strong"), { textContent: sign }), " ");
  words.split("`").forEach((part, place) => {
    paragraph.append(place % 2 ? Object.assign(document.createElement("code"), { textContent: part }) : part);
  });
  if (step?.href) {
    paragraph.append(" ", Object.assign(document.createElement("a"), { href: step.href, textContent: `See step ${step.n}.` }));
  }
  said.replaceChildren(paragraph);
}

/** The questions of this page that were answered before. @param {string} address @returns {Set<string>} */
function readBefore(address) {
  try {
    return new Set(JSON.parse(localStorage.getItem(KEPT) ?? "{}")[address] ?? []);
  } catch {
    return new Set(); // refused, or not ours: the page begins folded
  }
}

/** @param {string} address @param {Set<string>} read */
function keep(address, read) {
  try {
    const all = JSON.parse(localStorage.getItem(KEPT) ?? "{}");
    localStorage.setItem(KEPT, JSON.stringify({ ...all, [address]: [...read] }));
  } catch {
    // Storage is refused: what was read is forgotten with the page.
  }
}
