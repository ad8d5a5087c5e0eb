/**
 * The customer's values in the page's address. They stand behind the `#`, which a browser never sends, so a shared link
 * does not put a customer into a server's log.
 *
 * @typedef {import('../service/contract.js').Feature} Feature
 */

import { isValid, restore } from '../model/segmenter.js';
import { snapped } from '../model/slider.js';

/**
 * @param {Feature[]} features
 * @param {string} hash such as "#annual_income=80&spending_score=90"
 * @param {readonly number[]} [otherwise] the values to keep where the address has none; without it the average customer
 * @returns {{values: number[], unread: string[]}} and the names of what the address has but this model cannot read
 */
export function valuesFrom(features, hash, otherwise) {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''));
  const known = new Set();
  const values = features.map((feature, i) => {
    const text = parameters.get(feature.name)?.trim();
    const value = text ? Number(text) : Number.NaN;
    if (isValid(feature, value)) known.add(feature.name);
    return isValid(feature, value) ? value : (otherwise?.[i] ?? snapped(feature, restore(feature, 0)));
  });
  return { values, unread: [...new Set(parameters.keys())].filter((name) => !known.has(name)) };
}

/** @param {Feature[]} features @returns {number[]} the average customer */
export function average(features) {
  return features.map((feature) => snapped(feature, restore(feature, 0)));
}

/** @param {Feature[]} features @param {readonly number[]} values @returns {string} */
export function hashOf(features, values) {
  return `#${new URLSearchParams(features.map((feature, i) => [feature.name, String(values[i])]))}`;
}
