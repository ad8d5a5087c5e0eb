/**
 * Phone numbers in E.164, or nothing: what can be read in two ways, or fits no plan, is left out.
 *
 * training/contacts/phones.py reads them by the same rules; tests/cases/phones.json holds both to it.
 *
 * Reference: ITU-T (2010). Recommendation E.164: The international public telecommunication numbering plan.
 */

import { withPlainDigits } from './digits.js';
import { PLANS } from './phone_plans.js';

/** Written as it is wanted: nothing to take off it, and only one way to read it. */
const TIDY = /^\+\d{7,15}$/;
const BEFORE = /^[\s'"=]*(?:tel|phone)\s*[.:]\s*/i;
const EXTENSION =
  /[\s,;]*(?:;\s*ext\s*=|ext(?:n|ension)?\s*[.:]?|x|#|~|доб\.?|int\.?|anexo|poste|durchwahl)\s*\d{1,7}\s*#?\s*$/iu;
const FLOAT = /^(\+?\d+)[.,]0+$/;
const SEVERAL = /[,;|\n]|\d[^]*\+|(?:\d\D*){6}[/\\&](?:\D*\d){6}/;
const OPTIONAL = /\(\s*0\s*\)/g;
/** What is dialled before calls abroad in most countries. */
const ABROAD = '00';

/** Of each calling code. @type {Map<string, RegExp>} */
const numbers = new Map();
/** @type {Map<string, RegExp>} */
const prefixes = new Map();
/** The main country's plan of each calling code. @type {ReadonlyMap<string, Plan>} */
const MAIN = new Map(Object.values(PLANS.regions).map((plan) => /** @type {[string, Plan]} */ ([plan[0], plan])).reverse());

/** @typedef {readonly string[]} Plan calling code, prefix abroad, prefix at home, what becomes of a number with it */

/**
 * A phone number in E.164, such as +12125650000, or ''.
 * @param {string} cell
 * @param {string} country of the customer, two letters or ''; for numbers without a country code
 */
export function phone(cell, country) {
  if (TIDY.test(cell)) return international(cell.slice(1), country);
  const text = plain(cell);
  if (text === '' || SEVERAL.test(text) || /\p{L}/u.test(text)) return '';
  const written = [text, text.replace(OPTIONAL, '')];
  const readings = new Set(written.flatMap((variant) => readingsOf(variant, country)));
  const [reading = ''] = readings;
  return readings.size === 1 ? reading : '';
}

/**
 * A number without invisible signs, what a spreadsheet made of it, and its extension.
 * @param {string} cell
 */
function plain(cell) {
  const text = withPlainDigits(cell.normalize('NFKC'));
  return text.replace(/\p{Cf}/gu, '').trim().replace(BEFORE, '').replace(EXTENSION, '').replace(FLOAT, '$1');
}

/**
 * The numbers that a text may mean: with a calling code, dialled abroad, or at home.
 * @param {string} text
 * @param {string} country
 * @returns {string[]}
 */
function readingsOf(text, country) {
  const digits = text.replace(/\D/g, '');
  if (text.includes('+')) return [international(digits, country)].filter((number) => number !== '');
  const plan = PLANS.regions[country];
  const readings = [dialledAbroad(digits, country, plan)];
  if (plan) {
    const [code = ''] = plan;
    const atHome = [digits, withoutTrunk(digits, plan)].filter((number) => exists(code, number));
    readings.push(...atHome.map((number) => `+${code}${number}`));
    if (digits.startsWith(code)) readings.push(international(digits, country));
  }
  return readings.filter((number) => number !== '');
}

/**
 * The number behind the prefix for calls abroad, the country's own or, if that reads none, 00.
 * @param {string} digits
 * @param {string} country
 * @param {Plan | undefined} plan
 */
function dialledAbroad(digits, country, plan) {
  const prefix = plan?.[1] ?? ABROAD;
  const [own = '', usual = ''] = [prefix, ABROAD].map((abroad) => {
    const dialled = atStart(abroad).exec(digits);
    return dialled ? international(digits.slice(dialled[0].length), country) : '';
  });
  const fixed = /^\d+$/.test(prefix); // else it may end in more than one place
  if (own && (fixed || usual === own || usual === '')) return own;
  return own ? '' : usual;
}

/**
 * The number that begins with a calling code; the prefix that is dialled at home is taken off behind it.
 * @param {string} digits
 * @param {string} country
 */
function international(digits, country) {
  const code = [1, 2, 3].map((size) => digits.slice(0, size)).find((start) => Object.hasOwn(PLANS.codes, start));
  if (code === undefined) return '';
  const number = digits.slice(code.length);
  if (exists(code, number)) return `+${code}${number}`;
  const own = PLANS.regions[country];
  const plan = own?.[0] === code ? own : MAIN.get(code);
  if (!plan || number.startsWith(code)) return ''; // +1 1 212 is a slip, not a prefix
  const rest = withoutTrunk(number, plan);
  return exists(code, rest) ? `+${code}${rest}` : '';
}

/**
 * A number without the prefix that is dialled at home.
 * @param {string} digits
 * @param {Plan} plan
 */
function withoutTrunk(digits, [, , trunk, becomes]) {
  const prefix = trunk ? atStart(trunk).exec(digits) : null;
  if (!prefix) return digits;
  const rest = digits.slice(prefix[0].length);
  if (becomes === undefined || prefix.slice(1).every((group) => group === undefined)) return rest;
  return becomes.replace(/\$(\d)/g, (_, group) => prefix[Number(group)] ?? '') + rest;
}

/**
 * Whether a plan allows a number.
 * @param {string} code of the country
 * @param {string} number without it
 */
function exists(code, number) {
  const known = numbers.get(code) ?? new RegExp(`^(?:${PLANS.codes[code]})$`);
  numbers.set(code, known);
  return known.test(number);
}

/** @param {string} pattern */
function atStart(pattern) {
  const known = prefixes.get(pattern) ?? new RegExp(`^(?:${pattern})`);
  prefixes.set(pattern, known);
  return known;
}
