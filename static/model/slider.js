/**
 * The positions of a feature's slider: its values in steps or, on a logarithmic scale, an even number of factors.
 *
 * @typedef {import('../service/contract.js').Feature} Feature
 */

/** Positions of a logarithmic slider, ends included or not: 0 to this. */
const POSITIONS = 200;

/** @param {Feature} feature @returns {{min: number, max: number, step: number}} of the slider element */
export function scaleOf({ min, max, step, log }) {
  return log ? { min: 0, max: POSITIONS, step: 1 } : { min, max, step };
}

/** @param {Feature} feature @param {number} value @returns {number} the slider's position */
export function toPosition({ min, max, log }, value) {
  return log ? (POSITIONS * Math.log(value / min)) / Math.log(max / min) : value;
}

/** @param {Feature} feature @param {number} position @returns {number} the value */
export function fromPosition(feature, position) {
  return feature.log ? snapped(feature, feature.min * factor(feature) ** position) : position;
}

/** @param {Feature} feature @param {number} value @returns {number} the nearest value that the slider can give */
export function snapped({ min, max, step, log }, value) {
  const near = log ? value.toPrecision(3) : (min + Math.round((value - min) / step) * step).toPrecision(12);
  return Math.min(max, Math.max(min, Number(near)));
}

/** @param {Feature} feature @param {number} value @param {number} steps @returns {number} the value so many steps on */
export function stepped(feature, value, steps) {
  return snapped(feature, feature.log ? value * factor(feature) ** steps : value + steps * feature.step);
}

/** @param {Feature} feature @returns {number} between two positions of a logarithmic slider */
function factor({ min, max }) {
  return (max / min) ** (1 / POSITIONS);
}
