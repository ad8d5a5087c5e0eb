/**
 * What would change a customer's segment, as the function works it out: for models that the function does not have.
 *
 * Along one feature the squared distances to two centroids differ by a straight line, so the first border crossed has a
 * closed form. The smallest move of all features together ends at the point of the other segment's cell that is nearest to
 * the customer. Features that nobody can change stay as they are in both.
 *
 * @typedef {import('../service/contract.js').Change} Change
 * @typedef {import('../service/contract.js').Move} Move
 * @typedef {import('./segmenter.js').Segmenter} Segmenter
 * @typedef {import('./projection.js').HalfSpace} HalfSpace
 * @typedef {ReturnType<typeof axisOf>} Axis
 * @typedef {{values: readonly number[], point: number[], squares: number[], order: number[], size: number}} Place where a
 *   customer is: standardised, squared distances to the centroids, the segments' positions, nearest first, and 1 + the
 *   largest coordinate of the point and the ranges
 */

import { smallestMove } from './projection.js';
import { restore, square, standardise } from './segmenter.js';

/** Most other segments answered for, the nearest first. */
const MOST = 12;
/** How far past a border a move ends, in standard deviations: on the border itself the first segment would win. */
const BEYOND = 1e-9;
/** How far outside a half-space a point may lie and count as inside, relative to 1 + its largest coordinate. */
const TOLERANCE = 1e-12;
/** How near the edge of a range a move is taken to end on it, relative to 1 + the edge, in standard deviations. */
const ROUNDING = 1e-12;

/**
 * @param {Segmenter} segmenter @param {readonly number[]} values the customer's, none missing
 * @returns {Change[]} nearest segment first
 */
export function changesOf(segmenter, values) {
  const { features, segments } = segmenter.model;
  const axes = features.map(axisOf).filter(({ feature }) => !feature.fixed);
  const place = placeOf(segmenter, values);
  const alone = movesAlone(segmenter, axes, place);
  return place.order.slice(1, MOST + 1).map((target) => ({
    segment_id: Number(segments[target]?.id),
    alone: alone.filter((way) => way.target === target).map(({ move }) => move),
    combined: movesTogether(segmenter, axes, place, target),
  }));
}

/** @param {import('../service/contract.js').Feature} feature @param {number} number its position in the model */
function axisOf(feature, number) {
  return { feature, number, low: standardise(feature, feature.min), high: standardise(feature, feature.max) };
}

/** @param {Segmenter} segmenter @param {readonly number[]} values @returns {Place} */
function placeOf(segmenter, values) {
  const point = segmenter.standardise(values);
  const squares = segmenter.centroids.map((centroid) => square(point, centroid));
  const order = [...squares.keys()].sort((a, b) => at(squares, a) - at(squares, b));
  const ends = segmenter.model.features.flatMap((feature) => [standardise(feature, feature.min), standardise(feature, feature.max)]);
  return { values, point, squares, order, size: 1 + Math.max(...[...point, ...ends].map(Math.abs)) };
}

/**
 * @param {Segmenter} segmenter @param {Axis[]} axes @param {Place} place
 * @returns {{target: number, move: Move}[]} the moves of one feature alone, with the segment that each enters first, the
 *   smallest in standard deviations first
 */
function movesAlone(segmenter, axes, place) {
  const ways = axes.flatMap((axis) => [1, -1].flatMap((sign) => {
    const start = at(place.point, axis.number);
    const { distance, target } = firstBorder(segmenter, axis, sign, place);
    const end = start + sign * (distance + BEYOND);
    const reached = axis.low <= end && end <= axis.high ? end : edgeIn(segmenter, axis, end, place, target);
    if (reached === null) return [];
    return [{ target, length: Math.abs(reached - start), move: moveTo(axis, at(place.values, axis.number), reached) }];
  }));
  return ways.sort((a, b) => a.length - b.length);
}

/**
 * The first border crossed up or down a feature. Moved by t, the squared distances to the own centroid and to another
 * differ by what they do now, less 2 * gap * t. Where several borders are crossed at once, the largest gap wins.
 *
 * @param {Segmenter} segmenter @param {Axis} axis @param {number} sign 1 for up, -1 for down @param {Place} place
 * @returns {{distance: number, target: number}} how far away, Infinity if there is none, and the segment beyond
 */
