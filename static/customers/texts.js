/**
 * What the audience panel says.
 */

import { formatCount, isolated } from '../ui/dom.js';
import { DELIMITERS } from './table/csv.js';

/**
 * @typedef {import('./table/batches.js').Refusal} Refusal
 */

/** @type {Record<Refusal['reason'], (feature: string) => string>} */
const EXPLANATIONS = {
  'empty': (feature) => `${feature} is empty`,
  'not-a-number': (feature) => `${feature} is not a number`,
  'not-a-date': (feature) => `${feature} is not a date written as the others are`,
  'ambiguous': (feature) => `${feature} can be read in two ways, such as 1,234; say which decimal sign the file uses`,
  'not-positive': (feature) => `${feature} must be above 0`,
  'negative': (feature) => `${feature} must be 0 or more`,
  'too-large': (feature) => `${feature} is too large`,
  'other-unit': (feature) => `${feature} is in another currency than above, or some are in percent and some not`,
  'too-long': () => 'more cells than the header has; is a delimiter not quoted?',
};

/**
 * @param {Refusal} refusal
 * @param {readonly string[]} labels of the features
 */
export function explain({ reason, feature }, labels) {
  return EXPLANATIONS[reason](labels[feature] ?? '');
}

const UNITS = ['bytes', 'kB', 'MB', 'GB'];

/** @param {import('./table/table.js').Description} table */
export function describeTable({ name, bytes, delimiter, titleRows, header }) {
  const columns = `${counted(header.length, 'column')}, separated by ${DELIMITERS.get(delimiter)}s`;
  const above = titleRows > 0 ? ` · ${counted(titleRows, 'row')} above them left out` : '';
  return `${isolated(name)} · ${formatBytes(bytes)} · ${columns}${above}`;
}

/** @param {number} bytes */
export function formatBytes(bytes) {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  return `${(bytes / 1000 ** power).toLocaleString('en', { maximumSignificantDigits: 3 })} ${UNITS[power]}`;
}

/**
 * @param {number} count
 * @param {string} one
 * @param {string} [many]
 */
export function counted(count, one, many = `${one}s`) {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
