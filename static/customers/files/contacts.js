/**
 * Who a customer is, in the form an ad network hashes: written alike by everybody, or '' where it cannot be.
 *
 * References: Google Ads API, "Upload Customer Match: prepare the data" and OfflineUserAddressInfo. Meta, "Customer
 * Information Parameters". ITU-T (2010). Recommendation E.164.
 */

import { dialling } from './countries.js';

/** Longest number of E.164, in digits. */
const LONGEST_NUMBER = 15;
const SHORTEST_NUMBER = 7;
const EMAIL = /^[^\s@,;]+@[^\s@,;]+\.[^\s@,;.]+$/;

/** Of the United States, for Meta: its two-letter abbreviations. */
const STATES = new Map(
  `al alabama,ak alaska,az arizona,ar arkansas,ca california,co colorado,ct connecticut,de delaware,
  dc districtofcolumbia,fl florida,ga georgia,hi hawaii,id idaho,il illinois,in indiana,ia iowa,ks kansas,ky kentucky,
  la louisiana,me maine,md maryland,ma massachusetts,mi michigan,mn minnesota,ms mississippi,mo missouri,mt montana,
  ne nebraska,nv nevada,nh newhampshire,nj newjersey,nm newmexico,ny newyork,nc northcarolina,nd northdakota,oh ohio,
  ok oklahoma,or oregon,pa pennsylvania,ri rhodeisland,sc southcarolina,sd southdakota,tn tennessee,tx texas,ut utah,
  vt vermont,va virginia,wa washington,wv westvirginia,wi wisconsin,wy wyoming`
    .split(',')
    .map((state) => /** @type {[string, string]} */ (state.trim().split(' ').reverse())),
);

/** @param {string} cell */
export function email(cell) {
  const text = tidy(cell);
  return EMAIL.test(text) ? text : '';
}

/**
 * Google's form: for its own mailboxes the dots before the @ and what follows a plus do not count.
 * @param {string} cell
 */
export function googleEmail(cell) {
  const text = email(cell);
  const [mailbox = '', domain = ''] = text.split('@');
  if (domain !== 'gmail.com' && domain !== 'googlemail.com') return text;
  const bare = mailbox.replace(/\+.*$/, '').replaceAll('.', '');
  return bare && `${bare}@${domain}`;
}

/**
 * A phone number in E.164: +12125650000.
 * @param {string} cell
 * @param {string} country of the customer, two letters or ''; for numbers without a country code
 */
export function phone(cell, country) {
  const text = cell.trim().replace(/\s*(?:ext\.?|x|#)\s*\d+$/i, '');
  if (/[\p{L}]/u.test(text)) return '';
  const digits = text.replace(/^\s*\+/, '').replace(/^(\d{1,3}\s*)\(0\)/, '$1').replace(/\D/g, '');
  const plan = dialling(country);
  if (text.startsWith('+')) return international(digits);
  const abroad = plan?.code === '1' ? '011' : '00';
  if (digits.startsWith(abroad)) return international(digits.slice(abroad.length));
  return plan ? fromHome(digits, plan) : '';
}

/**
 * @param {string} digits
 * @param {import('./countries.js').Dialling} plan
 */
function fromHome(digits, plan) {
  const long = digits.length > plan.digits;
  if (long && digits.startsWith(plan.code)) return international(digits);
  const trunk = plan.trunk !== '' && digits.startsWith(plan.trunk) && (long || plan.trunk.startsWith('0'));
  const local = trunk ? digits.slice(plan.trunk.length) : digits;
  const shortest = plan.code === '1' ? plan.digits : plan.digits - 4;
  return local.length < shortest || local.length > plan.digits ? '' : international(plan.code + local);
}

/** @param {string} digits */
function international(digits) {
  const possible = digits.length >= SHORTEST_NUMBER && digits.length <= LONGEST_NUMBER && !digits.startsWith('0');
  return possible ? `+${digits}` : '';
}

/**
 * A first name for Google: no spaces around, single ones within.
 * @param {string} cell
 */
export function googleFirstName(cell) {
  return tidy(cell);
}

/**
 * A last name for Google: no punctuation either.
 * @param {string} cell
 */
export function googleLastName(cell) {
  return tidy(cell.replace(/\p{P}/gu, ''));
}

/**
 * A postal code as it is written, with the zero a spreadsheet took from the front of an American one.
 * @param {string} cell
 * @param {string} country
 */
export function zip(cell, country) {
  const text = cell.trim().replace(/\s+/g, ' ');
  return country === 'US' && /^\d{3,4}$/.test(text) ? text.padStart(5, '0') : text;
}

/**
 * A name for Meta: no punctuation.
 * @param {string} cell
 */
export function metaName(cell) {
  return tidy(cell.replace(/\p{P}/gu, ''));
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
  const text = metaPlace(cell);
  return country === 'US' ? (STATES.get(text) ?? text) : text;
}

/**
 * A postal code for Meta: no spaces or dashes; in the United States the first five digits.
 * @param {string} cell
 * @param {string} country
 */
export function metaZip(cell, country) {
  const text = tidy(zip(cell, country)).replace(/[\s\-–]/g, '');
  return country === 'US' ? text.slice(0, 5) : text;
}

/** @param {string} cell */
function tidy(cell) {
  return cell.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();
}
