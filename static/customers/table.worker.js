/**
 * Holds the table and its scores, away from the page: reads, sends, writes. The page asks by `remote.js`.
 */

import { isolated } from '../ui/dom.js';
import { Segmenter } from '../model/segmenter.js';
import { infer } from '../service/inference.js';
import { fatesOf, readLeaveOut } from './files/permission.js';
import { reachOf } from './files/reach.js';
import { writeList } from './files/network_lists.js';
import { answer } from './remote.js';
import { membersOf } from './table/members.js';
import { Scoring } from './table/scoring.js';
import { forget, keep, kept } from './table/storage.js';
import { Table } from './table/table.js';
import { writeAssignment, writeControl, writeRefusals, writeTable } from './files/tables.js';
import { explain } from './texts.js';

/** Most rows without score that the page lists. */
const LISTED = 100;

/** @type {Map<number, Table>} by id: the one scored last, and those opened since; which of them is shown, the page knows */
const tables = new Map();
/** @type {Scoring | undefined} */
let scoring;
/** @type {Scored | undefined} */
let result;
/** @type {import('./files/permission.js').LeaveOut | null} */
let leaveOut = null;

/**
 * @typedef {import('./table/batches.js').Source} Source
 * @typedef {import('../service/contract.js').Model} Model
 * @typedef {import('./files/text_file.js').Audience} Audience
 * @typedef {import('./remote.js').Context} Context
 * @typedef {import('./table/scoring.js').Scored} Scored
 * @typedef {'table' | 'control' | 'assignment' | 'google' | 'meta' | 'refusals'} FileKind
 */

answer({
  /**
   * @param {{ file: File, reading?: import('./table/table.js').Reading }} request
   * @param {Context} context
   */
  async open({ file, reading }, { signal }) {
    const opened = await Table.open(file, reading);
    signal.throwIfAborted(); // another file was chosen meanwhile
    tables.set(opened.id, opened);
    return opened.describe();
  },

  /**
   * @param {{ table: number, model: Model, sources: Source[], own: boolean }} request table: its id; own: by the page's
   *   arithmetic, of a model that the function does not have
   * @param {Context} context
   */
  async score({ table, model, sources, own }, context) {
    leaveOut = null; // of the step that follows, whose list is not chosen yet
    scoring = new Scoring(only(table), model, sources, own ? placing(model) : infer);
    return run(scoring, context);
  },

  /**
   * @param {undefined} _
   * @param {Context} context
   */
  async resume(_, context) {
    return run(required(scoring), context);
  },

  /** @returns {Promise<boolean>} whether the result survives a reload */
  async keep() {
    return keep(required(scoring).entry(required(result)));
  },

  /**
   * Take up what was kept, if it was scored with the same model.
   * @param {{ hash: string }} model
   * @param {Context} context
   */
  async restore({ hash }, { signal }) {
    const entry = await kept();
    if (entry?.model.hash !== hash || !entry.probabilities) return null; // an earlier version of the page kept others
    const opened = await Table.open(entry.file, entry.reading);
    signal.throwIfAborted(); // a file was chosen meanwhile
    if (opened.titleRows !== (entry.titleRows ?? 0)) return null; // an earlier version took them for customers
    tables.set(opened.id, opened);
    leaveOut = null;
    scoring = Scoring.restored(opened, entry, infer);
    result = entry.result;
    return { file: entry.file, table: opened.describe(), sources: entry.sources, scored: result };
  },

  async forget() {
    return forget();
  },

  /**
   * @param {import('./table/members.js').Question} question
   * @param {Context} context
   */
  async members(question, { signal }) {
    return membersOf(required(scoring), question, signal);
  },

  /**
   * @param {{ file: File | null, country: string }} list of people to leave out
   * @returns {Promise<{ read: number, unread: number }>}
   */
  async leaveOut({ file, country }) {
    leaveOut = file && await readLeaveOut(file, country);
    return { read: leaveOut ? leaveOut.clear.size + leaveOut.digests.size : 0, unread: leaveOut?.unread ?? 0 };
  },

  /**
   * @param {Omit<Audience, 'share'>} audience
   * @param {Context} context
   */
  async reach(audience, { signal }) {
    const scored = required(scoring);
    return reachOf(scored, { ...audience, fates: await fatesOf(scored, audience, leaveOut, signal) }, signal);
  },

  /**
   * @param {{ kind: FileKind, audience: Audience }} request
   * @param {Context} context
   */
  async write({ kind, audience }, { signal, report }) {
    const scored = required(scoring);
    if (kind === 'table') return writeTable(scored, signal, report);
    if (kind === 'refusals') return writeRefusals(scored, (refusal) => explain(refusal, scored.model.features.map(({ label }) => label)));
    const allowed = { ...audience, fates: await fatesOf(scored, audience, leaveOut, signal) };
    if (kind === 'control') return writeControl(scored, allowed, signal, report);
    if (kind === 'assignment') return writeAssignment(scored, allowed, signal, report);
    return writeList(kind, scored, allowed, signal, report);
  },
});

/** @param {Model} model @returns {import('./table/scoring.js').Send} what answers as the function would */
function placing(model) {
  const segmenter = new Segmenter(model);
  return async (values, width) => {
    const customers = Array.from({ length: values.length / width }, (_, row) =>
      segmenter.place([...values.subarray(row * width, (row + 1) * width)]));
    return {
      model: model.hash,
      segmentIds: customers.map(({ segment }) => segment.id),
      probabilities: customers.map(({ probability }) => probability),
    };
  };
}

/**
 * @param {Scoring} job
 * @param {Context} context
 * @returns {Promise<Scored>}
 */
async function run(job, { signal, report }) {
  await job.run(signal, report);
  const { rows, refusals, incomplete, outside } = job.batches;
  const labels = job.model.features.map(({ label }) => isolated(label));
  const listed = refusals.slice(0, LISTED).map((refusal) => ({
    line: refusal.line,
    reason: explain(refusal, labels),
  }));
  const { scored, sample } = job;
  const counts = job.counts();
  result = { rows, scored, counts, refused: refusals.length, incomplete, outside, sample: sample.items(), listed };
  return result;
}

/** @param {number} id of a table @returns {Table} which alone stays open */
function only(id) {
  const table = required(tables.get(id));
  tables.clear();
  tables.set(id, table);
  return table;
}

/**
 * @template T
 * @param {T | undefined} value
 */
function required(value) {
  if (value === undefined) throw new Error('No table is open.');
  return value;
}
