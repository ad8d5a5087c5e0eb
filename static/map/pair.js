/**
 * Which two features span the map, for models of more than two.
 *
 * @typedef {import('../service/contract.js').Feature} Feature
 */

import { element } from '../ui/dom.js';

/**
 * @param {Feature[]} features
 * @param {(x: number, y: number) => void} onPick places of two different features
 * @returns {HTMLElement[]} none where there is nothing to choose
 */
export function createPairPicker(features, onPick) {
  if (features.length < 3) return [];
  const [across, up] = [select(features, 0), select(features, 1)];
  const picked = [0, 1];
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
