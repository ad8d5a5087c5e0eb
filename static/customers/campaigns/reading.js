/**
 * What can be said of files that can be read in two ways: the options that training's errors name, as controls.
 */

import { element } from '../../ui/dom.js';

/** @typedef {import('../../service/training.js').Choices} Choices */
/** @typedef {{ node: HTMLElement, control: HTMLSelectElement | HTMLInputElement, label: string }} Option */

/** Formats of dates as training takes them, and how they look. @type {[string, string][]} */
const DATES = [['%d/%m/%Y', '31/12/2026'], ['%m/%d/%Y', '12/31/2026'], ['%d.%m.%Y', '31.12.2026'],
  ['%d-%m-%Y', '31-12-2026'], ['%m-%d-%Y', '12-31-2026'], ['%d/%m/%y', '31/12/26'], ['%m/%d/%y', '12/31/26'],
  ['%Y-%d-%m', '2026-31-12']];
const OPEN = 'As the file shows';
/** An option as training names it in a message. */
const NAMED = /--([a-z]+(?:-[a-z]+)*)/g;

/**
 * How orders are written.
 *
 * @returns {{ node: HTMLElement, choices: () => Choices, lead: (names: string[]) => HTMLElement | null,
 *   labels: Map<string, string> }} lead: show the first control that an error names; labels of the controls by their
 *   options' names
 */
export function orderReading() {
  /** @type {Record<string, Option>} */
  const options = {
    'currency': option('Currency that counts', element('input', { type: 'text', maxlength: 3, placeholder: 'such as EUR' })),
    'date-format': option('Dates look like', select([['', OPEN], ...DATES])),
    'decimal': option('1,234 means', select([['', OPEN], ['point', '1234'], ['comma', '1.234']])),
    'amount-per': option('A repeated amount is', select([['', OPEN], ['order', 'the whole order’s'], ['line', 'each row’s own']])),
  };
  const node = element('details', {},
    element('summary', {}, 'How the orders are written'),
    element('div', { class: 'pair-of' }, ...Object.values(options).map((one) => one.node)));
  return {
    node,
    labels: new Map(Object.entries(options).map(([name, { label }]) => [name, label])),
    choices: () => Object.fromEntries(Object.entries(options)
      .map(([name, { control }]) => [name, name === 'currency' ? control.value.trim().toUpperCase() : control.value])
      .filter(([, value]) => value !== '')),
    lead(names) {
      const named = names.map((name) => options[name]).find((candidate) => candidate !== undefined);
      if (named) node.open = true;
      return named?.control ?? null;
    },
  };
}

/** @param {string} detail @returns {string[]} names of the options in an error */
export function optionsIn(detail) {
  return [...detail.matchAll(NAMED)].map(([, name = '']) => name);
}

/**
 * @param {string} detail as training says it
 * @param {Map<string, string>} files names of files by what they are sent as
 * @param {Map<string, string>} labels of the controls by the options' names
 * @returns {string} in the words of this page
 */
export function inWords(detail, files, labels) {
  const named = [...files].reduce((text, [sent, name]) => text.replaceAll(sent, name), detail);
  const shown = DATES.reduce((text, [format, example]) => text.replaceAll(format, example), named);
  return shown.replace(NAMED, (option, name) => (labels.has(name) ? `“${labels.get(name)}”` : option));
}

/** @param {string} label @param {HTMLSelectElement | HTMLInputElement} control @returns {Option} */
function option(label, control) {
  return { node: element('div', { class: 'field' }, element('label', {}, label, control)), control, label };
}

/** @param {string[][]} values with what they are called */
function select(values) {
  return element('select', {}, ...values.map(([value = '', name = '']) => element('option', { value }, name)));
}
