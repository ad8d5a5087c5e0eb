/**
 * The only module that talks to the training service. A command ends with its result or with a TrainingError, whatever
 * the other side does.
 *
 * @typedef {'fit' | 'score' | 'movement' | 'measure'} Command
 * @typedef {Record<string, string | string[]>} Choices options of the command, named as on the command line, without dashes
 * @typedef {{waiting: number} | {progress: string}} Step the place in the queue, or what is being done
 * @typedef {Record<string, unknown>} Result as the service describes it, to be checked by who uses it
 * @typedef {{tables: Record<string, Blob>, options?: Choices, signal?: AbortSignal, report?: (step: Step) => void}} Job
 *   tables: CSV in UTF-8 by the part's name, `table` first
 * @typedef {'request' | 'data' | 'memory' | 'time' | 'busy' | 'key' | 'ended'} Said why the service says there is no result
 * @typedef {Said | 'none' | 'too-large' | 'unreachable' | 'slow' | 'broken' | 'unreadable'} Kind or why this page says it:
 *   no service, more bytes than it takes, no connection, nothing heard for long, cut off in the middle, or not what was
 *   agreed
 */

import { TRAINING_URL } from '../config.js';
import { trainingKey } from './key.js';

const ADDRESS = /** @type {string | null} */ (TRAINING_URL);

/** Most bytes of what is sent. */
export const MOST_BYTES = 32 * 2 ** 20;
/** Room for what stands around the tables of a form. */
const FRAME_BYTES = 4096;
/** Most bytes of an answer: the rows of a million customers, a model and its report. */
const ANSWER_BYTES = 256 * 2 ** 20;
/** Seconds without a word after which nobody waits any longer: a job has 300. */
const PATIENCE_SECONDS = 330;

/** @type {readonly unknown[]} */
const SAID = ['request', 'data', 'memory', 'time', 'busy', 'key', 'ended'];

/** A command without result. `message` is a sentence for the user. */
export class TrainingError extends Error {
  /** @param {Kind} kind @param {string} message */
  constructor(kind, message) {
    super(message);
    this.kind = kind;
  }

  /** Whether the same command may succeed a moment later. */
  get passing() {
    return !['request', 'data', 'memory', 'time', 'none', 'too-large', 'key'].includes(this.kind);
  }
}

/** @returns {boolean} whether this page has a training service */
export function hasTraining() {
  return ADDRESS !== null;
}

/**
 * Run a command on tables. An abort by the caller's signal ends the job and is thrown as it came.
 *
 * @param {Command} command
 * @param {Job} job
 * @returns {Promise<Result>}
 */
export async function train(command, { tables, options = {}, signal, report = () => {} }) {
  if (ADDRESS === null) throw new TrainingError('none', 'This page has no training service.');
  checkSize(tables);
  const patience = createPatience();
  const signals = signal ? [patience.signal, signal] : [patience.signal];
  try {
    const query = Object.entries(options).flatMap(([name, value]) => [value].flat().map((each) => [name, each]));
    const response = await fetch(`${ADDRESS}/${command}?${new URLSearchParams(query)}`, {
      ...post(tables),
      signal: AbortSignal.any(signals),
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
    });
    return await resultOf(response, report, patience.renew);
  } catch (error) {
    if (error instanceof TrainingError || signal?.aborted) throw error;
    if (patience.signal.aborted) throw new TrainingError('slow', 'The training service has not answered for minutes.');
    throw new TrainingError('unreachable', 'The training service cannot be reached.');
  } finally {
    patience.end();
  }
}

/** @param {Record<string, Blob>} tables */
function checkSize(tables) {
  const bytes = Object.values(tables).reduce((sum, { size }) => sum + size, 0);
  if (bytes + FRAME_BYTES <= MOST_BYTES) return;
  throw new TrainingError('too-large', `There are ${Math.ceil(bytes / 2 ** 20)} MB to send, and the training service ` +
    `takes ${MOST_BYTES / 2 ** 20} MB: choose fewer columns or rows, or use the command line.`);
}

/** A signal that aborts after a time in which nothing came. */
function createPatience() {
  const controller = new AbortController();
  const start = () => setTimeout(() => controller.abort(), PATIENCE_SECONDS * 1000);
  let timer = start();
  return {
    signal: controller.signal,
    renew() {
      clearTimeout(timer);
      timer = start();
    },
    end: () => clearTimeout(timer),
  };
}

/** @param {Record<string, Blob>} tables @returns {RequestInit} */
function post(tables) {
  const key = trainingKey();
  const headers = key ? { Authorization: `Bearer ${key}` } : {};
  const [[, first] = [], ...others] = Object.entries(tables);
  if (first && !others.length) return { method: 'POST', headers: { ...headers, 'Content-Type': 'text/csv' }, body: first };
  const body = new FormData();
  for (const [name, table] of Object.entries(tables)) body.append(name, table, `${name}.csv`);
  return { method: 'POST', headers, body };
}

/** @param {Response} response @param {(step: Step) => void} report @param {() => void} heard called at each piece */
async function resultOf(response, report, heard) {
  for await (const text of linesOf(response, heard)) {
    const line = parse(text);
    if (!response.ok) throw refusal(line);
    if (isRecord(line?.['result'])) return line['result'];
    if (line && 'problem' in line) throw refusal(line['problem']);
    if (typeof line?.['waiting'] === 'number') report({ waiting: line['waiting'] });
    else if (typeof line?.['progress'] === 'string') report({ progress: line['progress'] });
    else throw new TrainingError('unreadable', 'The training service sent something that this page cannot read.');
  }
  if (!response.ok) throw refusal(null);
  throw broken();
}

/** @param {Response} response @param {() => void} heard @returns {AsyncGenerator<string>} lines that are not empty */
async function* linesOf(response, heard) {
  const decoder = new TextDecoder();
  /** @type {string[]} */
  let begun = [];
  for await (const piece of piecesOf(response)) {
    heard();
    const [first = '', ...others] = decoder.decode(piece, { stream: true }).split('\n');
    begun.push(first);
    for (const next of others) {
      yield begun.join('');
      begun = [next];
    }
  }
  const rest = begun.join('') + decoder.decode();
  if (rest.trim()) yield rest;
}

/** @param {Response} response @returns {AsyncGenerator<Uint8Array>} */
async function* piecesOf({ body }) {
  const reader = body?.getReader();
  let bytes = 0;
  try {
    while (reader) {
      const part = await reader.read();
      if (part.done) return;
      bytes += part.value.byteLength;
      if (bytes > ANSWER_BYTES) throw new TrainingError('unreadable', 'The training service sent more than a result can hold.');
      yield part.value;
    }
  } catch (error) {
    if (error instanceof TypeError) throw broken(); // the connection is gone
    throw error;
  } finally {
    reader?.cancel().catch(() => null);
  }
}

function broken() {
  return new TrainingError('broken', 'The training service stopped in the middle of the work.');
}

/** @param {string} text @returns {Record<string, unknown> | null} null where it is no object of JSON */
function parse(text) {
  try {
    const json = JSON.parse(text);
    return isRecord(json) ? json : null;
  } catch {
    return null;
  }
}

/** @param {unknown} problem as RFC 9457 has it, with a kind */
function refusal(problem) {
  const { kind, detail } = isRecord(problem) ? problem : { kind: null, detail: null };
  if (!SAID.includes(kind) || typeof detail !== 'string') {
    return new TrainingError('unreadable', 'The training service gave no answer that this page can read.');
  }
  return new TrainingError(/** @type {Said} */ (kind), detail);
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
function isRecord(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
