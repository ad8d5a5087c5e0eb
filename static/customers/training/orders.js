/**
 * A table of orders, as the user can correct it: which column is which, and whether it is one at all.
 *
 * @typedef {import('../table/order_columns.js').Role} Role
 * @typedef {Record<Role, number> & { statuses: number[], kinds: number[], email: number }} OrderColumns numbers of columns; -1 for none
 */

import { ALIASES, findOrderColumns } from '../table/order_columns.js';
import { mayBeDate } from '../table/date_texts.js';

const NONE = /** @type {Record<Role, number>} */ (Object.fromEntries(Object.keys(ALIASES).map((role) => [role, -1])));

/** @param {readonly string[]} header @returns {OrderColumns} */
export function orderColumns(header) {
  const { roles, ...others } = findOrderColumns(header);
  return { ...NONE, ...roles, ...others };
}

/**
 * Whether a table has one row per order: a customer, dates and amounts, and orders or customers who are there again.
 *
 * @param {{ header: string[], sample: string[][] }} table
 * @param {OrderColumns} columns
 */
export function looksLikeOrders({ header, sample }, { customer, date, amount, order, quantity, price }) {
  if (customer < 0 || date < 0 || (amount < 0 && (quantity < 0 || price < 0))) return false;
  const isDrawn = (/** @type {string} */ cell) => /^-+$/.test(cell) || cell === header[date]; // a line, or the names again
  const dates = sample.map((cells) => (cells[date] ?? '').trim()).filter((cell) => cell !== '' && !isDrawn(cell));
  const customers = sample.map((cells) => (cells[customer] ?? '').trim()).filter((cell) => cell !== '');
  return dates.length > 0 && dates.every(mayBeDate) && (order >= 0 || new Set(customers).size < customers.length);
}
