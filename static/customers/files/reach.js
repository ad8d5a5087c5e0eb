/**
 * How many customers of an audience the ad networks can look for, whatever the share held back: known before a list is
 * written.
 */

import { place } from './control_group.js';
import { NETWORKS, customerKey, isFindable, personOf } from './networks.js';
import { FATES } from './permission.js';
import { scoredBlocks } from './text_file.js';

/** Largest share that is held back, in per cent. */
export const MOST_HELD_BACK = 50;

/**
 * @typedef {keyof typeof NETWORKS} Name
 * @typedef {import('./permission.js').Fate} Fate
 * @typedef {{ customers: number, leftOut: Record<Fate, number>, unknown: number } & Record<Name, number[]>} Reach
 *   customers of the segments; how many of them are left out before the draw, and why; how many name a country that is not
 *   known; and, by network, how many are in its list where 0, 1, 2 ... per cent are held back
 */

/**
 * @param {import('../table/scoring.js').Scoring} scoring
 * @param {Omit<import('./text_file.js').Audience, 'share'>} audience
 * @param {AbortSignal} signal
 * @returns {Promise<Reach>}
 */
export async function reachOf(scoring, { segments, contacts, campaign, fates = null }, signal) {
  /** @type {Reach} */
  const reach = { customers: 0, leftOut: noFates(), unknown: 0, google: noneLeft(), meta: noneLeft() };
  let row = -1;
  for await (const rows of scoredBlocks(scoring, signal, () => {})) {
    for (const { cells, position } of rows) {
      row += 1;
      if (!segments.includes(position)) continue;
      reach.customers += 1;
      const fate = FATES[fates?.[row] ?? 0] ?? 'allowed';
      if (fate === 'allowed') count(reach, cells, contacts, campaign);
      else reach.leftOut[fate] += 1;
    }
  }
  for (const name of NAMES) sumFromTheEnd(reach[name]);
  return reach;
}

const NAMES = /** @type {Name[]} */ (Object.keys(NETWORKS));

/** @param {Reach} reach @param {string[]} cells @param {import('./networks.js').Contacts} contacts
 * @param {string} campaign */
function count(reach, cells, contacts, campaign) {
  const person = personOf(cells, contacts);
  if (person.unknown) reach.unknown += 1;
  const names = NAMES.filter((name) => isFindable(NETWORKS[name].identify(person)));
  if (!names.length) return;
  const last = Math.min(MOST_HELD_BACK, Math.floor(place(customerKey(cells, contacts), campaign) * 100)); // per cent it is in with
  for (const name of names) reach[name][last] = Number(reach[name][last]) + 1;
}

/** @returns {Record<Fate, number>} */
function noFates() {
  return { allowed: 0, no: 0, unreadable: 0, silent: 0, suppressed: 0 };
}

function noneLeft() {
  return /** @type {number[]} */ (new Array(MOST_HELD_BACK + 1).fill(0));
}

/** @param {number[]} counts */
function sumFromTheEnd(counts) {
  for (let at = counts.length - 2; at >= 0; at -= 1) counts[at] = Number(counts[at]) + Number(counts[at + 1]);
}
