/**
 * Countries: what people call them.
 */

import { PLANS } from './phone_plans.js';

/** Languages whose names of countries are understood. */
const LANGUAGES = ['en', 'de', 'es', 'fr', 'it', 'nl', 'pl', 'pt'];
const MORE_NAMES = {
  usa: 'US',
  unitedstatesofamerica: 'US',
  england: 'GB',
  scotland: 'GB',
  wales: 'GB',
  northernireland: 'GB',
  greatbritain: 'GB',
  czechrepublic: 'CZ',
  turkey: 'TR',
  holland: 'NL',
};

/** @type {Map<string, string> | undefined} */
let codes;

/** Countries whose phone numbers are understood, by code. */
export const COUNTRIES = Object.keys(PLANS.regions);

/**
 * The country's two-letter code (ISO 3166-1), or '' if the text names none.
 * @param {string} text a code or a name
 */
export function countryCode(text) {
  codes ??= namedCountries();
  return codes.get(plain(text)) ?? '';
}

function namedCountries() {
  /** @type {Map<string, string>} */
  const found = new Map(Object.entries(MORE_NAMES));
  const names = LANGUAGES.map((language) => new Intl.DisplayNames([language], { type: 'region', fallback: 'none' }));
  for (const code of regions()) {
    const known = names.map((name) => name.of(code)).filter((name) => name !== undefined);
    const region = new Intl.Locale(`und-${code}`).region ?? code; // UK is GB, DD is DE
    if (known.length) for (const name of [code, ...known]) found.set(plain(name), found.get(plain(name)) ?? region);
  }
  return found;
}

/** AA to ZZ. */
function regions() {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  return letters.flatMap((first) => letters.map((second) => first + second));
}

/** @param {string} text */
function plain(text) {
  return text.normalize('NFKD').toLowerCase().replace(/[^\p{L}]/gu, '');
}
