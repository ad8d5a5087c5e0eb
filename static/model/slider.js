/**
 * The positions of a feature's slider: its values in steps or, on a logarithmic scale, an even number of factors.
 *
 * @typedef {import('../service/contract.js').Feature} Feature
 */

/** Positions of a logarithmic slider, ends included or not: 0 to this. */
const POSITIONS = 200;

/** @param {Feature} feature @returns {{min: number, max: number, step: number}} of the slider element */
export function scaleOf({ min, max, step, offset }) {
  return offset === null ? { min, max, step } : { min: 0, max: POSITIONS, step: 1 };
}

/** @param {Feature} feature @param {number} value @returns {number} the slider's position */
export function toPosition({ min, max, offset }, value) {
  if (offset === null) return value;
  return (POSITIONS * Math.log((value + offset) / (min + offset))) / Math.log((max + offset) / (min + offset));
}

/** @param {Feature} feature @param {number} position @returns {number} the value */
export function fromPosition(feature, position) {
  const { min, offset } = feature;
  return offset === null ? position : snapped(feature, (min + offset) * factor(feature, offset) ** position - offset);
}

/** @param {Feature} feature @param {number} value @returns {number} the nearest value that the slider can give */
export function snapped({ min, max, step, offset }, value) {
  const near = offset === null ? (min + Math.round((value - min) / step) * step).toPrecision(12) : value.toPrecision(3);
  return Math.min(max, Math.max(min, Number(near)));
}

/** @param {Feature} feature @param {number} value @param {number} steps @returns {number} the value so many steps on */
export function stepped(feature, value, steps) {
  const { offset, step } = feature;
  return snapped(feature,
    offset === null ? value + steps * step : (value + offset) * factor(feature, offset) ** steps - offset);
}

/** @param {Feature} feature @param {number} offset @returns {number} between two positions of a logarithmic slider */
function factor({ min, max }, offset) {
  return ((max + offset) / (min + offset)) ** (1 / POSITIONS);
}
