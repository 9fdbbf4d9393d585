/**
 * The ways to learn in the header: which one is the present one, from the address's fragment.
 */

/** The part of the page that each way leads to, by its link. */
const LINKS = ".ways a[href^='#']";

/**
 * Marks the present way now and whenever the fragment changes, and brings its part into view.
 * @returns {() => void} stops it
 */
export function followWays() {
  const follow = () => {
    const links = /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll(LINKS));
    const known = [...links].find(({ hash }) => hash === location.hash) ?? links[0];
    for (const link of links) {
      if (link === known) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  };
  follow();
  window.addEventListener("hashchange", follow);
  return () => window.removeEventListener("hashchange", follow);
}
