/**
 * Figures as the command line writes them: rounded from the number's exact value, halves to the even digit, as Python
 * does.
 */

const grouping = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** @param {number} count @returns {string} such as 3,210 */
export function whole(count) {
  return decimal(count, 0);
}

/** @param {number} value @returns {string} such as 1,446.46 */
export function money(value) {
  return decimal(value, 2);
}

/** @param {number} share 0 to 1 @param {number} [digits] @returns {string} such as 22.0% */
export function percent(share, digits = 1) {
  return `${decimal(100 * share, digits)}%`;
}

/** @param {number} value @param {(value: number) => string} write @returns {string} with its sign, such as +8.8 */
export function signed(value, write) {
  return value < 0 || Object.is(value, -0) ? write(value) : `+${write(value)}`;
}

/** @param {number} difference of two shares @returns {string} in points, such as +8.8 */
export function points(difference) {
  return signed(100 * difference, (value) => decimal(value, 1));
}

/** @param {number} p @returns {string} */
export function probability(p) {
  return p < 0.0005 ? 'under 0.001' : decimal(p, 3);
}

/**
 * @template {{ low: number, high: number }} I
 * @param {I} interval
 * @param {(value: number) => string} write
 * @returns {string} its bounds, such as (+5.9 to +11.4)
 */
export function bounds({ low, high }, write) {
  return `(${write(low)} to ${write(high)})`;
}

/** @param {number} value @param {number} digits behind the point, few @returns {string} with commas between thousands */
function decimal(value, digits) {
  const [integer = '', fraction] = toFixed(Math.abs(value), digits).split('.');
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const grouped = grouping.format(BigInt(integer));
  return fraction === undefined ? sign + grouped : `${sign}${grouped}.${fraction}`;
}

/**
 * Number.toFixed takes a half up; here it goes to the even digit. Exact halves are odd multiples of 2^-(digits + 1).
 *
 * @param {number} value 0 or more, below 1e21
 * @param {number} digits
 */
function toFixed(value, digits) {
  const isHalf = (value * 2 ** (digits + 1)) % 2 === 1;
  const below = Math.floor(value * 10 ** digits);
  return isHalf && below % 2 === 0 ? (below / 10 ** digits).toFixed(digits) : value.toFixed(digits);
}
