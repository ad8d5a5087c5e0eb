/**
 * The picture of what a campaign changed: an interval for all and one for each segment over one scale. The figures stand
 * beside it as text, so it is hidden from who hears the page.
 *
 * @typedef {import('./contract.js').Effect} Effect
 */

import { bounds, points } from './figures.js';
import { element, shape } from '../../../ui/dom.js';
import { own } from '../../steps/fields.js';

/** Units of the picture's width, and its height. */
const WIDTH = 100;
const HEIGHT = 20;
/** Room at either end, as a part of all, so that no end is cut off. */
const ROOM = 0.03;
/** How many marks the scale has at most. */
const MARKS = 5;

/** @param {Effect[]} effects @returns {HTMLElement} */
export function intervalPicture(effects) {
  const scale = scaleOf(effects);
  const hasTold = effects.some(({ told }) => told);
  const hasOpen = effects.some(({ told }) => !told);
  return element('figure', { class: 'intervals', 'aria-labelledby': 'intervals-title' },
    element('figcaption', {},
      element('h4', { id: 'intervals-title' }, 'How many more bought when written to'),
      element('p', { class: 'hint' }, 'In points, with 95% intervals: how many more of 100 customers bought than would have ' +
        'without the campaign. An interval across the line at zero may be chance.')),
    element('ul', {}, ...effects.map((effect) => rowOf(effect, scale))),
    element('div', { class: 'scale', 'aria-hidden': 'true' },
      element('span', { class: 'marks' }, ...scale.marks.map((mark) =>
        element('span', { vars: { '--at': scale.share(mark / WIDTH) } }, scaleMark(mark))))),
    element('p', { class: 'key', 'aria-hidden': 'true' },
      hasTold && element('span', { class: 'told' }, 'more than chance'),
      hasOpen && element('span', { class: 'open' }, 'may be chance')));
}

/** @param {number} mark @returns {string} such as +5 or 0 */
function scaleMark(mark) {
  return mark === 0 ? '0' : points(mark / WIDTH).replace('.0', '');
}

/** @typedef {{ share: (difference: number) => number, marks: number[] }} Scale places from 0 to 1; marks in points */

/** @param {Effect[]} effects @returns {Scale} */
function scaleOf(effects) {
  const ends = effects.flatMap(({ points: { low, high } }) => [low, high]);
  const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const width = high > low ? high - low : 1;
  const share = (/** @type {number} */ difference) => ROOM + (1 - 2 * ROOM) * (difference - low) / width;
  return { share, marks: marksBetween(WIDTH * low, WIDTH * high) };
}

/** @param {number} low @param {number} high @returns {number[]} round numbers, zero among them */
function marksBetween(low, high) {
  const least = Math.max(high - low, 1) / MARKS;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10) * power;
  const [first, last] = [Math.ceil(low / step), Math.floor(high / step)];
  return Array.from({ length: last - first + 1 }, (_, place) => (first + place) * step);
}

/** @param {Effect} effect @param {Scale} scale */
function rowOf({ name, points: interval, told }, { share }) {
  const at = (/** @type {number} */ difference) => WIDTH * share(difference);
  const line = (/** @type {string} */ kind, /** @type {number} */ from, /** @type {number} */ to, room = 0.5) =>
    shape('line', { class: kind, x1: from, x2: to, y1: HEIGHT * room, y2: HEIGHT * (1 - room) });
  const middle = at(interval.estimate);
  return element('li', { class: told ? 'told' : 'open' },
    element('span', { class: 'name' }, own(name || 'All')),
    shape('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      line('zero', at(0), at(0), 0),
      line('range', at(interval.low), at(interval.high)),
      line('dot', middle, middle),
      !told && line('hole', middle, middle)),
    element('span', { class: 'said' }, `${points(interval.estimate)} points ${bounds(interval, points)}`,
      element('span', { class: 'visually-hidden' }, told ? ', more than chance' : ', may be chance')));
}
