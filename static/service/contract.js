/**
 * What the function answers, read field by field: the page draws only what it has understood.
 *
 * @typedef {{name: string, label: string, unit: string, min: number, max: number, step: number,
 *   mean: number, scale: number, offset: number | null, fixed: boolean, day: string | null}} Feature offset: the logarithm of
 *   value + offset, unless that is null; fixed: what nobody can change, such as age; day: that dates count to
 * @typedef {{id: number, slug: string, name: string, description: string, action: string, centroid: number[],
 *   size: number, share: number, spread: number[][], radius: number, firmness: number | null,
 *   value_share: number | null}} Segment
 * @typedef {'natural' | 'reproducible' | 'constructed' | null} Verdict
 * @typedef {{hash: string, features: Feature[], segments: Segment[], variance: number, warnings: string[],
 *   verdict: Verdict}} Model
 * @typedef {{feature: string, by: number, to: number}} Move
 * @typedef {{segment_id: number, alone: Move[], combined: Move[] | null}} Change the moves of one feature
 *   alone that lead to a segment, the smallest first, and the smallest of all features together
 * @typedef {{segment_id: number, segment_name: string, segment: string, confidence: number, probability: number,
 *   borderline: boolean, runner_up: {name: string, slug: string}, typical: boolean, out_of_range: string[],
 *   model: string, description: string, action: string, changes: Change[]}} Answer
 * @typedef {{title: string, detail: string, errors: {pointer: string, detail: string}[]}} Problem
 */

/** Most features and segments that a page can show, with room above what training makes. */
const MOST_FEATURES = 100;
const MOST_SEGMENTS = 100;
/** Longest of any list, but for the numbers of a batch. */
const LONGEST_LIST = 1000;
/** Longest name, and longest text, in characters. */
const LONGEST_NAME = 200;
const LONGEST_TEXT = 2000;
/** Largest magnitude of a value that the function takes: beyond it distances lose their meaning. */
export const LARGEST = 1e15;
/** Most standard deviations between the ends of a feature and its mean that a map can be drawn for. */
const WIDEST = 1e9;

/** @type {Verdict[]} */
const VERDICTS = ['natural', 'reproducible', 'constructed', null];

/** An answer that is not what the contract says; the message says where. */
export class ContractError extends Error {}

/** @param {unknown} json @returns {Model} the answer to GET /model */
export function readModel(json) {
  const { hash, features, segments, variance, warnings, verdict } = record(json, 'model');
  const model = {
    hash: text(hash, 'hash'),
    features: list(features, 'features', readFeature),
    segments: list(segments, 'segments', readSegment),
    variance: number(variance, 'variance'),
    warnings: list(warnings, 'warnings', text),
    verdict: readVerdict(verdict),
  };
  expect(within(model.features.length, 1, MOST_FEATURES), `features: expected 1 to ${MOST_FEATURES}`);
  expect(within(model.segments.length, 2, MOST_SEGMENTS), `segments: expected 2 to ${MOST_SEGMENTS}`);
  expect(distinct(model.features.map((feature) => feature.name)), 'features: expected each name only once');
  expect(distinct(model.segments.map((segment) => segment.id)), 'segments: expected each id only once');
  for (const segment of model.segments) checkSegment(segment, model.features);
  return model;
}

/** @param {unknown} json @returns {Verdict} */
function readVerdict(json) {
  const verdict = VERDICTS.find((word) => word === json);
  if (verdict === undefined) throw new ContractError('verdict: expected natural, reproducible, constructed or null');
  return verdict;
}

/** @param {unknown} json @returns {Answer} the answer to POST /segment */
export function readAnswer(json) {
  const answer = record(json, 'answer');
  const runnerUp = record(answer.runner_up, 'runner_up');
  return {
    segment_id: number(answer.segment_id, 'segment_id'),
    segment_name: text(answer.segment_name, 'segment_name'),
    segment: text(answer.segment, 'segment'),
    confidence: number(answer.confidence, 'confidence'),
    probability: number(answer.probability, 'probability'),
    borderline: flag(answer.borderline, 'borderline'),
    runner_up: { name: text(runnerUp.name, 'runner_up.name'), slug: text(runnerUp.slug, 'runner_up.slug') },
    typical: flag(answer.typical, 'typical'),
    out_of_range: list(answer.out_of_range, 'out_of_range', text),
    model: text(answer.model, 'model'),
    description: text(answer.description, 'description'),
    action: text(answer.action, 'action'),
    changes: list(answer.changes, 'changes', readChange),
  };
}

/** @param {unknown} json @returns {Problem} an RFC 9457 problem, as far as there is one */
export function readProblem(json) {
  const { title, detail, errors } = record(json, 'problem');
  return {
    title: text(title, 'title'),
    detail: text(detail ?? '', 'detail'),
    errors: list(errors ?? [], 'errors', (error, where) => {
      const { pointer, detail } = record(error, where);
      return { pointer: text(pointer, where), detail: text(detail, where) };
    }),
  };
}

