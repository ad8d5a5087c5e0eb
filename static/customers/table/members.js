/**
 * Who is in a segment: the first of its customers, in the order asked for, read anew from the file.
 */

import { readValue } from './batches.js';
import { scoredBlocks } from './scored_rows.js';

/** Most customers that are listed. */
const LISTED = 50;

/**
 * @typedef {'file' | 'sure' | 'unsure'} Order as in the file, or by how sure the segment is
 * @typedef {{ segment: number, search: string, order: Order }} Question position of the segment; a part of any cell
 * @typedef {{ cells: string[], values: number[], probability: number }} Member values of the features, NaN where missing
 * @typedef {{ total: number, members: Member[] }} Members how many there are, and the first of them
 * @typedef {import('./scored_rows.js').ScoredRow} ScoredRow
 */

/** @type {Record<Order, (a: ScoredRow, b: ScoredRow) => number>} below 0 where a comes before an earlier b */
const ORDERS = {
  file: () => 0,
  sure: (a, b) => b.probability - a.probability,
  unsure: (a, b) => a.probability - b.probability,
};

/**
 * @param {import('./scoring.js').Scoring} scoring
 * @param {Question} question
 * @param {AbortSignal} signal
 * @returns {Promise<Members>}
 */
export async function membersOf(scoring, { segment, search, order }, signal) {
  const words = search.trim().toLowerCase();
  /** @type {ScoredRow[]} */
  const first = [];
  let total = 0;
  for await (const rows of scoredBlocks(scoring, signal, () => {})) {
    for (const row of rows) {
      if (row.position !== segment || !mentions(row.cells, words)) continue;
      total += 1;
      insert(first, row, ORDERS[order]);
    }
  }
  return { total, members: first.map(({ cells, probability }) => ({ cells, probability, values: valuesIn(scoring, cells) })) };
}

/** @param {string[]} cells @param {string} words in lower case */
function mentions(cells, words) {
  return words === '' || cells.some((cell) => cell.toLowerCase().includes(words));
}

/**
 * Equal ones stay in the file's order.
 *
 * @param {ScoredRow[]} first @param {ScoredRow} row @param {(a: ScoredRow, b: ScoredRow) => number} compare
 */
function insert(first, row, compare) {
  let place = first.length;
  while (place > 0 && compare(row, /** @type {ScoredRow} */ (first[place - 1])) < 0) place -= 1;
  if (place >= LISTED) return;
  first.splice(place, 0, row);
  if (first.length > LISTED) first.pop();
}

/** @param {import('./scoring.js').Scoring} scoring @param {string[]} cells @returns {number[]} NaN where missing */
export function valuesIn({ model, batches }, cells) {
  return model.features.map((feature, index) => {
    const source = batches.sources[index];
    const value = source ? readValue(cells[source.column] ?? '', source, feature) : NaN;
    return typeof value === 'number' ? value : NaN;
  });
}
