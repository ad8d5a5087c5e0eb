/**
 * Which two features span the map, for models of more than two.
 *
 * @typedef {import('../service/contract.js').Feature} Feature
 */

import { element } from '../ui/dom.js';

/**
 * The two features in which each segment's centre lies farthest from the next one, on average.
 *
 * @param {import('../model/segmenter.js').Segmenter} segmenter
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

/** @param {number[][]} centroids @param {number} x @param {number} y */
function separationIn(centroids, x, y) {
  const points = centroids.map((centroid) => [Number(centroid[x]), Number(centroid[y])]);
  return points.reduce((sum, [a = 0, b = 0], i) => sum + Math.min(...points.map(([c = 0, d = 0], j) =>
    (i === j ? Infinity : Math.hypot(a - c, b - d)))), 0);
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
