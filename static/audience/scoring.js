/**
 * Score a table: read its feature columns, send them in batches, keep segment and confidence of every row.
 */

import { parseNumber } from './numbers.js';

/** Most rows in a batch, and most bytes: the function takes 10,000 customers in 1 MiB. */
const BATCH_ROWS = 5000;
const BATCH_BYTES = 1_000_000;
const IN_FLIGHT = 4;
/** Pauses before a failed batch is sent again, in milliseconds. */
const PAUSES = [300, 1000, 3000];
/** Largest value the function takes. */
const LARGEST = 1e15;

export const NOT_SCORED = 0xffff;

/**
 * @typedef {import('./numbers.js').NumberProblem | 'not-positive' | 'too-large' | 'too-long'} Reason no score because
 * @typedef {import('./numbers.js').DecimalSign} DecimalSign
 * @typedef {import('../contract.js').Model} Model
 * @typedef {import('../contract.js').Assignment} Assignment
 * @typedef {(customers: Record<string, number>[], options: { signal: AbortSignal }) => Promise<Assignment[]>} Send
 * @typedef {{ column: number, decimal: DecimalSign | null, factor: number }} Source where a feature's values stand
 * @typedef {{ rows: number[], customers: Record<string, number>[], bytes: number }} Batch
 * @typedef {{ line: number, reason: Reason, feature: number }} Refusal a row without score; its feature, or -1
 * @typedef {{ scored: number, read: number, total: number }} Progress rows; total is estimated until all are read
 */

/** The function serves another model than the page was opened with. */
export class ModelChanged extends Error {}

export class Scoring {
  /** Position of the segment in the model's list, by row; or NOT_SCORED. */
  segments = new Uint16Array(1 << 16).fill(NOT_SCORED);
  confidences = new Float64Array(1 << 16);
  rows = 0;
  scored = 0;
  /** @type {Refusal[]} */
  refusals = [];

  #read = 0;
  /** @type {Batch[]} */
  #unsent = [];
  #batches;
  #stopped = false;

  /**
   * @param {import('./table.js').Table} table
   * @param {Model} model
   * @param {Source[]} sources one a feature
   * @param {Send} send
   */
  constructor(table, model, sources, send) {
    this.table = table;
    this.model = model;
    this.sources = sources;
    this.send = send;
    this.positions = new Map(model.segments.map((segment, position) => [segment.id, position]));
    const keys = Object.fromEntries(model.features.map(({ name }) => [name, 0]));
    this.keyBytes = new TextEncoder().encode(JSON.stringify(keys)).length;
    this.#batches = this.#makeBatches();
  }

