/**
 * What the user chooses before segments are made: what a row is, the columns, how many segments; and what is sent of it.
 *
 * @typedef {import('../../table/table.js').Description} Description
 * @typedef {import('../plan.js').Choices} Choices
 * @typedef {import('../plan.js').OfOrders} OfOrders
 * @typedef {{ onMake: (choices: Choices) => void, onScore: ((choices: OfOrders & Choices) => void) | null,
 *   onBack: () => void, onRead: (reading: import('../../table/table.js').Reading) => void }} Actions score: orders with the model that is shown, if it can; back: to match the columns with it; read: the same file in another way
 */

import { element } from '../../../ui/dom.js';
import { decimalIn, decimalSelect, field, readingFields, unnamedNote } from '../../steps/fields.js';
import { describeTable } from '../../texts.js';
import { surveyColumns } from '../columns.js';
import { columnFields } from './column_fields.js';
import { orderFields } from './order_fields.js';
import { orderColumns, looksLikeOrders } from '../orders.js';
import { planFit } from '../plan.js';
import { sentView } from './sent_view.js';

const MOST_SEGMENTS = 12;

/**
 * @param {Description} table
 * @param {Actions} actions
 * @returns {HTMLFormElement}
 */
export function makeView(table, { onMake, onScore, onBack, onRead }) {
  const guess = orderColumns(table.header);
  const kind = kindFields(looksLikeOrders(table, guess) ? 'orders' : 'customers', () => update());
  const columns = columnFields(surveyColumns(table), () => update());
  const orders = orderFields(table, guess, () => update());
  const asOf = element('input', { type: 'date', min: '1900-01-01', onchange: () => update() });
  orders.node.append(field('Orders before this day count', asOf,
    'Days since the last order are counted up to this day. If empty: up to the day after the newest order.'));
  const count = element('select', { onchange: () => update() }, element('option', { value: 'auto' }, 'As the customers suggest'),
    ...Array.from({ length: MOST_SEGMENTS - 1 }, (_, place) => element('option', { value: place + 2 }, String(place + 2))));
  const decimal = decimalSelect(() => update());
  const sent = sentView();
  const unnamed = unnamedNote(table);
  const score = element('button', { type: 'button', onclick: () => form.reportValidity() && onScore?.(ofOrders()) },
    'Score them with the segments shown');
  const common = () => ({ k: count.value, decimal: decimalIn(decimal) });
  const ofOrders = () => ({ ...orders.choices(), asOf: asOf.value, ...common() });
  /** @returns {Choices} */
  const choices = () => (kind.value() === 'orders' ? ofOrders() : { ...columns.choices(), ...common() });

  function update() {
    const isOrders = kind.value() === 'orders';
    columns.node.hidden = isOrders;
    orders.node.hidden = !isOrders;
    kind.check(columns.count === 0 ? 'No column holds numbers that tell kinds of customers apart.' : '');
    columns.check(!isOrders);
    orders.check(isOrders);
    asOf.disabled = !isOrders;
    score.hidden = !isOrders || onScore === null;
    void sent.show(table, isComplete(choices()) ? planFit(table, choices()) : null);
  }

  const form = element('form', {
    class: 'stage make',
    'aria-labelledby': 'make-title',
    onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      onMake(choices());
    },
  },
  element('h3', { id: 'make-title', tabindex: -1 }, 'Make segments of these customers'),
  element('p', {}, describeTable(table)),
  unnamed !== '' && element('p', { class: 'notice' }, unnamed),
  kind.node,
  columns.node,
  orders.node,
  element('div', { class: 'fields' }, field('Number of segments', count), field('Decimal sign', decimal),
    ...readingFields(table, onRead)),
  sent.node,
  element('div', { class: 'buttons' }, element('button', { type: 'submit', class: 'primary' }, 'Make segments'), score,
    element('button', { type: 'button', class: 'quiet', onclick: onBack }, 'Use the segments shown instead')));
  update();
  return form;
}

/** @param {Choices} choices @returns {boolean} whether there is enough to send */
function isComplete(choices) {
  if (choices.of === 'customers') return choices.columns.length > 0;
  const { customer, date, amount, quantity, price } = choices.columns;
  return customer >= 0 && date >= 0 && (amount >= 0 || (quantity >= 0 && price >= 0));
}

/** @param {'customers' | 'orders'} guess @param {() => void} onChange */
function kindFields(guess, onChange) {
  const radio = (/** @type {string} */ value) =>
    element('input', { type: 'radio', name: 'row-is', value, checked: value === guess, onchange: onChange });
  const [customer, order] = [radio('customers'), radio('orders')];
  return {
    node: element('fieldset', {}, element('legend', {}, 'Each row is'),
      element('label', { class: 'check' }, customer, 'a customer'), element('label', { class: 'check' }, order, 'an order')),
    value: () => (order.checked ? 'orders' : 'customers'),
    /** @param {string} problem why a row can be no customer; '' if it can */
    check: (problem) => customer.setCustomValidity(order.checked ? '' : problem),
  };
}
