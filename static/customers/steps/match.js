/**
 * The second step: which column is which feature. Guessed, shown with its first values, corrected by the user.
 */

import { element, formatCount, formatValue, isolated, title } from '../../ui/dom.js';
import { ENCODINGS } from '../table/decoding.js';
import { inspect, repeated } from '../table/inspection.js';
import { matchFeatures, matchPersonal } from '../table/headers.js';
import { describeTable } from '../texts.js';
import { columnSelect, dateOrderSelect, decimalIn, decimalSelect, field, readingFields, unnamedNote } from './fields.js';

/**
 * @typedef {import('../../service/contract.js').Model} Model
 * @typedef {import('../../service/contract.js').Feature} Feature
 * @typedef {import('../table/table.js').Description} Description
 * @typedef {import('../table/batches.js').Source} Source
 * @typedef {import('../table/numbers.js').DecimalSign} DecimalSign
 * @typedef {import('../table/table.js').Reading} Reading
 */

/** Longest value that is shown, in characters. */
const LONGEST_EXAMPLE = 40;

const WORDED = 'These dates are in words or have short years, which this page does not read. Write them as 2024-12-31 and choose ' +
  'the file again, or score it on the command line: python -m training score TABLE OUT';

const MIXED = 'Several currencies, or some numbers in percent and some not. Make them alike in the file, and choose it again.';

/** Share of rows with a customer seen before from which on they may be orders. */
const REPEATED = 0.05;

/**
 * @param {Model} model
 * @param {Description} table
 * @param {{ onScore: (sources: Source[]) => void, onRead: (reading: Reading) => void }} actions read: the same file in
 * another way
 * @returns {HTMLElement}
 */
export function matchView(model, table, { onScore, onRead }) {
  const guess = matchFeatures(table.header, model.features);
  const decimal = decimalSelect(() => pickers.forEach((picker) => picker.update()));
  const chosen = () => decimalIn(decimal);
  const pickers = model.features.map((feature, index) => createPicker(table, feature, guess[index] ?? -1, chosen));
  const names = model.features.map(({ label }) => isolated(label)).join(', ');
  return element('form', {
    class: 'stage',
    'aria-labelledby': 'audience-match',
    onsubmit: (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      onScore(pickers.map((picker) => picker.source()));
    },
  },
  element('h3', { id: 'audience-match', tabindex: -1 }, 'Match the columns'),
  element('p', {}, describeTable(table)),
  ...notes(table, guess).map((note) => element('p', { class: 'notice' }, note)),
  element('div', { class: 'fields' }, ...pickers.map((picker) => picker.node),
    field('Decimal sign', decimal),
    ...readingFields(table, onRead)),
  element('p', { class: 'hint' }, `Sent to be scored: ${names}. No other column leaves this browser.`),
  element('button', { type: 'submit', class: 'primary' }, 'Score customers'));
}

/**
 * @param {Description} table
 * @param {Feature} feature
 * @param {number} guess a column or -1
 * @param {() => DecimalSign | null} decimal
 */
function createPicker({ header, sample, delimiter }, feature, guess, decimal) {
  const id = `audience-hints-${feature.name}`;
  const select = columnSelect(header, guess, { required: true, 'aria-describedby': id, onchange: () => update() });
  const divide = element('input', { type: 'checkbox', onchange: () => update() });
  const divided = element('label', { class: 'check', hidden: true }, divide, 'Divide by 1,000');
  const list = element('ul', { id, class: 'hint' });
  const order = dateOrderSelect(() => update());
  const ordered = element('label', { hidden: true }, 'Dates are written', order);
  const factor = () => (divide.checked ? 0.001 : 1);
  const look = () => inspect(sample, Number(select.value), decimal(), feature, factor(), delimiter, order.value);

  function update() {
    const inspection = select.value === '' ? null : look();
    if (!inspection) divide.checked = false;
    ordered.hidden = !(inspection && inspection.formats.length > 1);
    order.required = !ordered.hidden;
    divided.hidden = !(inspection?.thousands || divide.checked);
    select.setCustomValidity(inspection?.mixed ? MIXED : '');
    list.replaceChildren(...(inspection ? hints(inspection, feature) : []));
  }

  update();
  return {
    node: element('div', { class: 'field' }, element('label', {}, title(feature), select), list, ordered, divided),
    update,
    /** @returns {Source} */
    source() {
      const { decimal: sign, dates } = look();
      return { column: Number(select.value), decimal: sign, factor: factor(), dates };
    },
  };
}

/**
 * @param {import('../table/inspection.js').Inspection} inspection
 * @param {Feature} feature
 */
function hints({ examples, rows, unread, worded, outside, dates, mixed }, feature) {
  const range = `${formatValue(feature, feature.min)} to ${formatValue(feature, feature.max)}`;
  const cautions = [
    mixed ? MIXED : '',
    worded ? WORDED : unread && dates === null ? `No clear number in ${formatCount(unread)} of the first ${formatCount(rows)} rows.` : '',
    outside ? `Most values lie outside ${range}, the range this model has seen. Is it the right column and unit?` : '',
  ].filter((caution) => caution !== '');
  return [
    element('li', {}, examples.length ? `First values: ${examples.map((cell) => isolated(shortened(cell))).join(' · ')}`
      : 'The first rows are empty here.'),
    ...(dates === null ? [] : [element('li', {}, `Dates count as days before ${feature.day}.`)]),
    ...cautions.map((caution) => element('li', { class: 'caution' }, caution)),
  ];
}

/** @param {string} cell */
export function shortened(cell) {
  return cell.length > LONGEST_EXAMPLE ? `${cell.slice(0, LONGEST_EXAMPLE - 1)}…` : cell;
}

/** @param {Description} table @param {number[]} taken columns that are features */
function notes({ header, sample, encoding, named, empty }, taken) {
  const { customer_id: id, email } = matchPersonal(header, [...taken, ...empty]);
  const again = repeated(sample, id < 0 ? email : id);
  return [
    unnamedNote({ header, named }),
    ENCODINGS.has(encoding) ? 'The file is not UTF-8. Check letters with accents, and say how they are written.' : '',
    again > REPEATED * sample.length
      ? `The same customer stands in several rows: ${formatCount(again)} of the first ${formatCount(sample.length)} ` +
        'repeat an earlier one. Here each row is scored as a customer. If a row is an order, make customers of the ' +
        'orders first: python -m training score ORDERS CUSTOMERS --orders' : '',
  ].filter((note) => note !== '');
}
