/**
 * Signs that cannot be seen: a name from a model or a file must not hide, reorder or cut the text around it.
 */

/** Controls but tab and line breaks, signs of direction, and what stands in no text: half a pair, no character. */
const CONTROLS = '\\0-\\x08\\v\\f\\x0E-\\x1F\\x7F-\\x9F';
const DIRECTIONS = '\\u061C\\u200B\\u200E\\u200F\\u2028-\\u202E\\u2060-\\u2069\\uFEFF\\uFFF9-\\uFFFB';
const UNSEEN = new RegExp(`[${CONTROLS}${DIRECTIONS}\\p{Cs}]`, 'gu');

/** @param {string} text @returns {string} the same, with signs that cannot be seen as their numbers, such as [U+202E] */
export function visible(text) {
  return text.replace(UNSEEN, (sign) => `[U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`);
}
