/**
 * Who an audience reaches, in words: how many, without whom, what can be seen of them, and why there may be no list.
 *
 * @typedef {import('../../service/contract.js').Model} Model
 * @typedef {import('../files/reach.js').Reach} Reach
 */

import { formatCount, isolated } from '../../ui/dom.js';
import { advise } from '../files/advice.js';
import { counted } from '../texts.js';

/** @type {(keyof typeof import('../files/networks.js').NETWORKS)[]} */
export const NETWORK_NAMES = ['google', 'meta'];

/**
 * @param {Model} model
 * @param {number[]} chosen positions of segments
 * @param {readonly number[]} counts
 * @param {Reach | null} reach null until it is counted
 * @param {number} held per cent held back
 * @returns {string} the audience as a sentence
 */
export function inWords({ segments }, chosen, counts, reach, held) {
  if (chosen.length === 0) return 'No segment is chosen.';
  const names = chosen.map((position) => isolated(segments[position]?.name ?? ''));
  const total = chosen.reduce((sum, position) => sum + (counts[position] ?? 0), 0);
  const customers = `${new Intl.ListFormat('en').format(names)}: ${counted(total, 'customer')}`;
  const findable = `${customers}${leftOut(reach)}, ${either(reach, 0)} can be found by their contacts`;
  return held > 0 ? `${findable}, ${either(reach, held)} after ${held}% held back.` : `${findable}.`;
}

/** @type {[keyof Reach['leftOut'], string][]} */
const REASONS = [
  ['no', 'who did not agree'],
  ['unreadable', 'whose answer cannot be read'],
  ['silent', 'who did not answer'],
  ['suppressed', 'on your list'],
];

/** @param {Reach | null} reach @returns {string} who is left out before the draw, and who names no known country */
function leftOut(reach) {
  if (!reach) return '';
  const parts = REASONS.filter(([why]) => reach.leftOut[why] > 0).map(([why, said]) =>
    `${formatCount(reach.leftOut[why])} ${said}`);
  const without = parts.length ? `, without ${new Intl.ListFormat('en').format(parts)}` : '';
  return reach.unknown ? `${without}, ${formatCount(reach.unknown)} with a country that is not recognised` : without;
}

/** @param {Reach} reach @returns {string} per cent of all in the file that bought lately, '' where nobody knows */
export function rateOf({ recent }) {
  return recent ? recent.toFixed(1) : '';
}

/** @param {Reach} reach @param {number} held @param {number} rate @returns {string} how small an effect can be seen */
export function inSight({ google, meta }, held, rate) {
  const [customers, listed] = (google[0] ?? 0) >= (meta[0] ?? 0) ? [google[0], google[held]] : [meta[0], meta[held]];
  if (!(held > 0) || !customers) return '';
  const { sentence, hopeless } = advise(customers, customers - (listed ?? 0), rate);
  const said = `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`;
  return hopeless ? `${said} Only an increase by half or more would be seen: hold back more, or join segments.` : said;
}

/** @param {Reach | null} reach @param {number} held per cent held back @returns {string} how many are in the lists */
function either(reach, held) {
  if (!reach) return '…';
  const { google, meta } = reach;
  const [first, second] = [formatCount(google[held] ?? 0), formatCount(meta[held] ?? 0)];
  return first === second ? first : `${first} (Google) or ${second} (Meta)`;
}

/** @param {Reach} reach @param {number} held @returns {string} why there is no list to write, or '' */
export function obstacle(reach, held) {
  if (NETWORK_NAMES.every((name) => reach[name][0] === 0)) {
    return 'No list: nobody has an e-mail address, a phone number that can be read, or a full name with postal code and ' +
      'country. Check the contact columns and the country.';
  }
  return NETWORK_NAMES.every((name) => reach[name][held] === 0) ? 'No list: everybody is held back.' : '';
}
