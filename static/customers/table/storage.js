/**
 * The last scored file with its scores, kept in this browser, so that it survives a reload.
 *
 * @typedef {import('./scoring.js').Kept} Kept
 */

import { get, put, remove } from '../store.js';

const DATABASE = 'scored-customers';

/** @param {Kept} entry @returns {Promise<boolean>} false where the browser keeps nothing, or has no room for it */
export async function keep(entry) {
  return put(DATABASE, entry);
}

/** @returns {Promise<Kept | undefined>} */
export async function kept() {
  return get(DATABASE);
}

/** @returns {Promise<void>} */
export async function forget() {
  return remove(DATABASE);
}
