/**
 * What is said about a customer: data in, nodes out.
 *
 * @typedef {import('../service/contract.js').Model} Model
 * @typedef {import('../service/contract.js').Segment} Segment
 * @typedef {import('../service/contract.js').Feature} Feature
 * @typedef {import('../model/segmenter.js').Placement} Placement
 * @typedef {{kind: 'checking' | 'waking' | 'confirmed' | 'differs' | 'failed' | 'invalid', text: string}} Status
 */

import {
  element, formatCount, formatNumber, formatProbability, formatValue, isolated, labelled, line, setVariables, steady, visible,
  withUnit, write,
} from '../ui/dom.js';

/** How many of the steps that would change it are shown at first. */
export const STEPS = 4;

/** What leads to where a step would. */
export const TRY = 'Try it';

/** How many features one sentence names. */
export const NAMED = 3;

/** From this probability on the second choice is out of question. */
const CLEAR = 0.95;

/** The feature that training makes of the days since the last order. */
export const RECENCY = /^recency(_days)?$/;

/**
 * The answer, as tall as the model's longest texts need so that nothing moves. Its nodes stay, so that a step of a
 * slider costs the browser as little as possible.
 *
 * @param {Model} model
 * @returns {{nodes: HTMLElement[], ribbon: HTMLElement, show: (placement: Placement) => void}}
 */
export function createAnswer({ features, segments, verdict }) {
  const texts = (/** @type {'name' | 'description' | 'action'} */ key) => segments.map((segment) => segment[key]);
  const [name, description, action, flag] = [line(), line(), line(), line()];
  const [probability, ribbon] = [createProbability(texts('name')), createSureness(texts('name'))];
  probability.node.hidden = verdict === 'constructed'; // of segments that are only a division it would mean nothing
  const nodes = [
    steady('h3', { class: 'verdict', tabindex: -1, 'data-key': 'verdict' }, texts('name'), name),
    probability.node,
    steady('p', {}, texts('description'), description),
    element('dl', { class: 'advice' }, element('dt', {}, 'What to do'), steady('dd', {}, texts('action'), action)),
    steady('p', { class: 'flag' }, everyFlag(features, texts('name')), flag),
  ];
  return {
    nodes,
    ribbon: ribbon.node,
    show(placement) {
      write(name, placement.segment.name);
      write(description, placement.segment.description);
      write(action, placement.segment.action);
      probability.show(placement);
      ribbon.show(placement);
      write(flag, flagOf(features, placement));
    },
  };
}

/** @param {Placement} placement @param {Model} model @returns {string} what a screen reader says of an answer */
export function announcement(placement, { verdict }) {
  const { segment, runnerUp, probability } = placement;
  const sure = verdict === 'constructed' ? '' : ` ${inWords(placement)}, ${formatProbability(probability)}.`;
  return `${isolated(segment.name)}.${sure} Second choice: ${isolated(runnerUp.name)}.`;
}

/** @param {Placement} placement @returns {string} how sure the answer is */
function inWords(placement) {
  return sureness(placement.segment.name, placement.runnerUp.name, placement);
}

/**
 * @param {string} segment
 * @param {string} second
 * @param {{probability: number, borderline: boolean}} answer
 * @returns {string} how sure that is, in words
 */
function sureness(segment, second, { probability, borderline }) {
  const [name, other] = [isolated(segment), isolated(second)];
  if (borderline) return `Between ${name} and ${other}`;
  return probability < CLEAR ? `Rather ${name} than ${other}` : `Clearly ${name}`;
}

/** @param {string[]} names of all segments @returns {{node: HTMLElement, show: (placement: Placement) => void}} how sure an answer is, in words */
function createSureness(names) {
  const words = line();
  const [most = '', next = ''] = names.toSorted((a, b) => b.length - a.length);
  const rooms = [true, false].flatMap((borderline) => [[most, next], [next, most]].map(([one = '', other = '']) =>
    sureness(one, other, { probability: 0.9, borderline })));
  return { node: steady('strong', {}, rooms, words), show: (placement) => write(words, inWords(placement)) };
}

/** @param {string[]} names of all segments */
function createProbability(names) {
  const [number, second, first] = [line(), line(), line()];
  const words = createSureness(names);
  const help = element('p', { class: 'help', popover: 'auto', id: 'probability-help' },
    'How likely this segment is compared with the second choice; 50% is the border between them.');
  const meter = element('div', {
    class: 'meter',
    role: 'meter',
    'aria-label': 'Probability',
    'aria-valuemin': 0,
    'aria-valuemax': 100,
  });
  return {
    node: element('div', { class: 'confidence' },
      element('p', { class: 'said' }, words.node, steady('span', { class: 'number' }, [formatProbability(1)], number),
        element('button', { type: 'button', class: 'ask', popovertarget: help.id, 'aria-label': 'What the bar means' }, '?')),
      meter,
      element('p', { class: 'between', 'aria-hidden': true }, steady('span', {}, names, second), steady('span', {}, names, first)),
      help),
    /** @param {Placement} placement */
    show(placement) {
      const { segment, runnerUp, probability } = placement;
      const [sure, percent] = [inWords(placement), formatProbability(probability)];
      words.show(placement);
      write(number, percent);
      write(second, runnerUp.name);
      write(first, segment.name);
      meter.setAttribute('aria-valuenow', String(Math.round(probability * 100)));
      meter.setAttribute('aria-valuetext', visible(`${sure}, ${percent}`));
      setVariables(meter, { '--filled': probability });
    },
  };
}

