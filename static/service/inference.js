/**
 * Many customers at once, by the Open Inference Protocol.
 *
 * @typedef {{model: string, segmentIds: number[], probabilities: number[]}} Inference one number per customer
 * @typedef {import('./api.js').Options} Options
 */

import { checked, exchange } from './api.js';
import { ContractError, list, record, text } from './contract.js';

/** Largest answer read, in bytes: a batch of 10,000 customers makes 200 kB. */
const BATCH_BYTES = 4 << 20;

/**
 * Assign many customers by the Open Inference Protocol, whose answer has only what is asked for: a tenth of the bytes.
 *
 * @param {Float64Array} values customer after customer, in the order of the model's features
 * @param {number} width how many features
 * @param {Options} [options]
 * @returns {Promise<Inference>}
 */
export async function infer(values, width, { signal } = {}) {
  const shape = [values.length / width, width];
  const body = {
    inputs: [{ name: 'customers', datatype: 'FP64', shape, data: Array.from(values) }],
    outputs: [{ name: 'segment_id' }, { name: 'probability' }],
  };
  const json = await exchange('/v2/models/segmenter/infer', { body, signal, seconds: 60, bytes: BATCH_BYTES });
  return checked(json, (answer) => readInference(answer, values.length / width));
}

/**
 * @param {unknown} json
 * @param {number} length how many customers were sent
 * @returns {Inference} the answer of the Open Inference Protocol
 */
function readInference(json, length) {
  const { model_version, outputs } = record(json, 'answer');
  const tensors = list(outputs, 'outputs', record);
  const column = (/** @type {string} */ name) => numbers(tensors.find((tensor) => tensor.name === name)?.data, name, length);
  return {
    model: text(model_version, 'model_version'),
    segmentIds: column('segment_id'),
    probabilities: column('probability'),
  };
}

/** @param {unknown} value @param {string} where @param {number} length @returns {number[]} */
function numbers(value, where, length) {
  const fits = Array.isArray(value) && value.length === length && value.every(Number.isFinite);
  if (!fits) throw new ContractError(`${where}: expected ${length} numbers`);
  return value;
}
