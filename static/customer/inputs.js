/**
 * Where a customer's values come from: one labelled slider with a number box for each feature of the model, and the
 * page's address. Of many features those that tell the segments apart most come first, the others on demand. In the
 * address the values stand behind the `#`, which a browser never sends, so a shared link does not put a customer into a
 * server's log.
 *
 * @typedef {import('../service/contract.js').Feature} Feature
 * @typedef {import('../model/segmenter.js').Segmenter} Segmenter
 * @typedef {{slider: HTMLInputElement, box: HTMLInputElement, note: HTMLElement, node: HTMLElement, read: number | null,
 *   unread: boolean}} Control
 *   read: the number that the box's text stands for; unread: its text waits for what reads it
 */

import { element, formatTick, formatValue, setVariables, visible, write } from '../ui/dom.js';
import { fromPosition, isValid, restore, scaleOf, snapped, stepped, toPosition } from '../model/segmenter.js';

/** So many features are shown all; of more only so many at first. */
const FEW = 8;
const FIRST = 6;

/** From so many on the others can be searched. */
const MANY = 6;

/** Pause before the address follows a movement, in milliseconds: browsers limit how often it may change. */
const ADDRESS_PAUSE = 300;

/** Steps of the slider that a page key moves. */
const LEAP = 10;

/**
 * @param {Segmenter} segmenter
 * @param {{onChange: (index: number, value: number) => void, onInvalid: (index: number) => void,
 *   onReset: () => void}} actions
 * @returns {{nodes: HTMLElement[], show: (values: readonly number[], pinned: readonly number[] | null) => void}}
 */
export function createInputs(segmenter, { onChange, onInvalid, onReset }) {
  const { features } = segmenter.model;
  const controls = features.map((feature, i) => {
    const control = createControl(feature, i);
    let dragged = false;
    /** @type {number | null} */
    let before = null;
    control.slider.addEventListener('pointerdown', () => {
      dragged = true;
      before = control.read;
    });
    control.slider.addEventListener('pointercancel', () => before !== null && onChange(i, before)); // the finger scrolls the page
    control.slider.addEventListener('keydown', () => (dragged = false));
    control.slider.addEventListener('input', () => onChange(i, slid(feature, control, dragged)));
    control.box.addEventListener('focus', () => void loadNumbers());
    control.box.addEventListener('input', async () => {
      control.read = null;
      control.unread = true;
      const value = typed(await loadNumbers(), feature, control.box.value);
      control.unread = false;
      if (!control.box.isConnected) return; // another model's boxes took their place
      const valid = typeof value === 'number';
      control.read = valid ? value : null;
      showError(control, valid ? '' : value);
      if (valid) onChange(i, value);
      else onInvalid(i);
    });
    control.box.addEventListener('keydown', (event) => {
      const steps = STEPS[event.key];
      if (!steps || control.read === null) return;
      event.preventDefault();
      onChange(i, stepped(feature, control.read, steps));
    });
    return control;
  });
  const reset = element('button', { type: 'button', class: 'quiet', onclick: onReset }, 'Reset to the average customer');
  return {
    nodes: [...arranged(segmenter, controls.map(({ node }) => node)), element('p', { class: 'reset' }, reset)],
    show: (values, pinned) => features.forEach((feature, i) =>
      show(feature, at(controls, i), Number(values[i]), pinned ? Number(pinned[i]) : null)),
  };
}

/**
 * @param {Feature[]} features
 * @param {string} hash such as "#annual_income=80&spending_score=90"
 * @param {readonly number[]} [otherwise] the values to keep where the address has none; without it the average customer
 * @returns {{values: number[], unread: string[]}} and the names of what the address has but this model cannot read
 */
export function valuesFrom(features, hash, otherwise) {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''));
  const known = new Set();
  const values = features.map((feature, i) => {
    const text = parameters.get(feature.name)?.trim();
    const value = text ? Number(text) : Number.NaN;
    if (isValid(feature, value)) known.add(feature.name);
    return isValid(feature, value) ? value : (otherwise?.[i] ?? snapped(feature, restore(feature, 0)));
  });
  return { values, unread: [...new Set(parameters.keys())].filter((name) => name !== '' && !known.has(name)) };
}

/** @param {Feature[]} features @returns {number[]} the average customer */
export function average(features) {
  return features.map((feature) => snapped(feature, restore(feature, 0)));
}

/** @param {Feature[]} features @param {readonly number[]} values @returns {string} */
export function hashOf(features, values) {
  return `#${new URLSearchParams(features.map((feature, i) => [feature.name, String(values[i])]))}`;
}

/** @param {Feature[]} features @returns {number[] | null} the values that were pinned when the page was loaded anew */
export function pinnedBefore(features) {
  const { values } = valuesFrom(features, String(history.state));
  return hashOf(features, values) === history.state ? values : null;
}

/**
 * The address follows the customer's values, and another one opens its customer. What is pinned stands beside it, in the
 * state that a browser keeps of an address.
 *
 * @param {Feature[]} features
 * @param {() => readonly number[]} current the customer's values
 * @param {() => readonly number[] | null} pinned
 * @param {(values: number[], unread: string[]) => void} onLink as `valuesFrom` has them
 * @param {AbortSignal} signal
 */
export function createAddress(features, current, pinned, onLink, signal) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const settle = () => {
    clearTimeout(timer);
    const kept = pinned();
    history.replaceState(kept && hashOf(features, kept), '', hashOf(features, current()));
  };
  addEventListener('hashchange', () => {
    const { values, unread } = valuesFrom(features, location.hash, current());
    onLink(values, unread);
  }, { signal });
  return {
    follow() {
      clearTimeout(timer);
      timer = setTimeout(settle, ADDRESS_PAUSE);
    },
    settle,
  };
}

