/**
 * Dates as days, of the ways to write them that leave nothing open but whether day or month comes first: with years of four
 * digits and no words. training/tables/dates/dates.py reads more; what is read here is the same day there (tests/cases/dates.json).
 */

import { MISSING } from './numbers.js';

/** How dates may be written, as `strptime` has it. */
const FORMATS = ['%Y-%m-%d', '%Y/%m/%d', '%Y.%m.%d', '%d/%m/%Y', '%m/%d/%Y', '%d.%m.%Y', '%d-%m-%Y', '%m-%d-%Y'];
const DIGITS = new Map([['%Y', String.raw`(?<year>\d{4})`], ['%m', String.raw`(?<month>\d{1,2})`], ['%d', String.raw`(?<day>\d{1,2})`]]);
/** What may stand behind the day; it says nothing of it. */
const TIME = String.raw`(?:(?:T|,?\s+)(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-6]\d(?:\.\d{1,9})?)?(?:\s?[AP]M)?(?: ?(?:Z|UTC|[-+]\d{2}:?\d{2}))?)?`;
/** Years beyond are misreadings. */
const [EARLIEST, LATEST] = [1900, 2199];
const DAY_MS = 86_400_000;

/** @type {Map<string, RegExp>} */
const shapes = new Map(FORMATS.map((format) => {
  const parts = format.replace(/[./]/g, String.raw`\$&`).replace(/%./g, (sign) => DIGITS.get(sign) ?? sign);
  return [format, new RegExp(`^${parts}${TIME}$`, 'i')];
}));

/**
 * @param {readonly string[]} cells
 * @returns {string[]} the formats that read all of them that are not missing: several where day and month could be either
 *   way round, none where there is no date
 */
export function formatsOf(cells) {
  const filled = cells.filter((cell) => !isMissing(cell));
  if (filled.length === 0) return [];
  return FORMATS.filter((format) => filled.every((cell) => dayOf(cell, format) !== null));
}

/**
 * @param {readonly string[]} formats as `formatsOf` has them @param {string} first "day", "month" or nothing yet
 * @returns {string | null} the one in use; '' where that is still to be said, null where there are no dates
 */
export function formatIn(formats, first) {
  if (formats.length < 2) return formats[0] ?? null;
  return formats.find((format) => first !== '' && format.startsWith(`%${first.charAt(0)}`)) ?? '';
}

/**
 * @param {string} cell @param {string} format one of `FORMATS` @param {string} until a day as 2024-12-31
 * @returns {number | 'empty' | 'not-a-date'} days from the one to the other, below 0 for later ones
 */
export function daysBefore(cell, format, until) {
  if (isMissing(cell)) return 'empty';
  const day = dayOf(cell, format);
  return day === null ? 'not-a-date' : (Date.parse(until) - day) / DAY_MS;
}

/** @param {string} cell */
function isMissing(cell) {
  return MISSING.includes(cell.trim().toLowerCase());
}

/** @param {string} cell @param {string} format @returns {number | null} its beginning, in milliseconds since 1970 */
function dayOf(cell, format) {
  const { year, month, day } = shapes.get(format)?.exec(cell.trim())?.groups ?? {};
  const moment = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const isDay = moment.getUTCMonth() === Number(month) - 1 && Number(year) >= EARLIEST && Number(year) <= LATEST;
  return isDay ? moment.getTime() : null;
}
