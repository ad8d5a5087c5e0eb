/**
 * Numbers as people type them: 1,234.50 and 1.234,50, $ 80, 1 234, (12), −5. What can be read in two ways is not
 * guessed.
 */

/** @typedef {'.' | ','} DecimalSign */
/** @typedef {'empty' | 'not-a-number' | 'ambiguous'} NumberProblem */

const PLAIN = /^-?\d+(?:\.\d+)?$/;
const SCIENTIFIC = /^[+-]?\d+(?:[.,]\d+)?e[+-]?\d{1,3}$/i;
const SIGNS = /\p{Sc}/gu;
const GROUP_SPACES = /(?<=\d)[\s'’](?=\d{3}(?!\d))/g;
/** One sign, three digits after it, one to three before it: 1,234 is a thousand or one and a bit. */
const EITHER = /^[1-9]\d{0,2}([.,])\d{3}$/;

/**
 * Read a number.
 * @param {string} cell
 * @param {DecimalSign | null} decimal the column's decimal sign; null if nothing in it tells
 * @param {string} unit may stand before or behind the number
 * @returns {number | NumberProblem}
 */
export function parseNumber(cell, decimal, unit = '') {
  if (decimal !== ',' && PLAIN.test(cell) && (decimal === '.' || !EITHER.test(cell))) return Number(cell);
  const text = bare(cell, unit);
  if (text === '') return 'empty';
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[+-]/, '');
  if (SCIENTIFIC.test(digits)) return sign * Number(digits.replace(',', '.'));
  if (decimal === null && EITHER.test(digits)) return 'ambiguous';
  const mark = decimal ?? ownDecimalSign(digits);
  const number = grouped(digits, mark);
  return number === null ? 'not-a-number' : sign * number;
}

/**
 * The decimal sign that a column's cells prove, or null if none does or they contradict each other.
 * @param {Iterable<string>} cells
 * @param {string} unit
 * @returns {DecimalSign | null}
 */
export function detectDecimalSign(cells, unit = '') {
  let point = false;
  let comma = false;
  for (const cell of cells) {
    const digits = bare(cell, unit).replace(/^[+-]/, '');
    if (EITHER.test(digits) || !/[.,]/.test(digits)) continue;
    const asPoint = grouped(digits, '.') !== null;
    const asComma = grouped(digits, ',') !== null;
    if (asPoint && !asComma) point = true;
    if (asComma && !asPoint) comma = true;
  }
  if (point === comma) return null;
  return point ? '.' : ',';
}

/**
 * The cell without unit, currency signs, spaces; "-" for a minus of any kind and for the accountant's brackets.
 * @param {string} cell
 * @param {string} unit
 */
function bare(cell, unit) {
  let text = cell.trim();
  if (unit && text.endsWith(unit)) text = text.slice(0, -unit.length);
  else if (unit && text.startsWith(unit)) text = text.slice(unit.length);
  text = text.replace(SIGNS, '').replace(/[−–]/g, '-').replace(GROUP_SPACES, '').trim().replace(/^([+-])\s+/, '$1');
  return /^\([^()]+\)$/.test(text) ? `-${text.slice(1, -1)}` : text;
}

/**
 * @param {string} digits
 * @param {DecimalSign} decimal
 */
function grouped(digits, decimal) {
  const pattern =
    decimal === '.'
      ? /^(?:\d+|[1-9]\d{0,2}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3})?(?:\.\d*)?$/
      : /^(?:\d+|[1-9]\d{0,2}(?:\.\d{3})+|\d{1,2}(?:\.\d{2})+\.\d{3})?(?:,\d*)?$/;
  if (!pattern.test(digits) || !/\d/.test(digits)) return null;
  return Number(decimal === '.' ? digits.replaceAll(',', '') : digits.replaceAll('.', '').replace(',', '.'));
}

/**
 * @param {string} digits
 * @returns {DecimalSign}
 */
function ownDecimalSign(digits) {
  return grouped(digits, '.') === null ? ',' : '.';
}
