/**
 * What the training service says of a campaign and of movement, read field by field: the page shows only what it has
 * understood. Names are those of training/README.md.
 *
 * @typedef {{ estimate: number, low: number, high: number }} Interval 95 %
 * @typedef {{ customers: number, buyers: number, rate: number, revenue: number }} Group revenue a customer
 * @typedef {{ name: string, treated: Group, control: Group, points: Interval, p: number, told: boolean, buyers: Interval,
 *   revenue: Interval | null, revenueP: number | null, sentence: string, revenueSentence: string }} Effect
 *   `points` is the difference of the shares of buyers, 0 to 1, `told` whether it is beyond chance, `buyers` how many more
 *   bought, `revenue` how much more a customer brought, null with too few buyers
 * @typedef {{ campaign: string, from: string, to: string, share: number, notFindable: number, ratioP: number, cap: number,
 *   all: Effect, segments: Effect[], notes: string[], report: string }} Outcome
 * @typedef {{ from: string, to: string, there: number, back: number, net: number, p: number, significant: boolean }} Flow
 *   between the segments of two slugs
 * @typedef {{ then: number[][], now: number[][], expected: number[][] }} Value by segment then, then by segment now
 * @typedef {{ sentences: string[], segments: { id: number, slug: string, name: string }[], matrix: number[][],
 *   lost: number[], gained: number[], noSegment: { then: number, now: number }, kept: (number | null)[], moved: number,
 *   nearBorder: number, flows: Flow[], value: Value | null, notes: string[], report: string, movers: string }} Movement
 */

import { ContractError, flag, list, number, record, text } from '../../../service/contract.js';

/** Most pairs of segments: of fifty, the most that training makes. */
const MOST_FLOWS = 50 * 49 / 2;
/** Longest report and list of movers, in characters. */
const LONGEST_FILE = 2 ** 28;

/** @param {unknown} json @returns {Outcome} of POST /measure */
export function readOutcome(json) {
  const result = record(json, 'result');
  const window = record(result['window'], 'window');
  return {
    campaign: text(result['campaign'], 'campaign'),
    from: text(window['from'], 'window.from'),
    to: text(window['to'], 'window.to'),
    share: number(result['share'], 'share'),
    notFindable: number(result['not_findable'], 'not_findable'),
    ratioP: number(result['sample_ratio_p'], 'sample_ratio_p'),
    cap: number(result['revenue_cap'], 'revenue_cap'),
    all: readEffect(result['all'], 'all'),
    segments: list(result['segments'], 'segments', readEffect),
    notes: list(result['notes'], 'notes', text),
    report: file(result['report'], 'report'),
  };
}

/** @param {unknown} json @param {string} where @returns {Effect} */
function readEffect(json, where) {
  const effect = record(json, where);
  return {
    name: text(effect['name'], `${where}.name`),
    treated: readGroup(effect['treated'], `${where}.treated`),
    control: readGroup(effect['control'], `${where}.control`),
    points: readInterval(effect['rate_difference'], `${where}.rate_difference`),
    p: number(effect['rate_p'], `${where}.rate_p`),
    told: flag(effect['told_apart'], `${where}.told_apart`),
    buyers: readInterval(effect['extra_buyers'], `${where}.extra_buyers`),
    revenue: orNull(effect['revenue_difference'], `${where}.revenue_difference`, readInterval),
    revenueP: orNull(effect['revenue_p'], `${where}.revenue_p`, number),
    sentence: text(effect['sentence'], `${where}.sentence`),
    revenueSentence: text(effect['revenue_sentence'], `${where}.revenue_sentence`),
  };
}

/** @param {unknown} json @param {string} where @returns {Group} */
function readGroup(json, where) {
  const { customers, buyers, rate, revenue } = record(json, where);
  return {
    customers: number(customers, `${where}.customers`),
    buyers: number(buyers, `${where}.buyers`),
    rate: number(rate, `${where}.rate`),
    revenue: number(revenue, `${where}.revenue`),
  };
}

/** @param {unknown} json @param {string} where @returns {Interval} */
function readInterval(json, where) {
  const { estimate, low, high } = record(json, where);
  return {
    estimate: number(estimate, `${where}.estimate`),
    low: number(low, `${where}.low`),
    high: number(high, `${where}.high`),
  };
}

/** @param {unknown} json @returns {Movement} of POST /movement */
export function readMovement(json) {
  const result = record(json, 'result');
  const segments = list(result['segments'], 'segments', readSegment);
  const noSegment = record(result['no_segment'], 'no_segment');
  const { length } = segments;
  return {
    sentences: list(result['sentences'], 'sentences', text),
    segments,
    matrix: matrix(result['matrix'], 'matrix', length),
    lost: row(result['lost'], 'lost', length),
    gained: row(result['new'], 'new', length),
    noSegment: { then: number(noSegment['then'], 'no_segment.then'), now: number(noSegment['now'], 'no_segment.now') },
    kept: list(result['kept'], 'kept', (share, where) => orNull(share, where, number)),
    moved: number(result['moved'], 'moved'),
    nearBorder: number(result['near_border'], 'near_border'),
    flows: list(result['flows'], 'flows', (flow, where) => readFlow(flow, where, segments), MOST_FLOWS),
    value: orNull(result['value'], 'value', (value, where) => readValue(value, where, length)),
    notes: list(result['notes'], 'notes', text),
    report: file(result['report'], 'report'),
    movers: file(result['movers'], 'movers'),
  };
}

/** @param {unknown} json @param {string} where */
function readSegment(json, where) {
  const { id, slug, name } = record(json, where);
  return { id: number(id, `${where}.id`), slug: text(slug, `${where}.slug`), name: text(name, `${where}.name`) };
}

/** @param {unknown} json @param {string} where @param {{ slug: string }[]} segments @returns {Flow} */
function readFlow(json, where, segments) {
  const { from, to, there, back, net, p, significant } = record(json, where);
  for (const slug of [from, to]) {
    if (!segments.some((segment) => segment.slug === slug)) throw new ContractError(`${where}: expected a segment`);
  }
  return {
    from: text(from, `${where}.from`),
    to: text(to, `${where}.to`),
    there: number(there, `${where}.there`),
    back: number(back, `${where}.back`),
    net: number(net, `${where}.net`),
    p: number(p, `${where}.p`),
    significant: flag(significant, `${where}.significant`),
  };
}

/** @param {unknown} json @param {string} where @param {number} length @returns {Value} */
function readValue(json, where, length) {
  const { then, now, expected } = record(json, where);
  return {
    then: matrix(then, `${where}.then`, length),
    now: matrix(now, `${where}.now`, length),
    expected: matrix(expected, `${where}.expected`, length),
  };
}

/** @param {unknown} json @param {string} where @param {number} length */
function matrix(json, where, length) {
  const rows = list(json, where, (cells, place) => row(cells, place, length));
  if (rows.length !== length) throw new ContractError(`${where}: expected ${length} rows`);
  return rows;
}

/** @param {unknown} json @param {string} where @param {number} length */
function row(json, where, length) {
  const cells = list(json, where, number);
  if (cells.length !== length) throw new ContractError(`${where}: expected ${length} numbers`);
  return cells;
}

/** @param {unknown} json @param {string} where */
function file(json, where) {
  if (typeof json !== 'string' || json.length > LONGEST_FILE) throw new ContractError(`${where}: expected a file's text`);
  return json;
}

/**
 * @template T
 * @param {unknown} json
 * @param {string} where
 * @param {(json: unknown, where: string) => T} read
 * @returns {T | null}
 */
function orNull(json, where, read) {
  return json === null ? null : read(json, where);
}
