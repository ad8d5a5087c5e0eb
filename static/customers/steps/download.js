/**
 * The fourth step: which files, of which segments, with whom held back.
 */

import { element, write } from '../../ui/dom.js';
import { audienceFields, segmentChecks } from './audience_fields.js';
import { NETWORK_NAMES, inSight, inWords, obstacle, rateOf } from './reach_words.js';

/**
 * @typedef {import('../../service/contract.js').Model} Model
 * @typedef {import('../table/table.js').Description} Description
 * @typedef {import('../files/text_file.js').Audience} Audience
 * @typedef {import('../files/reach.js').Reach} Reach
 * @typedef {(audience: Audience) => Promise<Reach | null>} Count null where another audience was asked for meanwhile
 * @typedef {'table' | 'google' | 'meta' | 'control' | 'assignment'} FileKind
 * @typedef {import('./audience_fields.js').LeaveOut} LeaveOut
 */

const NOTES = [
  'The assignment says who is in which group: keep it. Under Campaigns it will tell what the campaign changed.',
  'Meta flags audiences whose names suggest financial status, health or the like: name yours after the campaign.',
  'Contacts are hashed here with SHA-256, as the networks ask.',
];

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
    element('h3', { id: 'audience-files', tabindex: -1 }, 'Files'),
    element('div', { class: 'buttons' },
      element('button', { type: 'button', onclick: () => onWrite('table', audience()) }, 'Table with segments'),
      element('p', { class: 'hint' }, 'All rows and columns as they came, with each customer’s segment and how sure it is, as the command score writes them.')),
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
    const { held, rate } = fields.figures();
    const left = held === null ? null : reach;
    write(sentence, inWords(model, segments.chosen(), counts, reach, held ?? 0));
    write(visible, left && held !== null && rate !== null ? inSight(left, held, rate / 100) : '');
    write(advice, left && held !== null && segments.chosen().length > 0 ? obstacle(left, held) : '');
    fields.offerRate(left ? rateOf(left) : '');
    for (const name of NETWORK_NAMES) buttons[name].disabled = held !== null && left?.[name][held] === 0;
  };
  const audience = () => ({ segments: segments.chosen(), ...fields.choices() });
  const count = async () => {
    reach = null;
    say();
    reach = segments.chosen().length > 0 ? await onCount(audience()) : null;
    if (reach) say();
  };
  const segments = segmentChecks(model, () => count());
  const fields = audienceFields(table.header, [...taken, ...table.empty], { onChange: () => void count(), onFigure: () => say(), onLeaveOut });
  const button = (/** @type {FileKind} */ kind, /** @type {string} */ name) =>
    element('button', { type: 'button', onclick: () => form.reportValidity() && onWrite(kind) }, name);
  const buttons = { google: button('google', 'Google Customer Match'), meta: button('meta', 'Meta customer list') };
  const form = element('form', { onsubmit: (/** @type {Event} */ event) => event.preventDefault() },
    element('h4', {}, 'Audience for an ad network'),
    segments.node,
    ...fields.nodes,
    sentence,
    visible,
    element('p', { class: 'buttons' }, buttons.google, buttons.meta, button('control', 'Control group'),
      button('assignment', 'Assignment')),
    ...NOTES.map((note) => element('p', { class: 'hint' }, note)),
    advice);
  return { form, audience, choose: segments.choose };
}
