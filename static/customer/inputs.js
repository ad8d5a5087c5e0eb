/**
 * One labelled slider with a number box for each feature of the model.
 *
 * @typedef {import('../service/contract.js').Feature} Feature
 * @typedef {{slider: HTMLInputElement, box: HTMLInputElement, error: HTMLElement, node: HTMLElement}} Control
 */

import { element, setVariables } from '../ui/dom.js';
import { isValid } from '../model/segmenter.js';
import { fromPosition, scaleOf, toPosition } from '../model/slider.js';
import { formatTick, formatValue } from '../ui/format.js';

/**
 * @param {Feature[]} features
 * @param {(index: number, value: number) => void} onChange
 * @param {(index: number) => void} onInvalid
 * @returns {{nodes: HTMLElement[], show: (values: readonly number[]) => void}}
 */
export function createInputs(features, onChange, onInvalid) {
  const controls = features.map((feature, i) => {
    const control = createControl(feature, i);
    control.slider.addEventListener('input', () => onChange(i, fromPosition(feature, control.slider.valueAsNumber)));
    control.box.addEventListener('input', () => {
      const value = control.box.valueAsNumber;
      const valid = isValid(feature, value);
      showError(control, valid ? '' : complaint(feature));
      if (valid) onChange(i, value);
      else onInvalid(i);
    });
    return control;
  });
  return {
    nodes: controls.map((control) => control.node),
    show: (values) => features.forEach((feature, i) => show(feature, at(controls, i), Number(values[i]))),
  };
}

/** @param {Feature} feature @param {number} i @returns {Control} */
function createControl(feature, i) {
  const names = `feature-${i}-label feature-${i}-unit`;
  const error = element('p', { class: 'error', id: `feature-${i}-error`, hidden: true });
  const box = element('input', {
    type: 'number',
    step: feature.step,
    inputmode: 'decimal',
    autocomplete: 'off',
    'aria-labelledby': names,
    'aria-describedby': error.id,
  });
  const slider = element('input', { type: 'range', id: `feature-${i}`, 'aria-labelledby': names, ...scaleOf(feature) });
  const unit = feature.unit && element('span', { class: 'unit', id: `feature-${i}-unit` }, ` ${feature.unit}`);
  const label = element('label', { for: slider.id },
    element('span', { id: `feature-${i}-label` }, feature.label), unit);
  const end = (/** @type {number} */ value) => element('span', { 'aria-hidden': true }, formatTick(value));
  const track = element('div', { class: 'track' }, end(feature.min), slider, end(feature.max));
  return { slider, box, error, node: element('div', { class: 'control' }, label, box, track, error) };
}

/**
 * Show a value; the box that is being typed into keeps its text.
 *
 * @param {Feature} feature @param {Control} control @param {number} value
 */
function show(feature, control, value) {
  const { slider, box } = control;
  const position = toPosition(feature, value);
  slider.value = String(position);
  slider.setAttribute('aria-valuetext', formatValue(feature, value));
  const [low, high] = [Number(slider.min), Number(slider.max)];
  setVariables(slider, { '--filled': Math.min(1, Math.max(0, (position - low) / (high - low))) });
  if (box === document.activeElement && box.valueAsNumber === value) return;
  box.value = String(value);
  showError(control, '');
}

/** @param {Control} control @param {string} message */
function showError({ box, error }, message) {
  if (error.textContent === message) return;
  box.setAttribute('aria-invalid', String(message !== ''));
  error.textContent = message;
  error.hidden = message === '';
}

/** @param {Feature} feature */
function complaint(feature) {
  return feature.log ? 'Enter a number above 0' : 'Enter a number';
}

/** @template T @param {T[]} list @param {number} i */
function at(list, i) {
  return /** @type {T} */ (list[i]);
}
