/**
 * What would change it: for each other segment the smallest step that leads there, in words.
 *
 * @typedef {import('../service/contract.js').Model} Model
 * @typedef {import('../service/contract.js').Feature} Feature
 * @typedef {import('../service/contract.js').Change} Change
 * @typedef {import('../service/contract.js').Move} Move
 * @typedef {import('../service/contract.js').Segment} Segment
 * @typedef {import('../model/segmenter.js').Segmenter} Segmenter
 * @typedef {{feature: Feature, index: number, by: number, to: number}} Shift a move of one of the model's features
 * @typedef {{shifts: Shift[], values: number[], words: string}} Way shifts with the rounded values they lead to, and
 *   both in words
 * @typedef {{onTry: (values: number[]) => void, onAim: (values: number[] | null) => void}} Actions
 * @typedef {{segment: Segment, ways: Way[]}} Step the ways to another segment, the simplest first
 */

import { LOCALE, decimals, element, formatNumber, isolated, labelled, withUnit } from '../ui/dom.js';
import { isWhole } from '../model/segmenter.js';
import { NAMED, RECENCY, STEPS, TRY, stepRooms } from './answer.js';

/** How many ways of one feature alone a step offers. */
const ALONE = 2;

/** Into how many parts a step is divided until a rounded value arrives. */
const PARTS = [1, 10, 100, 10_000];

const list = new Intl.ListFormat(LOCALE);
const tenths = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 });
const exact = new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: 12 });

/**
 * @param {Segmenter} segmenter
 * @param {readonly number[]} values the customer's
 * @param {Change[]} changes the function's, nearest segment first
 * @returns {Step[]}
 */
export function stepsFrom(segmenter, values, changes) {
  const { features, segments } = segmenter.model;
  return changes.flatMap(({ segment_id, alone, combined }) => {
    const segment = segments.find(({ id }) => id === segment_id);
    const moves = [...alone.slice(0, ALONE).map((move) => [move]), ...(combined ? [combined] : [])];
    if (!segment || moves.length === 0) return [];
    const ways = moves.flatMap((way) => wayOf(segmenter, values, shiftsOf(features, way), segment) ?? []);
    const different = ways.filter((way, i) => !ways.slice(0, i).some((shorter) => contains(way, shorter)));
    return different.length > 0 ? [{ segment, ways: different }] : [];
  });
}

/**
 * @param {HTMLElement} place where they stand
 * @param {Segmenter} segmenter
 * @param {Map<number, number>} colours
 * @param {Actions} actions
 */
export function createChanges(place, segmenter, colours, actions) {
  return {
    /** @param {readonly number[]} values the customer's @param {Change[]} changes */
    show(values, changes) {
      const unfolded = place.querySelector('details')?.open ?? false;
      place.replaceChildren(...changesView(segmenter.model, stepsFrom(segmenter, values, changes), colours, unfolded, actions));
      place.removeAttribute('aria-busy');
    },
  };
}

/**
 * @param {Model} model
 * @param {Step[]} steps
 * @param {Map<number, number>} colours
 * @param {boolean} unfolded whether the farther ones are open
 * @param {Actions} actions
 * @returns {HTMLElement[]}
 */
function changesView(model, steps, colours, unfolded, actions) {
  const rows = steps.map((step) => stepView(model, step, colours, actions));
  const [first, rest] = [rows.slice(0, STEPS), rows.slice(STEPS)];
  return [
    element('ul', { class: 'steps' }, ...first),
    rest.length > 0 && element('details', { open: unfolded },
      element('summary', {}, `${rest.length} more, farther away`),
      element('ul', { class: 'steps' }, ...rest)),
  ].filter((node) => node !== false);
}

/** @param {Model} model @param {Step} step @param {Map<number, number>} colours @param {Actions} actions */
function stepView(model, { segment, ways }, colours, { onTry, onAim }) {
  const [way, ...others] = /** @type {[Way, ...Way[]]} */ (ways);
  const aim = () => onAim(way.values);
  const rest = () => onAim(null);
  return element('li', {
      class: 'steady',
      'data-colour': colours.get(segment.id) ?? 0,
      onpointerenter: aim, onpointerleave: rest, onfocusin: aim, onfocusout: rest,
    },
    element('div', { class: 'step' },
      element('span', { class: 'swatch', 'aria-hidden': true }),
      element('p', {}, 'Would be in ', element('strong', { dir: 'auto' }, segment.name), ` ${way.words}.`,
        others.length > 0 && element('small', {}, `Or ${others.map(({ words }) => words).join(', or ')}.`)),
      element('button', { type: 'button', 'aria-label': `${TRY}: ${isolated(segment.name)}`, onclick: () => onTry(way.values) }, TRY)),
    ...stepRooms(model));
}

/** @param {Feature[]} features @param {Move[]} moves @returns {Shift[]} the largest of its feature's range first */
function shiftsOf(features, moves) {
  const share = (/** @type {Shift} */ { feature, by }) => Math.abs(by) / (feature.max - feature.min);
  return moves.flatMap(({ feature: name, by, to }) => {
    const index = features.findIndex((feature) => feature.name === name);
    const feature = features[index];
    return feature ? [{ feature, index, by, to }] : [];
  }).sort((a, b) => share(b) - share(a));
}

