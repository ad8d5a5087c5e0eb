/** Files that the page hands over. */

import { element } from './dom.js';

/** Milliseconds after which the browser has surely begun to save a file. */
const SAVED = 60_000;

/** @param {string} name @param {Blob} blob */
export function save(name, blob) {
  const href = URL.createObjectURL(blob);
  element('a', { href, download: fileName(name) }).click();
  setTimeout(() => URL.revokeObjectURL(href), SAVED);
}

/** @param {string} text @returns {string} without what a system takes for more than a part of a name */
export function fileName(text) {
  return text.replace(/[\\/:*?"<>|\s]+/g, '-');
}
