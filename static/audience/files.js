/**
 * The files a scored table is written to. Each is made of pieces that the browser keeps outside the page's memory.
 */

import { isHeldBack } from './control.js';
import { formatRow } from './csv.js';
import { HasherPool } from './hashing.js';
import { NETWORKS, customerKey, isFindable, personOf } from './networks.js';
import { NOT_SCORED } from './scoring.js';

/** Characters gathered before they are handed over. */
const PIECE = 1 << 20;
/** Rows hashed at a time. */
const HASHED_ROWS = 1000;
/** Workers that hash; one core is left to the table's own. */
const MOST_HASHERS = 4;
const CONFIDENCE_DIGITS = 4;

/**
 * @typedef {import('./scoring.js').Scoring} Scoring
 * @typedef {import('./networks.js').Contacts} Contacts
 * @typedef {import('./networks.js').Identity} Identity
 * @typedef {{ segments: number[], share: number, contacts: Contacts }} Audience
 * Positions of the chosen segments, share held back (0 to 1), where the contacts stand
 * @typedef {{ blob: Blob, rows: number, leftOut: number, unreadPhones: number }} Written
 * `leftOut` counts rows without any contact a network could use, `unreadPhones` phone cells that gave no number
 * @typedef {(done: number) => void} Report done: 0 to 1
 * @typedef {{ cells: string[], position: number, confidence: number }} ScoredRow
 */

/** Text that grows into a Blob. */
class TextFile {
  /** @type {Blob[]} */
  #pieces = [];
  #text = '';
  rows = 0;

  /** @param {string} text what stands before the first row */
  constructor(text) {
    this.#text = text;
  }

  /** @param {string} line */
  add(line) {
    this.#text += line;
    this.rows += 1;
    if (this.#text.length < PIECE) return;
    this.#pieces.push(new Blob([this.#text]));
    this.#text = '';
  }

  blob() {
    return new Blob([...this.#pieces, this.#text], { type: 'text/csv;charset=utf-8' });
  }
}

/**
 * The table as it came, with segment and confidence behind its columns.
 * @param {Scoring} scoring
 * @param {AbortSignal} signal
 * @param {Report} report
 * @returns {Promise<Written>}
 */
export async function writeTable(scoring, signal, report) {
  const file = tableFile(scoring);
  for await (const row of scoredRows(scoring, signal, report)) file.add(tableLine(scoring, row));
  return written(file);
}

/**
 * The rows of the chosen segments that are held back, as they came, with segment and confidence.
 * @param {Scoring} scoring
 * @param {Audience} audience
 * @param {AbortSignal} signal
 * @param {Report} report
 * @returns {Promise<Written>}
 */
export async function writeControl(scoring, { segments, share, contacts }, signal, report) {
  const file = tableFile(scoring);
  for await (const row of scoredRows(scoring, signal, report)) {
    if (!segments.includes(row.position) || !isHeldBack(customerKey(row.cells, contacts), share)) continue;
    file.add(tableLine(scoring, row));
  }
  return written(file);
}

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
    return { ...written(file), ...counts };
  } finally {
    pool.close();
  }
}

/**
 * Every row that was not scored: its line and why.
 * @param {Scoring} scoring
 * @param {(refusal: import('./batches.js').Refusal) => string} explain
 * @returns {Written}
 */
export function writeRefusals({ batches }, explain) {
  const file = new TextFile('line,reason\n');
  for (const refusal of batches.refusals) file.add(`${formatRow([String(refusal.line), explain(refusal)], ',')}\n`);
  return written(file);
}

/**
 * @param {Scoring} scoring
 * @param {AbortSignal} signal
 * @param {Report} report
 * @returns {AsyncGenerator<ScoredRow>}
 */
async function* scoredRows({ table, segments, confidences }, signal, report) {
  let index = 0;
  for await (const { rows, read } of table.blocks()) {
    for (const { cells } of rows) {
      yield { cells, position: segments[index] ?? NOT_SCORED, confidence: confidences[index] ?? 0 };
      index += 1;
    }
    signal.throwIfAborted();
    report(read);
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

/** @param {Scoring} scoring */
function tableFile({ table }) {
  const titles = [...table.titles, freeTitle('segment', table.titles), freeTitle('confidence', table.titles)];
  const { encoding, mark } = table.encoding;
  const begin = mark || encoding !== 'utf-8' ? '\ufeff' : ''; // without it Excel takes UTF-8 for what the file was
  return new TextFile(begin + formatRow(titles, table.delimiter) + table.lineBreak);
}

/**
 * Cells beyond the header's stay behind the two new ones, so that these stand under their titles.
 * @param {Scoring} scoring
 * @param {ScoredRow} row
 */
function tableLine({ table, model }, { cells, position, confidence }) {
  const width = table.titles.length;
  const own = cells.length < width ? [...cells, ...Array(width - cells.length).fill('')] : cells.slice(0, width);
  const segment = model.segments[position];
  const score = segment ? [segment.name, confidence.toFixed(CONFIDENCE_DIGITS)] : ['', ''];
  return formatRow([...own, ...score, ...cells.slice(width)], table.delimiter) + table.lineBreak;
}

/**
 * @param {string} title
 * @param {string[]} taken
 */
function freeTitle(title, taken) {
  let free = title;
  for (let number = 2; taken.includes(free); number += 1) free = `${title} ${number}`;
  return free;
}

/**
 * @param {TextFile} file
 * @returns {Written}
 */
function written(file) {
  return { blob: file.blob(), rows: file.rows, leftOut: 0, unreadPhones: 0 };
}
