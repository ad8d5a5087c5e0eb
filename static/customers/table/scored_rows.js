/**
 * The rows of a scored table, read anew from its file, each with its segment.
 */

import { NOT_SCORED } from './scoring.js';

/**
 * @typedef {import('./scoring.js').Scoring} Scoring
 * @typedef {{ cells: string[], position: number, probability: number, allowed: boolean }} ScoredRow allowed: whether
 *   the customer may be written to
 */

/**
 * Read the rows in blocks; `report` is told how much of the file has been read (0 to 1).
 * @param {Scoring} scoring
 * @param {AbortSignal} signal
 * @param {(read: number) => void} report
 * @param {Uint8Array | null} [fates] what becomes of each row (../files/permission.js); none: all may be written to
 * @returns {AsyncGenerator<Iterable<ScoredRow>>}
 */
export async function* scoredBlocks({ table, segments, probabilities }, signal, report, fates = null) {
  let index = 0;
  const scored = function* (/** @type {Iterable<import('./csv.js').Row>} */ rows) {
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
