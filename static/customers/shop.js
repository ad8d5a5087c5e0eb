/**
 * The shop's own customers: the place to drop a file, open from the beginning. What works on the file is loaded with
 * the first one.
 *
 * @typedef {import('../service/contract.js').Model} Model
 * @typedef {import('./audience.js').Builder} Builder
 * @typedef {{model: () => Model, refresh: () => Promise<void>,
 *   onScored: (scored: import('./segments.js').Counted | null, name: string) => void,
 *   onOpen: (values: number[]) => void}} Host
 */

import { chooseView } from './steps/choose.js';
import { element, slot } from '../ui/dom.js';
import { remembers } from './memory.js';

/**
 * @param {HTMLElement} place
 * @param {HTMLElement} stages where the steps after the choice are shown
 * @param {Host} host
 * @returns {{audience: (position: number) => void, restore: () => Promise<void>}}
 */
export function createShop(place, stages, host) {
  /** @type {Promise<Builder> | null} */
  let loading = null;
  /** @type {Builder | null} */
  let builder = null;
  /** @type {number | null} */
  let wanted = null;
  const view = chooseView({ model: host.model, onFile: take });
  place.replaceChildren(view.node);
  document.addEventListener('dragover', keepPage);

  /** @param {File} file */
  async function take(file) {
    stages.replaceChildren(element('p', { class: 'card opening' }, `Opening ${file.name}…`));
    try {
      loading ??= load(stages, host);
      builder = await loading;
      await builder.open(file, wanted);
    } catch (error) {
      if (builder) throw error;
      loading = null;
      console.error(error);
      stages.replaceChildren(element('div', { class: 'card failure', role: 'alert' },
        element('p', {}, 'The part of this page that reads files could not be loaded. Check the connection.'),
        element('button', { type: 'button', class: 'primary', onclick: () => take(file) }, 'Try again')));
    }
  }

  return {
    async restore() {
      if (!remembers()) return;
      stages.replaceChildren(element('p', { class: 'card opening' }, 'Opening your file again…'));
      try {
        loading ??= load(stages, host);
        builder = await loading;
        await builder.restore();
      } catch (error) {
        if (builder) throw error;
        loading = null;
        console.error(error);
        stages.replaceChildren(); // it is kept, and opens with the next load
      }
    },
    audience(position) {
      wanted = position;
      if (builder?.choose(position)) return;
      const name = host.model().segments[position]?.name ?? '';
      view.ask(`Choose your file first: the audience of ${name} is made of its customers.`);
      slot('choose').scrollIntoView({ block: 'nearest' });
    },
  };
}

/** @param {HTMLElement} stages @param {Host} host @returns {Promise<Builder>} */
async function load(stages, host) {
  const { createBuilder } = await import('./audience.js');
  return createBuilder(stages, host);
}

/**
 * A file dropped beside its place would replace the page.
 *
 * @param {DragEvent} event
 */
function keepPage(event) {
  const { dataTransfer } = event;
  if (event.defaultPrevented || !dataTransfer?.types.includes('Files')) return;
  event.preventDefault();
  dataTransfer.dropEffect = 'none';
}
