/**
 * Numbers as people type them: 1,234.50 and 1.234,50, $ 80, 1 234, (12), −5, 12%. What can be read in two ways is not
 * guessed. training/tables/numbers.py reads by the same rules; tests/cases/numbers.json holds both to it.
 */

import { withPlainDigits } from '../contacts/digits.js';

/** @typedef {'.' | ','} DecimalSign */
/** @typedef {'empty' | 'not-a-number' | 'ambiguous'} NumberProblem */

/** What people write for a value they do not have, in lower case; the days are those that databases have for none. */
export const MISSING = [
  '', 'na', 'n/a', 'n.a.', '#n/a', '<na>', 'nan', 'nat', 'null', '(null)', '#null!', '\\n', 'none', 'nil', 'missing',
  'unknown', '-', '--', '?', '.', '#div/0!', '#value!', '#ref!', '#num!', '#name?',
  '0000-00-00', '0000-00-00 00:00', '0000-00-00 00:00:00', '0000-00-00t00:00:00', '0000-00-00t00:00:00z', '0000/00/00',
  '00/00/0000', '00/00/0000 00:00', '00/00/0000 00:00:00', '00.00.0000', '00.00.0000 00:00', '00.00.0000 00:00:00',
  '00-00-0000', '0/0/0000',
];
/** Answers that stand for 1 and 0, in lower case. */
export const YES = ['true', 'wahr', 'vrai', 'verdadero', 'verdadeiro', 'vero', 'waar', 'prawda', 'doğru', 'yes', 'y', 't',
  'ja', 'j', 'oui', 'o', 'sí', 'sì', 'si', 's', 'sim', 'tak', 'evet'];
export const NO = ['false', 'falsch', 'faux', 'falso', 'onwaar', 'fałsz', 'yanlış', 'no', 'n', 'f', 'nein', 'non', 'não',
  'nao', 'nee', 'nie', 'hayır', 'hayir'];

/** What currencies are called in cells, besides their signs, the longer of two that begin alike first. */
const CODES = 'aed|ars|aud|bgn|brl|cad|chf|clp|cny|cop|czk|dkk|egp|euros?|eur|gbp|hkd|huf|idr|ils|inr|jpy|kes|krw|kzt|mad|mxn|'
  + 'myr|ngn|nok|nzd|pen|php|pkr|pln|qar|ron|rsd|rub|sar|sek|sgd|thb|try|twd|uah|usd|uyu|vnd|zar|'
  + 'rs\\.?|rp\\.?|rm|ksh|kr\\.?|zł|tl|kč|ft|lei|лв\\.?|грн\\.?|руб\\.?|р\\.|円|元|원|đ|r';
const CURRENCY = `(?:(?:us|au?|ca?|nz|nt|hk|r|s|mx|ar|cl|co)?\\p{Sc}|${CODES})`;
const ANY_CURRENCY = new RegExp(CURRENCY, 'u');
const THOUSANDS = "[1-9]\\d{0,2}(?:\\s\\d{3})+|[1-9]\\d{0,2}(?:['’]\\d{3})+";
/** What stands for no cents: 12,- or 12.--. */
const ROUND = '[-–—]{1,2}';
const POINT = `(?:(?:\\d+|${THOUSANDS}|[1-9]\\d{0,2}(?:,\\d{3})+|[1-9]\\d?(?:,\\d{2})+,\\d{3})(?:[.٫](?:\\d*|${ROUND}))?|[.٫]\\d+`
  + '|(?:\\d+(?:\\.\\d*)?|\\.\\d+)e[-+]?0*\\d{1,3})';
const COMMA = `(?:(?:\\d+|${THOUSANDS}|[1-9]\\d{0,2}(?:\\.\\d{3})+)(?:,(?:\\d*|${ROUND}))?|,\\d+`
  + '|(?:\\d+(?:,\\d*)?|,\\d+)e[-+]?0*\\d{1,3})';
const NO_CENTS = new RegExp(`[.,]${ROUND}`);
const PLAIN = /^-?\d+(?:\.\d+)?$/;
/** One point, three digits after it, one to three before it: 1.234 is a thousand or one and a bit. */
const EITHER = /^-?[1-9]\d{0,2}\.\d{3}$/;
const INFINITE = /^[-+−–]?inf(?:inity)?$/;

