/**
 * Which columns make the segments: those of numbers and dates, each with its first values and what to know of it.
 *
 * @typedef {import('../columns.js').Survey} Survey
 */

import { element, formatPercent, isolated, line, write } from '../../../ui/dom.js';
import { field } from '../../steps/fields.js';
import { shortened } from '../../steps/match.js';
import { counted } from '../../texts.js';
import { USUAL } from '../columns.js';
import { dateFields } from './date_fields.js';

/** Most columns that training takes. */
const MOST = 30;
const list = new Intl.ListFormat('en');

/** @param {Survey[]} surveys @param {() => void} onChange */
export function columnFields(surveys, onChange) {
  const offered = surveys.filter(({ why }) => why === null);
  const boxes = offered.map((survey) =>
    element('input', { type: 'checkbox', checked: survey.usual, onchange: onChange }));
  const chosen = () => offered.filter((_, place) => boxes[place]?.checked).map(({ column }) => column);
  const said = line();
  const dates = dateFields(() => offered.filter(({ dates: formats }, place) => formats.length > 0 && boxes[place]?.checked), onChange);
  const value = element('select', { onchange: onChange }, element('option', { value: -1 }, 'Not in this table'),
    ...offered.filter((survey) => survey.dates.length === 0).map(({ name, column }) => element('option', { value: column }, name)));
  const node = element('fieldset', {}, element('legend', {}, 'Columns that make the segments'),
    offered.length === 0 && element('p', { class: 'notice' }, 'No column holds numbers that tell kinds of customers apart.'),
    ...offered.map((survey, place) => element('div', { class: 'field' },
      element('label', { class: 'check' }, boxes[place], element('span', { dir: 'auto' }, survey.name)),
      element('ul', { class: 'hint' }, ...hints(survey).map((hint) => element('li', {}, hint))))),
    wordedDates(surveys),
    notOffered(surveys),
    dates.node,
    element('p', { class: 'hint wide', role: 'status' }, said),
    offered.length > 0 && field('What a customer is worth', value, 'Shows each segment’s share of it.'));
  return {
    node,
    /** @returns {import('../plan.js').OfCustomers} */
    choices: () => ({ of: 'customers', columns: chosen(), value: Number(value.value), ...dates.choices() }),
    count: offered.length,
    /** @param {boolean} asked whether the choice counts */
    check(asked) {
      dates.check(asked);
      const { length } = chosen();
      boxes[0]?.setCustomValidity(!asked ? '' : length === 0 ? 'Choose at least one column.'
        : length > MOST ? `Choose at most ${MOST} columns.` : '');
      write(said, length === 1 ? 'With one column the segments are ranges of its values.'
        : length > USUAL ? `With more than ${USUAL} columns a segment's name says little of it: choose those that matter most.` : '');
    },
  };
}

/** @param {Survey} survey */
function hints({ examples, missing, unread, skewed, different, dates }) {
  return [
    `First values: ${examples.map((cell) => isolated(shortened(cell))).join(' · ')}`,
    missing > 0 ? `Missing in ${missing < 0.01 ? 'under 1%' : formatPercent(missing)} of the first rows.` : '',
    unread > 0 ? `${counted(unread, 'cell')} of the first rows ${unread === 1 ? 'is' : 'are'} no number and not sent.` : '',
    dates.length > 0 ? 'Dates: they count as days before a day that you choose below.' : '',
    skewed ? 'A few values lie far above the rest: it is compared by its logarithm where that helps.' : '',
    different === 2 ? 'Only two values: they alone would divide the customers.' : '',
  ].filter((hint) => hint !== '');
}

/** @param {Survey[]} surveys @returns {HTMLElement | null} what to do with dates that are read by training only */
function wordedDates(surveys) {
  const names = surveys.filter(({ why }) => why === WORDED).map(({ name }) => isolated(name));
  if (names.length === 0) return null;
  return element('p', { class: 'hint wide', dir: 'auto' }, `${list.format(names)} ${names.length > 1 ? PLURAL[WORDED] : WORDED}, ` +
    'which this page does not read. Write them as 2024-12-31 and choose the file again, or make the segments on the command ' +
    'line: python -m training fit TABLE --as-of 2024-12-31');
}

/** @param {Survey[]} surveys */
function notOffered(surveys) {
  const reasons = [...new Set(surveys.flatMap(({ why }) => why ?? []))].filter((why) => why !== WORDED);
  if (reasons.length === 0) return null;
  const sentences = reasons.map((reason) => {
    const names = surveys.filter(({ why }) => why === reason).map(({ name }) => isolated(name));
    return `${list.format(names)} ${names.length > 1 ? PLURAL[reason] : reason}`;
  });
  return element('details', { class: 'wide' }, element('summary', {}, 'Columns that are not offered'),
    element('ul', { class: 'hint' }, ...sentences.map((sentence) => element('li', { dir: 'auto' }, `${sentence}.`))));
}

const WORDED = 'holds dates in words or short years';
/** @type {Record<import('../columns.js').Why, string>} */
const PLURAL = {
  'is personal': 'are personal',
  'only tells rows apart': 'only tell rows apart',
  'is the same in every row': 'are the same in every row',
  'has no numbers': 'have no numbers',
  'holds dates in words or short years': 'hold dates in words or short years',
};
