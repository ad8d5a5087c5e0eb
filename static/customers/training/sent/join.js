/**
 * The customers of a table of orders, with who they are: the answer's rows know them by their running numbers only.
 *
 * @typedef {import('../../table/table.js').Table} Table
 * @typedef {import('./pseudonyms.js').Sent} Sent
 * @typedef {{ customer_id: string[], recency_days: (number | null)[], frequency: (number | null)[],
 *   monetary: (number | null)[] }} Rows of the answer, column by column
 */

import { ContractError } from '../../../service/contract.js';
import { filled } from '../../table/csv.js';
import { KINDS, matchPersonal } from '../../table/headers.js';
import { customerOf, guestsOf, rowOf } from './pseudonyms.js';

const FEATURES = /** @type {const} */ (['recency_days', 'frequency', 'monetary']);
/** Dates whose order is the order of their letters. */
const SORTABLE = /^\d{4}[-/.]\d{2}[-/.]\d{2}/;

/**
 * @param {Table} table of orders
 * @param {Sent} customer how customers were told apart
 * @param {number} date column of the orders' days
 * @param {Rows} rows
 * @param {string[]} customers by their numbers, from 1
 * @param {AbortSignal} signal
 * @returns {Promise<Blob>} a CSV: the customer, contacts and what training computed; of each contact the newest that there
 *   is, where dates begin with the year, else the last in the file; in the order in which customers came first
 */
export async function joinCustomers(table, customer, date, rows, customers, signal) {
  check(rows, customers);
  const contacts = contactsIn(table, customer.column);
  const known = await contactsOf(table, customer, date, contacts, signal);
  const titles = [customer.column, ...contacts].map((column) => table.titles[column] ?? '');
  const places = new Map(rows.customer_id.map((number, row) => [Number(number), row]));
  const lines = [...places.keys()].sort((a, b) => a - b).map((number) => {
    const [name, row] = [customers[number - 1] ?? '', places.get(number) ?? 0];
    const cells = known.get(name)?.map(({ cell }) => cell) ?? contacts.map(() => '');
    return rowOf([name, ...cells, ...FEATURES.map((feature) => String(rows[feature][row] ?? ''))], ',');
  });
  return new Blob([[rowOf([...titles, ...FEATURES], ','), ...lines, ''].join('\r\n')], { type: 'text/csv' });
}

/**
 * @param {Table} table @param {number} customer its column
 * @returns {number[]} columns; of several that are called alike one that says something. Another id than the customer's is an
 *   order's, as in shops' exports
 */
function contactsIn({ header, empty }, customer) {
  const personal = matchPersonal(header, [customer, ...empty]);
  return KINDS.filter((kind) => kind !== 'customer_id').map((kind) => personal[kind]).filter((column) => column >= 0);
}

/** @param {Rows} rows @param {string[]} customers */
function check(rows, customers) {
  const columns = [rows?.customer_id, ...FEATURES.map((feature) => rows?.[feature])];
  const even = columns.every((column) => Array.isArray(column) && column.length === rows.customer_id.length);
  if (even && rows.customer_id.every((number) => Number(number) >= 1 && Number(number) <= customers.length)) return;
  throw new ContractError('rows: expected the customers that were sent, with recency_days, frequency and monetary');
}

/**
 * @param {Table} table @param {Sent} customer @param {number} date @param {number[]} contacts columns
 * @param {AbortSignal} signal
 * @returns {Promise<Map<string, { day: string, cell: string }[]>>} the contacts of each customer
 */
async function contactsOf(table, customer, date, contacts, signal) {
  /** @type {Map<string, { day: string, cell: string }[]>} */
  const known = new Map();
  if (contacts.length === 0) return known;
  const guests = await guestsOf(table, [customer], signal);
  for await (const block of table.blocks()) {
    signal.throwIfAborted();
    for (const { cells } of block.rows) {
      const name = customerOf(cells, customer, guests);
      const day = SORTABLE.test(cells[date] ?? '') ? (cells[date] ?? '') : '';
      const before = known.get(name) ?? contacts.map(() => ({ day: '', cell: '' }));
      known.set(name, before.map((newest, place) => {
        const cell = filled(cells[contacts[place] ?? -1]);
        return cell !== '' && day >= newest.day ? { day, cell } : newest;
      }));
    }
  }
  return known;
}
