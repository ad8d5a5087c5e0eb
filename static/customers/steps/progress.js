/**
 * Work under way: how far it is, cancel, and "try again" where it stopped.
 */

import { announce, element, write } from '../../ui/dom.js';

/** Milliseconds between two announcements to a screen reader. */
const EVERY = 5000;

/**
 * @param {string} name what is being done
 * @param {{ onCancel: () => void, onRetry?: () => void }} actions
 */
export function createProgress(name, { onCancel, onRetry }) {
  const bar = element('progress', { max: 1, value: 0, 'aria-label': name });
  const text = element('p', { class: 'progress-text' }, name);
  const retry = element('button', {
    type: 'button',
    class: 'primary',
    hidden: true,
    onclick: () => onRetry?.(),
  }, 'Try again');
  const cancel = element('button', { type: 'button', onclick: onCancel }, 'Cancel');
  let next = performance.now() + EVERY;

  return {
    node: element('div', { class: 'stage' }, bar, text, element('p', { class: 'buttons' }, retry, cancel)),
    /**
     * @param {number | null} done 0 to 1; null where nobody knows
     * @param {string} said
     */
    show(done, said) {
      if (done === null) bar.removeAttribute('value');
      else bar.value = done;
      write(text, said);
      if (performance.now() < next) return;
      next = performance.now() + EVERY;
      announce(said);
    },
    go() {
      if (!retry.hidden) cancel.focus();
      retry.hidden = true;
    },
    pause() {
      if (!bar.hasAttribute('value')) bar.value = 0; // it no longer moves
      retry.hidden = false;
      retry.focus();
    },
  };
}
