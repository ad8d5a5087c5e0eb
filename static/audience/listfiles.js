/**
 * The files that go to an ad network: its columns, its form, hashed.
 */

import { isHeldBack } from './control.js';
import { formatRow } from './csv.js';
import { TextFile, scoredRows } from './files.js';
import { HasherPool } from './hashing.js';
import { NETWORKS, customerKey, isFindable, personOf } from './networks.js';

/** Rows hashed at a time. */
const HASHED_ROWS = 1000;
/** Workers that hash; one core is left to the table's own. */
const MOST_HASHERS = 4;

/**
 * @typedef {import('./scoring.js').Scoring} Scoring
 * @typedef {import('./networks.js').Identity} Identity
 * @typedef {import('./files.js').Audience} Audience
 * @typedef {import('./files.js').Report} Report
 * @typedef {import('./files.js').Written} Written
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
  /** @type {Promise<string[]>[]} */
  const blocks = [];
  const flush = async () => (await blocks.shift())?.forEach((line) => file.add(line));
  try {
    for await (const people of identities(network, scoring, audience, counts, signal, report)) {
      blocks.push(hashedLines(network, people, pool));
      if (blocks.length > pool.size) await flush();
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
async function* identities(network, scoring, { segments, share, contacts }, counts, signal, report) {
  /** @type {Identity[]} */
  let block = [];
  for await (const { cells, position } of scoredRows(scoring, signal, report)) {
    if (!segments.includes(position) || (share > 0 && isHeldBack(customerKey(cells, contacts), share))) continue;
    const person = personOf(cells, contacts);
    const identity = network.identify(person);
    if (!identity.phone && person.cell('phone').trim()) counts.unreadPhones += 1;
    if (isFindable(identity)) block.push(identity);
    else counts.leftOut += 1;
    if (block.length < HASHED_ROWS) continue;
    yield block;
    block = [];
  }
  yield block;
}

/**
 * @param {import('./networks.js').Network} network
 * @param {Identity[]} people
 * @param {HasherPool} pool
 */
async function hashedLines({ fields }, people, pool) {
  const columns = fields.map(({ part, repeats }) => ({ values: people.map((person) => person[part]), repeats }));
  const hashed = await pool.digests(columns.filter((_, index) => fields[index]?.hashed));
  const shown = fields.map(({ hashed: isHashed }, index) => (isHashed ? hashed.shift() : columns[index]?.values) ?? []);
  return people.map((_, row) => `${formatRow(shown.map((column) => column[row] ?? ''), ',')}\n`);
}
