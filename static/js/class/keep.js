/**
 * What this browser keeps of a class: the host's secret, or a student's key and name.
 *
 * A secret comes in the fragment of an address (`/host/CODE#SECRET`), which browsers never send to
 * a server. It is put away and taken out of the address bar, so that no projector shows it. Where a
 * browser refuses storage it stays in the address, or a reload would lose the class.
 */

/** @typedef {{host?: string, key?: string, name?: string|null}} Kept */

const nameOf = (/** @type {string} */ code) => `meanwhile.class.${code}`;

/** @param {string} code @returns {Kept} */
export function kept(code) {
  try {
    const value = JSON.parse(localStorage.getItem(nameOf(code)) ?? "{}");
    return value && typeof value === "object" ? value : {};
  } catch {
    return {}; // storage is refused, or holds nothing of ours
  }
}

/** Add to what is kept. @param {string} code @param {Kept} change @returns {boolean} false where storage is refused */
export function keep(code, change) {
  try {
    localStorage.setItem(nameOf(code), JSON.stringify({ ...kept(code), ...change }));
    return true;
  } catch {
    return false;
  }
}

/** Forget the own seat; the host's secret stays. @param {string} code */
export function forgetSeat(code) {
  const { host } = kept(code);
  try {
    if (host) localStorage.setItem(nameOf(code), JSON.stringify({ host }));
    else localStorage.removeItem(nameOf(code));
  } catch {
    // Storage is refused: nothing was kept.
  }
}

/**
 * The secret with which this page enters: the one in its address, which is put away, or the one kept.
 * @param {string} code
 * @param {"host"|"key"} kind
 * @returns {string|null}
 */
export function secretOf(code, kind) {
  const given = location.hash.slice(1);
  if (/^[\w-]{16,}$/.test(given)) {
    if (keep(code, { [kind]: given })) history.replaceState(history.state, "", location.pathname + location.search);
    return given;
  }
  return kept(code)[kind] ?? null;
}

/** A secret of 256 bits in url-safe characters. @returns {string} */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
