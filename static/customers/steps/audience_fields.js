/**
 * What is asked of an audience: the segments, where its contacts stand, the country, and whom to leave out.
 *
 * @typedef {import('../../service/contract.js').Model} Model
 * @typedef {import('../table/headers.js').Kind} Kind
 * @typedef {(file: File | null, country: string) => Promise<{ read: number, unread: number }>} LeaveOut
 */

import { element, write } from '../../ui/dom.js';
import { COUNTRIES } from '../contacts/countries.js';
import { MOST_HELD_BACK, RECENT } from '../files/reach.js';
import { coloursOf } from '../segments.js';
import { KINDS, matchPersonal } from '../table/headers.js';
import { counted } from '../texts.js';
import { columnSelect, field } from './fields.js';

/** @type {Record<Kind, string>} */
const LABELS = {
  email: 'E-mail',
  phone: 'Phone',
  first_name: 'First name',
  last_name: 'Last name',
  zip: 'Postal code',
  city: 'City',
  state: 'State or region',
  country: 'Country',
  consent: 'May be written to',
  customer_id: 'Customer number',
};

const USUALLY_HELD_BACK = 10;
/** Per cent of customers who buy in a month without a campaign. */
const USUAL_RATE = 5;

/**
 * @param {readonly string[]} header
 * @param {readonly number[]} taken columns that are features or empty
 * @param {{ onChange: () => void, onFigure: () => void, onLeaveOut: LeaveOut }} actions figure: who is in the audience stays
 */
export function audienceFields(header, taken, { onChange, onFigure, onLeaveOut }) {
  const figure = (/** @type {Record<string, number>} */ range) => {
    const input = element('input', { type: 'number', ...range, required: true, oninput: onFigure });
    input.addEventListener('wheel', () => input.blur(), { passive: true }); // a wheel scrolls the page, and no figure
    return input;
  };
  const checkbox = () => element('input', { type: 'checkbox', onchange: onChange });
  const campaign = element('input', { type: 'text', maxlength: 60, onchange: onChange });
  const share = figure({ min: 0, max: MOST_HELD_BACK, step: 1, value: USUALLY_HELD_BACK });
  const rate = figure({ min: 0.1, max: 99.9, step: 0.1, value: USUAL_RATE });
  const measured = element('button', { type: 'button', hidden: true });
  const country = countrySelect(onChange);
  const [always, silent] = [checkbox(), checkbox()];
  const silence = element('label', { class: 'check' }, silent, 'Also write to customers whose consent is not recorded');
  const value = columnSelect(header, -1, {});
  const list = leaveOutField(async (file) => {
    const read = await onLeaveOut(file, country.value);
    onChange();
    return read;
  });
  const contacts = contactFields(header, taken, () => {
    showSilence();
    onChange();
  });
  const showSilence = () => silence.toggleAttribute('hidden', contacts.columns().consent < 0);
  showSilence();
  return {
    nodes: [
      element('div', { class: 'fields' },
        field('Name of the campaign', campaign, 'Each name holds back different customers; without a name they are always the same.'),
        field('Control group held back, in %', share, 'The same customers in every list of the campaign.'),
        field('Customers who buy anyway, in %', rate, 'On the campaign’s days, had nobody been written to.', measured),
        field('Country, where a row names none', country, 'For phone numbers without a country code.',
          element('label', { class: 'check' }, always, 'Also where a row’s country is not recognised')),
        list.node,
        silence,
        field('Value of a customer, for Meta', value, 'For value-based audiences: a number of 0 or more, not hashed.')),
      contacts.node,
    ],
    /** @returns {{ held: number | null, rate: number | null }} per cent; null where there is no number to go by */
    figures: () => ({
      held: share.validity.valid ? share.valueAsNumber : null,
      rate: rate.validity.valid ? rate.valueAsNumber : null,
    }),
    /** @returns {Omit<import('../files/text_file.js').Audience, 'segments'>} */
    choices: () => ({
      share: Number(share.value) / 100,
      campaign: campaign.value.trim(),
      contacts: { columns: contacts.columns(), country: country.value, always: always.checked },
      silent: silent.checked,
      value: value.value === '' ? -1 : Number(value.value),
    }),
    /** @param {string} percent of customers who bought lately, to be taken over; '' for none */
    offerRate(percent) {
      measured.hidden = percent === '';
      write(measured, `${percent}% of all in the file bought in the last ${RECENT} days: use it`);
      measured.onclick = () => {
        rate.value = percent;
        onFigure();
      };
    },
  };
}

/** @param {Model} model @param {() => void} onChange */
export function segmentChecks({ segments }, onChange) {
  const colours = coloursOf(segments);
  const boxes = segments.map(() => element('input', { type: 'checkbox', onchange: () => check() }));
  const chosen = () => boxes.flatMap((box, index) => (box.checked ? [index] : []));
  const check = () => {
    boxes[0]?.setCustomValidity(chosen().length ? '' : 'Choose at least one segment.');
    onChange();
  };
  const labels = segments.map(({ id, name }, index) =>
    element('label', { class: 'check', 'data-colour': colours.get(id) ?? 0 }, boxes[index],
      element('span', { class: 'swatch', 'aria-hidden': true }), name));
  const choose = (/** @type {number} */ position) => {
    for (const [index, box] of boxes.entries()) box.checked = index === position;
    check();
    return boxes[position];
  };
  return { node: element('fieldset', {}, element('legend', {}, 'Segments'), ...labels), chosen, choose };
}

/**
 * @param {readonly string[]} header
 * @param {readonly number[]} taken
 * @param {() => void} onChange
 */
function contactFields(header, taken, onChange) {
  const guess = matchPersonal(header, taken);
  const selects = KINDS.map((kind) => ({ kind, select: columnSelect(header, guess[kind], { onchange: onChange }) }));
  const labels = KINDS.filter((kind) => guess[kind] >= 0).map((kind) => LABELS[kind]);
  return {
    node: element('details', { open: labels.length === 0 },
      element('summary', {}, `Contact columns: ${labels.join(', ') || 'none found'}`),
      element('div', { class: 'fields' }, ...selects.map(({ kind, select }) => field(LABELS[kind], select)))),
    columns: () => /** @type {Record<Kind, number>} */ (Object.fromEntries(
      selects.map(({ kind, select }) => [kind, select.value === '' ? -1 : Number(select.value)]))),
  };
}

/** @param {() => void} onChange */
function countrySelect(onChange) {
  const countries = [...COUNTRIES];
  countries.sort((a, b) => a.name.localeCompare(b.name, 'en'));
  return element('select', { onchange: onChange },
    element('option', { value: '' }, 'Not known'),
    ...countries.map(({ code, name }) => element('option', { value: code }, name)));
}

/** @param {(file: File | null) => Promise<{ read: number, unread: number }>} onFile */
function leaveOutField(onFile) {
  const said = element('p', { class: 'hint', role: 'status' }, 'E-mail addresses and phone numbers, plain or hashed. The list stays in this browser.');
  const input = element('input', {
    type: 'file',
    accept: '.csv,.tsv,.txt,.gz,.zip',
    onchange: async () => {
      try {
        const { read, unread } = await onFile(input.files?.[0] ?? null);
        write(said, `${counted(read, 'address or phone', 'addresses and phones')} read` +
          (unread ? `, ${counted(unread, 'row')} not.` : '.'));
      } catch (error) {
        write(said, error instanceof Error ? error.message : String(error));
      }
    },
  });
  return { node: field('List of people to leave out', input, '', said) };
}
