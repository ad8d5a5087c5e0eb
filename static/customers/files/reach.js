/**
 * How many customers of an audience the ad networks can look for, whatever the share held back: known before a list is
 * written.
 */

import { place } from './control_group.js';
import { NETWORKS, finds } from './networks.js';
import { FATES } from './permission.js';
import { Person } from './person.js';
import { valuesIn } from '../table/members.js';
import { scoredBlocks } from '../table/scored_rows.js';
import { NOT_SCORED } from '../table/scoring.js';

/** Largest share that is held back, in per cent. */
export const MOST_HELD_BACK = 50;
/** Days within which a purchase shows who buys without a campaign: those of `holdout --orders` in training. */
export const RECENT = 30;
/** What training calls the days since a customer's last order. */
const RECENCY = 'recency_days';

/**
 * @typedef {keyof typeof NETWORKS} Name
 * @typedef {import('./permission.js').Fate} Fate
 * @typedef {{ customers: number, leftOut: Record<Fate, number>, unknown: number, recent: number | null } &
 *   Record<Name, number[]>} Reach
 *   customers of the segments; how many of them are left out before the draw, and why; how many name a country that is not
 *   known; how many per cent of all in the file bought in the last `RECENT` days, whatever their segments, as these very
 *   days have made them, null where the model knows no recency; and, by network, how many are in its list where 0, 1, 2
 *   ... per cent are held back
 */

/**
 * @param {import('../table/scoring.js').Scoring} scoring
 * @param {Omit<import('./text_file.js').Audience, 'share'>} audience
 * @param {AbortSignal} signal
 * @returns {Promise<Reach>}
 */
export async function reachOf(scoring, { segments, contacts, campaign, fates = null }, signal) {
  /** @type {Reach} */
  const reach = { customers: 0, leftOut: noFates(), unknown: 0, recent: null, google: noneLeft(), meta: noneLeft() };
  const recency = scoring.model.features.findIndex(({ name }) => name === RECENCY);
  const isRecent = (/** @type {string[]} */ cells) => Number(valuesIn(scoring, cells)[recency]) <= RECENT;
  let [row, everyone, recent] = [-1, 0, 0];
  for await (const rows of scoredBlocks(scoring, signal, () => {})) {
    for (const { cells, position } of rows) {
      row += 1;
      if (recency >= 0 && position !== NOT_SCORED) {
        everyone += 1;
        if (isRecent(cells)) recent += 1;
      }
      if (!segments.includes(position)) continue;
      reach.customers += 1;
      const fate = FATES[fates?.[row] ?? 0] ?? 'allowed';
      if (fate !== 'allowed') reach.leftOut[fate] += 1;
      else count(reach, new Person(cells, contacts), campaign);
    }
  }
  for (const name of NAMES) sumFromTheEnd(reach[name]);
  return everyone ? { ...reach, recent: 100 * recent / everyone } : reach;
}

const NAMES = /** @type {Name[]} */ (Object.keys(NETWORKS));

/** @param {Reach} reach @param {Person} person @param {string} campaign */
function count(reach, person, campaign) {
  if (person.unknown) reach.unknown += 1;
  const names = NAMES.filter((name) => finds(NETWORKS[name], person));
  if (!names.length) return;
  const last = Math.min(MOST_HELD_BACK, Math.floor(place(person.key, campaign) * 100)); // per cent it is in with
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
