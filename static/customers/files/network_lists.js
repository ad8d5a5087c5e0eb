/**
 * The files that go to an ad network: its columns, its form, hashed.
 */

import { isHeldBack } from './control_group.js';
import { formatCell } from '../table/csv.js';
import { TextFile, scoredBlocks } from './text_file.js';
import { HasherPool } from './hashing.js';
import { NETWORKS, customerKey, fieldsOf, isFindable, personOf } from './networks.js';
import { parseNumber } from '../table/numbers.js';

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
 * @typedef {Omit<Written, 'blob' | 'rows'>} Counts
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
  const file = new TextFile(`${fieldsOf(network, audience.value).map(({ title }) => title).join(',')}\n`);
  const pool = new HasherPool(Math.min(MOST_HASHERS, Math.max(1, navigator.hardwareConcurrency - 1)));
  const counts = { leftOut: 0, unreadPhones: 0, unreadCountries: 0, unreadValues: 0 };
  /** @type {{ rows: number, lines: Promise<Blob> }[]} */
  const blocks = [];
  const flush = async () => {
    const block = blocks.shift();
    if (block) file.append(await block.lines, block.rows);
  };
  try {
    for await (const people of identities(network, scoring, audience, counts, signal, report)) {
      blocks.push({ rows: people.length, lines: pool.lines(columnsOf(fieldsOf(network, audience.value), people)) });
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
 * @param {Counts} counts
 * @param {AbortSignal} signal
 * @param {Report} report
 */
async function* identities(network, scoring, audience, counts, signal, report) {
  /** @type {Identity[]} */
  let block = [];
  for await (const rows of scoredBlocks(scoring, signal, report, audience.fates)) {
    for (const row of rows) {
      const identity = belongs(row, audience) && identify(network, row.cells, audience, counts);
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
function belongs({ cells, position, allowed }, { segments, share, campaign, contacts }) {
  if (!allowed || !segments.includes(position)) return false;
  return !(share > 0 && isHeldBack(customerKey(cells, contacts), share, campaign));
}

/**
 * A customer in a network's form, or null if it could not find them.
 * @param {import('./networks.js').Network} network
 * @param {string[]} cells
 * @param {Audience} audience
 * @param {Counts} counts
 */
function identify(network, cells, { contacts, value }, counts) {
  const person = personOf(cells, contacts);
  const identity = { ...network.identify(person), value: worthOf(cells[value] ?? '') };
  if (person.unknown) counts.unreadCountries += 1;
  if (!identity.phone && person.cell('phone').trim()) counts.unreadPhones += 1;
  if (fieldsOf(network, value) !== network.fields && identity.value === '') counts.unreadValues += 1;
  if (isFindable(identity)) return identity;
  counts.leftOut += 1;
  return null;
}

/**
 * What a customer is worth as Meta takes it, or '' where that is not a number from 0 on.
 * @param {string} cell
 */
function worthOf(cell) {
  const worth = parseNumber(cell, null);
  return typeof worth === 'number' && worth >= 0 && worth < Infinity ? String(worth) : '';
}

/**
 * @param {readonly import('./networks.js').Field[]} fields
 * @param {Identity[]} people
 * @returns {import('./hashing.js').Column[]} no part of an identity has line breaks
 */
function columnsOf(fields, people) {
  return fields.map(({ part, hashed, repeats }) => {
    const values = people.map((person) => (hashed ? person[part] : formatCell(person[part])));
    return { text: values.join('\n'), hashed, repeats };
  });
}
