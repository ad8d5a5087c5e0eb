/**
 * What a decision map shows behind the customer: regions, axes, spread, centroids with their names.
 *
 * @typedef {import('./geometry.js').Axis} Axis
 * @typedef {import('../service/contract.js').Segment} Segment
 * @typedef {import('../model/segmenter.js').Segmenter} Segmenter
 * @typedef {import('./geometry.js').Point} Point
 * @typedef {{cx: number, cy: number, r: number}} Mark the circle of a centroid
 * @typedef {{position: number, values: number[]}} Dot a customer: the segment's place in the model, and values
 * @typedef {{width: number, height: number}} Size in pixels
 * @typedef {{left: number, top: number, right: number, bottom: number}} Box in pixels
 * @typedef {{area: Box, x: Axis, y: Axis, across: (z: number) => number, down: (z: number) => number,
 *   numbered: boolean, crowded: Set<number>}} Frame where a standardised coordinate falls on the screen; numbered: there is no
 *   room for names; crowded: places of the segments that have no room for a number either
 */

import { formatPercent, formatTick, isolated, shape, title, visible } from '../ui/dom.js';
import { ellipseOf, regions, ticks } from './geometry.js';
import { standardise } from '../model/segmenter.js';

/** Standard deviations from the centroid to the drawn ellipse. */
const SPREAD = 2;

/** Size and weight of the texts in the map, as in style.css. */
const FONT = /** @type {const} */ ([13, 600]);

/** Widest name written into the map, in pixels. */
const WIDEST = 210;

/** Radius of a centroid: at least so much, with a number in it, and where another's number stands. */
const [RADIUS, NUMBER_RADIUS, CROWDED_RADIUS] = [3, 10, 4];

/** Of more segments only the spread of the customer's, and of the one that is pointed at, is drawn. */
const MANY = 12;

/** Measures texts. */
const context = /** @type {CanvasRenderingContext2D} */ (document.createElement('canvas').getContext('2d'));

/** @param {Size} size @param {Axis} x @param {Axis} y @param {Segmenter} segmenter @returns {Frame} */
export function frameOf({ width, height }, x, y, segmenter) {
  const [top, bottom] = [8, height - 46];
  const labels = rowsOf(y, top, bottom).map((value) => widthOf(formatTick(value), ...FONT));
  const area = { left: y.index < 0 ? 16 : Math.max(52, 30 + Math.ceil(Math.max(...labels))), top, right: width - 8, bottom };
  /** @type {Frame} */
  const frame = {
    area, x, y,
    across: (/** @type {number} */ z) => area.left + ((z - x.low) / (x.high - x.low)) * (area.right - area.left),
    down: (/** @type {number} */ z) => area.bottom - ((z - y.low) / (y.high - y.low)) * (area.bottom - area.top),
    numbered: false,
    crowded: new Set(),
  };
  const sightsIn = (/** @type {Frame} */ drawn) =>
    segmenter.model.segments.map((segment, i) => ({ segment, mark: markOf(segmenter, drawn, i) }));
  const named = sightsIn(frame);
  if (placeNames(named, named.map(({ mark }) => mark), area).length === named.length) return frame;
  const numbered = { ...frame, numbered: true };
  return { ...numbered, crowded: crowdedIn(sightsIn(numbered)) };
}

/**
 * @param {Segmenter} segmenter
 * @param {Frame} frame
 * @param {readonly number[]} values the customer's: where the plane cuts the other features
 * @param {Map<number, number>} colours
 * @returns {SVGElement[]} a segment without a region in this plane is a hollow point without a name
 */
