/**
 * The shop's own customers: the place to choose or drop a file. What works on the file is loaded with the first one.
 *
 * @typedef {import('../service/contract.js').Model} Model
 * @typedef {import('./audience.js').Builder} Builder
 * @typedef {import('./training/trial.js').Trial} Trial
 * @typedef {{model: () => Model, refresh: () => Promise<void>, trial: () => Trial | null,
 *   onTrial: (trial: Trial) => Promise<void>,
 *   onScored: (scored: import('./segments.js').Counted | null, name: string) => void,
 *   onOpen: (values: number[]) => void}} Host
 */

import { element, slot, write } from '../ui/dom.js';

/**
 * @param {HTMLElement} stages where the steps after the choice are shown
 * @param {Host} host
 * @returns {{audience: (position: number) => void, restore: () => Promise<void>, modelChanged: () => void}}
 */
export function createShop(stages, host) {
  /** @type {Promise<Builder> | null} */
  let loading = null;
  /** @type {Builder | null} */
  let builder = null;
  /** @type {number | null} */
  let wanted = null;
  const { ask } = listen(take);

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
    modelChanged() {
      wanted = null;
      void builder?.reopen();
    },
    audience(position) {
      wanted = position;
      if (builder?.choose(position)) return;
      const name = host.model().segments[position]?.name ?? '';
      ask(`Choose your file first: the audience of ${name} is made of its customers.`);
      slot('drop').scrollIntoView({ block: 'nearest' });
    },
  };
}

/** @param {HTMLElement} stages @param {Host} host @returns {Promise<Builder>} */
async function load(stages, host) {
  const { createBuilder } = await import('./audience.js');
  return createBuilder(stages, host);
}

/**
 * @param {(file: File) => void} onFile chosen, before now too
 * @returns {{ask: (text: string) => void}}
 */
function listen(onFile) {
  const [request, input] = [slot('request'), /** @type {HTMLInputElement} */ (slot('file'))];
  const take = () => {
    const file = input.files?.[0];
    write(request, '');
    if (file) onFile(file);
  };
  input.addEventListener('click', () => (input.value = '')); // so that the same file, corrected, can be chosen again
  input.addEventListener('change', take);
  take();
  return {
    ask(text) {
      write(request, text);
      input.focus({ preventScroll: true });
    },
  };
}
