/**
 * The key of the training service. A link brings it behind `#training-key=`, which no server sees; it is kept in this
 * browser only, and taken out of the address, so that a link that is passed on does not carry it.
 */

const NAME = 'training-key';
/** What stands in a header: signs of ASCII that can be seen. */
const POSSIBLE = /^[\x21-\x7e]{1,500}$/;

/** Where the browser allows no storage, until the page is left. */
let unstored = '';

/** @returns {string} '' where there is none */
export function trainingKey() {
  try {
    return localStorage.getItem(NAME) ?? unstored;
  } catch {
    return unstored;
  }
}

/** @param {string} key @returns {boolean} whether it can be a key */
export function keepKey(key) {
  if (!POSSIBLE.test(key)) return false;
  unstored = key;
  try {
    localStorage.setItem(NAME, key);
  } catch {
    // the browser allows no storage
  }
  return true;
}

/** Take the key out of the page's address, if it is there; the customer's values stay. */
export function takeKey() {
  const parts = location.hash.replace(/^#/, '').split('&');
  const key = parts.find((part) => part.startsWith(`${NAME}=`));
  if (key === undefined) return;
  keepKey(key.slice(NAME.length + 1));
  const values = parts.filter((part) => part !== key).join('&');
  history.replaceState(null, '', values ? `#${values}` : location.pathname + location.search);
}
