/**
 * Who a customer is, in the form an ad network hashes: written alike by everybody, or '' where it cannot be.
 *
 * References: Google Ads API, "Upload Customer Match: prepare the data" and OfflineUserAddressInfo. Meta, "Customer
 * Information Parameters".
 */

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
