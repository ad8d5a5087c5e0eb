/** Digits as other scripts write them: ١٢٣ is 123. training/files/digits.py has the same. */

/** Nought in the scripts that people write numbers in, each with nine more digits behind it. */
const ZEROS = '٠۰०০੦૦୦௦౦೦൦๐໐༠၀០᠐０';
/** @type {ReadonlyMap<string, string>} */
const DIGITS = new Map([...ZEROS].flatMap((zero) =>
  [...'0123456789'].map((digit) => [String.fromCodePoint((zero.codePointAt(0) ?? 0) + Number(digit)), digit])));
const NOT_ASCII = /[^\0-\u007f]/;

/**
 * @param {string} text
 * @returns {string} the text with each digit as 0 to 9
 */
export function withPlainDigits(text) {
  return NOT_ASCII.test(text) ? text.replace(/\p{Nd}/gu, (digit) => DIGITS.get(digit) ?? digit) : text;
}
