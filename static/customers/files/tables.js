/**
 * The files that are tables as the user's own: with segments, of those held back, of the rows without score.
 */

import { isHeldBack } from './control_group.js';
import { Segmenter, isValid, outOfRange } from '../../model/segmenter.js';
import { formatRow } from '../table/csv.js';
import { valuesIn } from '../table/members.js';
import { TextFile, scoredBlocks } from './text_file.js';
import { canBeFound, customerKey } from './networks.js';

/** What is said of a row, as `score` of training says it; columns of these names that a table has are replaced. */
const RESULTS = ['segment_id', 'segment', 'segment_name', 'runner_up', 'confidence', 'probability', 'borderline', 'typical',
  'incomplete', 'out_of_range', 'model'];
/** What the assignment says of a customer, in the words of training/targeting/assignment.py. */
const ASSIGNED = ['segment_id', 'segment', 'segment_name', 'campaign', 'group', 'findable', 'share', 'day'];

/**
 * @typedef {import('../table/scoring.js').Scoring} Scoring
 * @typedef {import('./text_file.js').Audience} Audience
 * @typedef {import('./text_file.js').Report} Report
 * @typedef {import('./text_file.js').ScoredRow} ScoredRow
 * @typedef {import('./text_file.js').Written} Written
 */

/**
 * The table as it came, with what was found behind its columns.
 * @param {Scoring} scoring
 * @param {AbortSignal} signal
 * @param {Report} report
 * @returns {Promise<Written>}
 */
export async function writeTable(scoring, signal, report) {
  const { file, line } = tableFile(scoring);
  for await (const rows of scoredBlocks(scoring, signal, report)) {
    for (const row of rows) file.add(line(row));
  }
  return file.written();
}

/**
 * The rows of the chosen segments that are held back, as they came, with what was found.
 * @param {Scoring} scoring
 * @param {Audience} audience
 * @param {AbortSignal} signal
 * @param {Report} report
 * @returns {Promise<Written>}
 */
export async function writeControl(scoring, audience, signal, report) {
  const { segments, share, campaign, contacts, fates } = audience;
  const { file, line } = tableFile(scoring);
  for await (const rows of scoredBlocks(scoring, signal, report, fates)) {
    for (const row of rows) {
      if (!row.allowed || !segments.includes(row.position)) continue;
      if (!isHeldBack(customerKey(row.cells, contacts), share, campaign)) continue;
      if (canBeFound(row.cells, contacts)) file.add(line(row));
    }
  }
  return file.written();
}

/**
 * Everyone in the chosen segments who may be written to, with their group: what `measure` of training takes after the
 * campaign.
 * @param {Scoring} scoring
 * @param {Audience} audience
 * @param {AbortSignal} signal
 * @param {Report} report
 * @returns {Promise<Written>}
 */
export async function writeAssignment(scoring, audience, signal, report) {
  const { table, model } = scoring;
  const { segments, share, campaign, contacts, fates } = audience;
  const own = table.titles.flatMap((title, column) => (ASSIGNED.includes(title) ? [] : [column]));
  const line = (/** @type {string[]} */ cells) => formatRow(cells, table.delimiter) + table.lineBreak;
  const file = new TextFile(beginning(scoring) + line([...own.map((column) => table.titles[column] ?? ''), ...ASSIGNED]));
  const day = new Date().toISOString().slice(0, 10);
  for await (const rows of scoredBlocks(scoring, signal, report, fates)) {
    for (const { cells, position, allowed } of rows) {
      const segment = model.segments[position];
      if (!segment || !allowed || !segments.includes(position)) continue;
      const group = isHeldBack(customerKey(cells, contacts), share, campaign) ? 'control' : 'treated';
      const findable = String(canBeFound(cells, contacts));
      file.add(line([...own.map((column) => cells[column] ?? ''), String(segment.id), segment.slug, segment.name, campaign,
        group, findable, String(share), day]));
    }
  }
  return file.written();
}

/**
 * Every row that was not scored: its line and why.
 * @param {Scoring} scoring
 * @param {(refusal: import('../table/batches.js').Refusal) => string} explain
 * @returns {Written}
 */
export function writeRefusals({ batches }, explain) {
  const file = new TextFile('line,reason\n');
  for (const refusal of batches.refusals) file.add(`${formatRow([String(refusal.line), explain(refusal)], ',')}\n`);
  return file.written();
}

/**
 * Cells beyond the header's stay behind the new ones, so that these stand under their titles.
 * @param {Scoring} scoring
 * @returns {{ file: TextFile, line: (row: ScoredRow) => string }} the file with its header, and the line of a row in it
 */
function tableFile(scoring) {
  const { table, model } = scoring;
  const segmenter = new Segmenter(model);
  const own = table.titles.flatMap((title, column) => (RESULTS.includes(title) ? [] : [column]));
  const lineOf = (/** @type {string[]} */ cells) => formatRow(cells, table.delimiter) + table.lineBreak;
  const titles = [...own.map((column) => table.titles[column] ?? ''), ...RESULTS];
  return {
    file: new TextFile(beginning(scoring) + lineOf(titles)),
    line({ cells, position }) {
      const said = results(segmenter, model.segments[position], valuesIn(scoring, cells));
      return lineOf([...own.map((column) => cells[column] ?? ''), ...said, ...cells.slice(table.titles.length)]);
    },
  };
}

/** @param {Pick<Scoring, 'table'>} scoring @returns {string} without it Excel takes UTF-8 for what the file was */
function beginning({ table }) {
  const { encoding, mark } = table.encoding;
  return mark || encoding !== 'utf-8' ? '\ufeff' : '';
}

/**
 * @param {Segmenter} segmenter
 * @param {import('../../service/contract.js').Segment | undefined} segment undefined where there is none
 * @param {number[]} values NaN where missing
 * @returns {string[]} what stands in `RESULTS`
 */
function results(segmenter, segment, values) {
  const { features, hash } = segmenter.model;
  const usable = features.every((feature, i) => Number.isNaN(values[i]) || isValid(feature, Number(values[i])));
  const outside = usable ? outOfRange(features, values).join(' ') : '';
  if (!segment) return [...Array(RESULTS.length - 2).fill(''), outside, hash];
  const { runnerUp, confidence, probability, borderline, typical } = segmenter.place(values);
  return [String(segment.id), segment.slug, segment.name, runnerUp.slug, String(confidence), String(probability),
    String(borderline), String(typical), String(values.some(Number.isNaN)), outside, hash];
}
