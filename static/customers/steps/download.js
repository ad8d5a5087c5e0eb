/**
 * The fourth step: which files, of which segments, with whom held back.
 */

import { coloursOf } from '../../ui/colours.js';
import { element, write } from '../../ui/dom.js';
import { formatCount, formatPercent } from '../../ui/format.js';
import { counted } from '../texts.js';
import { COUNTRIES } from '../files/countries.js';
import { columnSelect } from './match.js';
import { KINDS, matchPersonal } from '../table/headers.js';

/**
 * @typedef {import('../../service/contract.js').Model} Model
 * @typedef {import('../table/table.js').Description} Description
 * @typedef {import('../table/headers.js').Kind} Kind
 * @typedef {import('../files/text_file.js').Audience} Audience
 * @typedef {'table' | 'google' | 'meta' | 'control'} FileKind
 */

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
  customer_id: 'Customer number',
};
const MOST_HELD_BACK = 50;
const USUALLY_HELD_BACK = 10;

/**
 * @param {Model} model
 * @param {Description} table
 * @param {readonly number[]} taken columns that are features
 * @param {readonly number[]} counts customers of each segment
 * @param {(kind: FileKind, audience: Audience) => void} onWrite
 * @returns {{ node: HTMLElement, choose: (position: number, options?: { quietly: boolean }) => void }} choose one
 *   segment, and lead there
 */
export function downloadView(model, table, taken, counts, onWrite) {
  const { form, audience, choose } = audienceForm(model, table, taken, counts, (kind) => onWrite(kind, audience()));
  const node = element('section', { class: 'stage', 'aria-labelledby': 'audience-files' },
    element('h3', { id: 'audience-files' }, 'Files'),
    element('div', { class: 'buttons' },
      element('button', { type: 'button', onclick: () => onWrite('table', audience()) }, 'Table with segments'),
      element('p', { class: 'hint' }, 'All rows and columns as they came, with segment and confidence.')),
    form);
  return {
    node,
    choose(position, { quietly } = { quietly: false }) {
      const box = choose(position);
      if (quietly) return;
      box?.scrollIntoView({ block: 'center' });
      box?.focus({ preventScroll: true });
    },
  };
}

/**
 * @param {Model} model
 * @param {Description} table
 * @param {readonly number[]} taken
 * @param {readonly number[]} counts
 * @param {(kind: FileKind) => void} onWrite
 * @returns {{ form: HTMLFormElement, audience: () => Audience,
 *   choose: (position: number) => HTMLInputElement | undefined }}
 */
function audienceForm(model, table, taken, counts, onWrite) {
  const sentence = element('p', { class: 'sentence', role: 'status' });
  const say = () => write(sentence, inWords(model, segments.chosen(), counts, share.valueAsNumber / 100));
  const segments = segmentChecks(model, () => say());
  const contacts = contactFields(table.header, taken);
  const country = countrySelect();
  const share = element('input', {
    type: 'number', min: 0, max: MOST_HELD_BACK, step: 1, value: USUALLY_HELD_BACK, required: true,
    oninput: () => say(),
  });
  const button = (/** @type {FileKind} */ kind, /** @type {string} */ name) =>
    element('button', { type: 'button', onclick: () => form.reportValidity() && onWrite(kind) }, name);
  const form = element('form', { onsubmit: (/** @type {Event} */ event) => event.preventDefault() },
    element('h4', {}, 'Audience for an ad network'),
    segments.node,
    sentence,
    element('div', { class: 'fields' },
      field('Control group held back, in %', share, 'The same customers in every list. Compare later what they buy.'),
      field('Country of customers whose row names none', country, 'For phone numbers without a country code.')),
    contacts.node,
    element('p', { class: 'hint' }, 'Contacts are hashed here with SHA-256, as the networks ask for it.'),
    element('p', { class: 'buttons' }, button('google', 'Google Customer Match'), button('meta', 'Meta customer list'),
      button('control', 'Control group')));
  const audience = () => ({
    segments: segments.chosen(),
    share: Number(share.value) / 100,
    contacts: { columns: contacts.columns(), country: country.value },
  });
  return { form, audience, choose: segments.choose };
}

/**
 * @param {Model} model
 * @param {number[]} chosen positions of segments
 * @param {readonly number[]} counts
 * @param {number} share held back
 * @returns {string} the audience as a sentence
 */
function inWords({ segments }, chosen, counts, share) {
  if (chosen.length === 0) return 'No segment is chosen.';
  const names = chosen.map((position) => segments[position]?.name ?? '');
  const total = chosen.reduce((sum, position) => sum + (counts[position] ?? 0), 0);
  const customers = `${new Intl.ListFormat('en').format(names)}: ${counted(total, 'customer')}`;
  if (!(share > 0)) return `${customers}.`;
  return `${customers}, about ${formatCount(Math.round(total * (1 - share)))} after ${formatPercent(share)} held back.`;
}

/** @param {Model} model @param {() => void} onChange */
function segmentChecks({ segments }, onChange) {
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
 */
function contactFields(header, taken) {
  const guess = matchPersonal(header, taken);
  const selects = KINDS.map((kind) => ({ kind, select: columnSelect(header, guess[kind], {}) }));
  const found = KINDS.filter((kind) => guess[kind] >= 0).map((kind) => LABELS[kind]);
  return {
    node: element('details', { open: found.length === 0 },
      element('summary', {}, `Contact columns: ${found.join(', ') || 'none found'}`),
      element('div', { class: 'fields' }, ...selects.map(({ kind, select }) => field(LABELS[kind], select)))),
    columns: () => /** @type {Record<Kind, number>} */ (Object.fromEntries(
      selects.map(({ kind, select }) => [kind, select.value === '' ? -1 : Number(select.value)]))),
  };
}

function countrySelect() {
  const names = new Intl.DisplayNames(['en'], { type: 'region' });
  const countries = COUNTRIES.map((code) => ({ code, name: names.of(code) ?? code }));
  countries.sort((a, b) => a.name.localeCompare(b.name, 'en'));
  return element('select', {},
    element('option', { value: '' }, 'Not known'),
    ...countries.map(({ code, name }) => element('option', { value: code }, name)));
}

/**
 * @param {string} name
 * @param {HTMLElement} control
 * @param {string} [hint]
 */
function field(name, control, hint) {
  const id = `audience-${name.replace(/\W+/g, '-').toLowerCase()}`;
  if (hint) control.setAttribute('aria-describedby', id);
  return element('div', { class: 'field' }, element('label', {}, name, control),
    hint ? element('p', { class: 'hint', id }, hint) : null);
}