/** @param {Model['features']} features @param {Placement} placement @returns {string} what to be careful about, or '' */
function flagOf(features, { typical, outOfRange, segment }) {
  const outside = features.filter((feature) => outOfRange.includes(feature.name));
  const [feature] = outside;
  const range = !feature ? '' : outside.length > 1 ? outsideOf(outside.length) : rangeOf(feature);
  if (typical) return range;
  return range ? `Unusual for ${isolated(segment.name)}. ${range}` : unusual(segment.name);
}

/** @param {string} name */
function unusual(name) {
  return `Unusual: 99% of the customers of ${isolated(name)} lie nearer to its centre.`;
}

/** @param {number} count */
function outsideOf(count) {
  return `${count} values are outside the range this model has seen.`;
}

/** @param {Feature} feature */
function rangeOf(feature) {
  return `${isolated(feature.label)} is outside ${formatValue(feature, feature.min)} to ${formatValue(feature, feature.max)}, ` +
    'the range this model has seen.';
}

/** @param {Feature[]} features @param {string[]} names @returns {string[]} the longest of what `flagOf` may say */
function everyFlag(features, names) {
  const name = longest(names);
  return [unusual(name), ...features.map((feature) => `Unusual for ${isolated(name)}. ${rangeOf(feature)}`)];
}

/** @type {Status} until the function has answered */
export const CHECKING = { kind: 'checking', text: 'Preview · being checked' };

/** What takes the most room, but for refusals: a line in the first screen. */
const LONG_STATUSES = ['Preview only · The service cannot be reached.', 'Preview only · No answer within 30 seconds.'];

/** @returns {{node: HTMLElement, show: (status: Status) => void}} how far the answer is confirmed */
export function createStatus() {
  const text = line();
  const node = element('div', { class: 'status' }, element('span', { class: 'mark', 'aria-hidden': true }),
    steady('p', {}, LONG_STATUSES, text));
  return {
    node,
    show(status) {
      node.dataset['kind'] = status.kind;
      write(text, status.text);
    },
  };
}

/** @param {Model} model @returns {HTMLElement[]} the room that its steps will take */
export function changesPlaceholder(model) {
  const steps = model.segments.length - 1;
  const rows = Array.from({ length: Math.min(steps, STEPS) }, (_, i) => element('li', { class: 'steady' },
    element('p', { class: 'lead' }, i === 0 && 'Worked out with the answer.'), ...stepRooms(model)));
  const farther = element('details', { class: 'room', 'aria-hidden': true }, element('summary', {}, 'More'));
  return [element('ul', { class: 'steps' }, ...rows), ...(steps > STEPS ? [farther] : [])];
}

/**
 * The room of a step: what its longest ways need, within the features' ranges.
 *
 * @param {Model} model
 * @returns {HTMLElement[]}
 */
export function stepRooms({ features, segments }) {
  const shifts = features.map(longestShift).sort((a, b) => b.length - a.length);
  const name = longest(segments.map((segment) => segment.name));
  const [first = '', second = first] = shifts;
  const together = shifts.slice(0, NAMED).join(' and ') + (shifts.length > NAMED ? ', and 10 smaller changes' : '');
  const room = (/** @type {'span' | 'strong' | 'small'} */ tag, /** @type {string} */ text) =>
    element(tag, { 'data-longest': text });
  const would = (/** @type {string} */ way) =>
    [room('span', 'Would be in '), room('strong', name), room('span', ` with ${way}.`)];
  const also = features.length > 1 && room('small', `Or with ${second}, or with ${together}.`);
  return [[...would(first), also], would(together)].map((texts) =>
    element('div', { class: 'step room', 'aria-hidden': true },
      element('span', { class: 'swatch' }), element('p', {}, ...texts), element('button', { type: 'button' }, TRY)));
}

/** @param {Feature} feature @returns {string} the longest that is said of its change, within its range */
function longestShift(feature) {
  const { min, max, step } = feature;
  const number = longest([min, max, max - step].map((value) => formatNumber(feature, value)));
  if (RECENCY.test(feature.name)) return `if they bought again within ${number} days`;
  return `${labelled(feature.label, withUnit(feature, number))} (now ${number})`;
}

/** @param {string[]} texts */
function longest(texts) {
  return texts.reduce((most, text) => (text.length > most.length ? text : most), '');
}

/** @param {Model} model @returns {string} */
export function facts({ hash, segments, features }) {
  const customers = segments.reduce((sum, segment) => sum + segment.size, 0);
  return `Model ${hash} · ${segments.length} segments of ${formatCount(customers)} customers · ` +
    `${features.length} ${features.length === 1 ? 'feature' : 'features'}`;
}

/** @param {string[]} warnings @returns {HTMLElement | null} */
export function warningsView(warnings) {
  if (warnings.length === 0) return null;
  return element('section', { class: 'notice', 'aria-labelledby': 'warnings' },
    element('h2', { id: 'warnings' }, 'Before you rely on this model'),
    element('ul', {}, ...warnings.map((warning) => element('li', {}, warning))));
}
