/**
 * Who a customer is, in the form an ad network hashes: written alike by everybody, or '' where it cannot be.
 *
 * training/contacts/people.py has the same rules; tests/cases/contacts.json holds both to them.
 *
 * References: Google Ads API, "Upload Customer Match: prepare the data" and OfflineUserAddressInfo; Google Data Manager
 * API, "Format user data". Meta, "Customer Information Parameters".
 */

import { tidy, visible } from './words.js';

export { phone } from './phones.js';

const LONGEST_EMAIL = 254;
const OUTSIDE = /^[\s'"‘’“”„«»`´,;()[\]]+|[\s'"‘’“”„«»`´,;()[\]]+$/g;
const EMAIL = new RegExp(
  '^[^\\s@,;:<>()[\\]"\\\\]+@(?:[a-z0-9\\u0080-\\u{10ffff}][a-z0-9\\u0080-\\u{10ffff}-]*\\.)+' +
  '(?:xn--[a-z0-9-]+|[a-z\\u0080-\\u{10ffff}]{2,})$', 'u');
const TITLES = new Set('mr mrs ms miss mx dr prof sir madam rev mme mlle herr frau sra srta dott doktor'.split(' '));
const SUFFIXES = new Set('jr sr ii iii iv 2nd 3rd phd md esq dds'.split(' '));
/** Accents that stand alone, and letters that look like them, are apostrophes. */
const PUNCTUATION = /[\p{P}\p{Sk}\u02b9\u02bb\u02bc\u02bd]/gu;

/** Countries whose postal codes are all of so many digits, and nothing else. @type {[number, string][]} */
const ZIP_LENGTHS = [
  [4, 'AM AT AU BD BE BG CH CY DK GE HU LU MK NO NZ PH PY SI TN ZA'],
  [5, 'AS CR CU DE DZ EE EG ES FI FR GF GP GT GU HR ID IT KE KR KW LA LK LT MA ME MM MP MQ MX MY NP PE PK PM PR RE ' +
    'RS SA SK SM TH TR UA US UY VA VI YT'],
  [6, 'BY CN CO EC IN KG KZ RO RU SG TJ TM UZ'],
  [7, 'CL IL JP'],
  [8, 'BR'],
];
const ZIP_DIGITS = new Map(ZIP_LENGTHS.flatMap(([size, countries]) =>
  countries.split(' ').map((country) => /** @type {[string, number]} */ ([country, size]))));
/** Most zeros that a spreadsheet took from the front of a postal code. */
const LOST = 2;
const AMERICAN = ['US', 'PR', 'VI', 'GU', 'AS', 'MP'];

/** Of the United States, for Meta: its two-letter abbreviations. */
const STATES = new Map(
  [
    'al alabama,ak alaska,az arizona,ar arkansas,ca california,co colorado,ct connecticut,de delaware',
    'dc districtofcolumbia washingtondc,fl florida,ga georgia,hi hawaii,id idaho,il illinois,in indiana,ia iowa,ks kansas',
    'ky kentucky,la louisiana,me maine,md maryland,ma massachusetts,mi michigan,mn minnesota,ms mississippi,mo missouri',
    'mt montana,ne nebraska,nv nevada,nh newhampshire,nj newjersey,nm newmexico,ny newyork newyorkstate,nc northcarolina',
    'nd northdakota,oh ohio,ok oklahoma,or oregon,pa pennsylvania,ri rhodeisland,sc southcarolina,sd southdakota',
    'tn tennessee,tx texas,ut utah,vt vermont,va virginia,wa washington washingtonstate,wv westvirginia,wi wisconsin',
    'wy wyoming,pr puertorico,gu guam,vi virginislands usvirginislands,as americansamoa,mp northernmarianaislands',
    'aa armedforcesamericas,ae armedforceseurope,ap armedforcespacific',
  ].join(',')
    .split(',')
    .flatMap((state) => {
      const [code = '', ...names] = state.split(' ');
      return names.map((name) => /** @type {[string, string]} */ ([name, code]));
    }),
);

/**
 * An e-mail address as Meta hashes it; spaces are not taken out of it.
 * @param {string} cell
 */
export function email(cell) {
  const text = tidy(halfWidth(cell)).replace(OUTSIDE, '');
  const inside = /^[^<>]*<([^<>]*)>$/.exec(text)?.[1] ?? text;
  const [address = ''] = inside.replace(OUTSIDE, '').replace(/^mailto: ?/, '').split('?');
  const [mailbox = ''] = address.split('@');
  const dots = mailbox.startsWith('.') || mailbox.endsWith('.') || mailbox.includes('..');
  return !dots && [...address].length <= LONGEST_EMAIL && EMAIL.test(address) ? address : '';
}

/**
 * Google's form: spaces do not count nor, for its own mailboxes, the dots before the @ and what follows a plus.
 * @param {string} cell
 */
export function googleEmail(cell) {
  const text = email(cell) || email(cell.replace(/\s/g, ''));
  const [mailbox = '', domain = ''] = text.split('@');
  if (domain !== 'gmail.com' && domain !== 'googlemail.com') return text;
  const bare = mailbox.replace(/\+.*$/, '').replaceAll('.', '');
  return bare && `${bare}@${domain}`;
}

/**
 * Who a customer is that is known by an e-mail address; what is none is a name, without case.
 * @param {string} cell
 */
export function customerOf(cell) {
  return email(cell) || cell.toLowerCase();
}

/** @param {string} text @returns {string} with signs of half the width for those of full width, as in ａ＠ｘ．ｏｒｇ */
function halfWidth(text) {
  return text.replace(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0)).replace(/[\u3002\uff61]/g, '.');
}

