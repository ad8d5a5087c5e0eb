/**
 * Who is in a segment: its first customers as a table, searched, sorted by how sure that is, each to be opened as the one
 * customer.
 */

import { element, formatProbability, isolated, line, title, write } from '../../ui/dom.js';
import { matchPersonal } from '../table/headers.js';
import { counted } from '../texts.js';
import { field, own } from './fields.js';
import { shortened } from './match.js';

/** Pause after the last key before the file is searched, in milliseconds. */
const PAUSE = 250;
/** Most columns that say who a customer is, and most that show features. */
const NAMES = 3;
const FEATURES = 4;

/**
 * @typedef {import('../../service/contract.js').Model} Model
 * @typedef {import('../table/table.js').Description} Description
 * @typedef {import('../table/members.js').Question} Question
 * @typedef {import('../table/members.js').Members} Members
 * @typedef {import('../table/members.js').Member} Member
 * @typedef {{ names: number[], features: { column: number, name: string }[], probable: boolean }} Columns that are shown;
 *   probable: whether a probability means anything, as it does not of segments that are only a division
 */

/** @type {[Question['order'], string][]} */
const ORDERS = [['file', 'As in the file'], ['sure', 'Surest first'], ['unsure', 'Least sure first']];

/**
 * @param {Model} model
 * @param {Description} table
 * @param {readonly number[]} taken columns of the features
 * @param {{ ask: (question: Question) => Promise<Members | null>, onOpen: (values: number[]) => void }} actions ask: null
 *   where another question came meanwhile
 * @returns {{ node: HTMLElement, choose: (position: number) => void }}
 */
export function membersView(model, table, taken, { ask, onOpen }) {
  const columns = shownColumns(model, table, taken);
  const segment = element('select', { onchange: () => show() },
    ...model.segments.map(({ name }, position) => element('option', { value: position }, name)));
  const order = element('select', { onchange: () => show() },
    ...ORDERS.slice(0, columns.probable ? ORDERS.length : 1).map(([value, name]) => element('option', { value }, name)));
  const search = element('input', { type: 'search', oninput: () => later() });
  const said = line();
  const rows = element('tbody');
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE);
  };
  const show = async () => {
    clearTimeout(timer);
    const question = { segment: Number(segment.value), search: search.value, order: orderOf(order.value) };
    const answer = await ask(question);
    if (!answer) return;
    write(said, inWords(answer, question));
    rows.replaceChildren(...answer.members.map((member) => memberRow(member, columns, onOpen)));
  };

  return {
    node: element('section', { class: 'stage', 'aria-labelledby': 'audience-members' },
      element('h3', { id: 'audience-members' }, 'Who is in a segment'),
      element('div', { class: 'fields' }, field('Customers of', segment), field('Search', search), field('Order', order)),
      element('div', { class: 'above' }, element('p', { role: 'status' }, said),
        element('a', { class: 'past', href: '#audience-files', onclick: skip }, 'Skip the list')),
      element('div', { class: 'table listed', role: 'region', 'aria-label': 'Customers of the segment', tabindex: 0 },
        element('table', {}, element('thead', {}, element('tr', {},
          ...columns.names.map((column) => element('th', { scope: 'col' }, own(table.header[column] ?? ''))),
          ...columns.features.map(({ name }) => element('th', { scope: 'col', class: 'figure' }, own(name))),
          columns.probable && element('th', { scope: 'col', class: 'figure' }, 'Probability'), element('td'))), rows))),
    choose(position) {
      segment.value = String(position);
      void show();
    },
  };
}

/**
 * @param {Model} model @param {Description} table @param {readonly number[]} taken
 * @returns {Columns}
 */
function shownColumns({ features, verdict }, { header, empty }, taken) {
  const personal = matchPersonal(header, [...taken, ...empty]);
  const known = [personal.customer_id, personal.first_name, personal.last_name, personal.email]
    .filter((column) => column >= 0);
  const others = header.map((_, column) => column).filter((column) => !taken.includes(column));
  const shown = features.slice(0, FEATURES).map((feature, i) => ({ column: taken[i] ?? -1, name: title(feature) }));
  const names = (known.length ? known : others).slice(0, NAMES);
  return { names, features: shown, probable: verdict !== 'constructed' };
}

/** @param {MouseEvent} event on a link past the list, which would replace the customer's values in the address */
function skip(event) {
  event.preventDefault();
  document.getElementById('audience-files')?.focus();
}

/** @param {Member} member @param {Columns} columns @param {(values: number[]) => void} onOpen */
function memberRow({ cells, values, probability }, { names, features, probable }, onOpen) {
  const [first = '', ...others] = names.map((column) => shortened(cells[column] ?? ''));
  const complete = !values.some(Number.isNaN);
  return element('tr', {},
    names.length > 0 && element('th', { scope: 'row' }, own(first)),
    ...others.map((cell) => element('td', {}, own(cell))),
    ...features.map(({ column, name }) => figure(name, shortened(cells[column] ?? ''))),
    probable && figure('Probability', formatProbability(probability)),
    element('td', { class: 'act' }, complete
      ? element('button', { type: 'button', 'aria-label': `Open ${isolated(first) || 'this customer'}`, onclick: () => onOpen(values) }, 'Open')
      : 'A value is missing'));
}

/** @param {string} name of the column, said beside the value where a phone shows rows as cards, without the header @param {string} value */
function figure(name, value) {
  return element('td', { class: 'figure' }, element('span', { class: 'of' }, `${isolated(name)} `), value);
}

/** @param {Members} members @param {Question} question */
function inWords({ total, members }, { search }) {
  const all = counted(total, 'customer');
  const listed = search.trim() ? `${all} with “${isolated(search.trim())}”` : all;
  return members.length < total ? `${listed}; the first ${members.length} are shown.` : `${listed}.`;
}

/** @param {string} value @returns {Question['order']} */
function orderOf(value) {
  return ORDERS.find(([order]) => order === value)?.[0] ?? 'file';
}
