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
 * @returns {number[]}
 */
export function valuesFrom(features, hash, otherwise) {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''));
  return features.map((feature, i) => {
    const text = parameters.get(feature.name)?.trim();
    const value = text ? Number(text) : Number.NaN;
    return isValid(feature, value) ? value : (otherwise?.[i] ?? snapped(feature, restore(feature, 0)));
  });
}

/** @param {Feature[]} features @param {readonly number[]} values @returns {string} */
export function hashOf(features, values) {
  return `#${new URLSearchParams(features.map((feature, i) => [feature.name, String(values[i])]))}`;
}
