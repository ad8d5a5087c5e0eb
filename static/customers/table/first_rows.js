/**
 * What the first rows of a table are: titles above it, the names of the columns, or a customer already.
 */

/**
 * Rows above the names of the columns that are no part of the table, by the rule of training/files/layout/layout.py: they
 * say one thing, or two as in "Date:;2024-01-01", where others say more.
 *
 * @param {readonly (readonly string[])[]} rows the beginning of a file
 * @returns {number}
 */
export function countTitles(rows) {
  const width = usualWidth(rows);
  const below = width < 2 ? -1 : rows.findIndex((cells) => !saysOneThing(cells, width));
  if (below < 1) return 0;
  const isHeader = rows[below - 1]?.length === width && looksLikeData(rows[below] ?? []); // most of its columns have no name
  return isHeader ? below - 1 : below;
}

/**
 * @param {readonly (readonly string[])[]} rows
 * @returns {number} how many cells most of them have; of several numbers the largest
 */
export function usualWidth(rows) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  return Math.max(0, ...[...counts.keys()].filter((width) => counts.get(width) === most));
}

/**
 * Whether the first row looks like a customer and not like the names of columns.
 * @param {readonly string[]} header
 */
export function looksLikeData(header) {
  return header.some((title) => /^\s*[-+]?\d[\d.,]*\s*$|^\S+@\S+\.\S+$/.test(title));
}

/** @param {readonly string[]} cells @param {number} width */
function saysOneThing(cells, width) {
  const filled = cells.filter((cell) => cell.trim() !== '');
  const named = filled.length === 2 && filled[0]?.trim().endsWith(':');
  return (filled.length <= 1 || named) && filled.length < width;
}
