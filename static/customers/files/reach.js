/**
 * How many customers of an audience the ad networks can look for, whatever the share held back: known before a list is
 * written.
 */

import { place } from './control_group.js';
import { NETWORKS, customerKey, isFindable, personOf } from './networks.js';
import { scoredBlocks } from './text_file.js';

/** Largest share that is held back, in per cent. */
export const MOST_HELD_BACK = 50;

/**
 * @typedef {keyof typeof NETWORKS} Name
 * @typedef {{ customers: number } & Record<Name, number[]>} Reach customers of the segments and, by network, how many of
 *   them are in its list where 0, 1, 2 ... per cent are held back
 */

/**
 * @param {import('../table/scoring.js').Scoring} scoring
 * @param {Pick<import('./text_file.js').Audience, 'segments' | 'contacts'>} audience
 * @param {AbortSignal} signal
 * @returns {Promise<Reach>}
 */
export async function reachOf(scoring, { segments, contacts }, signal) {
  const reach = { customers: 0, google: noneLeft(), meta: noneLeft() };
  for await (const rows of scoredBlocks(scoring, signal, () => {})) {
    for (const { cells, position } of rows) {
      if (!segments.includes(position)) continue;
      reach.customers += 1;
      count(reach, cells, contacts);
    }
  }
  for (const name of NAMES) sumFromTheEnd(reach[name]);
  return reach;
}

const NAMES = /** @type {Name[]} */ (Object.keys(NETWORKS));

/** @param {Reach} reach @param {string[]} cells @param {import('./networks.js').Contacts} contacts */
function count(reach, cells, contacts) {
  const person = personOf(cells, contacts);
  const names = NAMES.filter((name) => isFindable(NETWORKS[name].identify(person)));
  if (!names.length) return;
  const last = Math.min(MOST_HELD_BACK, Math.floor(place(customerKey(cells, contacts)) * 100)); // per cent it is in with
  for (const name of names) reach[name][last] = Number(reach[name][last]) + 1;
}

function noneLeft() {
  return /** @type {number[]} */ (new Array(MOST_HELD_BACK + 1).fill(0));
}

/** @param {number[]} counts */
function sumFromTheEnd(counts) {
  for (let at = counts.length - 2; at >= 0; at -= 1) counts[at] = Number(counts[at]) + Number(counts[at + 1]);
}
