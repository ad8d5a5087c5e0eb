/**
 * What the columns of a customer table are: numbers and dates that may make segments, or why a column is not offered.
 *
 * @typedef {import('../table/table.js').Description} Description
 * @typedef {'is personal' | 'only tells rows apart' | 'is the same in every row' | 'has no numbers' |
 *   'holds dates in words or short years'} Why it is not offered
 * @typedef {{ column: number, name: string, why: Why | null, usual: boolean, examples: string[], missing: number,
 *   unread: number, skewed: boolean, different: number,
 *   dates: string[] }} Survey
 *   usual: chosen unless the user says otherwise; missing: share of the rows without a value, 0 to 1; unread: cells that are no number;
 *   skewed: a few values lie far above the rest; different: how many different values; dates: the formats that read all of
 *   its dates, several where day and month could be either way round, none of numbers
 */

import { formatsOf } from '../table/days.js';
import { key, matchPersonal, words } from '../table/headers.js';
import { MISSING, detectDecimalSign, parseAnswer, parseNumber } from '../table/numbers.js';
import { mayBeDate } from '../table/date_texts.js';
import { TOLD } from './words.js';

/** Most columns that are chosen for the user: with more, the names of segments no longer say what they are. */
export const USUAL = 12;
const EXAMPLES = 3;
/** Share of the cells that are numbers in a column of numbers. */
const MOSTLY = 0.95;
/** From this share of different whole numbers on a column tells rows apart. */
const UNIQUE = 0.99;
const ENOUGH_ROWS = 20;
/** Skewness from which on training takes logarithms, if these are more symmetric. */
const SKEWED = 1;

/**
 * @param {Description} table
 * @returns {Survey[]} one per column
 */
export function surveyColumns({ header, sample, delimiter, empty }) {
  const contacts = Object.entries(matchPersonal(header, empty));
  const ids = contacts.filter(([kind]) => kind === 'customer_id').map(([, column]) => column);
  const others = contacts.map(([, column]) => column).filter((column) => !ids.includes(column));
  const surveys = header.map((name, column) => {
    const cells = sample.map((row) => (row[column] ?? '').trim());
    return survey(name, column, cells, delimiter, others.includes(column), ids.includes(column));
  });
  const offered = surveys.filter(({ why, different, dates }) => why === null && different > 2 && dates.length === 0);
  for (const { column } of offered.slice(0, USUAL)) Object.assign(/** @type {Survey} */ (surveys[column]), { usual: true });
  return surveys;
}

/**
 * @param {string} name @param {number} column @param {string[]} cells @param {string} delimiter
 * @param {boolean} isContact @param {boolean} isId
 * @returns {Survey}
 */
function survey(name, column, cells, delimiter, isContact, isId) {
  const filled = cells.filter((cell) => !MISSING.includes(cell.toLowerCase()));
  const decimal = detectDecimalSign(filled, '', delimiter);
  const read = filled.map((cell) => parseAnswer(cell) ?? parseNumber(cell, decimal));
  const unread = read.filter((value) => value === 'not-a-number').length;
  const values = read.filter((value) => typeof value === 'number');
  const different = new Set(filled).size;
  const numbers = filled.length > 0 && unread <= (1 - MOSTLY) * filled.length;
  const dates = numbers ? [] : formatsOf(filled);
  const why = isId ? 'only tells rows apart' : isContact ? 'is personal'
    : !numbers && dates.length === 0 ? (filled.length > 0 && filled.every(mayBeDate) ? 'holds dates in words or short years' : 'has no numbers')
    : different <= 1 ? 'is the same in every row' : tellsApart(name, values) ? 'only tells rows apart' : null;
  return {
    column, name, why, usual: false, examples: filled.slice(0, EXAMPLES), unread: dates.length ? 0 : unread, different, dates,
    missing: cells.length ? 1 - filled.length / cells.length : 0, skewed: skewness(values) > SKEWED,
  };
}

/** @param {string} name @param {number[]} values @returns {boolean} whether a column names or numbers its rows */
function tellsApart(name, values) {
  const last = words(name).at(-1) ?? '';
  if (TOLD.split(' ').includes(last) || key(name).startsWith('unnamed')) return true;
  const different = new Set(values).size;
  const unique = values.every(Number.isInteger) && different >= Math.max(UNIQUE * values.length, ENOUGH_ROWS);
  const span = values.reduce((most, value) => Math.max(most, value), -Infinity)
    - values.reduce((least, value) => Math.min(least, value), Infinity);
  return unique && span < 1.01 * different;
}

/** @param {number[]} values @returns {number} the third standardised moment, 0 where all are the same */
function skewness(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const moment = (/** @type {number} */ power) =>
    values.reduce((sum, value) => sum + (value - mean) ** power, 0) / values.length;
  const variance = moment(2);
  return variance > 0 ? moment(3) / variance ** 1.5 : 0;
}
