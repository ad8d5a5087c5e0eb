/**
 * The files that go to an ad network: its columns, its form, hashed.
 */

import { isHeldBack } from './control_group.js';
import { formatCell } from '../table/csv.js';
import { TextFile, scoredBlocks } from './text_file.js';
import { HasherPool } from './hashing.js';
import { NETWORKS, customerKey, isFindable, personOf } from './networks.js';

/** Rows hashed at a time. */
const HASHED_ROWS = 1000;
/** Most workers that hash, each of which needs up to 100 MB; one core is left to the table's own. */
const MOST_HASHERS = 2;
/** Blocks that may wait for each of them, so that none has to. */
const AHEAD = 2;

/**
 * @typedef {import('../table/scoring.js').Scoring} Scoring
 * @typedef {import('./networks.js').Identity} Identity
 * @typedef {import('./text_file.js').Audience} Audience
 * @typedef {import('./text_file.js').Report} Report
 * @typedef {import('./text_file.js').Written} Written
 */

/**
 * A network's list of the chosen segments without those held back.
 * @param {keyof typeof NETWORKS} name
 * @param {Scoring} scoring
 * @param {Audience} audience
 * @param {AbortSignal} signal
 * @param {Report} report
 * @returns {Promise<Written>}
 */
export async function writeList(name, scoring, audience, signal, report) {
  const network = NETWORKS[name];
  const file = new TextFile(`${network.fields.map(({ title }) => title).join(',')}\n`);
  const pool = new HasherPool(Math.min(MOST_HASHERS, Math.max(1, navigator.hardwareConcurrency - 1)));
  const counts = { leftOut: 0, unreadPhones: 0 };
  /** @type {{ rows: number, lines: Promise<Blob> }[]} */
  const blocks = [];
  const flush = async () => {
    const block = blocks.shift();
    if (block) file.append(await block.lines, block.rows);
  };
  try {
    for await (const people of identities(network, scoring, audience, counts, signal, report)) {
      blocks.push({ rows: people.length, lines: pool.lines(columnsOf(network, people)) });
      if (blocks.length > AHEAD * pool.size) await flush();
    }
    while (blocks.length) await flush();
    return { ...file.written(), ...counts };
  } finally {
    pool.close();
  }
}

/**
 * The findable customers of an audience in a network's form, in blocks.
 * @param {import('./networks.js').Network} network
 * @param {Scoring} scoring
 * @param {Audience} audience
 * @param {{ leftOut: number, unreadPhones: number }} counts
 * @param {AbortSignal} signal
 * @param {Report} report
 */
async function* identities(network, scoring, audience, counts, signal, report) {
  /** @type {Identity[]} */
  let block = [];
  for await (const rows of scoredBlocks(scoring, signal, report)) {
    for (const row of rows) {
      const identity = belongs(row, audience) && identify(network, row.cells, audience.contacts, counts);
      if (!identity) continue;
      block.push(identity);
      if (block.length < HASHED_ROWS) continue;
      yield block;
      block = [];
    }
  }
  if (block.length) yield block;
}

/**
 * @param {import('./text_file.js').ScoredRow} row
 * @param {Audience} audience
 */
function belongs({ cells, position }, { segments, share, contacts }) {
  return segments.includes(position) && !(share > 0 && isHeldBack(customerKey(cells, contacts), share));
}

/**
 * A customer in a network's form, or null if it could not find them.
 * @param {import('./networks.js').Network} network
 * @param {string[]} cells
 * @param {import('./networks.js').Contacts} contacts
 * @param {{ leftOut: number, unreadPhones: number }} counts
 */
function identify(network, cells, contacts, counts) {
  const person = personOf(cells, contacts);
  const identity = network.identify(person);
  if (!identity.phone && person.cell('phone').trim()) counts.unreadPhones += 1;
  if (isFindable(identity)) return identity;
  counts.leftOut += 1;
  return null;
}

/**
 * @param {import('./networks.js').Network} network
 * @param {Identity[]} people
 * @returns {import('./hashing.js').Column[]} no part of an identity has line breaks
 */
function columnsOf({ fields }, people) {
  return fields.map(({ part, hashed, repeats }) => {
    const values = people.map((person) => (hashed ? person[part] : formatCell(person[part])));
    return { text: values.join('\n'), hashed, repeats };
  });
}