/** @type {Record<string, number>} */
const STEPS = { ArrowUp: 1, ArrowDown: -1, PageUp: LEAP, PageDown: -LEAP };

/** @param {Segmenter} segmenter @param {HTMLElement[]} nodes one per feature @returns {HTMLElement[]} */
function arranged(segmenter, nodes) {
  if (nodes.length <= FEW) return nodes;
  const order = byWeight(segmenter);
  const others = order.slice(FIRST).map((index) => at(nodes, index));
  const search = element('input', {
    type: 'search',
    'aria-label': 'Search the features',
    placeholder: 'Search',
    oninput: () => {
      const words = search.value.toLowerCase();
      for (const node of others) node.hidden = !node.textContent?.toLowerCase().includes(words);
    },
  });
  return [...order.slice(0, FIRST).map((index) => at(nodes, index)),
    element('details', { class: 'more' }, element('summary', {}, `${others.length} more`),
      element('div', { class: 'controls' }, others.length >= MANY && search, ...others))];
}

/**
 * @param {Segmenter} segmenter
 * @returns {number[]} places of the features, those first in which the segments' centres lie farthest apart
 */
function byWeight({ model, centroids }) {
  const spread = model.features.map((_, i) => {
    const values = centroids.map((centroid) => Number(centroid[i]));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  });
  return spread.map((_, i) => i).sort((a, b) => Number(spread[b]) - Number(spread[a]));
}

/** @param {Feature} feature @param {number} i @returns {Control} */
function createControl(feature, i) {
  const names = `feature-${i}-label feature-${i}-unit`;
  const note = element('p', { class: 'note', id: `feature-${i}-note` });
  const box = element('input', {
    type: 'text', // a number box drops what it does not like: 61,5 became 615
    role: 'spinbutton',
    inputmode: 'decimal',
    autocomplete: 'off',
    'data-key': `box ${feature.name}`,
    'aria-labelledby': names,
    'aria-describedby': note.id,
    'aria-valuemin': feature.min,
    'aria-valuemax': feature.max,
  });
  const slider = element('input', {
    type: 'range',
    id: `feature-${i}`,
    'data-key': `slider ${feature.name}`,
    'aria-labelledby': names,
    ...scaleOf(feature),
  });
  const unit = feature.unit && element('span', { class: 'unit', id: `feature-${i}-unit` }, ` ${feature.unit}`);
  const label = element('label', { for: slider.id },
    element('span', { id: `feature-${i}-label`, dir: 'auto' }, feature.label), unit);
  const end = (/** @type {number} */ value) => element('span', { 'aria-hidden': true }, formatTick(value));
  const ends = element('div', { class: 'ends' }, end(feature.min), note, end(feature.max));
  return { slider, box, note, read: null, unread: false, node: element('div', { class: 'control' }, label, box, slider, ends) };
}

/**
 * Show a value; the box that is being typed into keeps its text, and so does one whose text has not been read yet.
 *
 * @param {Feature} feature @param {Control} control @param {number} value @param {number | null} pinned
 */
function show(feature, control, value, pinned) {
  const { slider, box } = control;
  const position = toPosition(feature, value);
  slider.value = String(position);
  slider.setAttribute('aria-valuetext', visible(formatValue(feature, value)));
  const [low, high] = [Number(slider.min), Number(slider.max)];
  setVariables(slider, { '--filled': Math.min(1, Math.max(0, (position - low) / (high - low))) });
  box.setAttribute('aria-valuenow', String(value));
  if (!control.unread) {
    if (box !== document.activeElement || control.read !== value) box.value = String(value);
    control.read = value;
    showError(control, '');
  }
  write(control.note, pinned === null ? '' : `pinned: ${formatValue(feature, pinned)}`);
}

/**
 * @param {Feature} feature @param {Control} control @param {boolean} dragged and not moved by a key, which always changes the value
 * @returns {number} the value where the slider stands
 */
function slid(feature, { slider, read }, dragged) {
  const value = fromPosition(feature, slider.valueAsNumber);
  if (dragged || read === null) return value;
  const way = Math.sign(slider.valueAsNumber - toPosition(feature, read));
  return (value - read) * way > 0 ? value : stepped(feature, read, way);
}

/** @param {Control} control @param {string} message */
function showError({ box, note }, message) {
  box.setAttribute('aria-invalid', String(message !== ''));
  note.classList.toggle('error', message !== '');
  write(note, message);
}

/** @typedef {typeof import('../customers/table/numbers.js')} Numbers what reads a text, loaded with the first box used */

/** @returns {Promise<Numbers | null>} null where it cannot be loaded */
function loadNumbers() {
  return import('../customers/table/numbers.js').catch(() => null);
}

/**
 * @param {Numbers | null} numbers
 * @param {Feature} feature
 * @param {string} text
 * @returns {number | string} the number, or what to do where there is none
 */
function typed(numbers, feature, text) {
  if (!numbers) return 'Not loaded: type again or reload';
  const value = numbers.parseNumber(text, null, feature.unit);
  if (value === 'ambiguous') return 'Write 1234 or 1.2340';
  if (typeof value === 'string' || !isValid(feature, value)) return complaint(feature);
  return value;
}

/** @param {Feature} feature */
function complaint(feature) {
  if (feature.offset === null) return 'Enter a number';
  return feature.offset > 0 ? 'Enter 0 or more' : 'Enter a number above 0';
}

/** @template T @param {T[]} list @param {number} i */
function at(list, i) {
  return /** @type {T} */ (list[i]);
}