  /**
   * Score what is not scored yet. If this fails, what was scored is kept, and calling it again goes on from there.
   * @param {AbortSignal} signal
   * @param {(progress: Progress) => void} report
   */
  async run(signal, report) {
    this.#stopped = false;
    const runners = Array.from({ length: IN_FLIGHT }, () => this.#runner(signal, report));
    const ends = await Promise.allSettled(runners);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  /** How many customers each segment has. */
  counts() {
    const counts = this.model.segments.map(() => 0);
    for (const position of this.segments.subarray(0, this.rows)) {
      if (position !== NOT_SCORED) counts[position] = (counts[position] ?? 0) + 1;
    }
    return counts;
  }

  /**
   * @param {AbortSignal} signal
   * @param {(progress: Progress) => void} report
   */
  async #runner(signal, report) {
    try {
      for (let batch = await this.#next(); batch; batch = await this.#next()) {
        await this.#score(batch, signal);
        report({ scored: this.scored, read: this.rows, total: Math.round(this.rows / Math.max(this.#read, 1e-9)) });
      }
    } catch (error) {
      this.#stopped = true;
      throw error;
    }
  }

  /** @returns {Promise<Batch | undefined>} */
  async #next() {
    if (this.#stopped) return undefined;
    return this.#unsent.pop() ?? (await this.#batches.next()).value;
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
  async #sendPatiently(batch, signal) {
    for (const pause of PAUSES) {
      try {
        return await this.send(batch.customers, { signal });
      } catch (error) {
        if (signal.aborted || !isPassing(error)) throw error;
        await wait(pause, signal);
      }
    }
    return this.send(batch.customers, { signal });
  }

  /**
   * @param {Batch} batch
   * @param {Assignment[]} answers
   */
  #keep({ rows }, answers) {
    const positions = answers.map(({ segment_id, model }) => {
      const position = this.positions.get(segment_id);
      if (model !== this.model.hash || position === undefined) {
        throw new ModelChanged('The function has a new model. Reload the page and score the file again.');
      }
      return position;
    });
    for (const [index, row] of rows.entries()) {
      this.segments[row] = positions[index] ?? NOT_SCORED;
      this.confidences[row] = answers[index]?.confidence ?? 0;
    }
    this.scored += rows.length;
  }

  /** @returns {AsyncGenerator<Batch, undefined>} */
  async *#makeBatches() {
    let batch = emptyBatch();
    for await (const { rows, read } of this.table.blocks()) {
      this.#reserve(this.rows + rows.length);
      for (const row of rows) {
        const customer = this.#customer(row);
        if (customer) {
          batch.rows.push(this.rows);
          batch.customers.push(customer);
          batch.bytes += this.#bytes(customer);
        }
        this.rows += 1;
        if (batch.rows.length === BATCH_ROWS || batch.bytes > BATCH_BYTES) {
          yield batch;
          batch = emptyBatch();
        }
      }
      this.#read = read;
    }
    if (batch.rows.length) yield batch;
    return undefined;
  }

  /**
   * The features of a row, or undefined and a refusal.
   * @param {import('./table.js').Row} row
   */
  #customer({ line, cells }) {
    const width = this.table.header.length;
    if (cells.length > width && cells.slice(width).some((cell) => cell.trim() !== '')) {
      this.refusals.push({ line, reason: 'too-long', feature: -1 });
      return undefined;
    }
    /** @type {Record<string, number>} */
    const customer = {};
    for (const [feature, { name, unit, log }] of this.model.features.entries()) {
      const { column, decimal, factor } = /** @type {Source} */ (this.sources[feature]);
      const value = readValue(cells[column] ?? '', decimal, unit, factor, log);
      if (typeof value === 'string') {
        this.refusals.push({ line, reason: value, feature });
        return undefined;
      }
      customer[name] = value;
    }
    return customer;
  }

  /** @param {Record<string, number>} customer */
  #bytes(customer) {
    let bytes = this.keyBytes + 1;
    for (const name in customer) bytes += String(customer[name]).length;
    return bytes;
  }

  /** @param {number} rows */
  #reserve(rows) {
    if (rows <= this.segments.length) return;
    const size = Math.max(rows, 2 * this.segments.length);
    const { segments, confidences } = this;
    this.segments = new Uint16Array(size).fill(NOT_SCORED);
    this.segments.set(segments);
    this.confidences = new Float64Array(size);
    this.confidences.set(confidences);
  }
}

/**
 * @param {string} cell
 * @param {DecimalSign | null} decimal
 * @param {string} unit
 * @param {number} factor
 * @param {boolean} log
 * @returns {number | Reason}
 */
export function readValue(cell, decimal, unit, factor, log) {
  const value = parseNumber(cell, decimal, unit);
  if (typeof value === 'string') return value;
  const scaled = value * factor;
  if (!(Math.abs(scaled) <= LARGEST)) return 'too-large';
  return log && scaled <= 0 ? 'not-positive' : scaled;
}

/** @param {unknown} error */
function isPassing(error) {
  return error instanceof Error && 'passing' in error && error.passing === true;
}

/** @returns {Batch} */
function emptyBatch() {
  return { rows: [], customers: [], bytes: 0 };
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
