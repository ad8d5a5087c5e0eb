/**
 * The decision map: which segment every customer in the plane of two features would be in, and the customer as a point
 * to drag, click or move by arrow keys.
 *
 * @typedef {import('../service/contract.js').Feature} Feature
 * @typedef {import('../model/segmenter.js').Segmenter} Segmenter
 * @typedef {import('../model/segmenter.js').Placement} Placement
 * @typedef {import('./geometry.js').Axis} Axis
 * @typedef {import('./plot.js').Frame} Frame
 * @typedef {{values: readonly number[], placement: Placement, pinned: readonly number[] | null,
 *   pointed: number | null, target: readonly number[] | null}} Scene
 */

import { element, formatValue, isolated, labelled, shape, visible } from '../ui/dom.js';
import { axisOf, bestPair } from './geometry.js';
import { frameOf, plot, sampled } from './plot.js';
import { restore, snapped, standardise, stepped } from '../model/segmenter.js';

/** Least width and height that are drawn in, in pixels. */
const SMALLEST = 100;

/** Steps of the slider that a page key or a key with Shift moves. */
const LEAP = 10;

/**
 * @param {Segmenter} segmenter
 * @param {Map<number, number>} colours
 * @param {{onMove: (values: number[]) => void, onPoint: (id: number | null) => void}} actions
 */
