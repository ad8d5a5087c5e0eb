/**
 * The fourth step: which files, of which segments, with whom held back.
 */

import { coloursOf, formatCount } from '../../ui/format.js';
import { element, write } from '../../ui/dom.js';
import { counted } from '../texts.js';
import { advise } from '../files/advice.js';
import { COUNTRIES } from '../contacts/countries.js';
import { columnSelect, field } from './fields.js';
import { MOST_HELD_BACK, RECENT } from '../files/reach.js';
import { KINDS, matchPersonal } from '../table/headers.js';

/**
 * @typedef {import('../../service/contract.js').Model} Model
 * @typedef {import('../table/table.js').Description} Description
 * @typedef {import('../table/headers.js').Kind} Kind
 * @typedef {import('../files/text_file.js').Audience} Audience
 * @typedef {import('../files/reach.js').Reach} Reach
 * @typedef {(audience: Audience) => Promise<Reach | null>} Count null where another audience was asked for meanwhile
 * @typedef {'table' | 'google' | 'meta' | 'control' | 'assignment'} FileKind
 * @typedef {(file: File | null, country: string) => Promise<{ read: number, unread: number }>} LeaveOut
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
/** Per cent of customers who buy in a month without a campaign. */
const USUAL_RATE = 5;

/**
 * @param {Model} model
 * @param {Description} table
 * @param {readonly number[]} taken columns that are features
 * @param {readonly number[]} counts customers of each segment
 * @param {{ onCount: Count, onLeaveOut: LeaveOut, onWrite: (kind: FileKind, audience: Audience) => void }} actions
 * @returns {{ node: HTMLElement, choose: (position: number, options?: { quietly: boolean }) => void }} choose one
 *   segment, and lead there
 */
