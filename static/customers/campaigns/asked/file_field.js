/**
 * The place for one of a question's files: chosen or dropped, read in the browser, and what it says told beneath.
 *
 * @typedef {import('../../table/table.js').Description} Description
 * @typedef {{ file: File, table: Description }} Chosen
 */

import { element, isolated, takeDrops, write } from '../../../ui/dom.js';

/**
 * @param {string} label
 * @param {string} hint
 * @param {{ read: (file: File) => Promise<Description>, onRead: (chosen: Chosen | null, more: HTMLElement) => string }} actions what
 *   is told of a file that was read, and where more can be said of it; null where none is chosen any more, or it cannot be
 *   read
 * @returns {{ node: HTMLElement, chosen: () => Chosen | null, read: () => Promise<void> }} read: resolved once what was
 *   chosen is read, or its place says why it cannot be
 */
export function fileField(label, hint, { read, onRead }) {
  const said = element('p', { class: 'hint said', role: 'status', dir: 'auto' });
  const problem = element('p', { class: 'error', role: 'alert', dir: 'auto' });
  const more = element('div', { class: 'more' });
  /** @type {Chosen | null} */
  let chosen = null;
  let reading = Promise.resolve();
  const take = () => {
    reading = look();
  };
  const look = async () => {
    const file = input.files?.[0];
    chosen = null;
    write(problem, '');
    write(said, file ? `Reading ${isolated(file.name)}…` : onRead(null, more));
    if (!file) return;
    try {
      const table = await read(file);
      if (input.files?.[0] !== file) return; // another was chosen meanwhile
      chosen = { file, table };
      write(said, onRead(chosen, more));
    } catch (error) {
      if (!(error instanceof Error) || input.files?.[0] !== file) return;
      chosen = null;
      write(said, onRead(null, more));
      write(problem, error.message);
    }
  };
  const input = element('input', {
    type: 'file',
    accept: '.csv,.tsv,.txt,.gz,.zip,text/csv,text/tab-separated-values',
    required: true,
    onclick: () => (input.value = ''), // so that the same file, corrected, can be chosen again
    oncancel: () => chosen && hand(input, chosen.file),
    onchange: take,
  });
  const area = element('div', { class: 'drop' },
    element('label', {}, label, input), element('p', { class: 'hint' }, hint), said, problem, more);
  takeDrops(area, input, (text) => write(problem, text));
  return { node: area, chosen: () => chosen, read: () => reading };
}

/** @param {HTMLInputElement} input @param {File} file it shows again */
function hand(input, file) {
  const transfer = new DataTransfer();
  transfer.items.add(file);
  input.files = transfer.files;
}
