/**
 * The plane of a decision map: the two features that span it, exact nearest-centroid regions, spread ellipses, axes. All
 * in standardised coordinates, where every border is a straight line, for logarithmic features too.
 *
 * @typedef {import('../service/contract.js').Feature} Feature
 * @typedef {import('../model/segmenter.js').Segmenter} Segmenter
 * @typedef {[number, number]} Point
 * @typedef {{index: number, feature: Feature, low: number, high: number}} Axis a feature and its standardised ends
 * @typedef {{rx: number, ry: number, degrees: number}} Ellipse half axes and the turn of the first
 */

import { standardise } from '../model/segmenter.js';

/** Share of a feature's range added at both ends of an axis. */
const MARGIN = 0.04;

/** Stands in for the second axis of a model with one feature. */
const NOTHING = { name: '', label: '', unit: '', min: 0, max: 1, step: 1, mean: 0.5, scale: 0.25, offset: null, fixed: false, day: null };

/** @param {Feature[]} features @param {number} index -1 for an axis without a feature @returns {Axis} */
export function axisOf(features, index) {
  const feature = features[index] ?? NOTHING;
  const [low, high] = [standardise(feature, feature.min), standardise(feature, feature.max)];
  const margin = (high - low) * MARGIN;
  return { index, feature, low: low - margin, high: high + margin };
}

/**
 * The two features in which each segment's centre lies farthest from the next one, on average.
 *
 * @param {Segmenter} segmenter
 * @returns {[number, number]} their places; -1 where there is no second
 */
export function bestPair({ model, centroids }) {
  const count = model.features.length;
  if (count < 2) return [0, -1];
  /** @type {[number, number]} */
  let best = [0, 1];
  let farthest = -1;
  for (let x = 0; count > 2 && x < count; x += 1) {
    for (let y = x + 1; y < count; y += 1) {
      const separation = separationIn(centroids, x, y);
      if (separation > farthest) [best, farthest] = [[x, y], separation];
    }
  }
  return best;
}

/**
 * The region of each segment in the plane of two features, the other features held at the customer's values.
 *
 * @param {Segmenter} segmenter
 * @param {Axis} x
 * @param {Axis} y
 * @param {readonly number[]} values the customer's
 * @returns {Point[][]} one convex polygon a segment, in the order of the model; empty where it has no region
 */
export function regions({ model, centroids }, x, y, values) {
  const point = model.features.map((feature, i) => standardise(feature, Number(values[i])));
  const sites = centroids.map((centroid) => ({
    at: /** @type {Point} */ ([centroid[x.index] ?? 0, centroid[y.index] ?? 0]),
    beyond: centroid.reduce((sum, value, i) =>
      i === x.index || i === y.index ? sum : sum + (Number(point[i]) - value) ** 2, 0),
  }));
  /** @type {Point[]} */
  const plane = [[x.low, y.low], [x.high, y.low], [x.high, y.high], [x.low, y.high]];
  return sites.map((site, i) => sites.reduce((polygon, other, j) => {
    if (i === j) return polygon;
    const normal = /** @type {Point} */ ([other.at[0] - site.at[0], other.at[1] - site.at[1]]);
    const limit = (squared(other.at) + other.beyond - squared(site.at) - site.beyond) / 2;
    if (normal[0] === 0 && normal[1] === 0) return limit > 0 || (limit === 0 && i < j) ? polygon : [];
    return clip(polygon, normal, limit);
  }, plane));
}

/**
 * The part of a convex polygon where normal . point <= limit.
 *
 * References: Sutherland, I. E., & Hodgman, G. W. (1974). Reentrant polygon clipping. Communications of the ACM 17(1).
 * https://doi.org/10.1145/360767.360802
 *
 * @param {Point[]} polygon @param {Point} normal @param {number} limit @returns {Point[]}
 */
export function clip(polygon, normal, limit) {
  const over = (/** @type {Point} */ point) => normal[0] * point[0] + normal[1] * point[1] - limit;
  return polygon.flatMap((point, i) => {
    const previous = /** @type {Point} */ (polygon.at(i - 1));
    const [from, to] = [over(previous), over(point)];
    const kept = to <= 0 ? [point] : [];
    if (from <= 0 === to <= 0) return kept;
    const t = from / (from - to);
    const cut = [previous[0] + t * (point[0] - previous[0]), previous[1] + t * (point[1] - previous[1])];
    return [/** @type {Point} */ (cut), ...kept];
  });
}

/**
 * The ellipse of a covariance matrix [[xx, xy], [xy, yy]]: half axes of one standard deviation.
 *
 * @param {number} xx @param {number} xy @param {number} yy @returns {Ellipse}
 */
export function ellipseOf(xx, xy, yy) {
  const middle = (xx + yy) / 2;
  const offset = Math.hypot((xx - yy) / 2, xy);
  return {
    rx: Math.sqrt(Math.max(0, middle + offset)),
    ry: Math.sqrt(Math.max(0, middle - offset)),
    degrees: (Math.atan2(2 * xy, xx - yy) / 2) * (180 / Math.PI),
  };
}

/** @param {Feature} feature @param {number} most @returns {number[]} round values within the feature's range */
export function ticks({ min, max, offset }, most) {
  if (offset === null) return linearTicks(min, max, most);
  const decades = Math.log10(max + offset) - Math.log10(min + offset);
  if (decades <= 1) return linearTicks(min, max, most);
  const ends = offset > 0 && min < offset ? [min] : []; // below the offset a logarithm has no room for round values
  return [...ends, ...logarithmicTicks(Math.max(min, offset), max, decades > most / 3 ? [1] : [1, 2, 5])];
}

/** @param {number} min @param {number} max @param {number[]} digits */
function logarithmicTicks(min, max, digits) {
  const first = Math.floor(Math.log10(min));
  const powers = Array.from({ length: Math.ceil(Math.log10(max)) - first + 1 }, (_, i) => 10 ** (first + i));
  const values = powers.flatMap((power) => digits.map((digit) => digit * power));
  return values.filter((value) => min <= value && value <= max);
}

/** @param {number} min @param {number} max @param {number} most */
function linearTicks(min, max, most) {
  const rough = (max - min) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * Number([1, 2, 5, 10].find((factor) => factor * power >= rough));
  const first = Math.ceil(min / step);
  const count = Math.floor(max / step) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** @param {number[][]} centroids @param {number} x @param {number} y */
function separationIn(centroids, x, y) {
  const points = centroids.map((centroid) => [Number(centroid[x]), Number(centroid[y])]);
  return points.reduce((sum, [a = 0, b = 0], i) => sum + Math.min(...points.map(([c = 0, d = 0], j) =>
    (i === j ? Infinity : Math.hypot(a - c, b - d)))), 0);
}

/** @param {Point} point */
function squared([x, y]) {
  return x * x + y * y;
}
