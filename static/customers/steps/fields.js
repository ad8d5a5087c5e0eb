/** Controls of the forms that ask about a file. */

import { element, isolated } from '../../ui/dom.js';
import { DELIMITERS } from '../table/csv.js';
import { ENCODINGS } from '../table/decoding.js';
import { looksLikeData } from '../table/first_rows.js';

/** @param {...(string | HTMLElement)} text in whatever direction @returns {HTMLElement} that keeps its own where the place keeps its side */
export function own(...text) {
  return element('span', { dir: 'auto' }, ...text);
}

let hints = 0;

/**
 * @param {string} name
 * @param {HTMLElement} control
 * @param {string} [hint]
 * @param {HTMLElement} [more] what stands below
 */
export function field(name, control, hint, more) {
  const id = `hint-${(hints += 1)}`; // its own, whatever letters the name has
  if (hint) control.setAttribute('aria-describedby', id);
  return element('div', { class: 'field' }, element('label', {}, name, control),
    hint ? element('p', { class: 'hint', id }, hint) : null, more ?? null);
}

/**
 * @param {readonly string[]} header
 * @param {number} chosen a column or -1
 * @param {Record<string, unknown>} props
 */
export function columnSelect(header, chosen, props) {
  return element('select', props,
    element('option', { value: '', selected: chosen < 0 }, props['required'] ? 'Choose a column' : 'None'),
    ...header.map((name, column) => element('option', { value: column, selected: column === chosen },
      header.indexOf(name) === header.lastIndexOf(name) ? name : `${isolated(name)} (column ${column + 1})`)));
}

/** @param {() => void} [onchange] @returns {HTMLSelectElement} for `decimalIn` */
export function decimalSelect(onchange) {
  return element('select', onchange ? { onchange } : {},
    element('option', { value: '' }, 'As each column shows'),
    element('option', { value: '.' }, 'Point: 1,234.5'),
    element('option', { value: ',' }, 'Comma: 1.234,5'));
}

/** @param {() => void} onchange @returns {HTMLSelectElement} whose value is "day" or "month", or nothing yet */
export function dateOrderSelect(onchange) {
  return element('select', { onchange }, element('option', { value: '' }, 'Choose'),
    element('option', { value: 'day' }, 'Day first: 31/12/2024'), element('option', { value: 'month' }, 'Month first: 12/31/2024'));
}

/** @param {HTMLSelectElement} select @returns {import('../table/numbers.js').DecimalSign | null} null as each column shows */
export function decimalIn({ value }) {
  return value === '.' || value === ',' ? value : null;
}

/**
 * How the file is read, to be corrected.
 * @param {import('../table/table.js').Description} table
 * @param {(reading: import('../table/table.js').Reading) => void} onRead
 */
export function readingFields({ delimiter, named, encoding }, onRead) {
  const read = () => onRead({ delimiter: select.value, named: box.checked, encoding: letters.value });
  const select = element('select', { onchange: read },
    ...[...DELIMITERS].map(([value, name]) => element('option', { value, selected: value === delimiter }, titled(name))));
  const letters = element('select', { onchange: read },
    ...[...ENCODINGS].map(([value, name]) => element('option', { value, selected: value === encoding }, name)));
  const box = element('input', { type: 'checkbox', checked: named, onchange: read });
  return [
    field('Columns are separated by', select),
    ...(ENCODINGS.has(encoding) ? [field('Letters are written in', letters)] : []),
    element('div', { class: 'field' }, element('label', { class: 'check' }, box, 'The first row names the columns')),
  ];
}

/** @param {{ header: readonly string[], named: boolean }} table @returns {string} what to say of a first row that names no columns, or '' */
export function unnamedNote({ header, named }) {
  return named && looksLikeData(header)
    ? 'The first row looks like data. It is read as the names of the columns, unless you say otherwise.' : '';
}

/** @param {string} name */
function titled(name) {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
