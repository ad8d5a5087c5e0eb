/**
 * From what the user chose to what is sent: the columns of the table, and the options of the command.
 *
 * @typedef {import('../table/table.js').Description} Description
 * @typedef {import('../table/numbers.js').DecimalSign} DecimalSign
 * @typedef {import('./sent/pseudonyms.js').Sent} Sent
 * @typedef {import('./orders.js').OrderColumns} OrderColumns
 * @typedef {'' | 'day' | 'month' | 'epoch' | 'excel'} Dates how dates are written; '' where they tell it themselves
 * @typedef {{ of: 'customers', columns: number[], value?: number, formats?: Record<number, string>, dates?: Dates,
 *   asOf?: string }} OfCustomers columns that make the segments, and the one that says what a customer is worth, if there is
 *   one; how those of dates are written, by column; the day that dates count to
 * @typedef {{ of: 'orders', columns: OrderColumns, currency: string, amountPer: '' | 'order' | 'line', dates: Dates,
 *   asOf?: string }} OfOrders
 * @typedef {(OfCustomers | OfOrders) & { k: string, decimal: DecimalSign | null }} Choices k: "auto" or a number
 * @typedef {{ columns: Sent[], options: import('../../service/training.js').Choices }} Plan
 */

import { DELIMITERS } from '../table/csv.js';
import { matchPersonal } from '../table/headers.js';

/** Roles of an order table's columns that may be named to the command, and how their cells are sent. */
const ROLES = /** @type {const} */ ([['order', 'order'], ['date', 'date'], ['amount', 'number'], ['refunded', 'number']]);
/** Those that the command knows by their names. */
const KNOWN = /** @type {const} */ ([['quantity', 'number'], ['price', 'number'], ['currency', 'word'],
  ['cancelled', 'flag'], ['test', 'flag']]);

/**
 * @param {Description} table
 * @param {Choices} choices
 * @returns {Plan} of a fit
 */
export function planFit(table, choices) {
  const { columns, options } = choices.of === 'customers' ? planCustomers(table, choices) : planOrders(table, choices);
  return { columns, options: { k: choices.k, ...options, ...reading(table, choices.decimal) } };
}

/**
 * @param {Description} table
 * @param {OfOrders & { decimal: DecimalSign | null }} choices
 * @returns {Plan} of scoring orders
 */
export function planScore(table, choices) {
  const { columns, options } = planOrders(table, choices);
  return { columns, options: { ...options, ...reading(table, choices.decimal) } };
}

/** @param {Description} table @param {DecimalSign | null} decimal @returns {Record<string, string>} */
function reading({ delimiter }, decimal) {
  return {
    delimiter: DELIMITERS.get(delimiter) ?? delimiter,
    ...(decimal && { decimal: decimal === '.' ? 'point' : 'comma' }),
  };
}

/** @param {Description} table @param {OfCustomers} choices @returns {Plan} */
function planCustomers({ header, empty }, { columns, value = -1, formats = {}, dates = '', asOf = '' }) {
  const names = sentNames(header);
  const id = matchPersonal(header, [...columns, ...empty]).customer_id;
  /** @type {Sent[]} */
  const features = columns.map((column) => ({ name: names[column] ?? '', column, kind: column in formats ? 'date' : 'number' }));
  /** @type {Sent[]} */
  const worth = value < 0 || columns.includes(value) ? [] : [{ name: names[value] ?? '', column: value, kind: 'number' }];
  return {
    columns: [...(id < 0 ? [] : [/** @type {Sent} */ ({ name: names[id], column: id, kind: 'customer' })]), ...features, ...worth],
    options: {
      features: features.map(({ name }) => `"${name.replaceAll('"', '""')}"`).join(','),
      ...(value >= 0 && { value: names[value] ?? '' }),
      ...(asOf && { 'as-of': asOf }),
      ...(dates && { 'date-format': [...new Set(Object.values(formats))] }),
    },
  };
}

/** @param {Description} table @param {OfOrders} choices @returns {Plan} */
function planOrders({ header, sample }, { columns, currency, amountPer, dates, asOf = '' }) {
  const names = sentNames(header);
  const { customer, email, statuses, kinds, date } = columns;
  /** @type {Sent[]} */
  const sent = [{
    name: names[customer] ?? '', column: customer, kind: 'customer', lower: customer === email,
    otherwise: customer === email ? -1 : email,
  }];
  /** @type {Record<string, string>} */
  const options = { orders: 'true', customer: names[customer] ?? '' };
  for (const [role, kind] of ROLES) {
    const column = columns[role];
    if (column < 0) continue;
    sent.push({ name: names[column] ?? '', column, kind });
    options[role] = names[column] ?? '';
  }
  for (const [role, kind] of KNOWN) {
    const column = columns[role];
    const unused = (role === 'quantity' || role === 'price') && columns.amount >= 0;
    if (column >= 0 && !unused) sent.push({ name: names[column] ?? '', column, kind });
  }
  for (const column of statuses) sent.push({ name: names[column] ?? '', column, kind: 'word' });
  for (const column of kinds) sent.push({ name: names[column] ?? '', column, kind: 'kind' });
  if (statuses.length === 1) options['status'] = names[Number(statuses[0])] ?? '';
  const format = dateFormat(dates, sample.map((cells) => cells[date] ?? ''));
  return {
    columns: sent.filter(({ column }, place) => sent.findIndex((other) => other.column === column) === place),
    options: {
      ...options, ...(currency && { currency }), ...(amountPer && { 'amount-per': amountPer }),
      ...(format && { 'date-format': format }), ...(asOf && { 'as-of': asOf }),
    },
  };
}

/**
 * @param {readonly string[]} header
 * @returns {string[]} what stands in one line, each name once
 */
export function sentNames(header) {
  /** @type {string[]} */
  const names = [];
  for (const title of header) {
    const name = title.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ').trim() || 'Column';
    let [free, number] = [name, 1];
    while (names.includes(free)) free = `${name} ${(number += 1)}`;
    names.push(free);
  }
  return names;
}

/** @param {Dates} dates @param {readonly string[]} cells @returns {string} a format as `strptime` has it; '' if none is needed */
function dateFormat(dates, cells) {
  if (dates === '' || dates === 'epoch' || dates === 'excel') return dates;
  const cell = cells.find((text) => /\d{1,2}([-/.])\d{1,2}\1\d{2}/.test(text)) ?? '';
  const [, separator = '/', year = '2000'] = /\d{1,2}([-/.])\d{1,2}\1(\d{4}|\d{2})/.exec(cell) ?? [];
  const [first, second] = dates === 'day' ? ['%d', '%m'] : ['%m', '%d'];
  return [first, second, year.length === 2 ? '%y' : '%Y'].join(separator);
}
