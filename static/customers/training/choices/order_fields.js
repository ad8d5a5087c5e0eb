/**
 * Which columns of a table of orders are which, and how they are to be read where they leave it open.
 *
 * @typedef {import('../../table/table.js').Description} Description
 * @typedef {import('../orders.js').OrderColumns} OrderColumns
 * @typedef {import('../plan.js').OfOrders} OfOrders
 */

import { element } from '../../../ui/dom.js';
import { columnSelect, field } from '../../steps/fields.js';

/** @type {[keyof OrderColumns, string, boolean][]} the column of a role, what it is called, whether it is needed */
const ROLES = [
  ['customer', 'Customer', true], ['date', 'Date', true], ['amount', 'Amount', false], ['order', 'Order number', false],
  ['refunded', 'Amount paid back', false],
];

/** @param {Description} table @param {OrderColumns} found @param {() => void} onChange */
export function orderFields({ header, sample }, found, onChange) {
  const selects = ROLES.map(([role, name, required]) => ({
    role, name, select: columnSelect(header, Number(found[role]), { required, onchange: onChange }),
  }));
  const status = columnSelect(header, found.statuses[0] ?? -1, { onchange: onChange });
  const choose = (/** @type {[string, string][]} */ options) => element('select', { onchange: onChange },
    ...options.map(([value, name]) => element('option', { value }, name)));
  const dates = choose([['', 'As they show'], ['day', 'Day first: 31/12/2024'], ['month', 'Month first: 12/31/2024'],
    ['epoch', 'Seconds since 1970'], ['excel', 'Days of a spreadsheet: 45657']]);
  const per = choose([['', 'As the rows show'], ['order', 'The whole order'], ['line', 'Its row']]);
  const codes = [...new Set(sample.map((cells) => (cells[found.currency] ?? '').trim().toUpperCase()))].filter(Boolean);
  const currency = choose(codes.map((code) => [code, code]));
  const several = codes.length > 1 && codes.length < 20;
  const columnOf = (/** @type {HTMLSelectElement} */ select) => (select.value === '' ? -1 : Number(select.value));
  const node = element('fieldset', { hidden: true }, element('legend', {}, 'Columns of the orders'),
    ...selects.map(({ name, select }) => field(name, select)), field('State of the order', status),
    field('Dates are written', dates), field('An amount is of', per), several && field('Currency that counts', currency),
    element('p', { class: 'hint wide' }, 'Segments are made by the days since the last order, the number of orders and ' +
      'their total.'));
  return {
    node,
    /** @returns {OfOrders} */
    choices: () => ({
      of: 'orders',
      columns: {
        ...found,
        ...Object.fromEntries(selects.map(({ role, select }) => [role, columnOf(select)])),
        statuses: columnOf(status) === found.statuses[0] ? found.statuses : [columnOf(status)].filter((column) => column >= 0),
      },
      currency: several ? currency.value : '',
      amountPer: /** @type {OfOrders['amountPer']} */ (per.value),
      dates: /** @type {import('../plan.js').Dates} */ (dates.value),
    }),
    /** @param {boolean} asked whether the choice counts */
    check(asked) {
      for (const { role, select } of selects) {
        const unpriced = role === 'amount' && (found.quantity < 0 || found.price < 0);
        select.setCustomValidity(asked && unpriced && select.value === '' ? 'Choose the column of amounts.' : '');
        select.disabled = !asked;
      }
    },
  };
}
