/**
 * What is asked of an audience: the segments, where its contacts stand, the country, and whom to leave out.
 *
 * @typedef {import('../../service/contract.js').Model} Model
 * @typedef {import('../table/headers.js').Kind} Kind
 */

import { element, write } from '../../ui/dom.js';
import { coloursOf } from '../../ui/format.js';
import { COUNTRIES } from '../contacts/countries.js';
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
export function contactFields(header, taken, onChange) {
  const guess = matchPersonal(header, taken);
  const selects = KINDS.map((kind) => ({ kind, select: columnSelect(header, guess[kind], { onchange: onChange }) }));
  const found = KINDS.filter((kind) => guess[kind] >= 0).map((kind) => LABELS[kind]);
  return {
    node: element('details', { open: found.length === 0 },
      element('summary', {}, `Contact columns: ${found.join(', ') || 'none found'}`),
      element('div', { class: 'fields' }, ...selects.map(({ kind, select }) => field(LABELS[kind], select)))),
    columns: () => /** @type {Record<Kind, number>} */ (Object.fromEntries(
      selects.map(({ kind, select }) => [kind, select.value === '' ? -1 : Number(select.value)]))),
  };
}

/** @param {() => void} onChange */
export function countrySelect(onChange) {
  const countries = [...COUNTRIES];
  countries.sort((a, b) => a.name.localeCompare(b.name, 'en'));
  return element('select', { onchange: onChange },
    element('option', { value: '' }, 'Not known'),
    ...countries.map(({ code, name }) => element('option', { value: code }, name)));
}

/** @param {(file: File | null) => Promise<{ read: number, unread: number }>} onFile */
export function leaveOutField(onFile) {
  const said = element('p', { class: 'hint', role: 'status' }, 'E-mail addresses and phones, also hashed; it stays here.');
  const input = element('input', {
    type: 'file',
    accept: '.csv,.tsv,.txt',
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
