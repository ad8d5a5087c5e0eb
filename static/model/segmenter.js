/**
 * The model's arithmetic, the same as the function's: what the page shows until the function has confirmed it.
 *
 * @typedef {import('../service/contract.js').Feature} Feature
 * @typedef {import('../service/contract.js').Segment} Segment
 * @typedef {import('../service/contract.js').Model} Model
 * @typedef {{segment: Segment, runnerUp: Segment, confidence: number, borderline: boolean, typical: boolean,
 *   outOfRange: string[]}} Placement
 */

import { LARGEST } from '../service/contract.js';

/** Below this confidence the second choice is nearly as good as the first. */
export const BORDERLINE = 0.6;

/** @param {Feature} feature @param {number} value @returns {number} standard deviations from the mean */
export function standardise(feature, value) {
  return ((feature.log ? Math.log(value) : value) - feature.mean) / feature.scale;
}

/** @param {Feature} feature @param {number} standardised @returns {number} the value in the feature's unit */
export function restore(feature, standardised) {
  const value = standardised * feature.scale + feature.mean;
  return feature.log ? Math.exp(value) : value;
}

/** @param {Feature} feature @param {number} value @returns {boolean} whether the function takes it */
export function isValid(feature, value) {
  return Math.abs(value) <= LARGEST && !(feature.log && value <= 0);
}

/** A model ready to place customers. */
export class Segmenter {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    /** standardised, in the order of the model's segments */
    this.centroids = model.segments.map((segment) => this.standardise(segment.centroid));
  }

  /** @param {readonly number[]} values one a feature, in its unit */
  standardise(values) {
    return this.model.features.map((feature, i) => standardise(feature, Number(values[i])));
  }

  /**
   * Place a customer in the nearest segment; of equals the first of the model's list.
   *
   * @param {readonly number[]} values one a feature, in its unit; above 0 where log
   * @returns {Placement}
   */
  place(values) {
    const { features, segments } = this.model;
    const point = this.standardise(values);
    const squares = this.centroids.map((centroid) => square(point, centroid));
    const [first, second] = twoSmallest(squares);
    const d1 = Math.sqrt(Number(squares[first]));
    const d2 = Math.sqrt(Number(squares[second]));
    const segment = /** @type {Segment} */ (segments[first]);
    const confidence = d2 / (d1 + d2);
    return {
      segment,
      runnerUp: /** @type {Segment} */ (segments[second]),
      confidence,
      borderline: confidence < BORDERLINE,
      typical: d1 <= segment.radius,
      outOfRange: features
        .filter((feature, i) => !(feature.min <= Number(values[i]) && Number(values[i]) <= feature.max))
        .map((feature) => feature.name),
    };
  }
}

/**
 * The squared distance, summed in the features' order as the function sums it: a customer on a border comes to the same
 * segment on both sides.
 *
 * @param {readonly number[]} a @param {readonly number[]} b
 */
function square(a, b) {
  return a.reduce((sum, value, i) => sum + (value - Number(b[i])) ** 2, 0);
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
