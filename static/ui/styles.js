/** Styles of a part of the page that is loaded on demand. */

import { element } from './dom.js';

/**
 * @param {URL} url
 * @returns {Promise<void>} when they are there, or cannot be had: the part works without
 */
export function loadStyles({ href }) {
  if (document.querySelector(`link[href="${href}"]`)) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => resolve();
    document.head.append(element('link', { rel: 'stylesheet', href, onload: done, onerror: done }));
  });
}
