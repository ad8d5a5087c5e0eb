/**
 * Countries: what people call them, and how their phone numbers are written at home.
 */

/**
 * @typedef {{ code: string, trunk: string, digits: number }} Dialling
 * `code` goes before a number from abroad, `trunk` before one at home; `digits` is the longest number without either.
 */

/** Country, calling code, trunk prefix (- for none), digits: the national numbering plans of ITU-T E.164. */
const PLANS = `
  AE 971 0 9, AR 54 0 11, AT 43 0 13, AU 61 0 9, BD 880 0 10, BE 32 0 9, BG 359 0 9, BR 55 0 11, CA 1 1 10, CH 41 0 9,
  CL 56 - 9, CN 86 0 11, CO 57 - 10, CR 506 - 8, CY 357 - 8, CZ 420 - 9, DE 49 0 11, DK 45 - 8, DO 1 1 10, EC 593 0 9,
  EE 372 - 8, EG 20 0 10, ES 34 - 9, FI 358 0 10, FR 33 0 9, GB 44 0 10, GR 30 - 10, HK 852 - 8, HR 385 0 9, HU 36 06 9,
  ID 62 0 12, IE 353 0 9, IL 972 0 9, IN 91 0 10, IS 354 - 7, IT 39 - 11, JP 81 0 10, KE 254 0 9, KR 82 0 10, KZ 7 8 10,
  LT 370 0 8, LU 352 - 9, LV 371 - 8, MA 212 0 9, MT 356 - 8, MX 52 - 10, MY 60 0 10, NG 234 0 10, NL 31 0 9, NO 47 - 8,
  NZ 64 0 10, PE 51 0 9, PH 63 0 10, PK 92 0 10, PL 48 - 9, PR 1 1 10, PT 351 - 9, RO 40 0 9, RS 381 0 9, RU 7 8 10,
  SA 966 0 9, SE 46 0 10, SG 65 - 8, SI 386 0 8, SK 421 0 9, TH 66 0 9, TR 90 0 10, TW 886 0 9, UA 380 0 9, US 1 1 10,
  UY 598 0 8, VN 84 0 10, ZA 27 0 9`;

/** @type {ReadonlyMap<string, Dialling>} */
const DIALLING = new Map(
  PLANS.split(',').map((plan) => {
    const [country = '', code = '', trunk = '', digits] = plan.trim().split(/\s+/);
    return [country, { code, trunk: trunk === '-' ? '' : trunk, digits: Number(digits) }];
  }),
);

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
export const COUNTRIES = [...DIALLING.keys()];

/** @param {string} country a two-letter code */
export function dialling(country) {
  return DIALLING.get(country);
}

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
