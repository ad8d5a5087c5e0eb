/**
 * Which columns of a file say what: guessed, shown beneath the file, corrected by the user.
 *
 * @typedef {{ label: string, guess: number, required?: boolean }} Wanted a column that is wanted, and the one that it may be
 */

import { element, isolated } from '../../../ui/dom.js';
import { columnSelect, field } from '../../steps/fields.js';
import { matchPersonal } from '../../table/headers.js';

/**
 * @template {string} N
 * @param {readonly string[]} header
 * @param {Record<N, Wanted>} wanted
 * @returns {{ node: HTMLElement, column: (name: N) => number }} column: -1 for none
 */
export function columnFields(header, wanted) {
  const entries = /** @type {[N, Wanted][]} */ (Object.entries(wanted));
  const selects = new Map(entries.map(([name, { guess, required = false }]) => [name, columnSelect(header, guess, { required })]));
  const fields = entries.map(([name, { label }]) => field(label, /** @type {HTMLElement} */ (selects.get(name))));
  return {
    node: folded(entries.map(([, { label, guess }]) => [label, header[guess]]),
      entries.some(([, { guess, required }]) => guess < 0 && required), element('div', { class: 'pair-of' }, ...fields)),
    column(name) {
      const value = selects.get(name)?.value ?? '';
      return value === '' ? -1 : Number(value);
    },
  };
}

/**
 * @param {[string, string | undefined][]} guesses what columns are for, and their headers
 * @param {boolean} open whether the user must choose
 * @param {...HTMLElement} fields
 */
export function folded(guesses, open, ...fields) {
  const said = guesses.flatMap(([label, title]) => (title === undefined ? [] : [`${label} = ${isolated(title)}`]));
  const node = element('details', { open },
    element('summary', { dir: 'auto' }, said.length > 0 ? `Columns: ${said.join(' · ')}` : 'Columns'), ...fields);
  node.addEventListener('invalid', () => (node.open = true), { capture: true }); // else there is no place to say so
  return node;
}

/**
 * @param {readonly string[]} header
 * @param {readonly number[]} taken columns that say something else
 * @returns {number} the column that tells customers apart, as orders are read: an e-mail address where there is no other id
 */
export function customerIn(header, taken) {
  const { customer_id: id, email } = matchPersonal(header, taken);
  return id < 0 ? email : id;
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
