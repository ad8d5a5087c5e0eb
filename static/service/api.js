/**
 * All that talks to the function goes through here. Every call ends: with a checked answer or with an ApiError, within a time
 * limit and a size limit, whatever the other side does.
 *
 * @typedef {import('./contract.js').Model} Model
 * @typedef {import('./contract.js').Answer} Answer
 * @typedef {import('./contract.js').Problem} Problem
 * @typedef {Record<string, number>} Customer values by the feature's name, in the feature's unit
 * @typedef {{signal?: AbortSignal}} Options
 * @typedef {{body?: unknown, signal?: AbortSignal | undefined, seconds: number, bytes: number}} Request the answer must
 *   come within so many seconds and bytes
 */

import { FUNCTION_URL } from '../config.js';
import { ContractError, readAnswer, readModel, readProblem } from './contract.js';

/** After this long a call under way is said to wait for a function that is starting, in milliseconds. */
export const PATIENCE = 1000;

/** Largest answers read, in bytes: a model of the largest shape makes 1 MB. */
const MODEL_BYTES = 4 << 20;
const ANSWER_BYTES = 1 << 20;

/**
 * A call without a usable answer. `message` is a sentence for the user.
 *
 * kind: 'unreachable' (no connection), 'slow' (no answer in time), 'failed' (5xx, 429), 'refused' (any other error
 * status) or 'unreadable' (not what the contract says)
 */
export class ApiError extends Error {
  /**
   * @param {'unreachable' | 'slow' | 'failed' | 'refused' | 'unreadable'} kind
   * @param {string} message
   * @param {Problem | null} problem what the function said about it
   */
  constructor(kind, message, problem = null) {
    super(message);
    this.kind = kind;
    this.problem = problem;
  }

  /** Whether the same call may succeed a moment later. */
  get passing() {
    return this.kind !== 'refused';
  }
}

/**
 * @param {Options} [options]
 * @returns {Promise<Model>}
 */
export async function getModel({ signal } = {}) {
  return checked(await exchange('/model', { signal, seconds: 60, bytes: MODEL_BYTES }), readModel);
}

/**
 * Assign one customer.
 *
 * @param {Customer} customer
 * @param {Options} [options]
 * @returns {Promise<Answer>}
 */
export async function segment(customer, { signal } = {}) {
  return checked(await exchange('/segment', { body: customer, signal, seconds: 30, bytes: ANSWER_BYTES }), readAnswer);
}

/**
 * Send a request and read the JSON it is answered with. An abort by the caller's signal is thrown as it came.
 *
 * @param {string} path
 * @param {Request} request
 * @returns {Promise<unknown>}
 */
export async function exchange(path, { body, signal, seconds, bytes }) {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), seconds * 1000);
  const signals = signal ? [timeout.signal, signal] : [timeout.signal];
  try {
    const response = await fetch(FUNCTION_URL + path, {
      ...(body === undefined ? {} : post(body)),
      signal: AbortSignal.any(signals),
      credentials: 'same-origin', // none to another origin; a preloaded answer is only taken with the same mode
      referrerPolicy: 'no-referrer',
    });
    const json = parse(await readText(response, bytes));
    if (!response.ok) throw refusal(response.status, json);
    return json;
  } catch (error) {
    if (error instanceof ApiError || signal?.aborted) throw error;
    if (timeout.signal.aborted) throw new ApiError('slow', `No answer within ${seconds} seconds.`);
    throw new ApiError('unreachable', 'The service cannot be reached.');
  } finally {
    clearTimeout(timer);
  }
}

/** @param {unknown} body @returns {RequestInit} */
function post(body) {
  return { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
}

/** @param {Response} response @param {number} most bytes */
async function readText(response, most) {
  if (!response.body) return '';
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    bytes += part.value.byteLength;
    if (bytes > most) {
      await reader.cancel();
      throw new ApiError('unreadable', 'The service sent more than an answer can hold.');
    }
    text += decoder.decode(part.value, { stream: true });
  }
  return text + decoder.decode();
}

/** @param {string} text @returns {unknown} undefined where it is not JSON */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @param {number} status @param {unknown} json */
function refusal(status, json) {
  const problem = json === undefined ? null : orNull(() => readProblem(json));
  const kind = status >= 500 || status === 429 ? 'failed' : 'refused';
  const reason = problem ? `${problem.title} (${status})` : `status ${status}`;
  return new ApiError(kind, `The service did not give an answer: ${reason}.`, problem);
}

/**
 * @template T
 * @param {unknown} json
 * @param {(json: unknown) => T} read
 * @returns {T}
 */
export function checked(json, read) {
  try {
    return read(json);
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    throw new ApiError('unreadable', `The service's answer cannot be read (${error.message}).`);
  }
}

/**
 * @template T
 * @param {() => T} read
 * @returns {T | null}
 */
function orNull(read) {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    return null;
  }
}
