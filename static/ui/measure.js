/** How wide a text is on the screen, in the reader's font. */

const context = /** @type {CanvasRenderingContext2D} */ (document.createElement('canvas').getContext('2d'));

/** @param {string} text @param {number} size in pixels @param {number} weight @returns {number} in pixels */
export function widthOf(text, size, weight) {
  context.font = `${weight} ${size}px ${getComputedStyle(document.body).fontFamily}`;
  return context.measureText(text).width;
}

/**
 * @param {string} text @param {number} width in pixels @param {number} size @param {number} weight
 * @returns {string} as much of the text as fits
 */
export function fitted(text, width, size, weight) {
  if (widthOf(text, size, weight) <= width) return text;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (widthOf(`${text.slice(0, middle)}…`, size, weight) <= width) low = middle;
    else high = middle - 1;
  }
  return low > 0 ? `${text.slice(0, low).trimEnd()}…` : '';
}
