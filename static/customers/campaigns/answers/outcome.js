/**
 * What a campaign changed: whether the groups may be compared, a sentence for all and for each segment as the command says
 * it, a picture, and the figures.
 *
 * @typedef {import('./contract.js').Outcome} Outcome
 * @typedef {import('./contract.js').Effect} Effect
 */

import { bounds, money, percent, points, probability, signed, whole } from './figures.js';
import { element, isolated } from '../../../ui/dom.js';
import { intervalPicture } from './intervals.js';
import { figureTable, folded, withNames } from './grid.js';
import { own } from '../../steps/fields.js';

/** p value of the groups' sizes below which training gives no result. */
const NOT_AS_DRAWN = 0.001;

/** @param {Outcome} outcome @param {{ onReport: () => void }} actions @returns {HTMLElement} */
export function outcomeView(outcome, { onReport }) {
  const { campaign, from, to, all, segments } = outcome;
  const effects = [all, ...segments];
  const named = (/** @type {string} */ sentence) => withNames(sentence, segments.map((effect) => effect.name));
  const name = campaign ? `the campaign ${isolated(campaign)}` : 'the campaign';
  return element('section', { class: 'card result', 'aria-labelledby': 'outcome-title' },
    element('h3', { id: 'outcome-title', tabindex: -1 }, `What ${name} changed, from ${from} to ${to}`),
    groupCheck(outcome),
    all.treated.buyers + all.control.buyers === 0 && element('p', { class: 'notice' }, 'Nobody in the assignment has an ' +
      'order on these days. Do both files name customers by the same column, and are these the days?'),
    element('p', { class: 'lead' }, element('strong', {}, all.sentence), ` ${all.revenueSentence}`),
    segments.length > 0 && element('ul', { class: 'sentences' }, ...segments.map((effect) =>
      element('li', {}, own(`${named(effect.sentence)} `, element('span', { class: 'aside' }, effect.revenueSentence))))),
    intervalPicture(effects),
    folded('The figures by segment', effectTable(effects)),
    element('h4', {}, 'What to keep in mind'),
    element('ul', { class: 'notes' }, ...notesOf(outcome).map((note) => element('li', {}, own(named(note))))),
    element('div', { class: 'buttons' },
      element('button', { type: 'button', onclick: onReport }, 'Download the report')));
}

/** @param {Outcome} outcome */
function groupCheck({ all: { treated, control }, share, ratioP }) {
  const total = treated.customers + control.customers;
  return element('p', { class: 'check' },
    element('strong', {}, 'The groups are as they were drawn: '),
    `${whole(control.customers)} of ${whole(total)} customers ${control.customers === 1 ? 'is' : 'are'} held back, ${percent(control.customers / total)}; ` +
    `${percent(share, 0)} were to be, and chance explains the rest (p ${probability(ratioP)}). So they may be compared; ` +
    `below ${NOT_AS_DRAWN} there would be no result.`);
}

/** @param {Effect[]} effects */
function effectTable(effects) {
  const heads = ['Segment', 'Written to', 'Held back', 'Buyers', 'Buyers held back', 'Difference, points', 'p',
    'Extra buyers', 'Revenue per customer, difference', 'p of revenue'];
  const rows = effects.map((effect) => {
    const { name, treated, control, points: rate, p, buyers, revenue, revenueP } = effect;
    return [
      name || 'All',
      whole(treated.customers),
      whole(control.customers),
      `${whole(treated.buyers)} (${percent(treated.rate)})`,
      `${whole(control.buyers)} (${percent(control.rate)})`,
      `${points(rate.estimate)} ${bounds(rate, points)}`,
      probability(p),
      `${whole(buyers.estimate)} ${bounds(buyers, whole)}`,
      revenue ? `${signed(revenue.estimate, money)} ${bounds(revenue, (value) => signed(value, money))}` : 'too few buyers',
      revenueP === null ? '' : probability(revenueP),
    ];
  });
  return figureTable('Buyers and revenue by segment', 'Intervals are 95% and not adjusted; p values are adjusted for the ' +
    'number of segments. Everyone counts in the group of the draw, whoever bought nothing as nothing.', heads, rows);
}

/** @param {Outcome} outcome @returns {string[]} */
function notesOf({ notes, cap, notFindable }) {
  return [
    ...notes,
    `A customer counts with at most ${money(cap)} of revenue, the 99% point of those who bought.`,
    ...(notFindable ? [`Customers who could not be found, and are in neither group: ${whole(notFindable)}.`] : []),
    'Look once, after the last day: if you look every day, you will find an effect by chance.',
  ];
}
