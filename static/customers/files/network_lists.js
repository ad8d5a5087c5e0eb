/**
 * The files that go to an ad network: its columns, its form, hashed.
 */

import { isHeldBack } from './control_group.js';
import { formatCell } from '../table/csv.js';
import { TextFile } from './text_file.js';
import { scoredBlocks } from '../table/scored_rows.js';
import { HasherPool } from './hashing.js';
import { NETWORKS, fieldsOf, finds, worthOf } from './networks.js';
import { Person } from './person.js';

/** Rows hashed at a time. */
const HASHED_ROWS = 1000;
/** Most workers that hash, each of which needs up to 100 MB; one core is left to the table's own. */
const MOST_HASHERS = 2;
/** Blocks that may wait for each of them, so that none has to. */
const AHEAD = 2;

/**
 * @typedef {import('../table/scoring.js').Scoring} Scoring
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
  const fields = fieldsOf(network, audience.value);
  const file = new TextFile(`${fields.map(({ title }) => title).join(',')}\n`);
  const pool = new HasherPool(Math.min(MOST_HASHERS, Math.max(1, navigator.hardwareConcurrency - 1)));
  const counts = { leftOut: 0, unreadPhones: 0, unreadCountries: 0, unreadValues: 0 };
  /** @type {{ rows: number, lines: Promise<Blob> }[]} */
  const blocks = [];
  const flush = async () => {
    const block = blocks.shift();
    if (block) file.append(await block.lines, block.rows);
  };
  try {
    for await (const people of peopleIn(network, scoring, audience, counts, signal, report)) {
      blocks.push({ rows: people.length, lines: pool.lines(columnsOf(fields, people)) });
      if (blocks.length > AHEAD * pool.size) await flush();
    }
    while (blocks.length) await flush();
    return { ...file.written(), ...counts };
  } finally {
    pool.close();
  }
}

/**
 * The customers of an audience whom a network can find, in blocks.
 * @param {import('./networks.js').Network} network
 * @param {Scoring} scoring
 * @param {Audience} audience
 * @param {Counts} counts
 * @param {AbortSignal} signal
 * @param {Report} report
 */
async function* peopleIn(network, scoring, audience, counts, signal, report) {
  /** @type {Person[]} */
  let block = [];
  for await (const rows of scoredBlocks(scoring, signal, report, audience.fates)) {
    for (const { cells, position, allowed } of rows) {
      if (!allowed || !audience.segments.includes(position)) continue;
      const person = new Person(cells, audience.contacts);
      if (audience.share > 0 && isHeldBack(person.key, audience.share, audience.campaign)) continue;
      if (!isListed(network, person, audience.value, counts)) continue;
      block.push(person);
      if (block.length < HASHED_ROWS) continue;
      yield block;
      block = [];
    }
  }
  if (block.length) yield block;
}

/**
 * @param {import('./networks.js').Network} network
 * @param {Person} person
 * @param {number} value column of what a customer is worth, or -1
 * @param {Counts} counts of what could not be read
 * @returns {boolean} whether the network can find the customer
 */
function isListed(network, person, value, counts) {
  if (person.unknown) counts.unreadCountries += 1;
  if (!person.phone && person.cell('phone').trim()) counts.unreadPhones += 1;
  if (network.takesValue && value >= 0 && worthOf(person.at(value)) === '') counts.unreadValues += 1;
  if (finds(network, person)) return true;
  counts.leftOut += 1;
  return false;
}

/**
 * @param {readonly import('./networks.js').Field[]} fields
 * @param {Person[]} people
 * @returns {import('./hashing.js').Column[]} no part of a customer in a network's form has line breaks
 */
function columnsOf(fields, people) {
  return fields.map(({ part, hashed, repeats }) => {
    const values = people.map((person) => (hashed ? part(person) : formatCell(part(person))));
    return { text: values.join('\n'), hashed, repeats };
  });
}
