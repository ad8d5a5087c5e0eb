/**
 * The rows of a table as batches of customers to send; rows that cannot be sent are listed with their reason.
 */

import { parseNumber } from './numbers.js';

/** Most rows in a batch, and most bytes: the function takes 10,000 customers in 1 MiB. */
const BATCH_ROWS = 5000;
const BATCH_BYTES = 1_000_000;
/** Largest value the function takes. */
const LARGEST = 1e15;

/**
 * @typedef {import('./numbers.js').NumberProblem | 'not-positive' | 'too-large' | 'too-long'} Reason no score because
 * @typedef {import('./numbers.js').DecimalSign} DecimalSign
 * @typedef {import('../contract.js').Feature} Feature
 * @typedef {import('../api.js').Customer} Customer
 * @typedef {{ column: number, decimal: DecimalSign | null, factor: number }} Source where a feature's values stand
 * @typedef {{ rows: number[], customers: Customer[], bytes: number }} Batch `rows` counts from 0, without the header
 * @typedef {{ line: number, reason: Reason, feature: number }} Refusal a row without score; its feature, or -1
 */

export class Batches {
  /** Rows read so far. */
  rows = 0;
  /** The part of the file read so far, 0 to 1. */
  read = 0;
  /** @type {Refusal[]} */
  refusals = [];
  #generator;

  /**
   * @param {import('./table.js').Table} table
   * @param {readonly Feature[]} features
   * @param {readonly Source[]} sources one a feature
   */
  constructor(table, features, sources) {
    this.table = table;
    this.features = features;
    this.sources = sources;
    const keys = Object.fromEntries(features.map(({ name }) => [name, 0]));
    this.keyBytes = new TextEncoder().encode(JSON.stringify(keys)).length;
    this.#generator = this.#generate();
  }

  /** @returns {Promise<Batch | undefined>} undefined after the last one */
  async next() {
    return (await this.#generator.next()).value;
  }

  /** @returns {AsyncGenerator<Batch, undefined>} */
  async *#generate() {
    let batch = emptyBatch();
    for await (const { rows, read } of this.table.blocks()) {
      for (const row of rows) {
        this.#add(batch, row);
        if (batch.rows.length < BATCH_ROWS && batch.bytes < BATCH_BYTES) continue;
        yield batch;
        batch = emptyBatch();
      }
      this.read = read;
    }
    if (batch.rows.length) yield batch;
    return undefined;
  }

  /**
   * @param {Batch} batch
   * @param {import('./table.js').Row} row
   */
  #add(batch, row) {
    const customer = this.#customer(row);
    if (customer) {
      batch.rows.push(this.rows);
      batch.customers.push(customer);
      batch.bytes += this.keyBytes + 1;
      for (const name in customer) batch.bytes += String(customer[name]).length;
    }
    this.rows += 1;
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
    /** @type {Customer} */
    const customer = {};
    for (let index = 0; index < this.features.length; index += 1) {
      const feature = /** @type {Feature} */ (this.features[index]);
      const source = /** @type {Source} */ (this.sources[index]);
      const value = readValue(cells[source.column] ?? '', source, feature);
      if (typeof value === 'string') {
        this.refusals.push({ line, reason: value, feature: index });
        return undefined;
      }
      customer[feature.name] = value;
    }
    return customer;
  }
}

/**
 * @param {string} cell
 * @param {Omit<Source, 'column'>} source
 * @param {Feature} feature
 * @returns {number | Reason}
 */
export function readValue(cell, { decimal, factor }, { unit, log }) {
  const number = parseNumber(cell, decimal, unit);
  if (typeof number === 'string') return number;
  const value = number * factor;
  if (!(Math.abs(value) <= LARGEST)) return 'too-large';
  return log && value <= 0 ? 'not-positive' : value;
}

/** @returns {Batch} */
function emptyBatch() {
  return { rows: [], customers: [], bytes: 0 };
}
