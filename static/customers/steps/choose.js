/**
 * The first step: choose or drop a file, or download a template.
 */

import { element, line, write } from '../../ui/dom.js';

/**
 * @param {{ model: () => import('../../service/contract.js').Model, onFile: (file: File) => void }} actions
 * @returns {{ node: HTMLElement, ask: (text: string) => void }}
 */
export function chooseView({ model, onFile }) {
  const request = element('p', { class: 'request', role: 'status' });
  const input = element('input', {
    type: 'file',
    accept: '.csv,.tsv,.txt,text/csv,text/tab-separated-values',
    'data-key': 'file',
    onclick: () => (input.value = ''), // so that the same file, corrected, can be chosen again
    onchange: () => take(),
  });
  const take = () => {
    const file = input.files?.[0];
    write(request, '');
    if (file) onFile(file);
  };
  const said = line();
  const area = element('div', {
    class: 'drop',
    ondragover: (/** @type {DragEvent} */ event) => {
      event.preventDefault();
      area.classList.add('dragged');
    },
    ondragleave: () => area.classList.remove('dragged'),
    ondrop: (/** @type {DragEvent} */ event) => {
      event.preventDefault();
      area.classList.remove('dragged');
      input.files = event.dataTransfer?.files ?? null;
      take();
    },
  },
  element('label', {}, 'Choose a CSV file', input),
  element('p', { class: 'hint' }, 'or drop it here, one row per customer.'),
  request,
  privacy(),
  element('p', {}, element('button', { type: 'button', class: 'quiet', onclick: () => save(model(), said) },
    'Download a template'), said));
  return {
    node: area,
    ask(text) {
      write(request, text);
      input.focus({ preventScroll: true });
    },
  };
}

/** What stays and what leaves, as a picture in words. */
function privacy() {
  return element('dl', { class: 'privacy' },
    element('dt', {}, 'Stays on this computer'), element('dd', {}, 'names, e-mail, phone and the rest'),
    element('dt', {}, 'Is sent to be scored'), element('dd', {}, 'the numbers of the features, nothing else'));
}

/** @param {import('../../service/contract.js').Model} model @param {HTMLElement} said where a failure is told */
async function save(model, said) {
  const module = await import('./template.js').catch(() => null);
  write(said, module ? '' : ' The template could not be loaded. Try again.');
  if (!module) return;
  const href = URL.createObjectURL(new Blob([module.template(model)], { type: 'text/csv' }));
  element('a', { href, download: 'customers-template.csv' }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
