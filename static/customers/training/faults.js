/** What is said where there is no result, and the question for the key. */

import { ContractError } from '../../service/contract.js';
import { keepKey } from '../../service/key.js';
import { TrainingError } from '../../service/training.js';
import { element, isolated } from '../../ui/dom.js';
import { field } from '../steps/fields.js';
import { RemoteError } from '../remote.js';

/** Fields of the page by the option of the command line that a message may name. @type {[RegExp, string][]} */
const FIELDS = [
  [/add --date-format epoch/g, 'choose “Seconds since 1970” under “Dates are written”'],
  [/add --date-format excel/g, 'choose “Days of a spreadsheet” under “Dates are written”'],
  [/--date-format( [^\s,;]+)?/g, '“Dates are written”'],
  [/--decimal( (?:point|comma))?/g, '“Decimal sign”'],
  [/name another column with --customer COLUMN/g, 'choose another column under “Customer”'],
  [/name another column with --date COLUMN/g, 'choose another column under “Date”'],
  [/name another column with --amount COLUMN/g, 'choose another column under “Amount”'],
  [/name them with --\S+ COLUMN --\S+ COLUMN/g, 'choose another column for one of them'],
  [/name the order's id with --order COLUMN/g, 'choose the order’s id under “Order number”'],
  [/name it with --order\b/g, 'choose it under “Order number”'],
  [/name the order's id with --order COLUMN/g, 'choose the order’s number under “Order number”'],
  [/name (it|another(?: column)?) with --key/g, 'choose $1 under “Customer”'],
  [/or name --key/g, 'or choose another column under “Customer”'],
  [/use --orders if each row is an order/g, 'choose “an order” under “Each row is”'],
  [/name the last day with --to/g, 'choose an earlier day under “Last day that counts”'],
  [/name the order's id with --order COLUMN( \([^)]*\))?/g, 'choose the order’s number$1 under “Order number”'],
  [/say --amount-per line/g, 'choose “Its row” under “An amount is of”'],
  [/--amount-per (?:order or line|order|line)/g, '“An amount is of”'],
  [/--currency( [A-Z]{3})?/g, '“Currency that counts”'],
  [/--as-of (\d{4}-\d{2}-\d{2}) they/g, '$1 under “Orders before this day count” they'],
  [/--as-of(?: [A-Z]+| \d{4}-\d{2}-\d{2})?/g, '“Days count to”'],
  [/--value/g, '“What a customer is worth”'],
  [/--refunded/g, '“Amount paid back”'],
  [/say --no-header: the columns are then called column_1, column_2 and so on/g, 'untick “The first row names the columns”'],
  [/ with --features(?: \([^)]*\))?/g, ''],
  [/add --k (\d+)/g, 'choose $1 under “Number of segments”'],
  [/lower --k/g, 'choose fewer under “Number of segments”'],
  [/; to see how it is spread over segments of the other features, leave it out and add --describe/g, '; untick it if you do not want that'],
  [/, or describe segments by it: --describe/g, ''],
];

/** @param {string} text of training @param {string} file its name @returns {string} in the words of this page */
export function inPageWords(text, file) {
  return inWords(FIELDS.reduce((said, [option, words]) => said.replace(option, words), text).replaceAll('table.csv', isolated(file)));
}

/** @param {unknown} error @param {string} name of the file @returns {string} any other is a fault of this page */
export function messageOf(error, name) {
  if (error instanceof TrainingError) return ended(inPageWords(begun(error.message), name));
  if (error instanceof ContractError) {
    return `The training service and this page are of different versions: its model cannot be read (${error.message}).`;
  }
  if (error instanceof RemoteError) return error.message;
  throw error;
}

/** @param {string} text @returns {string} with formats of dates as people say them: %d/%m/%Y is day/month/year */
function inWords(text) {
  return text.replace(/%[dmYy]/g, (sign) => ({ '%d': 'day', '%m': 'month' })[sign] ?? 'year');
}

/** @param {string} text @returns {string} as a sentence begins, but for the name of a file or column */
function begun(text) {
  return /^[a-z]+ /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/** @param {string} text */
function ended(text) {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** @param {string} text @param {{ onKey: () => void, onCancel: () => void }} actions */
export function keyView(text, { onKey, onCancel }) {
  const input = element('input', {
    type: 'text', autocomplete: 'off', spellcheck: 'false', required: true, oninput: () => input.setCustomValidity(''),
  });
  return element('form', {
    class: 'stage',
    'aria-labelledby': 'key-title',
    onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      const key = input.value.trim().replace(/^.*#(?:.*&)?training-key=([^&]*).*$/, '$1');
      if (keepKey(key)) return onKey();
      input.setCustomValidity('This cannot be a key: it has spaces or signs that no key has.');
      return input.reportValidity();
    },
  },
  element('h3', { id: 'key-title', tabindex: -1 }, 'The training service asks for its key'),
  element('p', {}, text),
  field('Key, or the link that carries it', input, 'It stays in this browser and is sent to the training service only.'),
  element('p', { class: 'buttons' }, element('button', { type: 'submit', class: 'primary' }, 'Go on'),
    element('button', { type: 'button', onclick: onCancel }, 'Cancel')));
}