export function plot(segmenter, frame, values, colours) {
  const { segments } = segmenter.model;
  const polygons = regions(segmenter, frame.x, frame.y, values);
  const sights = segments.map((segment, i) => ({
    segment,
    polygon: polygons[i] ?? [],
    mark: markOf(segmenter, frame, i),
    paint: { 'data-colour': colours.get(segment.id) ?? 0, 'data-segment': segment.id },
  }));
  const shown = sights.filter(({ polygon }) => polygon.length > 0);
  const [points, circles] = [sights.filter((_, i) => frame.crowded.has(i)), sights.filter((_, i) => !frame.crowded.has(i))];
  const spread = segments.length > MANY ? 'spread many' : 'spread';
  return [
    shape('g', {}, ...shown.map(({ polygon, paint }) =>
      shape('polygon', { class: 'region', ...paint, points: pointsOf(frame, polygon) }))),
    axes(frame),
    shape('g', { 'clip-path': 'url(#map-area)' }, ...shown.map(({ segment, mark, paint }) =>
      shape('ellipse', { class: spread, ...paint, ...spreadOf(segment, frame, mark) }))),
    shape('g', {}, ...[...points, ...circles].map(({ segment, polygon, mark, paint }) =>
      shape('circle', { class: polygon.length > 0 ? 'centroid' : 'centroid elsewhere', ...paint, ...mark },
        shape('title', {}, `${isolated(segment.name)}: ${formatPercent(segment.share)} of customers`)))),
    shape('g', {}, ...(frame.numbered ? circles.map((sight) => numberOf(sight, sights.indexOf(sight)))
      : placeNames(shown, sights.map(({ mark }) => mark), frame.area))),
  ];
}

/**
 * @param {Segmenter} segmenter @param {Frame} frame @param {Dot[]} dots @param {Map<number, number>} colours
 * @returns {SVGPathElement[]} a path a segment: strokes without length, whose round ends are points
 */
export function sampled({ model }, { x, y, across, down }, dots, colours) {
  return model.segments.map(({ id }, position) => {
    const points = dots.filter((dot) => dot.position === position).map(({ values }) => {
      const at = (/** @type {Axis} */ { index, feature }) => (index < 0 ? 0 : standardise(feature, Number(values[index])));
      return `M${across(at(x)).toFixed(1)} ${down(at(y)).toFixed(1)}h0`;
    });
    return shape('path', { 'data-colour': colours.get(id) ?? 0, d: points.join('') });
  });
}

/** @param {Frame} frame @param {Point[]} polygon */
function pointsOf({ across, down }, polygon) {
  return polygon.map(([x, y]) => `${across(x).toFixed(1)},${down(y).toFixed(1)}`).join(' ');
}

/** @param {Segmenter} segmenter @param {Frame} frame @param {number} i @returns {Mark} */
function markOf({ model, centroids }, { x, y, across, down, numbered, crowded }, i) {
  const share = Number(model.segments[i]?.share);
  return {
    cx: across(centroids[i]?.[x.index] ?? 0),
    cy: down(centroids[i]?.[y.index] ?? 0),
    r: crowded.has(i) ? CROWDED_RADIUS : Math.max(numbered ? NUMBER_RADIUS : RADIUS, 20 * Math.sqrt(share)),
  };
}

/**
 * @param {{segment: Segment, mark: Mark}[]} sights with room for a number in each circle
 * @returns {Set<number>} places of those whose circle would cover that of a larger segment
 */
function crowdedIn(sights) {
  /** @type {Mark[]} */
  const kept = [];
  /** @type {Set<number>} */
  const crowded = new Set();
  for (const sight of bySize(sights)) {
    const { cx, cy, r } = sight.mark;
    if (kept.some((other) => Math.hypot(cx - other.cx, cy - other.cy) < r + other.r)) crowded.add(sights.indexOf(sight));
    else kept.push(sight.mark);
  }
  return crowded;
}

/** @template {{segment: Segment}} T @param {T[]} sights @returns {T[]} the largest segments first */
function bySize(sights) {
  return [...sights].sort((a, b) => b.segment.share - a.segment.share);
}

/** @param {{mark: Mark, polygon: Point[], paint: Record<string, number>}} sight @param {number} i its place in the model */
function numberOf({ mark: { cx, cy }, polygon, paint }, i) {
  const kind = polygon.length > 0 ? 'number' : 'number elsewhere';
  return shape('text', { class: kind, ...paint, x: cx, y: cy + 4.5, 'text-anchor': 'middle' }, String(i + 1));
}

/** @param {Segment} segment @param {Frame} frame @param {Mark} mark */
function spreadOf({ spread }, { x, y, across, down }, { cx, cy }) {
  const [wide, high] = [across(1 / x.feature.scale) - across(0), down(1 / y.feature.scale) - down(0)];
  const covariance = (/** @type {Axis} */ a, /** @type {Axis} */ b) => spread[a.index]?.[b.index] ?? 0;
  const flat = y.index < 0 ? 1 : 0;
  const { rx, ry, degrees } =
    ellipseOf(covariance(x, x) * wide ** 2, covariance(x, y) * wide * high, covariance(y, y) * high ** 2 + flat);
  return { cx, cy, rx: rx * SPREAD, ry: ry * SPREAD, transform: `rotate(${degrees} ${cx} ${cy})` };
}

