/** Says the result of a movement once the movement has ended, so that a screen reader does not chatter. */

import { slot } from './dom.js';

/** Pause after the last movement, in milliseconds. */
const PAUSE = 700;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** @param {string} text */
export function announce(text) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    slot('announcer').textContent = text;
  }, PAUSE);
}
