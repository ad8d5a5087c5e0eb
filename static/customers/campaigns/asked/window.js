/**
 * The days that count of a campaign: from the draw on, a month as a rule, none of them to come.
 */

import { element } from '../../../ui/dom.js';
import { field } from '../../steps/fields.js';

/** Days that usually count, the first with them. */
const USUAL_DAYS = 30;
const DAY = 24 * 60 * 60 * 1000;
const WRITTEN = /^\d{4}-\d\d-\d\d$/;

/**
 * @returns {{ node: HTMLElement, draw: (day: string) => void, choices: () => { from: string, to: string } }} draw: tell
 *   on which day the groups were drawn
 */
export function campaignWindow() {
  const input = () => element('input', { type: 'date', required: true, max: today(), oninput: () => check() });
  const [from, to] = [input(), input()];
  let drawn = '';
  const check = () => {
    from.setCustomValidity(from.value && from.value < drawn
      ? `The groups were drawn on ${drawn}: what was bought before is not the campaign's.` : '');
    to.setCustomValidity(to.value && to.value < from.value ? 'The last day is before the first one.' : '');
  };
  return {
    node: element('div', { class: 'days' },
      element('div', { class: 'pair-of' }, field('First day that counts', from), field('Last day that counts', to)),
      element('p', { class: 'hint' }, 'As you decided before the campaign. Look once, after the last day.')),
    draw(day) {
      if (day === drawn || !WRITTEN.test(day)) return;
      drawn = day;
      from.value = day;
      to.value = earlier(dayAfter(day, USUAL_DAYS - 1), today());
      check();
    },
    choices: () => ({ from: from.value, to: to.value }),
  };
}

/** @param {string} day @param {number} days */
function dayAfter(day, days) {
  return new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);
}

/** @param {string} one @param {string} other both as 2026-05-01 */
function earlier(one, other) {
  return one < other ? one : other;
}

function today() {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}
