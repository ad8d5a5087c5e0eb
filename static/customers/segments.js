/**
 * The segments as one table: how many customers each has, what they are worth, what to do, and an audience of them. It
 * tells of the customers that the model learned from or, after a file, of that file's.
 *
 * @typedef {import('../service/contract.js').Model} Model
 * @typedef {import('../service/contract.js').Segment} Segment
 * @typedef {{counts: number[], scored: number, sample: import('./table/scoring.js').Dot[]}} Counted customers of each
 *   segment and of all, and a sample of them
 * @typedef {{onVisit: (segment: Segment) => void, onPoint: (id: number | null) => void,
 *   onAudience: (position: number) => void}} Actions
 */

import { element, foldable, formatCount, formatPercent, isolated, setVariables, write } from '../ui/dom.js';

/** Mean Jaccard index from which on a segment is firm, and below which it dissolves, as training has them (Hennig, 2007). */
const FIRM = 0.75;
const DISSOLVES = 0.5;

/** How many colours style.css defines; beyond them colours repeat and the labels tell segments apart. */
const COLOURS = 12;

/** What segments are and what that means for their use, in training's words; constructed ones have a warning. */
const VERDICTS = new Map([
  ['natural', 'Natural segments: the customers fall into these groups by themselves, and other customers of the same ' +
    'kind would too. Take them as kinds of customers.'],
  ['reproducible', 'Reproducible segments: the same division comes out each time, but no gaps lie between its parts. ' +
    'Use it for plans and campaigns, and treat customers near a border alike on either side.'],
]);

/** @param {string | null} verdict @returns {string | null} what it means, null if that is said elsewhere or not known */
export function meaningOf(verdict) {
  return VERDICTS.get(verdict ?? '') ?? null;
}

/**
 * Which colour a segment has, in the map, the answer and the cards alike. Colours go by id, which is stable across
 * retrains, so a segment keeps its colour while another is free for each.
 *
 * @param {readonly {id: number}[]} segments
 * @returns {Map<number, number>} number of the colour by segment id
 */
export function coloursOf(segments) {
  /** @type {Map<number, number>} */
  const colours = new Map();
  const used = new Set();
  for (const { id } of segments) {
    let colour = id % COLOURS;
    while (used.has(colour) && used.size < COLOURS) colour = (colour + 1) % COLOURS;
    used.add(colour);
    colours.set(id, colour);
  }
  return colours;
}

/**
 * @param {Model} model
 * @param {Map<number, number>} colours
 * @param {Actions} actions
 * @returns {{node: HTMLElement, show: (counted: Counted | null) => void,
 *   mark: (current: number, pointed: number | null) => void}}
 */
export function createSegmentTable({ segments, verdict }, colours, actions) {
  const valued = segments.some((segment) => segment.value_share !== null);
  const judged = segments.some((segment) => segment.firmness !== null);
  const rows = segments.map((segment, position) => createRow(segment, position, colours, actions, { valued, judged }));
  const meaning = meaningOf(verdict);
  const before = element('th', { scope: 'col', class: 'before', hidden: true }, 'In training');
  const heads = ['Segment', 'Customers', 'Share'].map((name) => element('th', { scope: 'col' }, name));
  const body = element('tbody', {}, ...rows.map((row) => row.node));
  const fold = foldable(body, rows.map((row) => row.node), 'segments');
  const node = element('div', { class: 'table', role: 'region', 'aria-label': 'Customers by segment', tabindex: 0 },
    fold.button,
    element('table', { class: 'segments' },
      meaning !== null && element('caption', {}, meaning),
      element('thead', {}, element('tr', {}, ...heads, before,
        valued && element('th', { scope: 'col' }, 'Share of value'),
        judged && element('th', { scope: 'col' }, 'Firmness'),
        element('th', { scope: 'col', class: 'todo' }, 'What to do'),
        element('td'))),
      body));
  return {
    node,
    show(counted) {
      before.hidden = counted === null;
      const counts = counted?.counts ?? segments.map(({ size }) => size);
      const total = counted?.scored ?? counts.reduce((sum, count) => sum + count, 0);
      const largest = Math.max(...counts, 1);
      fold.rank(counts);
      for (const [position, row] of rows.entries()) row.show(counts[position] ?? 0, total, largest, counted !== null);
    },
    mark(current, pointed) {
      for (const [position, { id }] of segments.entries()) {
        const { node: row } = /** @type {ReturnType<typeof createRow>} */ (rows[position]);
        if (id !== current) row.removeAttribute('aria-current');
        else if (!row.hasAttribute('aria-current')) row.setAttribute('aria-current', 'true');
        row.classList.toggle('pointed', id === pointed);
      }
    },
  };
}

/**
 * @param {Segment} segment @param {number} position @param {Map<number, number>} colours @param {Actions} actions
 * @param {{valued: boolean, judged: boolean}} columns
 */
function createRow(segment, position, colours, { onVisit, onPoint, onAudience }, { valued, judged }) {
  const [count, share] = [element('td'), element('td', { class: 'share' })];
  const before = element('td', { class: 'before', hidden: true }, formatPercent(segment.share));
  const visit = element('button', {
    type: 'button',
    class: 'name',
    title: 'Show its typical customer',
    onclick: () => onVisit(segment),
  }, element('span', { class: 'swatch', 'aria-hidden': true }), element('span', { dir: 'auto' }, segment.name));
  const audience = element('button', {
    type: 'button',
    'aria-label': `Make an audience: ${isolated(segment.name)}`,
    onclick: () => onAudience(position),
  }, 'Make an audience');
  const node = element('tr', {
      'data-colour': colours.get(segment.id) ?? 0,
      onpointerenter: () => onPoint(segment.id),
      onpointerleave: () => onPoint(null),
      onfocusin: () => onPoint(segment.id),
      onfocusout: () => onPoint(null),
    },
    element('th', { scope: 'row' }, visit), count, share, before,
    valued && element('td', { class: 'worth' }, segment.value_share === null ? '' : formatPercent(segment.value_share)),
    judged && element('td', { class: 'firmness' }, firmness(segment.firmness)),
    element('td', { class: 'todo' }, element('span', { dir: 'auto' }, segment.action)),
    element('td', { class: 'act' }, audience));
  return {
    node,
    /** @param {number} customers @param {number} total @param {number} largest @param {boolean} file */
    show(customers, total, largest, file) {
      write(count, formatCount(customers));
      count.dataset['of'] = people(customers);
      write(share, total ? formatPercent(customers / total) : '');
      setVariables(share, { '--share': customers / largest });
      before.hidden = !file;
    },
  };
}

/** @param {number} count */
export function people(count) {
  return count === 1 ? 'customer' : 'customers';
}

/** @param {number | null} jaccard */
function firmness(jaccard) {
  if (jaccard === null) return '';
  if (jaccard >= FIRM) return 'Firm';
  return jaccard < DISSOLVES ? 'Loose' : 'Fair';
}
