/**
 * What the beginning of a table tells about a feature's column, so that a wrong one is seen before anything is sent.
 */

import { mayBeDate } from './date_texts.js';
import { readValue } from './batches.js';
import { formatIn, formatsOf } from './days.js';
import { detectDecimalSign, mixesUnits } from './numbers.js';

/** Share of the sample outside the model's range from which on the unit is doubtful. */
const MOST = 0.5;
const EXAMPLES = 3;
const THOUSAND = 1000;

/**
 * @typedef {import('../../service/contract.js').Feature} Feature
 * @typedef {import('./numbers.js').DecimalSign} DecimalSign
 * @typedef {{ decimal: DecimalSign | null, formats: string[], dates: string | null, examples: string[], rows: number,
 *   unread: number, worded: boolean, outside: boolean, thousands: boolean, mixed: boolean }} Inspection
 * decimal: the sign in use; formats: of dates that are to become days, several where day and month could be either way round;
 * dates: the one in use; unread: rows without a usable value; worded: they are dates in words or with short years; outside: most values lie outside the model's range;
 * thousands: they would fit divided by 1,000; mixed: they are in several currencies, or some in percent and some not
 */

/**
 * @param {readonly string[][]} sample rows
 * @param {number} column
 * @param {DecimalSign | null} chosen the decimal sign, or null to detect it
 * @param {Feature} feature
 * @param {number} factor what values are multiplied with
 * @param {string} delimiter what separates the file's columns
 * @param {string} first whether "day" or "month" comes first, where dates leave it open
 * @returns {Inspection}
 */
export function inspect(sample, column, chosen, feature, factor, delimiter = '', first = '') {
  const cells = sample.map((row) => row[column] ?? '');
  const decimal = chosen ?? detectDecimalSign(cells, feature.unit, delimiter);
  const formats = feature.day === null ? [] : formatsOf(cells);
  const dates = formatIn(formats, first);
  const read = cells.map((cell) => readValue(cell, { decimal, factor, dates }, feature));
  const values = read.filter((value) => typeof value === 'number');
  const filled = cells.filter((cell) => cell.trim());
  return {
    decimal,
    formats,
    dates,
    examples: filled.slice(0, EXAMPLES),
    rows: cells.length,
    unread: cells.length - values.length,
    worded: feature.day !== null && values.length === 0 && filled.length > 0 && filled.every(mayBeDate),
    outside: shareOutside(values, feature) > MOST,
    thousands: shareOutside(values.map((value) => value / THOUSAND), feature) < shareOutside(values, feature) - MOST,
    mixed: !dates && mixesUnits(cells.filter((_, index) => typeof read[index] === 'number')),
  };
}

/**
 * @param {readonly string[][]} sample rows
 * @param {number} column that says who a customer is, or -1
 * @returns {number} rows whose customer stands in an earlier one
 */
export function repeated(sample, column) {
  const keys = sample.map((row) => (row[column] ?? '').trim().toLowerCase()).filter((key) => key !== '');
  return keys.length - new Set(keys).size;
}

/**
 * @param {readonly number[]} values
 * @param {Feature} feature
 */
function shareOutside(values, { min, max }) {
  const outside = values.filter((value) => value < min || value > max).length;
  return values.length ? outside / values.length : 0;
}
