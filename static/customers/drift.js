/**
 * Whether the scored customers spread over the segments as the training table's did: the rule of the command `drift`
 * (training/scoring/drift.py), for one comparison. tests/cases/drift.json is run against both.
 *
 * References: Siddiqi, N. (2006). Credit Risk Scorecards, for the index and its cuts 0.1 and 0.25. Yurdakul, B.
 * (2018). Statistical Properties of Population Stability Index, for its distribution where nothing has changed.
 *
 * @typedef {'same' | 'slight' | 'shifted' | 'another' | 'too few'} Verdict
 */

const SMALL = 0.1;
const LARGE = 0.25;
const SIGNIFICANT = 0.01;
/** Half of a chi-squared beyond which its tail is zero for any number of segments that a model has. */
const FAR_OUT = 700;

/**
 * Judge the shares of the same segments then and now: significant if chance seldom makes such a difference, and large
 * by its index.
 * @param {readonly number[]} then shares of the training table's customers
 * @param {readonly number[]} now shares of the scored customers
 * @param {number} trained customers
 * @param {number} scored customers
 * @returns {{ index: number, chance: number, verdict: Verdict }} chance: the probability of such a difference or a
 *   larger one where nothing has changed
 */
export function judge(then, now, trained, scored) {
  const index = stabilityIndex(then, now, trained, scored);
  const unit = 1 / trained + 1 / scored;
  const chance = upperTail(pearson(then, now, trained, scored) / unit, then.length - 1);
  if (chance < SIGNIFICANT) {
    return { index, chance, verdict: index < SMALL ? 'slight' : index < LARGE ? 'shifted' : 'another' };
  }
  return { index, chance, verdict: upperTail(SMALL / unit, then.length - 1) < SIGNIFICANT ? 'same' : 'too few' };
}

/**
 * The population stability index: the sum of (now - then) ln(now / then). An empty segment counts as half a customer,
 * so that its logarithm exists.
 * @param {readonly number[]} then @param {readonly number[]} now @param {number} trained @param {number} scored
 */
function stabilityIndex(then, now, trained, scored) {
  return then.reduce((sum, share, position) => {
    const before = Math.max(share, 0.5 / trained);
    const after = Math.max(now[position] ?? 0, 0.5 / scored);
    return sum + (after - before) * Math.log(after / before);
  }, 0);
}

/**
 * Pearson's statistic over 1 / trained + 1 / scored. The index approaches it, and strays further where few are counted.
 * @param {readonly number[]} then @param {readonly number[]} now @param {number} trained @param {number} scored
 */
function pearson(then, now, trained, scored) {
  return then.reduce((sum, share, position) => {
    const after = now[position] ?? 0;
    const together = (share * trained + after * scored) / (trained + scored);
    return together ? sum + (after - share) ** 2 / together : sum;
  }, 0);
}

/**
 * Probability that chi-squared is at least so large: one less the series of the incomplete gamma function.
 * @param {number} chiSquared @param {number} freedom
 */
function upperTail(chiSquared, freedom) {
  const [half, x] = [freedom / 2, chiSquared / 2];
  if (x <= 0 || freedom === 0) return 1;
  if (x > FAR_OUT) return 0;
  let logGamma = half % 1 ? Math.log(Math.PI) / 2 : 0;
  for (let factor = half; factor > 0; factor -= 1) logGamma += Math.log(factor);
  let term = 1;
  let sum = 1;
  for (let step = 1; term > sum * Number.EPSILON; step += 1) {
    term *= x / (half + step);
    sum += term;
  }
  return Math.max(0, 1 - Math.exp(half * Math.log(x) - x - logGamma) * sum);
}
