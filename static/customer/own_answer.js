/**
 * Answers about a model on trial, which the function does not have: by the page's own arithmetic alone.
 *
 * @typedef {import('./confirmation.js').Answerer} Answerer
 * @typedef {import('./confirmation.js').Customer} Customer
 */

import { changesOf } from '../model/changes.js';
import { painted } from '../ui/dom.js';

/**
 * @param {import('../model/segmenter.js').Segmenter} segmenter
 * @param {Pick<import('./confirmation.js').Listener, 'onAnswer'>} listener
 * @returns {Answerer}
 */
export function createAnswerer(segmenter, { onAnswer }) {
  /** @type {Customer | null} */
  let waiting = null;
  return {
    async ask(customer) {
      waiting = customer;
      await painted(); // the segment comes first
      if (waiting !== customer) return;
      const status = /** @type {const} */ ({ kind: 'confirmed', text: 'On trial: computed by this page' });
      onAnswer({ customer, status, changes: changesOf(segmenter, customer.values), outdated: false });
    },
  };
}