/**
 * A first name for Google: no titles before it, such as Mrs., no spaces around, single ones within.
 * @param {string} cell
 */
export function googleFirstName(cell) {
  const words = tidy(cell).split(' ');
  while (words.length > 1 && TITLES.has(words[0]?.replace(/\.+$/, '') ?? '')) words.shift();
  return words.join(' ');
}

/**
 * A last name for Google: no punctuation, and nothing behind it, such as Jr.
 * @param {string} cell
 */
export function googleLastName(cell) {
  const words = metaName(cell).split(' ');
  while (words.length > 1 && SUFFIXES.has(words.at(-1) ?? '')) words.pop();
  return words.join(' ');
}

/**
 * A postal code as Google takes it: with the zeros, and without the decimals, that a spreadsheet made of it.
 * @param {string} cell
 * @param {string} country two letters, or ''
 */
export function zip(cell, country) {
  const digits = ZIP_DIGITS.get(country) ?? 0;
  let text = visible(cell.normalize('NFC')).trim().replace(/\s+/g, ' ').toUpperCase();
  text = text.replace(/^['="]+|['"]+$/g, '').replace(/^(\d+)[.,]0+$/, '$1');
  if (digits) text = text.replace(/^[A-Z]{1,3}[- ](\d+)$/, '$1');
  if (AMERICAN.includes(country)) {
    text = text.replace(/^(\d{3,5})(\d{4})$/, (_, first, last) => `${first.padStart(5, '0')}-${last}`);
  }
  if (/^\d+$/.test(text) && text.length >= digits - LOST) text = text.padStart(digits, '0');
  return country === 'GB' ? text.replace(/^([A-Z]{1,2}\d[\dA-Z]?)[ -]?(\d[A-Z]{2})$/, '$1 $2') : text;
}

/**
 * A name for Meta: no punctuation.
 * @param {string} cell
 */
export function metaName(cell) {
  return tidy(cell.normalize('NFC').replace(PUNCTUATION, ''));
}

/**
 * A city for Meta: letters and digits only.
 * @param {string} cell
 */
export function metaPlace(cell) {
  return tidy(cell).replace(/[^\p{L}\p{M}\p{N}]/gu, '');
}

/**
 * A state for Meta; in the United States by its abbreviation.
 * @param {string} cell
 * @param {string} country
 */
export function metaState(cell, country) {
  const own = tidy(cell);
  const text = metaPlace(country && own.startsWith(`${country.toLowerCase()}-`) ? own.slice(3) : own);
  return country === 'US' ? (STATES.get(text) ?? text) : text;
}

/**
 * A postal code for Meta: no spaces or dashes; in the United States the first five digits.
 * @param {string} cell
 * @param {string} country
 */
export function metaZip(cell, country) {
  const text = tidy(zip(cell, country)).replace(/[\s\-–]/g, '');
  return AMERICAN.includes(country) ? text.slice(0, 5) : text;
}
