/**
 * Which colour a segment has, in the map, the answer and the cards alike. The colours themselves, chosen to be told
 * apart by colour-blind readers, stand in style.css.
 *
 * @typedef {import('../service/contract.js').Segment} Segment
 */

/** How many colours style.css defines; beyond them colours repeat and the labels tell segments apart. */
const COLOURS = 12;

/**
 * Colours go by id, which is stable across retrains, so a segment keeps its colour while another is free for each.
 *
 * @param {Segment[]} segments
 * @returns {Map<number, number>} number of the colour by segment id
 */
export function coloursOf(segments) {
  /** @type {Map<number, number>} */
  const colours = new Map();
  const used = new Set();
  for (const { id } of segments) {
    let colour = id % COLOURS;
    while (used.has(colour) && used.size < COLOURS) colour = (colour + 1) % COLOURS;
    used.add(colour);
    colours.set(id, colour);
  }
  return colours;
}
