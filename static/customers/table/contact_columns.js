/**
 * Which columns of contacts and ids are empty in the whole file while another of the same kind may have values: that one
 * counts then, by the rule of training/tables/contacts.py. tests/cases/contact_columns.json holds both to it.
 *
 * @typedef {Pick<import('./table.js').Table, 'header' | 'sample' | 'blocks'>} Table
 */

import { filled } from './csv.js';
import { KINDS, matchPersonal } from './headers.js';

/**
 * @param {Table} table read beyond its sample only where that leaves it open
 * @returns {Promise<number[]>} columns that are not to be taken
 */
export async function emptyContacts(table) {
  /** @type {number[]} */
  const empty = [];
  /** @type {number[]} */
  const known = [];
  for (;;) {
    const doubtful = withRivals(table.header, empty).filter((column) => !known.includes(column));
    const silent = await withoutValues(table, doubtful);
    if (silent.length === 0) return empty;
    empty.push(...silent);
    known.push(...doubtful);
  }
}

/**
 * @param {readonly string[]} header @param {readonly number[]} taken
 * @returns {number[]} columns of contacts that have another of their kind behind them
 */
function withRivals(header, taken) {
  const first = matchPersonal(header, taken);
  const next = matchPersonal(header, [...taken, ...Object.values(first)]);
  return KINDS.filter((kind) => next[kind] >= 0).map((kind) => first[kind]);
}

/** @param {Table} table @param {number[]} columns @returns {Promise<number[]>} those in which every cell is missing */
async function withoutValues(table, columns) {
  const stillEmpty = (/** @type {number[]} */ before, /** @type {readonly string[]} */ cells) =>
    before.filter((column) => filled(cells[column]) === '');
  let empty = table.sample.reduce(stillEmpty, columns);
  if (empty.length === 0) return empty;
  for await (const { rows } of table.blocks()) {
    for (const { cells } of rows) empty = stillEmpty(empty, cells);
    if (empty.length === 0) break;
  }
  return empty;
}
