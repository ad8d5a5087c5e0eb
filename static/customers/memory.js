/**
 * Whether a scored file is kept in this browser: known without opening its storage, so that who has none loads nothing.
 */

const NAME = 'scored-customers';

/** @returns {boolean} */
export function remembers() {
  try {
    return localStorage.getItem(NAME) !== null;
  } catch {
    return false; // the browser allows no storage
  }
}

/** @param {boolean} kept */
export function remember(kept) {
  try {
    if (kept) localStorage.setItem(NAME, 'kept');
    else localStorage.removeItem(NAME);
  } catch {
    // the browser allows no storage: then nothing is kept either
  }
}
