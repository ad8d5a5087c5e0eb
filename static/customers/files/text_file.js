/**
 * What all files that are written have in common. Each is made of pieces that the browser keeps outside the page's
 * memory.
 */

import { NOT_SCORED } from '../table/scoring.js';

/** Characters gathered before they are handed over. */
const PIECE = 1 << 20;

/**
 * @typedef {import('../table/scoring.js').Scoring} Scoring
 * @typedef {{ segments: number[], share: number, campaign: string, contacts: import('./person.js').Contacts,
 *   silent: boolean, value: number, fates?: Uint8Array | null }} Audience
 * Positions of the chosen segments, share held back (0 to 1), name of the campaign, where the contacts stand, whether
 * customers count as willing of whom nothing says it, the column of what a customer is worth (-1: none); `fates` is what
 * becomes of each row (permission.js), null where all may be written to
 * @typedef {{ blob: Blob, rows: number, leftOut: number, unreadPhones: number, unreadCountries: number,
 *   unreadValues: number }} Written
 * `leftOut` counts rows without any contact a network could use, `unreadPhones` phone cells that gave no number,
 * `unreadCountries` cells that name no country that is known, `unreadValues` cells that are no number from 0 on
 * @typedef {(done: number) => void} Report done: 0 to 1
 * @typedef {{ cells: string[], position: number, probability: number, allowed: boolean }} ScoredRow allowed: whether
 *   the customer may be written to
 */

/** Text that grows into a Blob. */
export class TextFile {
  /** @type {Blob[]} */
  #pieces = [];
  #text;
  rows = 0;

  /** @param {string} text what stands before the first row */
  constructor(text) {
    this.#text = text;
  }

  /** @param {string} line */
  add(line) {
    this.#text += line;
    this.rows += 1;
    if (this.#text.length >= PIECE) this.#pieces.push(this.#takeText());
  }

  /**
   * @param {Blob} lines
   * @param {number} rows how many
   */
  append(lines, rows) {
    this.#pieces.push(this.#takeText(), lines);
    this.rows += rows;
  }

  /** @returns {Written} */
  written() {
    const blob = new Blob([...this.#pieces, this.#takeText()], { type: 'text/csv;charset=utf-8' });
    return { blob, rows: this.rows, leftOut: 0, unreadPhones: 0, unreadCountries: 0, unreadValues: 0 };
  }

  #takeText() {
    const piece = new Blob([this.#text]);
    this.#text = '';
    return piece;
  }
}

/**
 * The rows of a table, read again, with their scores, in blocks.
 * @param {Scoring} scoring
 * @param {AbortSignal} signal
 * @param {Report} report
 * @param {Uint8Array | null} [fates]
 * @returns {AsyncGenerator<Iterable<ScoredRow>>}
 */
export async function* scoredBlocks({ table, segments, probabilities }, signal, report, fates = null) {
  let index = 0;
  const scored = function* (/** @type {Iterable<import('../table/csv.js').Row>} */ rows) {
    for (const { cells } of rows) {
      yield { cells, position: segments[index] ?? NOT_SCORED, probability: probabilities[index] ?? 0, allowed: !fates?.[index] };
      index += 1;
    }
  };
  for await (const { rows, read } of table.blocks()) {
    yield scored(rows);
    signal.throwIfAborted();
    report(read);
  }
}