/** @param {Axis} y @param {number} top @param {number} bottom @returns {number[]} the values beside the map */
function rowsOf({ index, feature }, top, bottom) {
  return index < 0 ? [] : ticks(feature, (bottom - top) / 50);
}

/** @param {Frame} frame */
function axes({ area, x, y, across, down }) {
  const bottom = ticks(x.feature, (area.right - area.left) / 80).map((value) => {
    const at = across(standardise(x.feature, value));
    return shape('g', { class: 'tick' }, line(at, area.top, at, area.bottom),
      label(at, area.bottom + 17, 'middle', formatTick(value)));
  });
  const left = rowsOf(y, area.top, area.bottom).map((value) => {
    const at = down(standardise(y.feature, value));
    return shape('g', { class: 'tick' }, line(area.left, at, area.right, at),
      label(area.left - 8, at + 4, 'end', formatTick(value)));
  });
  const [center, middle] = [(area.left + area.right) / 2, (area.top + area.bottom) / 2];
  const name = { class: 'axis', 'text-anchor': 'middle' };
  return shape('g', {}, ...bottom, ...left,
    shape('text', { ...name, x: center, y: area.bottom + 38 },
      fitted(title(x.feature), area.right - area.left, ...FONT)),
    y.index >= 0 && shape('text', { ...name, x: 14, y: middle, transform: `rotate(-90 14 ${middle})` },
      fitted(title(y.feature), area.bottom - area.top, ...FONT)));
}

/**
 * Write each name beside its centroid where there is room, the largest segments first.
 *
 * @param {{segment: Segment, mark: Mark}[]} sights @param {Mark[]} marks all that is in the way @param {Box} area
 */
function placeNames(sights, marks, area) {
  const taken = marks.map(({ cx, cy, r }) => ({ left: cx - r, top: cy - r, right: cx + r, bottom: cy + r }));
  return bySize(sights).flatMap(({ segment, mark }) => {
    const { cx, cy, r } = mark;
    const own = marks.indexOf(mark);
    const name = fitted(visible(segment.name), WIDEST, ...FONT);
    const width = widthOf(name, ...FONT);
    const middle = Math.min(area.right - width / 2 - 4, Math.max(area.left + width / 2 + 4, cx));
    const beside = r + 6 + width / 2;
    const spots = [[middle, cy - r - 8], [middle, cy + r + 17], [cx + beside, cy + 4], [cx - beside, cy + 4]];
    for (const [x = 0, y = 0] of spots) {
      const box = { left: x - width / 2, top: y - 13, right: x + width / 2, bottom: y + 4 };
      if (!inside(box, area) || taken.some((other, i) => i !== own && overlap(box, other))) continue;
      taken.push(box);
      return [shape('text', { class: 'name', x, y, 'text-anchor': 'middle', 'data-segment': segment.id }, name)];
    }
    return [];
  });
}

/** @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 */
function line(x1, y1, x2, y2) {
  return shape('line', { x1, y1, x2, y2 });
}

/** @param {number} x @param {number} y @param {string} anchor @param {string} text */
function label(x, y, anchor, text) {
  return shape('text', { x, y, 'text-anchor': anchor }, text);
}

/** @param {Box} box @param {Box} area */
function inside(box, area) {
  return box.left >= area.left && box.right <= area.right && box.top >= area.top && box.bottom <= area.bottom;
}

/** @param {Box} a @param {Box} b */
function overlap(a, b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/**
 * @param {string} text @param {number} size in pixels @param {number} weight
 * @returns {number} its width in the reader's font, in pixels
 */
function widthOf(text, size, weight) {
  context.font = `${weight} ${size}px ${getComputedStyle(document.body).fontFamily}`;
  return context.measureText(text).width;
}

/**
 * @param {string} text @param {number} width in pixels @param {number} size @param {number} weight
 * @returns {string} as much of the text as fits
 */
function fitted(text, width, size, weight) {
  if (widthOf(text, size, weight) <= width) return text;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (widthOf(`${text.slice(0, middle)}…`, size, weight) <= width) low = middle;
    else high = middle - 1;
  }
  return low > 0 ? `${text.slice(0, low).trimEnd()}…` : '';
}
