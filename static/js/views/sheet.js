/**
 * The style sheet of something that is loaded only when it is first wanted.
 */

/** Resolves when the sheet is there, or cannot be had: what it is for works without it. @param {string} name @returns {Promise<void>} */
export function sheet(name) {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL(`../../css/${name}.css`, import.meta.url).href;
  return new Promise((go) => {
    link.onload = link.onerror = () => go();
    document.head.append(link);
  });
}
