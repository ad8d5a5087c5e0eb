/**
 * How text is compared: without invisible signs and spaces that nobody sees, and by the words of a name.
 */

/** Signs that are no letters to see, but for the joiners that some scripts need. */
const INVISIBLE = /(?![\u200c\u200d])\p{Cf}/gu;
const SMALL = new Set(('the of and und et y e i de del della delle di da do das dos la las le les los l d du des der die ' +
  'el il o van het en a').split(' '));
const LETTERS = new Map([['ł', 'l'], ['ı', 'i'], ['ß', 'ss'], ['ø', 'o'], ['æ', 'ae'], ['œ', 'oe'], ['đ', 'd']]);

/**
 * In lower case, without spaces around, invisible signs and more than one space within.
 * @param {string} text
 */
export function tidy(text) {
  return visible(text.normalize('NFC')).trim().replace(/\s+/g, ' ').toLowerCase();
}

/** @param {string} text */
export function visible(text) {
  return text.replace(INVISIBLE, '');
}

/**
 * The words of a name in alphabetical order, without accents and small words: "Korea, Republic of".
 * @param {string} text
 */
export function bag(text) {
  const plain = visible(text).toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');
  const letters = plain.replace(/[łıßøæœđ]/g, (letter) => LETTERS.get(letter) ?? letter);
  const words = letters.match(/\p{L}+/gu) ?? [];
  if (words.every((word) => [...word].length === 1)) return words.join('');
  const chosen = words.length > 1 ? words.filter((word) => !SMALL.has(word)) : words;
  return [...new Set(chosen)].sort(byCodePoint).join(' ');
}

/** @param {string} a @param {string} b @returns {number} as Python sorts */
function byCodePoint(a, b) {
  const [first, second] = [[...a], [...b]];
  for (const [index, sign] of first.entries()) {
    const difference = (sign.codePointAt(0) ?? 0) - (second[index]?.codePointAt(0) ?? -1);
    if (difference) return difference;
  }
  return first.length - second.length;
}
