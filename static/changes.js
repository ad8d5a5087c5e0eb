/**
 * What would change it: for each other segment the smallest step that leads there, in words.
 *
 * @typedef {import('./contract.js').Model} Model
 * @typedef {import('./contract.js').Change} Change
 * @typedef {import('./contract.js').Move} Move
 * @typedef {import('./contract.js').Segment} Segment
 * @typedef {import('./segmenter.js').Segmenter} Segmenter
 * @typedef {{segment: Segment, moves: Move[], together: Move[], values: number[], size: number}} Step
 */

import { element } from './dom.js';
import { standardise } from './segmenter.js';
import { describeMove, articleOf } from './words.js';

/** How many steps are shown at first. */
export const SHOWN = 4;

/** How many features one sentence names. */
const NAMED = 3;

/**
 * @param {Segmenter} segmenter
 * @param {readonly number[]} values the customer's
 * @param {Change[]} changes the function's
 * @returns {Step[]} the shortest first
 */
export function stepsFrom(segmenter, values, changes) {
  const { features, segments } = segmenter.model;
  const steps = changes.flatMap((change) => {
    const segment = segments.find(({ id }) => id === change.segment_id);
    if (!segment) return [];
    const together = legible(segmenter, values, change.combined, segment);
    const moves = change.single ? legible(segmenter, values, [change.single], segment) : together;
    const reached = moved(segmenter.model, values, moves);
    const size = Math.hypot(...features.map((feature, i) =>
      standardise(feature, Number(reached[i])) - standardise(feature, Number(values[i]))));
    return [{ segment, moves, together, values: reached, size }];
  });
  return steps.sort((a, b) => a.size - b.size);
}

/**
 * @param {Model} model
 * @param {Step[]} steps
 * @param {Map<number, number>} colours
 * @param {(step: Step) => void} onTry
 * @returns {HTMLElement[]}
 */
export function changesView(model, steps, colours, onTry) {
  const row = (/** @type {Step} */ step) => {
    const { segment, moves, together } = step;
    const also = together.length > 1 && moves !== together;
    return element('li', { 'data-colour': colours.get(segment.id) ?? 0 },
      element('span', { class: 'swatch', 'aria-hidden': true }),
      element('p', {}, `${describe(model, moves)} ${moves.length > 1 ? 'make' : 'makes'} this customer `,
        `${articleOf(segment.name)} `, element('strong', {}, segment.name), '.',
        also && element('small', {}, ` Or together: ${describe(model, together)}.`)),
      element('button', { type: 'button', 'aria-label': `Try it: ${segment.name}`, onclick: () => onTry(step) }, 'Try it'));
  };
  const [first, rest] = [steps.slice(0, SHOWN), steps.slice(SHOWN)];
  return [
    element('ul', { class: 'steps' }, ...first.map(row)),
    ...(rest.length ? [element('details', {}, element('summary', {}, `${rest.length} farther away`),
      element('ul', { class: 'steps' }, ...rest.map(row)))] : []),
  ];
}

/** @param {number} steps @returns {HTMLElement[]} the room that so many steps will take */
export function placeholderView(steps) {
  const rows = Array.from({ length: Math.min(steps, SHOWN) }, () => element('li', {}, element('p', {}, '…')));
  return [element('ul', { class: 'steps' }, ...rows)];
}

/**
 * Round a move away from the customer, to the coarsest of the feature's step and fractions of it that still arrives.
 *
 * @param {Segmenter} segmenter @param {readonly number[]} values @param {Move[]} moves @param {Segment} target
 * @returns {Move[]}
 */
function legible(segmenter, values, moves, target) {
  for (const fraction of [1, 10, 100]) {
    const coarse = moves.map((move) => roundOut(segmenter.model, move, fraction));
    if (segmenter.place(moved(segmenter.model, values, coarse)).segment.id === target.id) return coarse;
  }
  return moves;
}

/** @param {Model} model @param {Move} move @param {number} fraction @returns {Move} */
function roundOut({ features }, { feature: name, by, to }, fraction) {
  const feature = features.find((candidate) => candidate.name === name);
  if (!feature) return { feature: name, by, to };
  const away = Number(((Math.ceil((Math.abs(by) / feature.step) * fraction) / fraction) * feature.step).toPrecision(12));
  const rounded = Math.sign(by) * away;
  return { feature: name, by: rounded, to: Number((to - by + rounded).toPrecision(12)) };
}

/** @param {Model} model @param {readonly number[]} values @param {Move[]} moves @returns {number[]} */
function moved({ features }, values, moves) {
  const targets = new Map(moves.map(({ feature, to }) => [feature, to]));
  return features.map(({ name }, i) => targets.get(name) ?? Number(values[i]));
}

/** @param {Model} model @param {Move[]} moves @returns {string} */
function describe({ features }, moves) {
  const largest = [...moves].sort((a, b) => share(features, b) - share(features, a));
  const named = largest.slice(0, NAMED).map(({ feature: name, by }) => {
    const feature = features.find((candidate) => candidate.name === name);
    return feature ? describeMove(feature, by) : name;
  });
  const others = largest.length - named.length;
  if (others > 0) named.push(`${others} smaller ${others > 1 ? 'changes' : 'change'}`);
  return new Intl.ListFormat('en').format(named);
}

/** @param {Model['features']} features @param {Move} move @returns {number} its size against the feature's range */
function share(features, { feature: name, by }) {
  const feature = features.find((candidate) => candidate.name === name);
  return feature ? Math.abs(by) / (feature.max - feature.min) : 0;
}
