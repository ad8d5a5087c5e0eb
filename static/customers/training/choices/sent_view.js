/**
 * What leaves the browser: the names of the columns, and the first row as it is sent.
 *
 * @typedef {import('../../table/table.js').Description} Description
 * @typedef {import('../plan.js').Plan} Plan
 */

import { element, isolated, line, write } from '../../../ui/dom.js';
import { own } from '../../steps/fields.js';
import { Numbering, pseudonymise } from '../sent/pseudonyms.js';

const list = new Intl.ListFormat('en');

/** @returns {{ node: HTMLElement, show: (table: Description, plan: Plan | null) => Promise<void> }} */
export function sentView() {
  const [stays, place] = [line(), element('div', { class: 'table', role: 'region', 'aria-label': 'First row as it is sent', tabindex: 0 })];
  let latest = 0;
  return {
    node: element('section', { class: 'leaves', 'aria-labelledby': 'leaves-title' },
      element('h4', { id: 'leaves-title' }, 'What leaves this browser'),
      place,
      element('p', { class: 'hint' }, stays)),
    /** @param {Description} table @param {Plan | null} plan */
    async show(table, plan) {
      const turn = (latest += 1);
      const first = plan ? await firstRow(table, plan) : [];
      if (turn !== latest) return;
      const columns = plan?.columns ?? [];
      place.hidden = columns.length === 0;
      place.replaceChildren(element('table', {},
        element('thead', {}, element('tr', {}, ...columns.map(({ name }) => element('th', { scope: 'col' }, own(name))))),
        element('tbody', {}, element('tr', {}, ...first.map((cell) => element('td', {}, cell || '—'))))));
      const staying = table.header.filter((_, column) => !columns.some((sent) => sent.column === column));
      write(stays, [
        columns.some(({ kind }) => kind === 'customer') ? 'Customers are sent as running numbers.' : '',
        staying.length ? `Only here: ${list.format(staying.map(isolated))}.` : '',
      ].join(' ').trim());
    },
  };
}

/** @param {Description} table @param {Plan} plan @returns {Promise<string[]>} */
async function firstRow({ header, delimiter, sample }, { columns }) {
  const rows = sample.slice(0, 1).map((cells) => ({ line: 1, cells }));
  const table = { titles: header, delimiter, sample, blocks: async function* () { yield { rows, read: 1 }; } };
  const { signal } = new AbortController();
  const context = { customers: new Numbering(), orders: new Numbering(), signal, report() {} };
  return (await pseudonymise(table, columns, context)).first;
}