/** Units that may stand beside a number: none that could be a part of it, such as [-]. */
const MARK = /^\D*[^\s\d.,'’+−–()%eE-]\D*$/;

/** Thousands separator and per cent of Arabic, and signs in full width. */
const HERE = new Map([['٬', "'"], ['٪', '%'], ['．', '.'], ['，', ','], ['－', '-'], ['＋', '+'], ['％', '%'], ['（', '('], ['）', ')']]);
const ELSEWHERE = /[٬٪．，－＋％（）]/g;

/** @typedef {{ missing: RegExp, point: RegExp, comma: RegExp, mark: RegExp }} Grammar */

/** @type {Map<string, Grammar>} */
const grammars = new Map();

/**
 * Read a number.
 * @param {string} cell
 * @param {DecimalSign | null} decimal the column's decimal sign; null if nothing in it tells
 * @param {string} unit may stand before or behind the number
 * @returns {number | NumberProblem}
 */
export function parseNumber(cell, decimal, unit = '') {
  if (decimal !== ',' && PLAIN.test(cell) && (decimal === '.' || !EITHER.test(cell))) return Number(cell);
  const text = plainText(cell);
  const grammar = grammarOf(unit);
  if (grammar.missing.test(text)) return 'empty';
  if (INFINITE.test(text)) return /^[-−–]/.test(text) ? -Infinity : Infinity;
  const asPoint = decimal !== ',' && grammar.point.test(text) ? valueOf(text, '.', grammar) : null;
  const asComma = decimal !== '.' && grammar.comma.test(text) ? valueOf(text, ',', grammar) : null;
  if (asPoint !== null && asComma !== null && asPoint !== asComma) return 'ambiguous';
  return asPoint ?? asComma ?? 'not-a-number';
}

/**
 * What yes and no stand for, or null for any other word.
 * @param {string} cell
 */
export function parseAnswer(cell) {
  const word = cell.trim().toLowerCase();
  if (YES.includes(word)) return 1;
  return NO.includes(word) ? 0 : null;
}

/**
 * The decimal sign that a column's cells prove, or null if none does or they contradict each other. A file that
 * separates its columns with commas does not write decimals with them.
 * @param {readonly string[]} cells
 * @param {string} unit
 * @param {string} delimiter
 * @returns {DecimalSign | null}
 */
export function detectDecimalSign(cells, unit = '', delimiter = '') {
  const grammar = grammarOf(unit);
  const texts = cells.map(plainText);
  const point = texts.some((text) => grammar.point.test(text) && !grammar.comma.test(text));
  const comma = texts.some((text) => grammar.comma.test(text) && !grammar.point.test(text));
  if (point !== comma) return point ? '.' : ',';
  if (point || delimiter !== ',') return null;
  const open = texts.filter((text) => parseNumber(text, null, unit) === 'ambiguous');
  return open.length && new Set(open.map((text) => text.includes('.'))).size === 1 ? '.' : null;
}

/** What the numbers of a column are given in: one currency, and percent or not. The first that says it decides. */
export class ColumnUnit {
  #currency = '';
  /** @type {boolean | null} */
  #percent = null;

  /**
   * Whether a number is given in the same unit as those before it.
   * @param {string} cell
   */
  admits(cell) {
    const text = PLAIN.test(cell) ? cell : plainText(cell);
    const percent = text.includes('%');
    if (percent || /[1-9]/.test(text)) {
      this.#percent ??= percent;
      if (percent !== this.#percent) return false;
    }
    if (PLAIN.test(text)) return true;
    const currency = ANY_CURRENCY.exec(text)?.[0].replace('.', '') ?? '';
    this.#currency ||= currency;
    return currency === '' || currency === this.#currency;
  }
}

/**
 * Whether some numbers of a column are given in another currency than others, or some in percent and some not.
 * @param {readonly string[]} cells that are numbers
 */
export function mixesUnits(cells) {
  const unit = new ColumnUnit();
  return cells.some((cell) => !unit.admits(cell));
}

/**
 * @param {string} cell
 * @returns {string} in lower case, with digits of other scripts as 0 to 9
 */
function plainText(cell) {
  return withPlainDigits(cell).replace(ELSEWHERE, (sign) => HERE.get(sign) ?? sign).trim().toLowerCase();
}

/**
 * @param {string} unit
 * @returns {Grammar}
 */
function grammarOf(unit) {
  let grammar = grammars.get(unit);
  if (!grammar) {
    const own = unit.toLowerCase().replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
    const mark = MARK.test(unit) ? `(?:${CURRENCY}|${own})` : CURRENCY;
    const around = `(?:${mark}\\s*)?`;
    const number = (/** @type {string} */ form) => {
      const signed = `(?:${around}[-+−–]?|[-+−–]\\s*${around})\\s*${form}\\s*${around}%?`;
      return new RegExp(`^(?:${signed}|${around}\\(\\s*${around}${form}\\s*${around}%?\\s*\\)\\s*${around}|${around}${form}[-−–]\\s*${around})$`, 'u');
    };
    const words = MISSING.map((word) => word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('|');
    grammar = {
      missing: new RegExp(`^${around}(?:${words})\\s*(?:${mark})?$`, 'u'),
      point: number(POINT),
      comma: number(COMMA),
      mark: new RegExp(mark, 'gu'),
    };
    grammars.set(unit, grammar);
  }
  return grammar;
}

/**
 * The value of a text that is a number.
 * @param {string} text
 * @param {DecimalSign} decimal
 * @param {Grammar} grammar
 */
function valueOf(text, decimal, { mark }) {
  const whole = text.replace(NO_CENTS, '').replace(mark, '');
  const digits = whole.replace(/[\s()%'’+−–-]/g, (sign) => ('−–-'.includes(sign) ? '-' : ''));
  const negative = /^-|-$/.test(digits) || text.includes('(');
  const [mantissa = '', exponent = '0'] = digits.replace(/^-|-$/, '').split('e');
  const point = decimal === '.' ? mantissa.replaceAll(',', '').replace('٫', '.') : mantissa.replaceAll('.', '').replace(',', '.');
  const value = Number(`${point}e${exponent}`);
  return negative ? -value : value;
}
