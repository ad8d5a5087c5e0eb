/**
 * Scores a table: sends its batches, several at a time, and keeps segment and probability of every row.
 */

import { Batches } from './batches.js';
import { Sample } from './sample.js';

const IN_FLIGHT = 4;
/** Most customers that the map shows. */
const SHOWN = 600;
/** Pauses before a failed batch is sent again, in milliseconds. */
const PAUSES = [300, 1000, 3000];

export const NOT_SCORED = 0xffff;

/**
 * @typedef {import('./batches.js').Batch} Batch
 * @typedef {import('../../service/contract.js').Model} Model
 * @typedef {import('../../service/inference.js').Inference} Inference
 * @typedef {(values: Float64Array, width: number, options: { signal: AbortSignal }) => Promise<Inference>} Send
 * @typedef {{ rows: number, scored: number, counts: number[], refused: number, incomplete: number, outside: number[],
 *   sample: Dot[], listed: { line: number, reason: string }[] }} Scored what came of it; `outside` counts by feature
 * @typedef {{ scored: number, total: number }} Progress rows; total is estimated until all are read
 * @typedef {(progress: Progress) => void} Report
 * @typedef {{ file: File, reading: import('./table.js').Reading, titleRows?: number, model: Model,
 *   sources: readonly import('./batches.js').Source[],
 *   segments: Uint16Array<ArrayBuffer>, probabilities: Float64Array<ArrayBuffer>, refusals: import('./batches.js').Refusal[],
 *   result: Scored }} Kept all that a reload would lose
 * @typedef {{ position: number, values: number[] }} Dot a customer with all values, for the map
 */

/** The function serves another model than the page was opened with. */
export class ModelChanged extends Error {}

export class Scoring {
  /** Position of the segment in the model's list, by row; or NOT_SCORED. */
  segments = new Uint16Array(1 << 16).fill(NOT_SCORED);
  probabilities = new Float64Array(1 << 16);
  scored = 0;
  /** @type {Sample<Dot>} */
  sample = new Sample(SHOWN);

  /** @type {Batch[]} */
  #unsent = [];
  #stopped = false;

  /**
   * @param {import('./table.js').Table} table
   * @param {Model} model
   * @param {readonly import('./batches.js').Source[]} sources one per feature
   * @param {Send} send
   */
  constructor(table, model, sources, send) {
    this.table = table;
    this.model = model;
    this.send = send;
    this.batches = new Batches(table, model.features, sources);
    this.positions = new Map(model.segments.map((segment, position) => [segment.id, position]));
  }

  /**
   * Score what is not scored yet. If this fails, what was scored is kept, and calling it again goes on from there.
   * @param {AbortSignal} signal
   * @param {Report} report
   */
  async run(signal, report) {
    this.#stopped = false;
    const runners = Array.from({ length: IN_FLIGHT }, () => this.#runner(signal, report));
    const ends = await Promise.allSettled(runners);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    this.#reserve(this.batches.rows);
  }

  /**
   * @param {Scored} result
   * @returns {Kept}
   */
  entry(result) {
    const { table, model, segments, probabilities, batches } = this;
    const { rows, sources, refusals } = batches;
    return {
      file: table.file,
      reading: { delimiter: table.delimiter, named: table.named, encoding: table.encoding.encoding },
      titleRows: table.titleRows,
      model,
      sources,
      segments: segments.slice(0, rows),
      probabilities: probabilities.slice(0, rows),
      refusals,
      result,
    };
  }

  /**
   * @param {import('./table.js').Table} table
   * @param {Kept} entry
   * @param {Send} send
   */
  static restored(table, { model, sources, segments, probabilities, refusals, result }, send) {
    const scoring = new Scoring(table, model, sources, send);
    Object.assign(scoring, { segments, probabilities, scored: result.scored });
    Object.assign(scoring.batches, { rows: result.rows, refusals });
    return scoring;
  }

  /** How many customers each segment has. */
  counts() {
    const counts = new Array(this.model.segments.length).fill(0);
    for (const position of this.segments) if (position !== NOT_SCORED) counts[position] += 1;
    return counts;
  }

  /**
   * @param {AbortSignal} signal
   * @param {Report} report
   */
  async #runner(signal, report) {
    try {
      for (let batch = await this.#next(); batch; batch = await this.#next()) {
        await this.#score(batch, signal);
        report({ scored: this.scored, total: Math.round(this.batches.rows / (this.batches.read || 1)) });
      }
    } catch (error) {
      this.#stopped = true;
      throw error;
    }
  }

  async #next() {
    return this.#stopped ? undefined : (this.#unsent.pop() ?? this.batches.next());
  }

  /**
   * @param {Batch} batch
   * @param {AbortSignal} signal
   */
  async #score(batch, signal) {
    try {
      this.#keep(batch, await this.#sendPatiently(batch, signal));
    } catch (error) {
      this.#unsent.push(batch);
      throw error;
    }
  }

  /**
   * @param {Batch} batch
   * @param {AbortSignal} signal
   */
  async #sendPatiently({ values }, signal) {
    const width = this.model.features.length;
    for (const pause of PAUSES) {
      try {
        return await this.send(values, width, { signal });
      } catch (error) {
        if (signal.aborted || !isPassing(error)) throw error;
        await wait(pause, signal);
      }
    }
    return this.send(values, width, { signal });
  }

  /**
   * @param {Batch} batch
   * @param {Inference} answer
   */
  #keep({ rows, values }, { model, segmentIds, probabilities }) {
    const positions = segmentIds.map((id) => this.positions.get(id));
    if (model !== this.model.hash || positions.includes(undefined)) {
      throw new ModelChanged('The service has a new model, which the page has taken over. Score the file again.');
    }
    this.#reserve(this.batches.rows);
    for (const [index, row] of rows.entries()) {
      this.segments[row] = positions[index] ?? NOT_SCORED;
      this.probabilities[row] = probabilities[index] ?? 0;
      this.#show(row, positions[index] ?? 0, values, index);
    }
    this.scored += rows.length;
  }

  /** @param {number} row @param {number} position @param {Float64Array} values of the batch @param {number} index in it */
  #show(row, position, values, index) {
    const width = this.model.features.length;
    for (let at = index * width; at < (index + 1) * width; at += 1) if (Number.isNaN(values[at])) return;
    this.sample.offer(row, () => ({ position, values: [...values.subarray(index * width, (index + 1) * width)] }));
  }

  /** @param {number} rows that must have a place */
  #reserve(rows) {
    if (rows <= this.segments.length) return;
    const size = Math.max(rows, 2 * this.segments.length);
    const { segments, probabilities } = this;
    this.segments = new Uint16Array(size).fill(NOT_SCORED);
    this.segments.set(segments);
    this.probabilities = new Float64Array(size);
    this.probabilities.set(probabilities);
  }
}

/** @param {unknown} error */
function isPassing(error) {
  return error instanceof Error && 'passing' in error && error.passing === true;
}

/**
 * @param {number} milliseconds
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function wait(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
  });
}
