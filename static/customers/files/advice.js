/**
 * How small an effect can be seen of a campaign, with so many customers held back.
 *
 * training/targeting/plan.py says the same; tests/cases/advice.json holds both to it.
 */

import { counted } from '../texts.js';

/** Normal deviates of 97.5 % and of 80 %: a difference at the 5 % level, seen in four of five cases. */
const DEVIATES = 1.959963984540054 + 0.8416212335729143;

/**
 * @param {number} customers who can be found
 * @param {number} heldBack how many of them
 * @param {number} baseRate share that buys without the campaign, 0 to 1
 * @returns {{ sentence: string, hopeless: boolean }} hopeless: only an increase by half or more would be seen
 */
export function advise(customers, heldBack, baseRate) {
  const visible = smallestVisible(customers, heldBack, baseRate);
  const begin = `of ${counted(customers, 'customer')} ${counted(heldBack, 'is', 'are')} held back: `;
  const hopeless = visible > baseRate / 2;
  if (visible === Infinity) return { sentence: `${begin}nothing can be seen with an empty group.`, hopeless };
  if (visible > 1) return { sentence: `${begin}nothing can be seen of so few customers.`, hopeless };
  const spread = (4 * heldBack * (customers - heldBack)) / customers ** 2;
  const halving = 4 * spread <= 1 ? (1 - Math.sqrt(1 - 4 * spread)) / 2 : null;
  const more = halving === null ? '' : `${Math.ceil(100 * halving)}% held back would halve that; `;
  const half = smallestVisible(customers, Math.floor(customers / 2), baseRate);
  return {
    sentence: `${begin}you will see a change of ${inHundred(visible)} or more buyers in 100 customers; ` +
      `${more}with half held back, ${inHundred(half)}.`,
    hopeless,
  };
}

/** @param {number} customers @param {number} heldBack @param {number} baseRate */
function smallestVisible(customers, heldBack, baseRate) {
  if (Math.min(heldBack, customers - heldBack) < 1) return Infinity;
  return DEVIATES * Math.sqrt(baseRate * (1 - baseRate)) * Math.sqrt(1 / heldBack + 1 / (customers - heldBack));
}

/** @param {number} share */
function inHundred(share) {
  return (100 * share).toFixed(1);
}
