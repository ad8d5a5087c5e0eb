/**
 * The model's arithmetic, the same as the function's: what the page shows until the function has confirmed it. And the
 * positions of a feature's slider: its values in steps or, on a logarithmic scale, an even number of factors.
 *
 * @typedef {import('../service/contract.js').Feature} Feature
 * @typedef {import('../service/contract.js').Segment} Segment
 * @typedef {import('../service/contract.js').Model} Model
 * @typedef {{segment: Pick<Segment, 'id' | 'name' | 'description' | 'action'>, runnerUp: {name: string},
 *   confidence: number, probability: number, borderline: boolean, typical: boolean, outOfRange: string[]}} Placement
 *   what both the page's own arithmetic and the function say of a customer
 */

import { LARGEST, hasLogarithm } from '../service/contract.js';

/** Below these log-odds an answer is borderline: its segment is less than four times as likely as the second choice. */
const BORDERLINE = Math.log(4);

/** Positions of a logarithmic slider, ends included or not: 0 to this. */
const POSITIONS = 200;

/** @param {Feature} feature @param {number} value @returns {number} standard deviations from the mean */
export function standardise(feature, value) {
  const scaled = feature.offset === null ? value : Math.log(value + feature.offset);
  return (scaled - feature.mean) / feature.scale;
}

/** @param {Feature} feature @param {number} standardised @returns {number} the value in the feature's unit */
export function restore(feature, standardised) {
  const value = standardised * feature.scale + feature.mean;
  return feature.offset === null ? value : Math.max(Math.exp(value) - feature.offset, feature.offset ? 0 : Number.MIN_VALUE);
}

/** @param {Feature} feature @param {number} value @returns {boolean} whether the function takes it */
export function isValid(feature, value) {
  return Math.abs(value) <= LARGEST && hasLogarithm(feature, value);
}

/** @param {readonly Feature[]} features @param {readonly number[]} values @returns {string[]} whose values the model has not seen */
export function outOfRange(features, values) {
  const outside = features.filter(({ min, max }, i) => Number(values[i]) < min || Number(values[i]) > max);
  return outside.map(({ name }) => name);
}

/** @param {number} features how many @returns {number} how many of their values a customer may lack: half */
export function mostGaps(features) {
  return Math.floor(features / 2);
}

/** @param {Feature} feature @returns {{min: number, max: number, step: number}} of the slider element */
export function scaleOf({ min, max, step, offset }) {
  return offset === null ? { min, max, step } : { min: 0, max: POSITIONS, step: 1 };
}

/** @param {Feature} feature @param {number} value @returns {number} the slider's position */
export function toPosition({ min, max, offset }, value) {
  if (offset === null) return value;
  return (POSITIONS * Math.log((value + offset) / (min + offset))) / Math.log((max + offset) / (min + offset));
}

/** @param {Feature} feature @param {number} position @returns {number} the value */
export function fromPosition(feature, position) {
  const { min, offset } = feature;
  return offset === null ? position : snapped(feature, (min + offset) * factor(feature, offset) ** position - offset);
}

/** @param {Feature} feature @returns {boolean} whether it counts something, such as orders, or is in whole numbers anyway */
export function isWhole({ min, max, step }) {
  return [min, max, step].every(Number.isInteger);
}

/** @param {Feature} feature @param {number} value @returns {number} the nearest value that the slider can give */
export function snapped(feature, value) {
  const { min, max, step, offset } = feature;
  const near = Number(offset === null ? (min + Math.round((value - min) / step) * step).toPrecision(12) : value.toPrecision(3));
  return Math.min(max, Math.max(min, isWhole(feature) ? Math.round(near) : near));
}

/**
 * @param {Feature} feature @param {number} value @param {number} steps
 * @returns {number} the value so many steps on; where these are finer than the values that the slider can give, the next one
 */
export function stepped(feature, value, steps) {
  const { offset, step } = feature;
  if (offset === null) return snapped(feature, value + steps * step);
  const way = Math.sign(steps);
  const next = snapped(feature, (value + offset) * factor(feature, offset) ** steps - offset);
  if ((next - value) * way > 0) return next;
  const least = isWhole(feature) ? 1 : 10 ** (Math.floor(Math.log10(value || step)) - 2);
  return snapped(feature, (Math.floor((value * way) / least + 1e-9) + 1) * least * way);
}

/** A model ready to place customers. */
export class Segmenter {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    /** standardised, in the order of the model's segments */
    this.centroids = model.segments.map((segment) => this.standardise(segment.centroid));
  }

  /** @param {readonly number[]} values one per feature, in its unit */
  standardise(values) {
    return this.model.features.map((feature, i) => standardise(feature, Number(values[i])));
  }

  /**
   * Place a customer in the nearest segment; ties go to the first of the model's list.
   *
   * @param {readonly number[]} values one per feature, in its unit; NaN where it is missing, as at most half are
   * @returns {Placement & {segment: Segment, runnerUp: Segment}}
   */
  place(values) {
    const { features, segments, variance } = this.model;
    const point = this.standardise(values);
    const squares = this.centroids.map((centroid) => square(point, centroid));
    const [first, second] = twoSmallest(squares);
    const [nearest, next] = [Number(squares[first]), Number(squares[second])];
    const [d1, d2] = [Math.sqrt(nearest), Math.sqrt(next)];
    const logOdds = (next - nearest) / (2 * variance);
    const segment = /** @type {Segment} */ (segments[first]);
    return {
      segment,
      runnerUp: /** @type {Segment} */ (segments[second]),
      confidence: d2 > 0 ? d2 / (d1 + d2) : 0.5,
      probability: 1 / (1 + Math.exp(-logOdds)),
      borderline: logOdds < BORDERLINE,
      typical: d1 <= segment.radius,
      outOfRange: outOfRange(features, values),
    };
  }
}

/**
 * The squared distance, summed in the features' order as the function sums it: a customer on a border comes to the same
 * segment on both sides. A coordinate that is missing is skipped.
 *
 * @param {readonly number[]} a @param {readonly number[]} b
 */
export function square(a, b) {
  return a.reduce((sum, value, i) => {
    const difference = value - Number(b[i]);
    return Number.isNaN(value) ? sum : sum + difference * difference;
  }, 0);
}

/** @param {readonly number[]} values at least two @returns {[number, number]} the places of the two smallest */
function twoSmallest(values) {
  let first = 0;
  let second = -1;
  values.forEach((value, i) => {
    if (i === 0) return;
    if (value < Number(values[first])) [first, second] = [i, first];
    else if (second < 0 || value < Number(values[second])) second = i;
  });
  return [first, second];
}

/** @param {Feature} feature @param {number} offset @returns {number} between two positions of a logarithmic slider */
function factor({ min, max }, offset) {
  return ((max + offset) / (min + offset)) ** (1 / POSITIONS);
}