export function downloadView(model, table, taken, counts, { onCount, onLeaveOut, onWrite }) {
  const { form, audience, choose } = audienceForm(model, table, taken, counts, {
    onCount,
    onLeaveOut,
    onWrite: (kind) => onWrite(kind, audience()),
  });
  const node = element('section', { class: 'stage', 'aria-labelledby': 'audience-files' },
    element('h3', { id: 'audience-files' }, 'Files'),
    element('div', { class: 'buttons' },
      element('button', { type: 'button', onclick: () => onWrite('table', audience()) }, 'Table with segments'),
      element('p', { class: 'hint' }, 'All rows and columns as they came, and of each customer the segment and how sure it is, as the command score writes it.')),
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
 * @param {{ onCount: Count, onLeaveOut: LeaveOut, onWrite: (kind: FileKind) => void }} actions
 * @returns {{ form: HTMLFormElement, audience: () => Audience,
 *   choose: (position: number) => HTMLInputElement | undefined }}
 */
function audienceForm(model, table, taken, counts, { onCount, onLeaveOut, onWrite }) {
  const sentence = element('p', { class: 'sentence', role: 'status' });
  const visible = element('p', { class: 'hint', role: 'status' });
  const advice = element('p', { class: 'error', role: 'status' });
  /** @type {Reach | null} */
  let reach = null;
  const say = () => {
    const left = reach && share.validity.valid ? reach : null;
    const held = share.valueAsNumber;
    write(sentence, inWords(model, segments.chosen(), counts, reach, share.validity.valid ? held : 0));
    write(visible, left && rate.validity.valid ? inSight(left, held, rate.valueAsNumber / 100) : '');
    offerRate(left);
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
  const contacts = contactFields(table.header, taken, () => {
    silent.parentElement?.toggleAttribute('hidden', contacts.columns().consent < 0);
    void count();
  });
  const country = countrySelect(() => count());
  const [always, silent] = [checkbox(count), checkbox(count)];
  const campaign = element('input', { type: 'text', maxlength: 60, onchange: () => count() });
  const rate = element('input', {
    type: 'number', min: 0.1, max: 99.9, step: 0.1, value: USUAL_RATE, required: true, oninput: () => say(),
  });
  const measured = element('button', { type: 'button', hidden: true });
  const offerRate = (/** @type {Reach | null} */ reached) => {
    const share = reached && rateOf(reached);
    measured.hidden = !share;
    if (!share) return;
    write(measured, `${share}% of them bought in the last ${RECENT} days: use it`);
    measured.onclick = () => {
      rate.value = share;
      say();
    };
  };
  const value = columnSelect(table.header, -1, {});
  const list = leaveOutField(async (file) => {
    const read = await onLeaveOut(file, country.value);
    void count();
    return read;
  });
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
      field('Name of the campaign', campaign, 'Each name holds back other customers; without one they stay the same.'),
      field('Control group held back, in %', share, 'The same customers in every list of the campaign.'),
      field('Customers who buy anyway, in %', rate, 'In the time of the campaign, without it.', measured),
      field('Country of customers whose row names none', country, 'For phone numbers without a country code.',
        element('label', { class: 'check' }, always, 'Use it also for countries that are not known')),
      list.node,
      element('label', { class: 'check', hidden: contacts.columns().consent < 0 }, silent,
        'Write also to those of whom nothing says that they agreed'),
      field('Value of a customer, for Meta', value, 'For value-based audiences: a number from 0 on, not hashed.')),
    contacts.node,
    sentence,
    visible,
    element('p', { class: 'buttons' }, buttons.google, buttons.meta, button('control', 'Control group'),
      button('assignment', 'Assignment')),
    element('p', { class: 'hint' }, 'The assignment says who is in which group: keep it, to measure what the campaign ' +
      'changed (python -m training measure).'),
    element('p', { class: 'hint' }, 'Meta flags audiences whose names suggest financial status, health or the like: name ' +
      'yours after the campaign.'),
    element('p', { class: 'hint' }, 'Contacts are hashed here with SHA-256, as the networks ask for it.'),
    advice);
  const audience = () => ({
    segments: segments.chosen(),
    share: Number(share.value) / 100,
    campaign: campaign.value.trim(),
    contacts: { columns: contacts.columns(), country: country.value, always: always.checked },
    silent: silent.checked,
    value: value.value === '' ? -1 : Number(value.value),
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
  const findable = `${customers}${leftOut(reach)}, ${either(reach, 0)} can be found by their contacts`;
  return held > 0 ? `${findable}, ${either(reach, held)} after ${held}% held back.` : `${findable}.`;
}

/** @type {[keyof Reach['leftOut'], string][]} */
const REASONS = [
  ['no', 'who did not agree'],
  ['unreadable', 'whose answer cannot be read'],
  ['silent', 'who did not answer'],
  ['suppressed', 'on your list'],
];

/** @param {Reach | null} reach @returns {string} who is left out before the draw, and who names no known country */
function leftOut(reach) {
  if (!reach) return '';
  const parts = REASONS.filter(([why]) => reach.leftOut[why] > 0).map(([why, said]) =>
    `${formatCount(reach.leftOut[why])} ${said}`);
  const without = parts.length ? `, without ${new Intl.ListFormat('en').format(parts)}` : '';
  return reach.unknown ? `${without}, ${formatCount(reach.unknown)} with a country that is not known` : without;
}

/** @param {Reach} reach @returns {string} per cent of those who can be found that bought lately, '' where nobody knows */
function rateOf({ recent, google }) {
  return recent && google[0] ? (100 * recent / google[0]).toFixed(1) : '';
}

/** @param {Reach} reach @param {number} held @param {number} rate @returns {string} how small an effect can be seen */
function inSight({ google, meta }, held, rate) {
  const [customers, listed] = (google[0] ?? 0) >= (meta[0] ?? 0) ? [google[0], google[held]] : [meta[0], meta[held]];
  if (!(held > 0) || !customers) return '';
  const { sentence, hopeless } = advise(customers, customers - (listed ?? 0), rate);
  const said = `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`;
  return hopeless ? `${said} Only an increase by half or more would be seen: hold back more, or join segments.` : said;
}

/** @param {() => void} onChange */
function checkbox(onChange) {
  return element('input', { type: 'checkbox', onchange: onChange });
}

/** @param {(file: File | null) => Promise<{ read: number, unread: number }>} onFile */
function leaveOutField(onFile) {
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
