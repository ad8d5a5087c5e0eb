/**
 * What may be a date: digits in the shapes that people write dates in, names of months and of days in nine languages.
 * Which day it is, training finds out; here it is only kept apart from all else that must not leave the browser.
 */

const LANGUAGES = ['en', 'de', 'fr', 'es', 'pt', 'it', 'nl', 'pl', 'tr'];
const SHORT = 3;

const DAY = String.raw`\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})|(?:\d{4}|\d{2})[-/.]\d{1,2}[-/.]\d{1,2}|\d{4}年\d{1,2}月\d{1,2}日?`;
const NAMED = String.raw`\d{1,2}[-\s.]+M[-\s.,]+(?:\d{4}|\d{2})|M[-\s.]+\d{1,2},?\s+(?:\d{4}|\d{2})|\d{4}-M-\d{1,2}`;
const CLOCK = String.raw`\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:\s*[ap]\.?m\.?|\s*uhr)?`;
const ZONE = String.raw`\s*(?:z|utc|gmt|[-+]\d{2}:?(?:\d{2})?)`;
const SHAPE = new RegExp(String.raw`^(?:(?:D,?\s*)?(?:${DAY}|${NAMED})(?:(?:t|,?\s+)${CLOCK}(?:${ZONE})?)?|\d{5}(?:\.\d+)?|\d{8,13})$`);

/** @type {Map<string, 'M' | 'D'> | undefined} */
let names;

/** @param {string} cell @returns {boolean} */
export function mayBeDate(cell) {
  const text = cell.trim().toLowerCase();
  if (SHAPE.test(text)) return true;
  names ??= calendarNames();
  const known = names;
  const plain = text.replace(/\s+de\s+/g, ' ').replace(/\p{L}{3,}/gu, (word) => known.get(word) ?? word);
  return SHAPE.test(plain.replace(/([MD])\./g, '$1'));
}

/** @returns {Map<string, 'M' | 'D'>} names of months and of days, whole and short, in lower case */
function calendarNames() {
  /** @type {Map<string, 'M' | 'D'>} */
  const kinds = new Map();
  const months = Array.from({ length: 12 }, (_, month) => new Date(Date.UTC(2024, month)));
  const days = [...months, ...Array.from({ length: 7 }, (_, day) => new Date(Date.UTC(2024, 0, day + 1)))];
  for (const language of LANGUAGES) {
    for (const style of /** @type {const} */ (['long', 'short'])) {
      const format = new Intl.DateTimeFormat(language, { day: 'numeric', month: style, weekday: style, timeZone: 'UTC' });
      for (const { type, value } of days.flatMap((day) => format.formatToParts(day))) {
        const word = value.toLowerCase().replace(/\.$/, '');
        const kind = type === 'month' ? 'M' : 'D';
        if (type === 'month' || type === 'weekday') kinds.set(word, kind);
        if (type === 'month') kinds.set(word.slice(0, SHORT), kind);
      }
    }
  }
  return kinds;
}
