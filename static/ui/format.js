/**
 * Numbers as people read them.
 *
 * @typedef {import('../service/contract.js').Feature} Feature
 * @typedef {import('../service/contract.js').Move} Move
 */

const LOCALE = 'en';
const percent = new Intl.NumberFormat(LOCALE, { style: 'percent' });
const compact = new Intl.NumberFormat(LOCALE, { notation: 'compact', maximumSignificantDigits: 3 });
const small = new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: 2 });
/** By decimals. To make one takes longer than to draw all the rest of the page. */
const fixed = Array.from({ length: 7 }, (_, digits) => new Intl.NumberFormat(LOCALE, { maximumFractionDigits: digits }));

/** @param {number} share 0 to 1 @returns {string} */
export function formatPercent(share) {
  return percent.format(share);
}

/** @param {number} count @returns {string} */
export function formatCount(count) {
  return rounded(count, 0);
}

/** @param {number} value @returns {string} short, for an axis */
export function formatTick(value) {
  return Math.abs(value) >= 10_000 ? compact.format(value) : rounded(value, 6);
}

/** @param {Feature} feature @returns {number} how many decimals its step has */
export function decimals(feature) {
  return Math.min(6, Math.max(0, Math.ceil(-Math.log10(feature.step) - 1e-9)));
}

/** @param {Feature} feature @param {number} value @returns {string} without its unit */
export function formatNumber(feature, value) {
  return rounded(value, Math.max(decimals(feature), feature.log ? 2 : 0));
}

/** @param {Feature} feature @param {number} value @returns {string} with its unit */
export function formatValue(feature, value) {
  return withUnit(feature, formatNumber(feature, value));
}

/** @param {Feature} feature @returns {string} label and unit, for an axis or a table */
export function title(feature) {
  return feature.unit ? `${feature.label} (${feature.unit})` : feature.label;
}

/** @param {number} confidence 0.5 to 1 @returns {string} */
export function sureness(confidence) {
  if (confidence < 0.6) return 'A close call';
  if (confidence < 0.75) return 'Fairly sure';
  if (confidence < 0.9) return 'Sure';
  return 'Very sure';
}

/** @param {Feature} feature @param {number} by @returns {string} such as "12 more spending score" */
export function describeMove(feature, by) {
  const size = Math.abs(by);
  const amount = size < feature.step ? small.format(size) : formatNumber(feature, size);
  return `${withUnit(feature, amount)} ${by < 0 ? 'less' : 'more'} ${inSentence(feature.label)}`;
}

/** @param {string} name @returns {string} its article */
export function articleOf(name) {
  return /^[aeiou]/i.test(name) ? 'an' : 'a';
}

/** @param {number} value @param {number} digits most decimals, 0 to 6 */
function rounded(value, digits) {
  return /** @type {Intl.NumberFormat} */ (fixed[digits]).format(value);
}

/**
 * A unit such as "1-100" is the scale of a score: it belongs to the title, not behind a value.
 *
 * @param {Feature} feature @param {string} text
 */
function withUnit(feature, text) {
  return feature.unit && !/^\d/.test(feature.unit) ? `${text} ${feature.unit}` : text;
}

/** @param {string} label @returns {string} lower case, but for an abbreviation such as RFM */
function inSentence(label) {
  return /^.[A-Z]/.test(label) ? label : label.charAt(0).toLowerCase() + label.slice(1);
}
