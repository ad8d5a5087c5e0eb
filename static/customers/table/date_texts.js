/**
 * What may be a date: digits in the shapes that people write dates in, with names of months and days, and words of the time, in
 * the languages that training knows. Which day it is, training finds out (training/tables/dates/day_texts.py); here it is only kept apart from all
 * else that must not leave the browser.
 */

const LANGUAGES = ['en', 'de', 'fr', 'es', 'pt', 'it', 'nl', 'pl', 'tr', 'sv', 'da', 'nb', 'fi', 'hu', 'cs', 'sk', 'sl', 'et', 'ro', 'el', 'ru',
  'uk', 'bg'];
const SHORT = 3;

/** Names of days in some languages that say something else in others: 1st, T10:30, 10 h. */
const NO_NAMES = new Set('e h k l n p r st t v'.split(' '));

/** Words between a day and its time, or between its parts, which say nothing of a person. */
const BETWEEN = new Set('a à às al alle at de del den kl klo o of om ore las godz saat u um r г р'.split(' '));

const PART = ' ?[-/.] ?';
const YEAR = String.raw`(?:\d{4}|\d{2})`;
const NUMBERS = String.raw`\d{1,2}${PART}\d{1,2}${PART}${YEAR}|${YEAR}${PART}\d{1,2}${PART}\d{1,2}`;
const ISO = String.raw`(?:19|20)\d{2}(?:-?w\d{2}-?[1-7]|-[0-3]\d{2})`;
const CJK = String.raw`\d{4} ?[年년] ?\d{1,2} ?[月월] ?\d{1,2} ?[日일]?`;
const NTH = String.raw`\d{1,2}(?:st|nd|rd|th|er|\.?[º°])?`;
const NAMED = String.raw`${NTH}[-\s./,]*M[-\s./,]*${YEAR}|M[-\s.]*${NTH}[-\s.,]+${YEAR}|\d{4}[-\s.]+M[-\s.]+\d{1,2}`;
const DAY = `${NUMBERS}|${ISO}|${CJK}|${NAMED}`;

const HOUR = String.raw`(?:[01]?\d|2[0-4])`;
const MINUTES = String.raw`[:.][0-5]\d(?:[:.][0-6]\d(?:[.,]\d{1,9})?)?`;
const CLOCK = String.raw`(?:(?:오전|오후) ?)?${HOUR}(?:${MINUTES}(?: ?P)?| ?h(?: ?\d{2})?| ?P)(?: ?uhr)?`;
const ZONES = '(?:z|utc|gmt|[cemw]es?t|[cemp][sd]t|bst|ist|jst|msk)';
const ZONE = String.raw`(?: ?${ZONES})?(?: ?[-+]\d{2}:?(?:\d{2})?)?(?: ?\(${ZONES}\))?`;
const TIME = String.raw`(?:t(?:${CLOCK}|${HOUR})|(?:_|:| - |[.,]? )${CLOCK}|-${HOUR}(?:\.\d{2}){2}(?:\.\d+)?)${ZONE}`;
const TOGETHER = String.raw`(?:19|20)\d{6}(?:t\d{2}(?:\d{2}){0,2}(?:[.,]\d{1,9})?${ZONE}|\d{6})`;
const UNIX = String.raw`M \d{1,2} ${CLOCK}${ZONE} \d{4}`; // Mar  5 10:30:00 CET 2024

const WEEKDAY = ',? ?D|[(（][DM月火水木金土日월화수목금토일][)）]';
const SHAPE = new RegExp(String.raw`^(?:(?:(?:[DM][.,]* ?)?(?:${DAY})(?:${WEEKDAY})?(?:${TIME}|z|[-+]\d{2}:\d{2})?|` +
  String.raw`(?:D[.,]* ?)?${UNIX}|${TOGETHER})[ ,.]*|\d{5}(?:\.\d+)?|\d{8,13})$`);

/** @type {Map<string, 'M' | 'D'> | undefined} */
let names;

/** @param {string} cell @returns {boolean} */
export function mayBeDate(cell) {
  const text = cell.replace(/[\s\p{Z}\u200e\u200f]+/gu, ' ').trim().toLowerCase();
  if (SHAPE.test(text)) return true;
  names ??= calendarNames();
  const known = names;
  const halves = text.replace(/(?<!\p{L})[ap] ?\.? ?m(?!\p{L})\.?/gu, 'P');
  const plain = halves.replace(/\p{Ll}[\p{Ll}\p{M}]*(?:-feira)?/gu, (word) => known.get(word) ?? (BETWEEN.has(word) ? '' : word));
  return SHAPE.test(plain.replace(/([MD])\./g, '$1').replace(/ +/g, ' ').replace(/\( /g, '(').replace(/ \.(?=[, ])/g, '').trim());
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
        if (NO_NAMES.has(word)) continue;
        const kind = type === 'month' ? 'M' : 'D';
        if (type === 'month' || (type === 'weekday' && !kinds.has(word))) kinds.set(word, kind);
        if (type === 'month') kinds.set(word.slice(0, SHORT), kind);
      }
    }
  }
  return kinds;
}
