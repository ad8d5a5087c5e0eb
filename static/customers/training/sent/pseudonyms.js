/**
 * A table as it may leave the browser: only the columns that a command needs, customers and orders as running numbers,
 * and of the others only cells that are numbers, dates or one of few words. What a column must not hold is not sent, but
 * counted.
 *
 * @typedef {Pick<import('../../table/table.js').Table, 'titles' | 'delimiter' | 'sample' | 'blocks'>} Table
 * @typedef {'customer' | 'order' | 'number' | 'date' | 'word' | 'segment' | 'flag' | 'kind'} Kind a segment is a word of
 *   which a model may have many; a flag says yes where its cell says anything but no, a kind what rows are, such as
 *   "Refund", in words that are known
 * @typedef {{ name: string, column: number, kind: Kind, lower?: boolean, otherwise?: number, words?: string[] }} Sent a
 *   column as it is called in what is sent; of customers: whether they are e-mail addresses, and the column of addresses
 *   that tells guests apart; of words: which may be sent, else any as long as they are few
 * @typedef {{ blob: Blob, delimiter: string, rows: number, header: string[], first: string[], unsent: number[] }} Part
 *   what is sent, how many rows, the first of them; and of each column the cells that are left out
 */

import { isolated } from '../../../ui/dom.js';
import { customerOf as byAddress } from '../../contacts/contacts.js';
import { CsvError, filled, quoted } from '../../table/csv.js';
import { NO, parseAnswer, parseNumber } from '../../table/numbers.js';
import { isOfKind } from '../../table/order_words.js';
import { mayBeDate } from '../../table/date_texts.js';
import { TOTALS } from '../words.js';

/** What stands for the customer's id where somebody ordered without an account; as in training/tables/orders/columns.py. */
export const GUESTS = [
  'guest', 'gast', 'invité', 'invitado', 'convidado', 'ospite', 'gość', 'misafir', 'guest customer', 'guest checkout',
  'walk-in', 'walk in', 'walk-in customer', 'cash customer', 'no customer', 'anonymous', 'anonym', 'laufkunde', 'barverkauf',
  'consumidor final', 'público en general', 'client de passage',
];
/** An id that stands for all guests, where it has several addresses. */
const NOBODY = '0';
/** Most different words of a column of words, as many as a model may have segments, and the longest one, in characters. */
const MOST_WORDS = 50;
const LONGEST_WORD = 40;
/** Most different words that the beginning of a table may have: more, and they are no words for a state. */
const MOST_IN_SAMPLE = 25;

/** 1.23457E+16, as spreadsheets and programs shorten a long number; 12.0, as programs write a whole one. */
const ROUNDED = /^[-+]?\d(?:[.,]\d+)?[eE][+]\d{2,3}$/;
const POINTED = /^\d+\.0+$/;

/** What says no of an order that is cancelled, or a test. */
const NO_FLAG = ['', ...NO, '0', '0.0', '0.00', '0,00'];

/** Running numbers from 1, in the order in which names come. */
export class Numbering {
  /** What has a number: the first has 1. @type {string[]} */
  names = [];
  /** @type {Map<string, number>} */
  #numbers = new Map();

  /** @param {string} name @returns {string} */
  of(name) {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.names.push(name);
      this.#numbers.set(name, number);
    }
    return String(number);
  }
}

/**
 * @param {Table} table
 * @param {readonly Sent[]} columns
 * @param {{ customers: Numbering, orders: Numbering, signal: AbortSignal, report: (read: number) => void }} context
 *   numberings are shared by tables that name the same customers and orders
 * @returns {Promise<Part>}
 */
export async function pseudonymise(table, columns, { customers, orders, signal, report }) {
  const numberings = { customers, orders };
  const guests = await guestsOf(table, columns, signal);
  const writers = columns.map((sent) => writerOf(table, sent, numberings, guests));
  const header = columns.map(({ name }) => name);
  const unsent = columns.map(() => 0);
  const pieces = [`${rowOf(header, table.delimiter)}\n`];
  /** @type {string[]} */
  let first = [];
  let rows = 0;
  for await (const block of table.blocks()) {
    signal.throwIfAborted();
    const lines = [];
    for (const { line, cells } of block.rows) {
      if (cells.slice(table.titles.length).some((cell) => cell.trim() !== '')) throw new CsvError(tooLong(line, cells, table));
      const sent = writers.map((write, index) => {
        const cell = write(cells);
        if (cell === null) unsent[index] = Number(unsent[index]) + 1;
        return cell ?? '';
      });
      if (rows === 0) first = sent;
      rows += 1;
      lines.push(rowOf(sent, table.delimiter));
    }
    if (lines.length) pieces.push(`${lines.join('\n')}\n`);
    report(block.read);
  }
  for (const { name, kind } of columns) {
    if (kind === 'customer' || kind === 'order') refuseUnclear(name, kind === 'customer' ? customers.names : orders.names);
  }
  return { blob: new Blob(pieces, { type: 'text/csv' }), delimiter: table.delimiter, rows, header, first, unsent };
}

/** @param {number} line @param {readonly string[]} cells @param {Table} table */
function tooLong(line, cells, { titles }) {
  return `Line ${line} has ${cells.length} cells where the names of the columns are ${titles.length}. Look for a delimiter ` +
    'outside of quotes, or a quote within a cell that is not written twice.';
}