export function createMap(segmenter, colours, { onMove, onPoint }) {
  const { features } = segmenter.model;
  const canvas = shape('svg', { class: 'plane', role: 'group', 'aria-label': 'Decision map' });
  const border = shape('rect', {});
  const backdrop = shape('g', { 'aria-hidden': true });
  const crowd = shape('g', { class: 'crowd', 'clip-path': 'url(#map-area)', 'aria-hidden': true });
  const [level, plumb] = [shape('line', { class: 'guide' }), shape('line', { class: 'guide' })];
  const pin = shape('path', { class: 'pin', d: 'M0-9 9 0 0 9-9 0Z' });
  const ring = shape('circle', { class: 'ring', r: 15 });
  const legend = element('ol', { class: 'legend' });
  const customer = customerMark(features.length > 1);
  canvas.append(shape('defs', {}, shape('clipPath', { id: 'map-area' }, border)), backdrop, level, plumb, pin, ring, customer);
  const sheet = element('div', { class: 'sheet' }, canvas);

  let pair = bestPair(segmenter);
  /** From the place where the customer was taken to its middle. */
  let grip = [0, 0];
  let drawn = '';
  /** @type {Frame | null} */
  let frame = null;
  /** @type {Scene | null} */
  let scene = null;
  /** @type {import('./plot.js').Dot[]} */
  let sample = [];

  function draw() {
    if (!scene || !frame) return;
    const { values, placement, pinned, pointed, target } = scene;
    const slice = JSON.stringify([pair, frame.area, values.filter((_, i) => !pair.includes(i))]);
    if (slice !== drawn) {
      const [ground = '', ...marks] = plot(segmenter, frame, values, colours);
      backdrop.replaceChildren(ground, crowd, ...marks);
    }
    drawn = slice;
    mark(backdrop, 'current', placement.segment.id);
    mark(backdrop, 'pointed', pointed);
    moveTo(customer, frame, values);
    customer.dataset['colour'] = String(colours.get(placement.segment.id) ?? 0);
    describe(customer, [frame.x, frame.y], values, placement);
    const [x, y] = positionOf(frame, values);
    level.style.transform = `translateY(${crisp(y)}px)`;
    plumb.style.transform = `translateX(${crisp(x)}px)`;
    pin.style.display = pinned ? '' : 'none';
    if (pinned) moveTo(pin, frame, pinned);
    ring.style.display = target ? '' : 'none';
    if (target) moveTo(ring, frame, target);
  }

  /** The drawing gets its size in pixels: of a stretched one the browser would lay out every text at each step. */
  function resize() {
    const { clientWidth: width, clientHeight: height } = sheet;
    if (width < SMALLEST || height < SMALLEST) return; // not laid out yet, or too narrow for axes
    const [x, y] = [axisOf(features, pair[0]), axisOf(features, pair[1])];
    frame = frameOf({ width, height }, x, y, segmenter);
    legend.replaceChildren(...(frame.numbered ? legendOf(segmenter, frame, colours, onPoint) : []));
    drawArea(frame, width, height);
    crowd.replaceChildren(...sampled(segmenter, frame, sample, colours));
    draw();
  }

  /** @param {Frame} drawn @param {number} width @param {number} height */
  function drawArea(drawn, width, height) {
    const { left: x, top: y, right, bottom } = drawn.area;
    setAttributes(canvas, { width, height, viewBox: `0 0 ${width} ${height}` });
    setAttributes(level, { x1: x, x2: right });
    setAttributes(plumb, { y1: y, y2: bottom });
    setAttributes(border, { x, y, width: right - x, height: bottom - y });
  }

  /** @param {PointerEvent | MouseEvent} event */
  function follow(event) {
    if (!frame || !scene) return;
    const { left, top } = canvas.getBoundingClientRect();
    const [dx = 0, dy = 0] = grip;
    onMove(valuesAt(frame, event.clientX - left + dx, event.clientY - top + dy, scene.values));
  }

  canvas.addEventListener('pointerdown', (event) => {
    const held = customer.contains(/** @type {Node} */ (event.target));
    if (event.button !== 0 || (event.pointerType === 'touch' && !held)) return;
    canvas.setPointerCapture(event.pointerId);
    customer.focus({ preventScroll: true });
    const { left, top } = canvas.getBoundingClientRect();
    const [x, y] = held && frame && scene ? positionOf(frame, scene.values) : [event.clientX - left, event.clientY - top];
    grip = [x + left - event.clientX, y + top - event.clientY];
    if (!held) follow(event);
    event.preventDefault();
  });
  // A finger on the customer moves it and not the page; `touch-action` says so of no part of a drawing.
  customer.addEventListener('touchstart', (event) => event.preventDefault(), { passive: false });
  canvas.addEventListener('pointermove', (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) follow(event);
  });
  canvas.addEventListener('click', (event) => {
    const touched = event instanceof PointerEvent && event.pointerType === 'touch';
    if (!touched || customer.contains(/** @type {Node} */ (event.target))) return;
    grip = [0, 0];
    follow(event);
  });
  canvas.addEventListener('pointerover', (event) => {
    const id = event.target instanceof SVGElement ? event.target.dataset['segment'] : undefined;
    onPoint(id === undefined ? null : Number(id));
  });
  canvas.addEventListener('pointerleave', () => onPoint(null));
  customer.addEventListener('keydown', (event) => {
    const values = frame && scene && valuesAfter(event, [frame.x, frame.y], scene.values);
    if (!values) return;
    event.preventDefault();
    onMove(values);
  });
  new ResizeObserver(resize).observe(sheet);

  return {
    node: sheet,
    legend,
    picker: createPairPicker(features, pair, (x, y) => {
      pair = [x, y];
      resize();
    }),
    focus: () => customer.focus({ preventScroll: true }),
    /** @param {Scene} next */
    show(next) {
      scene = next;
      if (frame) draw();
      else resize();
    },
    /** @param {import('./plot.js').Dot[]} dots customers to show as points */
    showSample(dots) {
      sample = dots;
      resize();
    },
  };
}

/**
 * What the numbers on a map without room for names stand for, and points where there is no room for numbers.
 *
 * @param {Segmenter} segmenter @param {Frame} frame @param {Map<number, number>} colours
 * @param {(id: number | null) => void} onPoint
 */
function legendOf({ model }, { crowded }, colours, onPoint) {
  return model.segments.map(({ id, name }, i) =>
    element('li', {
      class: crowded.has(i) && 'crowded',
      'data-colour': colours.get(id) ?? 0,
      onpointerenter: () => onPoint(id),
      onpointerleave: () => onPoint(null),
    }, element('span', { dir: 'auto' }, name)));
}

/**
 * @param {Feature[]} features
 * @param {[number, number]} first
 * @param {(x: number, y: number) => void} onPick places of two different features
 * @returns {HTMLElement[]} none where there is nothing to choose
 */
export function createPairPicker(features, first, onPick) {
  if (features.length < 3) return [];
  const [across, up] = [select(features, first[0]), select(features, first[1])];
  const picked = [...first];
  const pick = () => {
    const next = [Number(across.value), Number(up.value)];
    if (next[0] === next[1]) next.splice(0, 2, ...picked.toReversed());
    picked.splice(0, 2, ...next);
    across.value = String(picked[0]);
    up.value = String(picked[1]);
    onPick(Number(picked[0]), Number(picked[1]));
  };
  for (const node of [across, up]) node.addEventListener('change', pick);
  return [element('label', {}, 'Across', across), element('label', {}, 'Up', up)];
}

