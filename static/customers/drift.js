/**
 * Whether the scored customers spread over the segments as the training table's did.
 *
 * References: Siddiqi, N. (2006). Credit Risk Scorecards, for the index and its limits 0.1 and 0.25. Yurdakul, B.
 * (2018). Statistical Properties of Population Stability Index, for its distribution by chance.
 */

/** @typedef {'none' | 'moderate' | 'large'} Drift */

const MODERATE = 0.1;
const LARGE = 0.25;
/** Stands for a share of zero, which has no logarithm. */
const SMALLEST_SHARE = 1e-4;
/** The 95th percentile of the standard normal distribution. */
const Z95 = 1.645;

/**
 * The population stability index: the sum of (a - e) ln(a / e) over the segments.
 * @param {readonly number[]} actual shares
 * @param {readonly number[]} expected shares
 */
export function stabilityIndex(actual, expected) {
  return actual.reduce((sum, share, index) => {
    const a = Math.max(share, SMALLEST_SHARE);
    const e = Math.max(expected[index] ?? 0, SMALLEST_SHARE);
    return sum + (a - e) * Math.log(a / e);
  }, 0);
}

/**
 * Judge an index. A few customers never spread exactly alike, so an index that chance explains is no drift.
 * @param {number} index
 * @param {number} segments how many there are
 * @param {number} scored customers
 * @param {number} trained customers
 * @returns {Drift}
 */
export function judge(index, segments, scored, trained) {
  if (index < MODERATE || index <= byChance(segments - 1, scored, trained)) return 'none';
  return index < LARGE ? 'moderate' : 'large';
}

/**
 * What 19 of 20 samples without drift stay below: (1/n + 1/m) times the 95 % point of chi-squared (Wilson-Hilferty).
 * @param {number} freedom
 * @param {number} scored
 * @param {number} trained
 */
function byChance(freedom, scored, trained) {
  const part = 2 / (9 * freedom);
  return (1 / scored + 1 / Math.max(trained, 1)) * freedom * (1 - part + Z95 * Math.sqrt(part)) ** 3;
}
