/**
 * The segments panel: one card per segment, with its profile against the average customer.
 *
 * @typedef {import('../service/contract.js').Model} Model
 * @typedef {import('../service/contract.js').Segment} Segment
 * @typedef {import('../service/contract.js').Feature} Feature
 */

import { element, foldable, formatCount, formatPercent, formatValue } from '../ui/dom.js';
import { loadStyles } from '../ui/styles.js';
import { standardise } from '../model/segmenter.js';

/** How many features a profile shows, those that stand out most. */
const SHOWN = 6;

/** Standard deviations at the end of a profile bar. */
const REACH = 2.5;

await loadStyles(new URL('./cards.css', import.meta.url));

/**
 * @param {Model} model
 * @param {Map<number, number>} colours
 * @param {{onVisit: (segment: Segment) => void, onPoint: (id: number | null) => void}} actions
 * @returns {{node: HTMLElement, mark: (current: number, pointed: number | null) => void}}
 */
export function createCards(model, colours, actions) {
  const cards = new Map(model.segments.map((segment) => [segment.id, card(model, segment, colours, actions)]));
  const list = element('ul', { class: 'cards' }, ...cards.values());
  const { button, rank } = foldable(list, [...cards.values()], 'segments');
  rank(model.segments.map(({ size }) => size));
  return {
    node: element('div', { class: 'all-cards' }, button, list),
    mark(current, pointed) {
      for (const [id, node] of cards) {
        if (id !== current) node.removeAttribute('aria-current');
        else if (!node.hasAttribute('aria-current')) node.setAttribute('aria-current', 'true');
        node.classList.toggle('pointed', id === pointed);
      }
    },
  };
}

/**
 * @param {Model} model @param {Segment} segment @param {Map<number, number>} colours
 * @param {{onVisit: (segment: Segment) => void, onPoint: (id: number | null) => void}} actions
 */
function card({ features }, segment, colours, { onVisit, onPoint }) {
  const heading = `segment-${segment.id}`;
  return element('li', {
      class: 'card segment',
      'data-colour': colours.get(segment.id) ?? 0,
      'aria-labelledby': heading,
      onpointerenter: () => onPoint(segment.id),
      onpointerleave: () => onPoint(null),
      onfocusin: () => onPoint(segment.id),
      onfocusout: () => onPoint(null),
    },
    element('h3', { id: heading }, element('span', { class: 'swatch', 'aria-hidden': true }),
      element('span', { dir: 'auto' }, segment.name)),
    element('p', { class: 'size' }, element('strong', {}, formatPercent(segment.share)),
      ` of customers · ${formatCount(segment.size)}`, element('span', { class: 'badge' }, 'This customer')),
    element('p', {}, segment.description),
    profile(features, segment),
    element('p', { class: 'action' }, element('span', { class: 'eyebrow' }, 'What to do'), segment.action),
    element('button', { type: 'button', 'aria-describedby': heading, onclick: () => onVisit(segment) },
      'Show its typical customer'));
}

/** @param {Feature[]} features @param {Segment} segment */
function profile(features, segment) {
  const rows = features.map((feature, i) => {
    const value = Number(segment.centroid[i]);
    return { feature, value, deviation: standardise(feature, value) };
  });
  const shown = rows.length <= SHOWN ? rows
    : rows.sort((a, b) => Math.abs(b.deviation) - Math.abs(a.deviation)).slice(0, SHOWN);
  return element('dl', { class: 'profile' }, ...shown.map(({ feature, value, deviation }) =>
    element('div', {},
      element('dt', {}, feature.label),
      element('dd', {}, formatValue(feature, value), element('span', { class: 'visually-hidden' }, against(deviation)),
        bar(deviation)))));
}

/** @param {number} deviation */
function bar(deviation) {
  const length = Math.min(1, Math.abs(deviation) / REACH);
  const from = deviation < 0 ? 0.5 - length / 2 : 0.5;
  return element('span', { class: 'bar', 'aria-hidden': true, vars: { '--from': from, '--length': length / 2 } });
}

/** @param {number} deviation */
function against(deviation) {
  if (Math.abs(deviation) < 0.25) return ', about average';
  return `, ${Math.abs(deviation) < 1 ? 'a little ' : ''}${deviation < 0 ? 'below' : 'above'} average`;
}
