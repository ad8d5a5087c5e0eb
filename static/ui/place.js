/**
 * Where the page is scrolled to, kept when it is loaded anew: the browser looks for a height that the page gets only when all
 * that is loaded on demand has come.
 */

import { slot } from './dom.js';

/** What a place is told by. */
const PARTS = 'main section[aria-labelledby]';
const KEY = 'place';

/** @param {boolean} again whether the page was loaded anew, and goes back to where it was */
export function keepPlace(again) {
  if (again) goBack();
  addEventListener('pagehide', notePlace);
}

/** Note which part is at the top of the screen. */
function notePlace() {
  const parts = [...document.querySelectorAll(PARTS)].map((part) => ({ part, top: part.getBoundingClientRect().top }));
  const { part, top } = parts.findLast((place) => place.top <= 0 && place.part.clientHeight > 0) ?? {};
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ name: part?.getAttribute('aria-labelledby') ?? '', top }));
  } catch {
    // the browser allows no storage: the page begins at its top
  }
}

/** Scroll there, and again with all that comes, until the reader goes on. */
function goBack() {
  const { name, top } = notedPlace();
  if (name === '') return;
  const arrivals = new ResizeObserver(() => {
    const part = [...document.querySelectorAll(PARTS)].find((node) => node.getAttribute('aria-labelledby') === name);
    if (part) scrollBy({ top: part.getBoundingClientRect().top - top, behavior: 'instant' });
  });
  for (const sign of ['wheel', 'touchmove', 'keydown', 'pointerdown']) {
    addEventListener(sign, () => arrivals.disconnect(), { passive: true });
  }
  arrivals.observe(slot('workbench'));
}

/** @returns {{name: string, top: number}} */
function notedPlace() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? '{"name":""}');
  } catch {
    return { name: '', top: 0 }; // the browser allows no storage
  }
}
