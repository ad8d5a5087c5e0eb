/**
 * The files that are tables as the user's own: with segments, of those held back, of the rows without score.
 */

import { isHeldBack } from './control_group.js';
import { Segmenter, isValid, outOfRange } from '../../model/segmenter.js';
import { formatCell, formatRow } from '../table/csv.js';
import { valuesIn } from '../table/members.js';
import { TextFile } from './text_file.js';
import { scoredBlocks } from '../table/scored_rows.js';
import { canBeFound } from './networks.js';
import { Person } from './person.js';

/** What is said of a row, as `score` of training says it; columns of these names that a table has are replaced. */
const RESULTS = ['segment_id', 'segment', 'segment_name', 'runner_up', 'confidence', 'probability', 'borderline', 'typical',
  'incomplete', 'out_of_range', 'model'];
/** What the assignment says of a customer, in the words of training/targeting/assignment.py. */
const ASSIGNED = ['segment_id', 'segment', 'segment_name', 'campaign', 'group', 'findable', 'share', 'day'];

/**
 * @typedef {import('../table/scoring.js').Scoring} Scoring
 * @typedef {import('./text_file.js').Audience} Audience
 * @typedef {import('./text_file.js').Report} Report
 * @typedef {import('../table/scored_rows.js').ScoredRow} ScoredRow
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
      const person = new Person(row.cells, contacts);
      if (isHeldBack(person.key, share, campaign) && canBeFound(person, contacts)) file.add(line(row));
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
      const person = new Person(cells, contacts);
      const group = isHeldBack(person.key, share, campaign) ? 'control' : 'treated';
      const findable = String(canBeFound(person, contacts));
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
  const own = table.titles.flatMap((title, column) => (RESULTS.includes(title) ? [] : [column]));
  const said = resultsOf(new Segmenter(model));
  const lineOf = (/** @type {readonly string[]} */ cells, /** @type {string[]} */ results) =>
    [...own.map((column) => formatCell(cells[column] ?? '')), ...results, ...cells.slice(table.titles.length).map(formatCell)]
      .join(table.delimiter) + table.lineBreak;
  return {
    file: new TextFile(beginning(scoring) + lineOf(table.titles, RESULTS)),
    line: ({ cells, position }) => lineOf(cells, said(position, valuesIn(scoring, cells))),
  };
}

/** @param {Pick<Scoring, 'table'>} scoring @returns {string} without it Excel takes UTF-8 for what the file was */
function beginning({ table }) {
  const { encoding, mark } = table.encoding;
  return mark || encoding !== 'utf-8' ? '\ufeff' : '';
}

/**
 * @param {Segmenter} segmenter
 * @returns {(position: number, values: number[]) => string[]} what stands in `RESULTS` of a customer in the segment at a
 *   position, or in none; values are NaN where missing
 */
function resultsOf(segmenter) {
  const { features, hash, segments } = segmenter.model;
  const names = segments.map(({ id, slug, name }) => [id, slug, name].map((text) => formatCell(String(text))));
  const none = Array(RESULTS.length - 2).fill('');
  return (position, values) => {
    const usable = features.every((feature, i) => Number.isNaN(values[i]) || isValid(feature, Number(values[i])));
    const outside = usable ? formatCell(outOfRange(features, values).join(' ')) : '';
    const segment = names[position];
    if (!segment) return [...none, outside, hash];
    const { runnerUp, confidence, probability, borderline, typical } = segmenter.place(values);
    return [...segment, formatCell(runnerUp.slug), String(confidence), String(probability), String(borderline),
      String(typical), String(values.some(Number.isNaN)), outside, hash];
  };
}
