/**
 * The rows of a table as batches of customers to send; rows that cannot be sent are listed with their reason.
 */

import { mostGaps } from '../../model/segmenter.js';
import { LARGEST, hasLogarithm } from '../../service/contract.js';
import { daysBefore } from './days.js';
import { ColumnUnit, parseAnswer, parseNumber } from './numbers.js';

/** Most rows in a batch: enough that the way there and back costs little, few enough to see progress. */
const BATCH_ROWS = 10_000;
/** Most bytes of a batch's values, a little less than the 4 MiB that the function takes. */
const BATCH_BYTES = 4_000_000;
/** Longest number in JSON with the comma behind it: -1.2345678901234567e-300, */
const VALUE_BYTES = 25;

/**
 * @typedef {import('./numbers.js').NumberProblem | 'not-a-date' | 'not-positive' | 'negative' | 'too-large' | 'other-unit' | 'too-long'} Reason no score because
 * @typedef {import('./numbers.js').DecimalSign} DecimalSign
 * @typedef {import('../../service/contract.js').Feature} Feature
 * @typedef {{ column: number, decimal: DecimalSign | null, factor: number, dates?: string | null }} Source where a feature's
 * values stand; dates: the format of those that are to become days
 * @typedef {{ rows: Uint32Array, values: Float64Array }} Batch
 * `rows` counts from 0, without the header; `values` has the features' values, row after row, NaN where one is missing
 * @typedef {{ line: number, reason: Reason, feature: number }} Refusal a row without score; its feature, or -1
 */

export class Batches {
  /** Rows read so far. */
  rows = 0;
  /** The part of the file read so far, 0 to 1. */
  read = 0;
  /** Rows that lack a value and are scored by the others. */
  incomplete = 0;
  /** @type {Refusal[]} */
  refusals = [];
  /** Rows whose value lies outside what the model has seen, of each feature. @type {number[]} */
  outside;
  #generator;
  #units;

  /**
   * @param {import('./table.js').Table} table
   * @param {readonly Feature[]} features
   * @param {readonly Source[]} sources one per feature
   */
  constructor(table, features, sources) {
    this.table = table;
    this.features = features;
    this.sources = sources;
    this.outside = features.map(() => 0);
    this.#units = features.map(() => new ColumnUnit());
    this.size = Math.min(BATCH_ROWS, Math.floor(BATCH_BYTES / VALUE_BYTES / features.length));
    this.#generator = this.#generate();
  }

  /** @returns {Promise<Batch | undefined>} undefined after the last one */
  async next() {
    return (await this.#generator.next()).value;
  }

  /** @returns {AsyncGenerator<Batch, undefined>} */
  async *#generate() {
    const width = this.features.length;
    const rows = new Uint32Array(this.size);
    const values = new Float64Array(this.size * width);
    let count = 0;
    const filled = () => ({ rows: rows.slice(0, count), values: values.slice(0, count * width) });
    for await (const block of this.table.blocks()) {
      for (const row of block.rows) {
        if (this.#read(row, values, count * width)) {
          rows[count] = this.rows;
          count += 1;
        }
        this.rows += 1;
        if (count < this.size) continue;
        yield filled();
        count = 0;
      }
      this.read = block.read;
    }
    if (count) yield filled();
    return undefined;
  }

  /**
   * Read the features of a row, or note why that cannot be.
   * @param {import('./table.js').Row} row
   * @param {Float64Array} values to write to
   * @param {number} at where to
   * @returns {boolean} whether all could be read, but for gaps that are not too many
   */
  #read({ line, cells }, values, at) {
    const width = this.table.header.length;
    if (cells.length > width && cells.slice(width).some((cell) => cell.trim() !== '')) {
      return this.#refuse(line, 'too-long', -1);
    }
    const gaps = [];
    for (let index = 0; index < this.features.length; index += 1) {
      const feature = /** @type {Feature} */ (this.features[index]);
      const source = /** @type {Source} */ (this.sources[index]);
      const cell = cells[source.column] ?? '';
      const value = readValue(cell, source, feature);
      if (value === 'empty') gaps.push(index);
      else if (typeof value === 'string') return this.#refuse(line, value, index);
      else if (!source.dates && !this.#units[index]?.admits(cell)) return this.#refuse(line, 'other-unit', index);
      values[at + index] = value === 'empty' ? NaN : value;
    }
    if (gaps.length > mostGaps(this.features.length)) return this.#refuse(line, 'empty', gaps[0] ?? -1);
    if (gaps.length) this.incomplete += 1;
    this.#compare(values, at);
    return true;
  }

  /** @param {Float64Array} values @param {number} at */
  #compare(values, at) {
    for (const [index, { min, max }] of this.features.entries()) {
      const value = Number(values[at + index]);
      if (value < min || value > max) this.outside[index] = Number(this.outside[index]) + 1;
    }
  }

  /** @param {number} line @param {Reason} reason @param {number} feature @returns {false} */
  #refuse(line, reason, feature) {
    this.refusals.push({ line, reason, feature });
    return false;
  }
}

/**
 * @param {string} cell
 * @param {Omit<Source, 'column'>} source
 * @param {Feature} feature
 * @returns {number | Reason}
 */
export function readValue(cell, { decimal, factor, dates }, feature) {
  const { unit, offset, min, max, day } = feature;
  let number = dates && day ? daysBefore(cell, dates, day) : parseNumber(cell, decimal, unit);
  if (number === 'not-a-number' && min === 0 && max === 1) number = parseAnswer(cell) ?? number;
  if (typeof number === 'string') return number;
  const value = number * factor;
  if (!(Math.abs(value) <= LARGEST)) return 'too-large';
  if (hasLogarithm(feature, value)) return value;
  return offset ? 'negative' : 'not-positive';
}
