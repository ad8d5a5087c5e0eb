/**
 * Numbers as people read them, and the colours of segments.
 *
 * @typedef {import('../service/contract.js').Feature} Feature
 * @typedef {import('../service/contract.js').Segment} Segment
 */

export const LOCALE = 'en';
/** From this probability on the second choice is out of question. */
const CLEAR = 0.95;
const percent = new Intl.NumberFormat(LOCALE, { style: 'percent' });
const compact = new Intl.NumberFormat(LOCALE, { notation: 'compact', maximumSignificantDigits: 3 });
/** By decimals. To make one takes longer than to draw all the rest of the page. */
const fixed = Array.from({ length: 7 }, (_, digits) => new Intl.NumberFormat(LOCALE, { maximumFractionDigits: digits }));

/** How many colours style.css defines; beyond them colours repeat and the labels tell segments apart. */
const COLOURS = 12;

/** @param {number} share 0 to 1 @returns {string} */
export function formatPercent(share) {
  return percent.format(share);
}

/** @param {number} probability 0 to 1 @returns {string} never 100%: nothing here is certain */
export function formatProbability(probability) {
  return probability < 0.995 ? formatPercent(probability) : `over ${formatPercent(0.99)}`;
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
  return rounded(value, Math.max(decimals(feature), feature.offset === null ? 0 : 2));
}

/** @param {Feature} feature @param {number} value @returns {string} with its unit */
export function formatValue(feature, value) {
  return withUnit(feature, formatNumber(feature, value));
}

/** @param {Feature} feature @returns {string} label and unit, for an axis or a table */
export function title(feature) {
  return feature.unit ? `${feature.label} (${feature.unit})` : feature.label;
}

/**
 * @param {string} segment
 * @param {string} second
 * @param {{probability: number, borderline: boolean}} answer
 * @returns {string} how sure that is, in words
 */
export function sureness(segment, second, { probability, borderline }) {
  if (borderline) return `Between ${segment} and ${second}`;
  if (probability < CLEAR) return `Rather ${segment} than ${second}`;
  return `Clearly ${segment}`;
}

/**
 * Which colour a segment has, in the map, the answer and the cards alike. Colours go by id, which is stable across
 * retrains, so a segment keeps its colour while another is free for each.
 *
 * @param {readonly {id: number}[]} segments
 * @returns {Map<number, number>} number of the colour by segment id
 */
export function coloursOf(segments) {
  /** @type {Map<number, number>} */
  const colours = new Map();
  const used = new Set();
  for (const { id } of segments) {
    let colour = id % COLOURS;
    while (used.has(colour) && used.size < COLOURS) colour = (colour + 1) % COLOURS;
    used.add(colour);
    colours.set(id, colour);
  }
  return colours;
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
export function withUnit(feature, text) {
  return feature.unit && !/^\d/.test(feature.unit) ? `${text} ${feature.unit}` : text;
}