/**
 * The values a way leads to, rounded away from the customer as coarsely as still arrives.
 *
 * @param {Segmenter} segmenter @param {readonly number[]} values @param {Shift[]} shifts @param {Segment} target
 * @returns {Way | null} null where whole numbers, such as of orders, do not arrive
 */
function wayOf(segmenter, values, shifts, target) {
  const after = (/** @type {(shift: Shift) => number} */ round) => {
    const next = [...values];
    for (const shift of shifts) next[shift.index] = round(shift);
    return next;
  };
  const arrives = (/** @type {readonly number[]} */ next) => segmenter.place(next).segment.id === target.id;
  const outward = (/** @type {number} */ parts) => after((shift) => rounded(shift, parts, Math.ceil));
  const exactly = after((shift) => (isWhole(shift.feature) ? rounded(shift, Infinity, Math.ceil) : shift.to));
  const tries = [after((shift) => rounded(shift, 1, Math.round)), ...PARTS.map(outward), exactly];
  const anyway = shifts.some(({ feature }) => isWhole(feature)) ? null : exactly;
  const arrived = tries.find(arrives) ?? anyway;
  if (!arrived) return null;
  const moved = shifts.filter(({ index }) => arrived[index] !== values[index]);
  return { shifts: moved, values: arrived, words: describe(moved, values, arrived) };
}

/**
 * Where a move ends: steps or parts of one from where it begins, itself rounded, so that what is said is all its digits; on a
 * logarithmic scale, where a step may say too little, a number of three digits.
 *
 * @param {Shift} shift @param {number} parts of a step, never less than 1 of what is counted
 * @param {(steps: number) => number} round
 * @returns {number} within the feature's range, or no farther outside than the customer; whole where the feature is
 */
function rounded({ feature, by, to }, parts, round) {
  const { min, max, step, offset } = feature;
  const from = Number((to - by).toFixed(decimals(feature)));
  const digit = offset === null ? 0 : 10 ** (Math.floor(Math.log10(Math.max(to, step))) - 2);
  const [start, length] = digit > step ? [0, digit] : [from, step];
  const unit = isWhole(feature) ? Math.max(1, Math.ceil(length / parts)) : length / parts;
  const steps = round((Math.sign(by) * (to - start)) / unit);
  const end = Number((start + Math.sign(by) * steps * unit).toPrecision(12));
  return Math.min(Math.max(max, from), Math.max(Math.min(min, from), end));
}

/** @param {Way} way @param {Way} shorter @returns {boolean} whether the way does all that the shorter one does */
function contains(way, shorter) {
  return shorter.shifts.every(({ index }) => way.values[index] === shorter.values[index]);
}

/** @param {Shift[]} shifts @param {readonly number[]} from @param {readonly number[]} to @returns {string} */
function describe(shifts, from, to) {
  const moves = shifts.slice(0, NAMED).map(({ feature, index }) =>
    ({ feature, from: Number(from[index]), to: Number(to[index]) }));
  const others = shifts.length - moves.length;
  const more = others > 0 ? `, and ${others} smaller ${others > 1 ? 'changes' : 'change'}` : '';
  return describeMoves(moves) + more;
}

/**
 * @param {{feature: Feature, from: number, to: number}[]} moves
 * @returns {string} changes as people say them, such as "with spending score 63 (now 50)"
 */
function describeMoves(moves) {
  const [again, others] = [moves.filter(isRecency), moves.filter((move) => !isRecency(move))];
  const values = others.map(({ feature, from, to }) => {
    const value = withUnit(feature, exact.format(to));
    return `${labelled(inSentence(feature.label), value)} (now ${describeNow(feature, from, to)})`;
  });
  return [...again.map(describeRecency), ...(values.length > 0 ? [`with ${list.format(values)}`] : [])].join(', and ');
}

/**
 * @param {Feature} feature @param {number} from @param {number} to
 * @returns {string} rounded, an average of whole numbers to a tenth, but told apart from where it goes
 */
function describeNow(feature, from, to) {
  const short = isWhole(feature) ? tenths.format(from) : formatNumber(feature, from);
  return short === exact.format(to) ? exact.format(from) : short;
}

/** @param {{feature: Feature}} move */
function isRecency({ feature }) {
  return RECENCY.test(feature.name);
}

/** @param {{from: number, to: number}} move of the days since the last order */
function describeRecency({ from, to }) {
  const days = `${exact.format(to)} ${to === 1 ? 'day' : 'days'}`;
  return to < from ? `if they bought again within ${days}` : `if they did not buy for ${days}`;
}

/** @param {string} label @returns {string} lower case, but for an abbreviation such as RFM */
function inSentence(label) {
  return /^.[A-Z]/.test(label) ? label : label.charAt(0).toLowerCase() + label.slice(1);
}
