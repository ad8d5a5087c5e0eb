/**
 * The fourth step: which files, of which segments, with whom held back.
 */

import { element, write } from '../../ui/dom.js';
import { contactFields, countrySelect, leaveOutField, segmentChecks } from './audience_fields.js';
import { columnSelect, field } from './fields.js';
import { MOST_HELD_BACK, RECENT } from '../files/reach.js';
import { NETWORK_NAMES, inSight, inWords, obstacle, rateOf } from './reach_words.js';

/**
 * @typedef {import('../../service/contract.js').Model} Model
 * @typedef {import('../table/table.js').Description} Description
 * @typedef {import('../files/text_file.js').Audience} Audience
 * @typedef {import('../files/reach.js').Reach} Reach
 * @typedef {(audience: Audience) => Promise<Reach | null>} Count null where another audience was asked for meanwhile
 * @typedef {'table' | 'google' | 'meta' | 'control' | 'assignment'} FileKind
 * @typedef {(file: File | null, country: string) => Promise<{ read: number, unread: number }>} LeaveOut
 */

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

/** @param {() => void} onChange */
function checkbox(onChange) {
  return element('input', { type: 'checkbox', onchange: onChange });
}
