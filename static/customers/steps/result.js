/**
 * The third step: how many customers each segment has, against the training table, and which rows have no score.
 */

import { element, formatCount, formatValue, isolated, line, write } from '../../ui/dom.js';
import { judge } from '../drift.js';
import { counted } from '../texts.js';

/** Share of values outside the model's range from which on their unit is asked about. */
const MOST = 0.5;
const list = new Intl.ListFormat('en');

/**
 * @typedef {import('../../service/contract.js').Model} Model
 * @typedef {import('../table/scoring.js').Scored} Scored
 */

/**
 * @param {Model} model
 * @param {Scored} scored
 * @param {{ onRefusals: () => void, onBack: () => void, onForget: () => void }} actions
 * @returns {{ node: HTMLElement, showKept: (kept: boolean) => void, showLost: () => void }} lost: it was kept until now
 */
export function resultView(model, scored, { onRefusals, onBack, onForget }) {
  const kept = line();
  const forget = element('button', { type: 'button', class: 'quiet', onclick: onForget }, 'Forget this file');
  const node = element('section', { class: 'stage', 'aria-labelledby': 'audience-result' },
    element('h3', { id: 'audience-result', tabindex: -1 }, 'Result'),
    element('p', {}, summary(scored)),
    unitQuestion(model, scored, onBack) ?? driftView(model, scored),
    refusalView(scored, onRefusals),
    element('div', { class: 'buttons back' },
      element('button', { type: 'button', class: 'quiet', onclick: onBack }, 'Change the columns'), forget,
      element('p', { class: 'hint', role: 'status' }, kept)));
  write(kept, 'Keeping it in this browser…');
  return {
    node,
    showKept: (done) => write(kept, done ? 'Kept in this browser, even after a reload, until you forget it.'
      : 'This browser does not keep it: download what you need before you leave.'),
    showLost: () => write(kept, 'No longer kept, because of another window: download what you need before you leave.'),
  };
}

/** @param {Scored} scored */
export function summary({ rows, scored, refused, incomplete }) {
  const most = refused ? `${formatCount(scored)} of ${counted(rows, 'row')} scored, ${formatCount(refused)} not.`
    : `All ${counted(rows, 'row')} scored.`;
  return incomplete ? `${most} ${counted(incomplete, 'row')} went by the values there are: some were missing.` : most;
}

/**
 * Values that the model has hardly seen are more often of another unit than of other customers.
 *
 * @param {Model} model
 * @param {Scored} scored
 * @param {() => void} onBack
 */
function unitQuestion({ features }, { outside, scored }, onBack) {
  const strange = features.filter((_, index) => Number(outside[index]) > MOST * scored);
  if (!strange.length) return null;
  const ranges = strange.map((feature) =>
    `${isolated(feature.label)} (${formatValue(feature, feature.min)} to ${formatValue(feature, feature.max)})`);
  return element('div', { class: 'notice' },
    element('p', {}, `Most values lie outside what the model has seen: ${list.format(ranges)}. ` +
      'Is it the right column, and the same unit? If so, these are different customers: train the model again with them.'),
    element('p', {}, element('button', { type: 'button', onclick: onBack }, 'Check columns and units')));
}

/**
 * @param {Model} model
 * @param {Scored} scored
 */
function driftView({ segments }, { counts, scored }) {
  if (!scored) return null;
  const trained = segments.reduce((sum, { size }) => sum + size, 0);
  const then = segments.map(({ share }) => share);
  const { verdict } = judge(then, counts.map((count) => count / scored), trained, scored);
  if (verdict !== 'shifted' && verdict !== 'another') return null;
  const said = verdict === 'another' ? 'very differently from' : 'differently from';
  const advice = verdict === 'another' ? 'Train the model again before you rely on it.' : 'Keep an eye on it.';
  return element('p', { class: 'notice' },
    `These customers spread over the segments ${said} those the model learned from. ${advice}`);
}

/**
 * @param {Scored} scored
 * @param {() => void} onRefusals
 */
function refusalView({ refused, listed }, onRefusals) {
  if (!refused) return null;
  const more = refused - listed.length;
  const items = listed.map(({ line, reason }) => element('li', {}, `Line ${formatCount(line)}: ${reason}`));
  return element('details', {},
    element('summary', {}, `${counted(refused, 'row')} without score`),
    element('div', { class: 'refusals', role: 'region', 'aria-label': 'Rows without score', tabindex: 0 },
      element('ul', {}, ...items)),
    more > 0 && element('p', {}, `and ${formatCount(more)} more.`),
    element('button', { type: 'button', onclick: onRefusals }, 'Download the list of rows without score'));
}
