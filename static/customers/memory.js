/**
 * Whether this browser keeps something: known without opening its storage, so that who has nothing loads nothing.
 *
 * @typedef {'scored-customers' | 'trial-model' | 'trial-put-aside'} Name
 */

/** @param {Name} name @returns {string} what was noted; '' where nothing is kept */
export function noted(name) {
  try {
    return localStorage.getItem(name) ?? '';
  } catch {
    return ''; // the browser allows no storage
  }
}

/**
 * @param {Name} name
 * @param {() => void} act where another window keeps something else by now, or nothing
 * @param {AbortSignal} signal
 */
export function whenReplaced(name, act, signal) {
  const word = noted(name);
  addEventListener('storage', () => {
    if (noted(name) !== word) act();
  }, { signal });
}

/**
 * @param {Name} name
 * @param {string} word '' where nothing is kept any more
 * @returns {boolean} whether the next visit will know of it
 */
export function note(name, word) {
  try {
    if (word) localStorage.setItem(name, word);
    else localStorage.removeItem(name);
    return word !== '';
  } catch {
    return false; // the browser allows no storage, or it is full
  }
}
