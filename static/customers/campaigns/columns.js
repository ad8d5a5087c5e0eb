/**
 * Which columns of a file say what: guessed, shown beneath the file, corrected by the user.
 *
 * @typedef {{ label: string, guess: number, none?: string }} Wanted a column that is wanted: what it is called if there is
 *   none, where one need not be
 */

import { element } from '../../ui/dom.js';

/**
 * @template {string} N
 * @param {readonly string[]} header
 * @param {Record<N, Wanted>} wanted
 * @param {() => void} [onchange]
 * @returns {{ node: HTMLElement, column: (name: N) => number }} column: -1 for none
 */
export function columnFields(header, wanted, onchange = () => {}) {
  const entries = /** @type {[N, Wanted][]} */ (Object.entries(wanted));
  const selects = new Map(entries.map(([name, { guess, none }]) => [name, columnSelect(header, guess, none)]));
  const said = entries.flatMap(([, { label, guess }]) => (guess < 0 ? [] : [`${label} = ${header[guess]}`]));
  const missing = entries.some(([, { guess, none }]) => guess < 0 && none === undefined);
  const node = element('details', { open: missing, onchange },
    element('summary', { dir: 'auto' }, said.length > 0 ? `Columns: ${said.join(' · ')}` : 'Columns'),
    element('div', { class: 'pair-of' }, ...entries.map(([name, { label }]) =>
      element('div', { class: 'field' }, element('label', {}, label, selects.get(name))))));
  for (const select of selects.values()) {
    select.addEventListener('invalid', () => (node.open = true)); // else the browser has no place to say so
  }
  return {
    node,
    column(name) {
      const value = selects.get(name)?.value ?? '';
      return value === '' ? -1 : Number(value);
    },
  };
}

/**
 * @param {readonly string[]} header
 * @param {number} guess
 * @param {string | undefined} none
 */
function columnSelect(header, guess, none) {
  return element('select', { required: none === undefined },
    element('option', { value: '' }, none ?? 'Choose a column'),
    ...header.map((title, column) => element('option', { value: column, selected: column === guess }, title)));
}

/**
 * @param {readonly string[]} header
 * @param {readonly string[]} needed
 * @param {string} advice which file to choose
 */
export function requireColumns(header, needed, advice) {
  const missing = needed.filter((name) => !header.includes(name));
  if (!missing.length) return;
  const names = new Intl.ListFormat('en').format(missing);
  throw new Error(`Expected the ${missing.length === 1 ? 'column' : 'columns'} ${names}, found none: ${advice}`);
}