function firstBorder({ centroids }, { number }, sign, { squares, order }) {
  const own = at(order, 0);
  const home = centroids[own]?.[number] ?? 0;
  let [distance, target, widest] = [Infinity, own, 0];
  for (const [other, centroid] of centroids.entries()) {
    const gap = 2 * sign * (at(centroid, number) - home);
    const way = (at(squares, other) - at(squares, own)) / gap;
    if (gap > 0 && (way < distance || (way === distance && gap > widest))) [distance, target, widest] = [way, other, gap];
  }
  return { distance, target };
}

/**
 * A customer who is out of range may reach a segment before the range: then the move goes on to the range's edge, if that
 * is still in the segment.
 *
 * @param {Segmenter} segmenter @param {Axis} axis @param {number} reached @param {Place} place @param {number} target
 * @returns {number | null} where a move that ends out of the range can end instead
 */
function edgeIn(segmenter, { number, low, high }, reached, { point }, target) {
  const start = at(point, number);
  const edge = start > reached && reached > high ? high : start < reached && reached < low ? low : null;
  return edge !== null && nearest(segmenter, point.with(number, edge)) === target ? edge : null;
}

/**
 * @param {Segmenter} segmenter @param {Axis[]} axes @param {Place} place @param {number} target
 * @returns {Move[] | null} the moves to the nearest point within a segment; null if no part of it is within the ranges
 */
function movesTogether(segmenter, axes, place, target) {
  const { point, values, size } = place;
  const halfSpaces = cellOf(segmenter, axes, place, target);
  const shifts = halfSpaces && smallestMove(halfSpaces, TOLERANCE * size);
  if (!shifts) return null;
  const steps = axes.map((axis, i) => ({ axis, reached: at(point, axis.number) + at(shifts, i) }));
  const longerThan = (/** @type {number} */ least) => steps.filter((_, i) => Math.abs(at(shifts, i)) > least);
  // a step shorter than the way past a border is none, unless the customer stands on a third segment's border
  const seen = longerThan(BEYOND);
  const end = seen.reduce((next, { axis, reached }) => next.with(axis.number, reached), point);
  return (nearest(segmenter, end) === target ? seen : longerThan(0)).map(({ axis, reached }) => moveTo(axis, at(values, axis.number), reached));
}

/**
 * @param {Segmenter} segmenter @param {Axis[]} axes the features that may change @param {Place} place @param {number} target
 * @returns {HalfSpace[] | null} of a segment's cell within the features' ranges, widened to hold the customer; null if no
 *   change of these features leads there
 */
function cellOf({ centroids }, axes, { point, squares, size }, target) {
  const home = centroids[target] ?? [];
  const halfSpaces = walls(axes, point);
  for (const [other, centroid] of centroids.entries()) {
    if (other === target) continue;
    const away = axes.map(({ number }) => at(centroid, number) - at(home, number));
    const length = Math.hypot(...away);
    const nearer = at(squares, target) - at(squares, other);
    if (length > 0) halfSpaces.push({ normal: away.map((gap) => gap / length), excess: nearer / (2 * length) + BEYOND * size });
    else if (nearer > 0 || (nearer === 0 && other < target)) return null; // wherever these features are moved to
  }
  return halfSpaces;
}

/** @param {Axis[]} axes @param {number[]} point @returns {HalfSpace[]} */
function walls(axes, point) {
  return axes.flatMap(({ number, low, high }, place) => {
    const along = (/** @type {number} */ sign) => axes.map((_, i) => (i === place ? sign : 0));
    const value = at(point, number);
    return [{ normal: along(1), excess: Math.min(value - high, 0) }, { normal: along(-1), excess: Math.min(low - value, 0) }];
  });
}

/** @param {Segmenter} segmenter @param {number[]} point @returns {number} the position of the nearest segment */
function nearest({ centroids }, point) {
  const squares = centroids.map((centroid) => square(point, centroid));
  return squares.indexOf(Math.min(...squares));
}

/**
 * @param {Axis} axis @param {number} value where the move begins, in the feature's unit
 * @param {number} reached where it ends, in standard deviations
 * @returns {Move} in the feature's unit, never past the range by a rounding
 */
function moveTo({ feature, low, high }, value, reached) {
  const near = (/** @type {number} */ edge) => Math.abs(reached - edge) <= ROUNDING * (1 + Math.abs(edge));
  const { name, min, max } = feature;
  const [least, most] = near(low) ? [min, min] : near(high) ? [max, max]
    : low < reached && reached < high ? [min, max] : [Math.min(min, value), Math.max(max, value)];
  const to = Math.min(most, Math.max(least, restore(feature, reached)));
  return { feature: name, by: to - value, to };
}

/** @param {readonly number[]} numbers @param {number} place one of theirs */
function at(numbers, place) {
  return /** @type {number} */ (numbers[place]);
}