/** @param {unknown} json @param {string} where @returns {Feature} */
function readFeature(json, where) {
  const { name: key, label, unit, min, max, step, mean, scale, offset, fixed, day } = record(json, where);
  const feature = {
    name: name(key, `${where}.name`),
    label: name(label, `${where}.label`),
    unit: name(unit, `${where}.unit`),
    min: number(min, `${where}.min`),
    max: number(max, `${where}.max`),
    step: number(step, `${where}.step`),
    mean: number(mean, `${where}.mean`),
    scale: number(scale, `${where}.scale`),
    offset: offset === null ? null : from(0, number(offset, `${where}.offset`), `${where}.offset`),
    fixed: flag(fixed, `${where}.fixed`),
    day: day === null ? null : name(day, `${where}.day`),
  };
  expect(feature.min < feature.max && feature.step > 0 && feature.scale > 0, `${where}: min, max, step or scale`);
  expect(hasLogarithm(feature, feature.min), `${where}.min: expected a value that has a logarithm`);
  for (const end of [feature.min, feature.max]) {
    const scaled = feature.offset === null ? end : Math.log(end + feature.offset);
    expect(Math.abs((scaled - feature.mean) / feature.scale) <= WIDEST, `${where}.scale`);
  }
  return feature;
}

/** @param {unknown} json @param {string} where @returns {Segment} */
function readSegment(json, where) {
  const { id, slug, name: title, description, action, centroid, size, share, spread, radius, firmness,
    value_share } = record(json, where);
  return {
    id: number(id, `${where}.id`),
    slug: name(slug, `${where}.slug`),
    name: name(title, `${where}.name`),
    description: text(description, `${where}.description`),
    action: text(action, `${where}.action`),
    centroid: list(centroid, `${where}.centroid`, number),
    size: from(0, number(size, `${where}.size`), `${where}.size`),
    share: from(0, number(share, `${where}.share`), `${where}.share`),
    spread: list(spread, `${where}.spread`, (row, place) => list(row, place, number)),
    radius: number(radius, `${where}.radius`),
    firmness: optional(firmness, `${where}.firmness`),
    value_share: optional(value_share, `${where}.value_share`),
  };
}

/** @param {Segment} segment @param {Feature[]} features */
function checkSegment(segment, features) {
  const { id, centroid, spread } = segment;
  const shaped = [centroid, spread, ...spread].every((row) => row.length === features.length);
  expect(shaped, `segment ${id}: expected one value per feature`);
  const logarithms = features.every((feature, i) => hasLogarithm(feature, Number(centroid[i])));
  expect(logarithms, `segment ${id}: expected values that have a logarithm`);
}

/** @param {Pick<Feature, 'offset'>} feature @param {number} value @returns {boolean} true where none is taken */
export function hasLogarithm({ offset }, value) {
  return offset === null || (offset > 0 ? value >= 0 : value > 0);
}

/** @param {unknown} json @param {string} where @returns {Change} */
function readChange(json, where) {
  const { segment_id, alone, combined } = record(json, where);
  return {
    segment_id: number(segment_id, `${where}.segment_id`),
    alone: list(alone, `${where}.alone`, readMove),
    combined: combined === null ? null : list(combined, `${where}.combined`, readMove),
  };
}

/** @param {unknown} json @param {string} where @returns {Move} */
function readMove(json, where) {
  const { feature, by, to } = record(json, where);
  return { feature: text(feature, where), by: number(by, where), to: number(to, where) };
}

/** @param {unknown} value @param {string} where @returns {Record<string, unknown>} */
export function record(value, where) {
  expect(typeof value === 'object' && value !== null && !Array.isArray(value), `${where}: expected an object`);
  return /** @type {Record<string, unknown>} */ (value);
}

/**
 * @template T
 * @param {unknown} value
 * @param {string} where
 * @param {(item: unknown, where: string) => T} read
 * @param {number} [longest]
 * @returns {T[]}
 */
export function list(value, where, read, longest = LONGEST_LIST) {
  if (!Array.isArray(value)) throw new ContractError(`${where}: expected a list`);
  expect(value.length <= longest, `${where}: expected at most ${longest} entries`);
  return value.map((item, i) => read(item, `${where}[${i}]`));
}

/** @param {unknown} value @param {string} where @param {number} longest in characters */
export function text(value, where, longest = LONGEST_TEXT) {
  if (typeof value !== 'string') throw new ContractError(`${where}: expected text`);
  expect(value.length <= longest, `${where}: expected at most ${longest} characters`);
  return value;
}

/** @param {unknown} value @param {string} where */
function name(value, where) {
  return text(value, where, LONGEST_NAME);
}

/** @param {unknown} value @param {string} where */
function optional(value, where) {
  return value === undefined || value === null ? null : number(value, where);
}

/** @param {number} least @param {number} value @param {string} where */
function from(least, value, where) {
  expect(value >= least, `${where}: expected ${least} or more`);
  return value;
}

/** @param {number} value @param {number} low @param {number} high */
function within(value, low, high) {
  return low <= value && value <= high;
}

/** @param {unknown} value @param {string} where */
export function number(value, where) {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new ContractError(`${where}: expected a number`);
  expect(Math.abs(value) <= LARGEST ** 2, `${where}: expected a smaller number`); // a spread is a square
  return value;
}

/** @param {unknown} value @param {string} where */
export function flag(value, where) {
  if (typeof value !== 'boolean') throw new ContractError(`${where}: expected true or false`);
  return value;
}

/** @param {(string | number)[]} values */
function distinct(values) {
  return new Set(values).size === values.length;
}

/** @param {boolean} condition @param {string} message */
function expect(condition, message) {
  if (!condition) throw new ContractError(message);
}
