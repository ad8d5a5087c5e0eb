/** Tables of figures, which on a phone become one card per row. */

import { element, isolated } from '../../../ui/dom.js';
import { own } from '../../steps/fields.js';

/**
 * @param {string} name
 * @param {string} caption
 * @param {string[]} heads
 * @param {(string | HTMLElement)[][]} rows whose first cell names them
 * @returns {HTMLElement}
 */
export function figureTable(name, caption, heads, rows) {
  return element('div', { class: 'table', role: 'region', 'aria-label': name, tabindex: 0 },
    element('table', { class: 'figures', role: 'table' },
      element('caption', {}, caption),
      element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' }, ...heads.map((head) =>
        element('th', { scope: 'col', role: 'columnheader' }, head)))),
      element('tbody', { role: 'rowgroup' }, ...rows.map(([first = '', ...cells]) => element('tr', { role: 'row' },
        element('th', { scope: 'row', role: 'rowheader' }, typeof first === 'string' ? own(first) : first),
        ...cells.map((cell, place) => figureCell(heads[place + 1] ?? '', cell)))))));
}

/** @param {string} sentence of the service @param {string[]} names in it @returns {string} with these isolated */
export function withNames(sentence, names) {
  const longestFirst = names.filter((name) => name !== '').sort((a, b) => b.length - a.length);
  if (longestFirst.length === 0) return sentence;
  return sentence.replace(new RegExp(longestFirst.map(escaped).join('|'), 'gu'), isolated);
}

/** @param {string} name @returns {string} as a regular expression has it */
function escaped(name) {
  return name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

/**
 * @param {string} head that a phone shows before the figure
 * @param {string | HTMLElement} cell
 * @param {Record<string, unknown>} [props]
 */
export function figureCell(head, cell, props = {}) {
  const empty = cell === '';
  return element('td', { role: 'cell', ...props, class: [props['class'], empty && 'none'].filter(Boolean).join(' ') || null },
    !empty && element('span', { class: 'of', 'aria-hidden': 'true' }, head), cell);
}

/** Wide enough for a table to stand open. */
const WIDE = '(width >= 48rem)';

/**
 * @param {string} summary
 * @param {HTMLElement} table
 * @param {string | null} [kind]
 * @returns {HTMLElement} on a phone closed at first: it is long there
 */
export function folded(summary, table, kind = null) {
  return element('details', { class: kind, open: matchMedia(WIDE).matches }, element('summary', {}, summary), table);
}
