/**
 * The shop's own customers: the place to choose or drop a file. What works on the file is loaded with the first one.
 *
 * @typedef {import('./audience.js').Builder} Builder
 * @typedef {import('./audience.js').Host} Host
 */

import { element, isolated, showPart, slot, write } from '../ui/dom.js';

/**
 * @param {HTMLElement} stages where the steps after the choice are shown
 * @param {Host} host
 * @returns {{audience: (position: number) => void, restore: () => Promise<void>, modelChanged: () => void}}
 */
export function createShop(stages, host) {
  /** @type {Promise<Builder> | null} */
  let creating = null;
  /** @type {Builder | null} */
  let builder = null;
  /** @type {number | null} */
  let wanted = null;
  const input = /** @type {HTMLInputElement} */ (slot('file'));
  const { ask } = listen(input, take);

  /** @param {File} file */
  function take(file) {
    return withBuilder(`Opening ${isolated(file.name)}…`, (ready) => ready.open(file, wanted));
  }

  /**
   * @param {string} said until what works on the file is there
   * @param {(builder: Builder) => Promise<void>} act
   */
  function withBuilder(said, act) {
    stages.replaceChildren(element('p', { class: 'card opening' }, said));
    return showPart(stages, () => import('./audience.js'), async ({ createBuilder }) => {
      creating ??= createBuilder(stages, host);
      builder = await creating;
      await act(builder);
    });
  }

  return {
    async restore() {
      if (input.files?.length) return; // another was chosen meanwhile
      await withBuilder('Opening your file again…', (ready) => ready.restore());
    },
    modelChanged() {
      wanted = null;
      void builder?.reopen();
    },
    audience(position) {
      wanted = position;
      if (builder?.choose(position)) return;
      const name = host.model().segments[position]?.name ?? '';
      ask(`Choose your file first: the audience of ${isolated(name)} is made of its customers.`);
      slot('drop').scrollIntoView({ block: 'nearest' });
    },
  };
}

/**
 * @param {HTMLInputElement} input
 * @param {(file: File) => void} onFile chosen, before now too
 * @returns {{ask: (text: string) => void}}
 */
function listen(input, onFile) {
  const request = slot('request');
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