/** @param {Feature[]} features @param {number} chosen */
function select(features, chosen) {
  return element('select', {}, ...features.map(({ label }, i) =>
    element('option', { value: i, selected: i === chosen }, label)));
}

/** @param {boolean} plane whether there are two directions to move in */
function customerMark(plane) {
  return shape('g', {
    class: 'customer',
    'data-key': 'map',
    role: 'slider',
    tabindex: 0,
    'aria-label': 'Customer on the map',
    'aria-roledescription': plane ? 'point to move by arrow keys in two directions' : 'point to move by arrow keys',
  }, ...Object.entries({ reach: 22, halo: 12, dot: 6 }).map(([kind, r]) => shape('circle', { class: kind, r })));
}

/** @param {SVGElement} node @param {Record<string, string | number>} attributes */
function setAttributes(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
}

/** @param {SVGElement} root @param {string} state @param {number | null} id */
function mark(root, state, id) {
  const chosen = `[data-segment="${id}"]`;
  for (const node of root.querySelectorAll(`.${state}:not(${chosen})`)) node.classList.remove(state);
  for (const node of root.querySelectorAll(`${chosen}:not(.${state})`)) node.classList.add(state);
}

/** @param {SVGElement} node @param {Frame} frame @param {readonly number[]} values */
function moveTo(node, frame, values) {
  const [x, y] = positionOf(frame, values);
  node.style.transform = `translate(${x}px, ${y}px)`;
}

/** @param {number} at @returns {number} where a line of one pixel covers one pixel, not two halves */
function crisp(at) {
  return Math.floor(at) + 0.5;
}

/** @param {SVGElement} node @param {Axis[]} axes @param {readonly number[]} values @param {Placement} placement */
function describe(node, axes, values, { segment }) {
  const shown = axes.filter(({ index }) => index >= 0);
  const parts = shown.map(({ feature, index }) => labelled(feature.label, formatValue(feature, Number(values[index]))));
  const first = /** @type {Axis} */ (shown[0]);
  setAttributes(node, {
    'aria-valuemin': first.feature.min,
    'aria-valuemax': first.feature.max,
    'aria-valuenow': Number(values[first.index]),
    'aria-valuetext': visible(`${parts.join(', ')}: ${isolated(segment.name)}`),
  });
}

/**
 * A customer outside the map stands on its edge.
 *
 * @param {Frame} frame @param {readonly number[]} values @returns {[number, number]}
 */
function positionOf({ x, y, across, down }, values) {
  return [across(onAxis(x, values)), down(onAxis(y, values))];
}

/** @param {Axis} axis @param {readonly number[]} values */
function onAxis({ index, feature, low, high }, values) {
  return index < 0 ? 0 : Math.min(high, Math.max(low, standardise(feature, Number(values[index]))));
}

/** @param {Frame} frame @param {number} across @param {number} down @param {readonly number[]} values */
function valuesAt({ area, x, y }, across, down, values) {
  const next = [...values];
  const at = (/** @type {Axis} */ { feature, low, high }, /** @type {number} */ part) =>
    snapped(feature, restore(feature, low + part * (high - low)));
  next[x.index] = at(x, (across - area.left) / (area.right - area.left));
  if (y.index >= 0) next[y.index] = at(y, (area.bottom - down) / (area.bottom - area.top));
  return next;
}

/** @param {KeyboardEvent} event @param {Axis[]} axes @param {readonly number[]} values @returns {number[] | null} */
function valuesAfter({ key, shiftKey }, [x, y], values) {
  const moves = /** @type {Record<string, [Axis | undefined, number]>} */ ({
    ArrowRight: [x, 1],
    ArrowLeft: [x, -1],
    ArrowUp: [y, 1],
    ArrowDown: [y, -1],
    PageUp: [y, LEAP],
    PageDown: [y, -LEAP],
  });
  const [axis, steps] = moves[key] ?? [];
  if (!axis || !steps || axis.index < 0) return null;
  const { feature, index } = axis;
  const next = [...values];
  next[index] = stepped(feature, Number(values[index]), shiftKey ? steps * LEAP : steps);
  return next;
}
