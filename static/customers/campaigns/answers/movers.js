/**
 * Who moved, as the user's own rows of the later table: what the service said of running numbers goes back to customers.
 *
 * @typedef {{ file: File, reading: import('../../table/table.js').Reading, column: number, movers: string,
 *   customers: string[], key: string }} Request the later table and
 *   its column of customers; the service's list, its column of numbers, and customers by their number, from 1
 */

import { CsvParser, filled, formatRow } from '../../table/csv.js';
import { Table } from '../../table/table.js';

/** What the service adds; these replace columns of the same names, as training/targeting/movement.py does. */
const ADDED = ['segment_then', 'near_border', 'value_then'];

/**
 * @param {Request} request
 * @param {AbortSignal} signal
 * @returns {Promise<Blob>} a CSV of those who moved, in the file's order, with all their cells
 */
export async function joinMovers({ file, reading, column, movers, customers, key }, signal) {
  const { added, cells } = readMovers(movers, customers, key);
  const table = await Table.open(file, reading);
  const own = table.titles.flatMap((title, place) => (added.includes(title) ? [] : [place]));
  const line = (/** @type {string[]} */ row) => formatRow(row, table.delimiter) + table.lineBreak;
  const lines = [line([...own.map((place) => table.titles[place] ?? ''), ...added])];
  for await (const { rows } of table.blocks()) {
    signal.throwIfAborted();
    for (const row of rows) {
      const said = cells.get(filled(row.cells[column]));
      if (said) lines.push(line([...own.map((place) => row.cells[place] ?? ''), ...said]));
    }
  }
  return new Blob(lines, { type: 'text/csv;charset=utf-8' });
}

/** @param {string} text @param {string[]} customers @param {string} key */
function readMovers(text, customers, key) {
  const parser = new CsvParser(',');
  const [header, ...rows] = [...parser.push(text), ...parser.end()].map((row) => row.cells);
  const added = ADDED.filter((name) => header?.includes(name));
  const [number, ...places] = [key, ...added].map((name) => header?.indexOf(name) ?? -1);
  const cells = new Map(rows.map((row) =>
    [customers[Number(row[number ?? -1]) - 1] ?? '', places.map((place) => row[place] ?? '')]));
  return { added, cells };
}
