/**
 * What is said about a customer: data in, nodes out.
 *
 * @typedef {import('../service/contract.js').Model} Model
 * @typedef {import('../service/contract.js').Segment} Segment
 * @typedef {import('../service/contract.js').Answer} Answer
 * @typedef {{segment: Pick<Segment, 'id' | 'name' | 'description' | 'action'>, runnerUp: {name: string},
 *   confidence: number, borderline: boolean, typical: boolean, outOfRange: string[]}} Placement what both the page's
 *   own arithmetic and the function say
 * @typedef {{kind: 'checking' | 'waking' | 'confirmed' | 'differs' | 'failed' | 'invalid', text: string}} Status
 */

import { element, line, setVariables, write } from '../ui/dom.js';
import { formatCount, formatPercent, formatValue, sureness, title } from '../ui/format.js';

/**
 * The answer, as tall as the model's longest texts need so that nothing jumps. Its nodes stay, so that a step of a
 * slider costs the browser as little as possible.
 *
 * @param {Model} model
 * @returns {{nodes: HTMLElement[], show: (placement: Placement) => void}}
 */
export function createAnswer({ features, segments }) {
  const longest = (/** @type {'name' | 'description' | 'action'} */ key) =>
    segments.reduce((text, other) => (other[key].length > text.length ? other[key] : text), '');
  const [name, description, action, second] = [line(), line(), line(), line()];
  const confidence = createConfidence();
  const flags = element('ul', { class: 'flags' });
  const nodes = [
    element('p', { class: 'eyebrow' }, 'This customer is'),
    element('h2', { class: 'steady verdict', tabindex: -1, 'data-longest': longest('name') }, name),
    confidence.node,
    element('p', { class: 'steady', 'data-longest': longest('description') }, description),
    element('dl', { class: 'advice' },
      element('dt', {}, 'What to do'),
      element('dd', { class: 'steady', 'data-longest': longest('action') }, action),
      element('dt', {}, 'Second choice'),
      element('dd', { class: 'steady', 'data-longest': longest('name') }, second)),
    flags,
  ];
  return {
    nodes,
    show(placement) {
      write(name, placement.segment.name);
      write(description, placement.segment.description);
      write(action, placement.segment.action);
      write(second, placement.runnerUp.name);
      confidence.show(placement.confidence);
      const texts = flagsOf(features, placement);
      if (texts.length || flags.firstChild) flags.replaceChildren(...texts.map((text) => element('li', {}, text)));
    },
  };
}

/** @param {Answer} answer @returns {Placement} */
export function placementOf(answer) {
  const { segment_id: id, segment_name: name, description, action, confidence, borderline, typical } = answer;
  return {
    segment: { id, name, description, action },
    runnerUp: answer.runner_up,
    confidence,
    borderline,
    typical,
    outOfRange: answer.out_of_range,
  };
}

/** @param {Placement} a @param {Placement} b @returns {boolean} whether two answers say the same, but for rounding */
export function agree(a, b) {
  const near = Math.abs(a.confidence - b.confidence) < 1e-6;
  const onBorder = near && a.confidence - 0.5 < 1e-6;
  return near && (onBorder || (a.segment.id === b.segment.id && a.typical === b.typical));
}

/** @param {Placement} placement @returns {string} what a screen reader says of an answer */
export function announcement({ segment, runnerUp, confidence }) {
  return `${segment.name}. ${sureness(confidence)}, ${formatPercent(confidence)}. Second choice: ${runnerUp.name}.`;
}

function createConfidence() {
  const [words, number] = [element('strong'), element('span', { class: 'number' })];
  const meter = element('div', {
    class: 'meter',
    role: 'meter',
    title: '50% lies on the border to the second choice, 100% at the centre of the segment',
    'aria-label': 'Confidence',
    'aria-valuemin': 50,
    'aria-valuemax': 100,
  });
  return {
    node: element('div', { class: 'confidence' }, element('p', {}, words, ' ', number), meter),
    /** @param {number} confidence */
    show(confidence) {
      write(words, sureness(confidence));
      write(number, formatPercent(confidence));
      meter.setAttribute('aria-valuenow', String(Math.round(confidence * 100)));
      meter.setAttribute('aria-valuetext', `${words.textContent}, ${number.textContent}`);
      setVariables(meter, { '--filled': confidence * 2 - 1 });
    },
  };
}

/** @param {Model['features']} features @param {Placement} placement */
function flagsOf(features, { borderline, typical, outOfRange, segment, runnerUp }) {
  const outside = features.filter((feature) => outOfRange.includes(feature.name));
  return [
    borderline && `Close to the border: ${runnerUp.name} fits nearly as well.`,
    !typical && `Unusual for ${segment.name}: 99% of its customers lie nearer to its centre.`,
    ...outside.map((feature) => `${feature.label} is outside ${formatValue(feature, feature.min)} to ` +
      `${formatValue(feature, feature.max)}, the range this model has seen.`),
  ].filter((flag) => flag !== false);
}

/** @returns {{node: HTMLElement, show: (status: Status) => void}} how far the answer is confirmed */
export function createStatus() {
  const text = line();
  const node = element('p', { class: 'status' }, element('span', { class: 'mark', 'aria-hidden': true }), text);
  return {
    node,
    show(status) {
      node.dataset['kind'] = status.kind;
      write(text, status.text);
    },
  };
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

/**
 * @param {Model} model
 * @param {{values: readonly number[], placement: Placement}} pinned
 * @param {{values: readonly number[], placement: Placement}} current
 * @returns {HTMLElement} two customers side by side
 */
export function comparisonView({ features }, pinned, current) {
  const both = [pinned, current];
  const row = (/** @type {string} */ name, /** @type {string[]} */ cells) =>
    element('tr', { 'data-same': cells[0] === cells[1] }, element('th', { scope: 'row' }, name),
      ...cells.map((cell) => element('td', {}, cell)));
  return element('table', {},
    element('thead', {}, element('tr', {}, element('td', {}),
      ...['Pinned', 'Now'].map((name) => element('th', { scope: 'col' }, name)))),
    element('tbody', {},
      row('Segment', both.map(({ placement }) => placement.segment.name)),
      row('Confidence', both.map(({ placement }) => formatPercent(placement.confidence))),
      row('Second choice', both.map(({ placement }) => placement.runnerUp.name)),
      ...features.map((feature, i) =>
        row(title(feature), both.map(({ values }) => formatValue(feature, Number(values[i])))))));
}