/**
 * Refuse ids of which it is not sure whose they are, as training/tables/ids.py does.
 * @param {string} name of the column
 * @param {readonly string[]} ids
 */
function refuseUnclear(name, ids) {
  if (ids.some((id) => ROUNDED.test(id))) {
    throw new CsvError(`The column ${isolated(name)} holds numbers that a spreadsheet shortened, such as 1.2E+16, so that ` +
      'two may have become one. Export them as text, or choose another column.');
  }
  const different = new Set(ids);
  if (ids.some((id) => POINTED.test(id) && different.has(id.replace(/\.0+$/, '')))) {
    throw new CsvError(`The column ${isolated(name)} has numbers that are there with .0 behind them and without, so that one ` +
      'customer or order may count as two. Write them alike, or choose another column.');
  }
}

/** @typedef {(cells: readonly string[]) => string | null} Writer a row's cell as it is sent; null if it must not be */

/**
 * @param {Table} table
 * @param {Sent} sent
 * @param {{ customers: Numbering, orders: Numbering }} numberings
 * @param {ReadonlySet<string>} guests ids that are nobody's, in lower case
 * @returns {Writer}
 */
function writerOf(table, sent, { customers, orders }, guests) {
  const { column, kind } = sent;
  const cellOf = (/** @type {readonly string[]} */ cells) => filled(cells[column]);
  if (kind === 'customer') {
    return (cells) => cells.find(isCalledTotal)?.trim() ?? numberOf(customers, customerOf(cells, sent, guests));
  }
  if (kind === 'order') return (cells) => numberOf(orders, cellOf(cells));
  if (kind === 'flag') return (cells) => (NO_FLAG.includes(cellOf(cells).toLowerCase()) ? '' : 'yes');
  if (kind === 'kind') return (cells) => (isOfKind(cellOf(cells)) ? cellOf(cells) : '');
  if (kind === 'word' || kind === 'segment') {
    const may = wordsOf(table, sent);
    return (cells) => checked(cellOf(cells), may);
  }
  const unit = /[([]\s*([^()[\]]+?)\s*[)\]]\s*$/.exec(table.titles[column] ?? '')?.[1] ?? '';
  const isNumber = (/** @type {string} */ cell) =>
    parseNumber(cell, null, unit) !== 'not-a-number' || parseAnswer(cell) !== null;
  return (cells) => checked(cellOf(cells), kind === 'date' ? mayBeDate : isNumber);
}

/** @param {readonly string[]} cells @param {string} delimiter @returns {string} as they are: no spreadsheet opens it */
export function rowOf(cells, delimiter) {
  return cells.map(quoted).join(delimiter) || '""';
}

/** @param {string} cell @returns {boolean} whether its row holds the totals of the others, which training leaves out */
function isCalledTotal(cell) {
  return TOTALS.includes(cell.replace(/^[ \t:=-]+|[ \t:=-]+$/g, '').toLowerCase());
}

/** @param {string} cell @param {(cell: string) => boolean} may */
function checked(cell, may) {
  return cell === '' || may(cell) ? cell : null;
}

/** @param {Numbering} numbering @param {string} name */
function numberOf(numbering, name) {
  return name === '' ? '' : numbering.of(name);
}

/**
 * @param {readonly string[]} cells
 * @param {Sent} sent
 * @param {ReadonlySet<string>} guests
 * @returns {string} the id, of guests the address, '' of nobody
 */
export function customerOf(cells, { column, lower = false, otherwise = -1 }, guests) {
  const id = filled(cells[column]);
  if (id !== '' && !guests.has(id.toLowerCase())) return lower ? byAddress(id) : id;
  return otherwise < 0 ? '' : byAddress(filled(cells[otherwise]));
}

/**
 * Which ids are nobody's: words for guests, and 0 where several addresses have it.
 *
 * @param {Table} table
 * @param {readonly Sent[]} columns
 * @param {AbortSignal} signal
 * @returns {Promise<ReadonlySet<string>>}
 */
export async function guestsOf(table, columns, signal) {
  const guests = new Set(GUESTS);
  const customer = columns.find(({ kind }) => kind === 'customer');
  if (customer?.otherwise === undefined || customer.otherwise < 0) return guests;
  const addresses = new Set();
  for await (const { rows } of table.blocks()) {
    signal.throwIfAborted();
    for (const { cells } of rows) {
      if (filled(cells[customer.column]) !== NOBODY) continue;
      addresses.add(byAddress(filled(cells[customer.otherwise])));
    }
  }
  addresses.delete('');
  return addresses.size > 1 ? guests.add(NOBODY) : guests;
}

/**
 * @param {Table} table
 * @param {Sent} sent
 * @returns {(cell: string) => boolean} whether a word may be sent: one that was named, else one of few
 */
function wordsOf({ sample }, { column, kind, words }) {
  if (words) return (cell) => words.includes(cell);
  const different = new Set(sample.map((cells) => filled(cells[column])));
  different.delete('');
  if (different.size > (kind === 'segment' ? MOST_WORDS : MOST_IN_SAMPLE)) return () => false;
  return (cell) => cell.length <= LONGEST_WORD && (different.has(cell) || (different.size < MOST_WORDS && !!different.add(cell)));
}
