/**
 * Who moved between two tables: the sentences of the command, the matrix as a shaded table, the flows with what they are
 * worth, and who moved as a file.
 *
 * @typedef {import('./contract.js').Movement} Movement
 */

import { money, percent, probability, signed, whole } from './figures.js';
import { coloursOf } from '../../segments.js';
import { counted } from '../../texts.js';
import { element, isolated } from '../../../ui/dom.js';
import { figureCell, figureTable, folded, withNames } from './grid.js';
import { own } from '../../steps/fields.js';

/** From so many segments on the columns of the matrix have numbers, not names, and a phone folds it. */
const MANY = 6;

/**
 * @param {Movement} movement
 * @param {{ then: string, now: string }} files their names
 * @param {{ onReport: () => void, onMovers: () => void }} actions
 * @returns {HTMLElement}
 */
export function movementView(movement, { then, now }, { onReport, onMovers }) {
  const [first = '', ...others] = movement.sentences;
  const { moved, nearBorder, noSegment, notes } = movement;
  const named = (/** @type {string} */ sentence) => withNames(sentence, movement.segments.map((segment) => segment.name));
  return element('section', { class: 'card result', 'aria-labelledby': 'moved-title' },
    element('h3', { id: 'moved-title', tabindex: -1, dir: 'auto' }, `Who moved between ${isolated(then)} and ${isolated(now)}`),
    element('p', { class: 'lead', dir: 'auto' }, element('strong', {}, named(first))),
    others.length > 0 && element('ul', { class: 'sentences' }, ...others.map((said) => element('li', {}, own(named(said))))),
    movement.segments.length < MANY ? matrixTable(movement) : folded('From segment to segment', matrixTable(movement)),
    (noSegment.then > 0 || noSegment.now > 0) && element('p', { class: 'hint' },
      `Without a segment: ${whole(noSegment.then)} then, ${whole(noSegment.now)} now.`),
    movement.flows.length > 0 && folded('The flows one by one', flowTable(movement), 'flows'),
    element('h4', {}, 'What to keep in mind'),
    element('ul', { class: 'notes' }, ...notes.map((note) => element('li', {}, own(named(note)))),
      element('li', {}, 'Customers near a border cross it by chance, as many one way as the other. Only what goes ' +
        'beyond that is reported above.')),
    element('div', { class: 'buttons' },
      moved > 0 && element('button', { type: 'button', class: 'primary', onclick: onMovers }, 'Download who moved'),
      element('button', { type: 'button', onclick: onReport }, 'Download the report')),
    moved > 0 && element('p', { class: 'hint', dir: 'auto' }, `Who moved: ${counted(moved, 'row')} of ${isolated(now)} with all their ` +
      `columns, the segment of then and whether they are near a border (${whole(nearBorder)} are).`));
}

/** @param {Movement} movement */
function matrixTable({ segments, matrix, lost, gained, kept }) {
  const colours = coloursOf(segments);
  const many = segments.length >= MANY;
  const swatch = (/** @type {number} */ id) =>
    element('span', { class: 'swatch', 'data-colour': colours.get(id) ?? 0, 'aria-hidden': 'true' });
  const heads = segments.map(({ name }, place) => element('th', { scope: 'col', role: 'columnheader' },
    many ? element('abbr', { title: name }, String(place + 1)) : own(name)));
  const rows = segments.map(({ id, name }, from) => {
    const cells = matrix[from] ?? [];
    const total = Math.max(1, cells.reduce((sum, count) => sum + count, 0));
    const stayed = kept[from] ?? null;
    return element('tr', { role: 'row' },
      element('th', { scope: 'row', role: 'rowheader' }, swatch(id), many ? `${from + 1} ` : '', own(name)),
      ...cells.map((count, to) => figureCell(segments[to]?.name ?? '', whole(count), {
        class: `shaded${count ? '' : ' zero'}${from === to ? ' same' : ''}`, vars: { '--shade': count / total } })),
      figureCell('gone', whole(lost[from] ?? 0), { class: lost[from] ? '' : 'zero' }),
      figureCell('stayed', stayed === null ? '' : percent(stayed, 0)));
  });
  const arrived = element('tr', { role: 'row' }, element('th', { scope: 'row', role: 'rowheader' }, 'new'),
    ...gained.map((count, to) => figureCell(segments[to]?.name ?? '', whole(count), { class: count ? '' : 'zero' })),
    figureCell('', ''), figureCell('', ''));
  return element('div', { class: 'table', role: 'region', 'aria-label': 'Customers by segment then and now', tabindex: 0 },
    element('table', { class: 'figures matrix', role: 'table' },
      element('caption', {}, 'Rows are segments then, columns segments now. The more a cell is shaded, the larger its share ' +
        'of the row.'),
      element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' },
        element('th', { scope: 'col', role: 'columnheader' }, 'Then \\ now'), ...heads,
        ...['gone', 'stayed'].map((head) => element('th', { scope: 'col', role: 'columnheader' }, head)))),
      element('tbody', { role: 'rowgroup' }, ...rows, arrived)));
}

/** @param {Movement} movement */
function flowTable({ segments, flows, value }) {
  const place = new Map(segments.map(({ slug }, position) => [slug, position]));
  const at = (/** @type {number[][]} */ sums, /** @type {string} */ from, /** @type {string} */ to) =>
    sums[place.get(from) ?? -1]?.[place.get(to) ?? -1] ?? 0;
  const name = (/** @type {string} */ slug) => segments[place.get(slug) ?? -1]?.name ?? slug;
  const rows = flows.flatMap(({ from, to, there, back, net, p, significant }) => [
    { from, to, count: there, net, p, significant },
    ...(back > 0 ? [{ from: to, to: from, count: back, net: -net, p, significant }] : []),
  ]);
  const worth = (/** @type {string} */ from, /** @type {string} */ to) => (value ? [
    money(at(value.then, from, to)),
    money(at(value.now, from, to)),
    signed(at(value.expected, from, to), money),
  ] : []);
  const heads = ['From, to', 'Customers', 'Net', 'p', 'More than chance',
    ...(value ? ['Worth then', 'Worth now', 'Change expected'] : [])];
  return figureTable('Flows between segments', 'Net is how many more went than came back, p how often chance alone brings as many' +
    (value ? '; the change expected is what the flow is worth at the segments’ mean values then.' : '.'), heads,
  rows.map(({ from, to, count, net, p, significant }) => [
    element('span', { dir: 'ltr' }, own(name(from)), ' → ', own(name(to))), whole(count), signed(net, whole), probability(p), significant ? 'yes' : 'no',
    ...worth(from, to)]));
}
