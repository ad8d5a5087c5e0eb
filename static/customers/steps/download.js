/**
 * The fourth step: which files, of which segments, with whom held back.
 */

import { coloursOf } from '../../ui/colours.js';
import { element, write } from '../../ui/dom.js';
import { formatCount } from '../../ui/format.js';
import { counted } from '../texts.js';
import { COUNTRIES } from '../files/countries.js';
import { columnSelect } from './match.js';
import { MOST_HELD_BACK } from '../files/reach.js';
import { KINDS, matchPersonal } from '../table/headers.js';

/**
 * @typedef {import('../../service/contract.js').Model} Model
 * @typedef {import('../table/table.js').Description} Description
 * @typedef {import('../table/headers.js').Kind} Kind
 * @typedef {import('../files/text_file.js').Audience} Audience
 * @typedef {import('../files/reach.js').Reach} Reach
 * @typedef {(audience: Audience) => Promise<Reach | null>} Count null where another audience was asked for meanwhile
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
  consent: 'May be written to',
  customer_id: 'Customer number',
};
const USUALLY_HELD_BACK = 10;

/**
 * @param {Model} model
 * @param {Description} table
 * @param {readonly number[]} taken columns that are features
 * @param {readonly number[]} counts customers of each segment
 * @param {{ onCount: Count, onWrite: (kind: FileKind, audience: Audience) => void }} actions
 * @returns {{ node: HTMLElement, choose: (position: number, options?: { quietly: boolean }) => void }} choose one
 *   segment, and lead there
 */
export function downloadView(model, table, taken, counts, { onCount, onWrite }) {
  const { form, audience, choose } = audienceForm(model, table, taken, counts, {
    onCount,
    onWrite: (kind) => onWrite(kind, audience()),
  });
  const node = element('section', { class: 'stage', 'aria-labelledby': 'audience-files' },
    element('h3', { id: 'audience-files' }, 'Files'),
    element('div', { class: 'buttons' },
      element('button', { type: 'button', onclick: () => onWrite('table', audience()) }, 'Table with segments'),
      element('p', { class: 'hint' }, 'All rows and columns as they came, with segment, confidence and probability.')),
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
 * @param {{ onCount: Count, onWrite: (kind: FileKind) => void }} actions
 * @returns {{ form: HTMLFormElement, audience: () => Audience,
 *   choose: (position: number) => HTMLInputElement | undefined }}
 */
function audienceForm(model, table, taken, counts, { onCount, onWrite }) {
  const sentence = element('p', { class: 'sentence', role: 'status' });
  const advice = element('p', { class: 'error', role: 'status' });
  /** @type {Reach | null} */
  let reach = null;
  const say = () => {
    const left = reach && share.validity.valid ? reach : null;
    const held = share.valueAsNumber;
    write(sentence, inWords(model, segments.chosen(), counts, reach, share.validity.valid ? held : 0));
    write(advice, left && segments.chosen().length > 0 ? obstacle(left, held) : '');
    for (const name of NETWORK_NAMES) buttons[name].disabled = left?.[name][held] === 0;
  };
  const count = async () => {
    reach = null;
    say();
    reach = segments.chosen().length > 0 ? await onCount(audience()) : null;
    if (reach) say();
  };
  const segments = segmentChecks(model, () => count());
  const contacts = contactFields(table.header, taken, () => count());
  const country = countrySelect(() => count());
  const share = element('input', {
    type: 'number', min: 0, max: MOST_HELD_BACK, step: 1, value: USUALLY_HELD_BACK, required: true,
    oninput: () => say(),
  });
  const button = (/** @type {FileKind} */ kind, /** @type {string} */ name) =>
    element('button', { type: 'button', onclick: () => form.reportValidity() && onWrite(kind) }, name);
  const buttons = { google: button('google', 'Google Customer Match'), meta: button('meta', 'Meta customer list') };
  const form = element('form', { onsubmit: (/** @type {Event} */ event) => event.preventDefault() },
    element('h4', {}, 'Audience for an ad network'),
    segments.node,
    element('div', { class: 'fields' },
      field('Control group held back, in %', share, 'The same customers in every list. Compare later what they buy.'),
      field('Country of customers whose row names none', country, 'For phone numbers without a country code.')),
    contacts.node,
    sentence,
    element('p', { class: 'buttons' }, buttons.google, buttons.meta, button('control', 'Control group')),
    element('p', { class: 'hint' }, 'Contacts are hashed here with SHA-256, as the networks ask for it.'),
    advice);
  const audience = () => ({
    segments: segments.chosen(),
    share: Number(share.value) / 100,
    contacts: { columns: contacts.columns(), country: country.value },
  });
  return { form, audience, choose: segments.choose };
}

/** @type {(keyof typeof import('../files/networks.js').NETWORKS)[]} */
const NETWORK_NAMES = ['google', 'meta'];

/**
 * @param {Model} model
 * @param {number[]} chosen positions of segments
 * @param {readonly number[]} counts
 * @param {Reach | null} reach null until it is counted
 * @param {number} held per cent held back
 * @returns {string} the audience as a sentence
 */
function inWords({ segments }, chosen, counts, reach, held) {
  if (chosen.length === 0) return 'No segment is chosen.';
  const names = chosen.map((position) => segments[position]?.name ?? '');
  const total = chosen.reduce((sum, position) => sum + (counts[position] ?? 0), 0);
  const customers = `${new Intl.ListFormat('en').format(names)}: ${counted(total, 'customer')}`;
  const findable = `${customers}, ${either(reach, 0)} can be found by their contacts`;
  return held > 0 ? `${findable}, ${either(reach, held)} after ${held}% held back.` : `${findable}.`;
}

/** @param {Reach | null} reach @param {number} held per cent held back @returns {string} how many are in the lists */
function either(reach, held) {
  if (!reach) return '…';
  const { google, meta } = reach;
  const [first, second] = [formatCount(google[held] ?? 0), formatCount(meta[held] ?? 0)];
  return first === second ? first : `${first} (Google) or ${second} (Meta)`;
}

/** @param {Reach} reach @param {number} held @returns {string} why there is no list to write, or '' */
function obstacle(reach, held) {
  if (NETWORK_NAMES.every((name) => reach[name][0] === 0)) {
    return 'No list: nobody has an e-mail address, a phone number that can be read, or a full name with postal code and ' +
      'country. Check the contact columns and the country.';
  }
  return NETWORK_NAMES.every((name) => reach[name][held] === 0) ? 'No list: everybody is held back.' : '';
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
 * @param {() => void} onChange
 */
function contactFields(header, taken, onChange) {
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
function countrySelect(onChange) {
  const countries = [...COUNTRIES];
  countries.sort((a, b) => a.name.localeCompare(b.name, 'en'));
  return element('select', { onchange: onChange },
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
