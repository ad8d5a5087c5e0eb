/**
 * Countries by their codes and names, in the languages that the page knows and their own.
 *
 * training/contacts/countries.py knows the same; the names are a table, whatever the browser knows.
 */

import { NAMES } from './country_names.js';
import { bag } from './words.js';

/** @type {ReadonlyMap<string, string>} */
const CODES = new Map(Object.entries(NAMES).flatMap(([code, [, words = '']]) =>
  words.split('|').map((name) => /** @type {[string, string]} */ ([name, code]))));

/** Countries by code, with what they are called in English. */
export const COUNTRIES = Object.entries(NAMES).map(([code, [name = code]]) => ({ code, name }));

/**
 * The country's two-letter code (ISO 3166-1), or '' if the text names none.
 * @param {string} text a code of two or three letters, or a name
 */
export function countryCode(text) {
  return CODES.get(bag(text)) ?? '';
}
