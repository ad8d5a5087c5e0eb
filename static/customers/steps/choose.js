/**
 * The first step: choose or drop a file, or download a template.
 */

import { element } from '../../ui/dom.js';
import { formatCount, title } from '../../ui/format.js';
import { formatRow } from '../table/csv.js';
import { MOST_ROWS } from '../table/table.js';

/** @typedef {import('../../service/contract.js').Model} Model */

const CONTACTS = {
  email: ['ada@example.com', 'ben@example.com'],
  phone: ['+1 212 555 0100', '+44 20 7946 0018'],
  first_name: ['Ada', 'Ben'],
  last_name: ['Example', 'Sample'],
  zip: ['10001', 'SW1A 1AA'],
  city: ['New York', 'London'],
  state: ['NY', ''],
  country: ['US', 'GB'],
};

/**
 * @param {{ onFile: (file: File) => void, onTemplate: () => void }} actions
 * @returns {HTMLElement}
 */
export function chooseView({ onFile, onTemplate }) {
  const input = element('input', {
    type: 'file',
    accept: '.csv,.tsv,.txt,text/csv,text/tab-separated-values',
    onclick: () => (input.value = ''), // so that the same file, corrected, can be chosen again
    onchange: () => take(),
  });
  const take = () => {
    const file = input.files?.[0];
    if (file) onFile(file);
  };
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
  element('p', { class: 'hint' }, `or drop it here. One row a customer, up to ${formatCount(MOST_ROWS)} rows. `,
    element('button', { type: 'button', class: 'quiet', onclick: onTemplate }, 'Download a template')));
  return area;
}

/**
 * A table to fill in; its two customers stand in the middle of the first two segments.
 * @param {Model} model
 */
export function template({ features, segments }) {
  const header = [...Object.keys(CONTACTS), ...features.map(title)];
  const rows = segments.slice(0, 2).map(({ centroid }, row) => [
    ...Object.values(CONTACTS).map((column) => column[row] ?? ''),
    ...features.map(({ step }, index) => rounded(centroid[index] ?? 0, step)),
  ]);
  return [header, ...rows].map((row) => `${formatRow(row, ',')}\r\n`).join('');
}

/**
 * @param {number} value
 * @param {number} step
 */
function rounded(value, step) {
  return String(Number((Math.round(value / step) * step).toPrecision(12)));
}
