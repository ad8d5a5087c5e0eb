/**
 * What all files that are written have in common. Each is made of pieces that the browser keeps outside the page's
 * memory.
 */

/** Characters gathered before they are handed over. */
const PIECE = 1 << 20;

/**
 * @typedef {{ segments: number[], share: number, campaign: string, contacts: import('./person.js').Contacts,
 *   silent: boolean, value: number, fates?: Uint8Array | null }} Audience
 * Positions of the chosen segments, share held back (0 to 1), name of the campaign, where the contacts stand, whether
 * customers count as willing of whom nothing says it, the column of what a customer is worth (-1: none); `fates` is what
 * becomes of each row (permission.js), null where all may be written to
 * @typedef {{ blob: Blob, rows: number, leftOut: number, unreadPhones: number, unreadCountries: number,
 *   unreadValues: number }} Written
 * `leftOut` counts rows without any contact a network could use, `unreadPhones` phone cells that gave no number,
 * `unreadCountries` cells that name no country that is known, `unreadValues` cells that are no number from 0 on
 * @typedef {(done: number) => void} Report done: 0 to 1
 */

/** Text that grows into a Blob. */
export class TextFile {
  /** @type {Blob[]} */
  #pieces = [];
  #text;
  rows = 0;

  /** @param {string} text what stands before the first row */
  constructor(text) {
    this.#text = text;
  }

  /** @param {string} line */
  add(line) {
    this.#text += line;
    this.rows += 1;
    if (this.#text.length >= PIECE) this.#pieces.push(this.#takeText());
  }

  /**
   * @param {Blob} lines
   * @param {number} rows how many
   */
  append(lines, rows) {
    this.#pieces.push(this.#takeText(), lines);
    this.rows += rows;
  }

  /** @returns {Written} */
  written() {
    const blob = new Blob([...this.#pieces, this.#takeText()], { type: 'text/csv;charset=utf-8' });
    return { blob, rows: this.rows, leftOut: 0, unreadPhones: 0, unreadCountries: 0, unreadValues: 0 };
  }

  #takeText() {
    const piece = new Blob([this.#text]);
    this.#text = '';
    return piece;
  }
}
