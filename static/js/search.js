/**
 * Search from every page: what is found changes with each letter. Without it the form leads to a page
 * with the same list.
 */

/** Milliseconds of rest between two letters after which the server is asked. */
const REST = 150;

const form = /** @type {HTMLFormElement|null} */ (document.querySelector("#search form"));
const field = form?.querySelector("input") ?? null;
const list = document.getElementById("search-found");
let timer = 0;
let asked = 0;

if (form && field && list) {
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void find(form.action, field.value, list), REST);
  });
}

/** Open the search, with the cursor in its field. */
export function openSearch() {
  document.getElementById("search")?.showPopover();
  field?.focus();
  field?.select();
}

/** @param {string} address @param {string} words @param {HTMLElement} place */
async function find(address, words, place) {
  asked += 1;
  const mine = asked;
  try {
    const response = await fetch(`${address}?part=1&q=${encodeURIComponent(words)}`);
    const found = response.ok ? await response.text() : "";
    if (mine === asked) place.innerHTML = found;
  } catch (failure) {
    console.warn("The search did not answer.", failure);
  }
}
