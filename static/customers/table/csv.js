/**
 * CSV as RFC 4180 has it and as people write it: any of four delimiters, CRLF, LF or CR, quotes where needed.
 *
 * The parser takes text in pieces of any size and returns whole rows. What RFC 4180 leaves open follows Python's csv
 * module: a quote opens a quoted cell only at the cell's start, text after the closing quote belongs to the cell, and
 * empty lines are no rows. Where a text stands as a formula, it is the text, as in training/files/records.py.
 *
 * Reference: Shafranovich, Y. (2005). RFC 4180. https://doi.org/10.17487/RFC4180
 */

import { usualWidth } from './first_rows.js';
import { MISSING } from './numbers.js';

/** What they are called, by options of training too. */
export const DELIMITERS = new Map([[',', 'comma'], [';', 'semicolon'], ['\t', 'tab'], ['|', 'bar']]);
/** Longest row, in characters. A quote that is never closed would otherwise swallow the rest of the file. */
const LONGEST_ROW = 1 << 21;

/** A text as a formula, by which a program kept a spreadsheet from taking it for a number: ="0012" is 0012. */
const KEPT_TEXT = /^="([^"]*)"$/;

const EQUALS = 61;
const QUOTE = 34;
const LF = 10;
const CR = 13;

/** @typedef {{ line: number, cells: string[] }} Row `line` is where the row begins, the first being 1. */

/** Text that is not CSV; the message says where. */
export class CsvError extends Error {}

export class CsvParser {
  #delimiter;
  #rest = '';
  #line = 1;
  #at = 0;
  #final = false;

  /** @param {string} delimiter one character */
  constructor(delimiter) {
    this.#delimiter = delimiter.charCodeAt(0);
  }

  /**
   * @param {string} text the next piece
   * @returns {Generator<Row, void>} the rows that are complete, to be read before the next piece is pushed
   */
  push(text) {
    return this.#rows(this.#rest + text);
  }

  /** @returns {Generator<Row, void>} the last row, if the text does not end with a line break */
  end() {
    this.#final = true;
    return this.#rows(this.#rest);
  }

  /**
   * One by one, because the memory of a row that is not kept costs nothing to clear.
   * @param {string} text
   * @returns {Generator<Row, void>}
   */
  *#rows(text) {
    this.#at = 0;
    for (;;) {
      const start = this.#at;
      const line = this.#line;
      const cells = start < text.length ? this.#row(text) : null;
      if (!cells) {
        this.#rest = text.slice(start);
        this.#line = line;
        this.#checkLength(this.#rest.length);
        return;
      }
      this.#checkLength(this.#at - start, line);
      if (cells.length > 1 || cells[0] !== '' || text.charCodeAt(start) === QUOTE) yield { line, cells };
    }
  }

  /**
   * @param {string} text
   * @returns {string[] | null} null if the row may go on in the next piece
   */
  #row(text) {
    const cells = [];
    for (;;) {
      const cell = text.charCodeAt(this.#at) === QUOTE ? this.#quoted(text) : this.#plain(text, this.#at);
      if (cell === null) return null;
      cells.push(cell.charCodeAt(0) === EQUALS ? cell.replace(KEPT_TEXT, '$1') : cell);
      const code = text.charCodeAt(this.#at);
      this.#at += 1;
      if (code === this.#delimiter) {
        if (this.#at === text.length && !this.#final) return null;
        continue;
      }
      if (code === CR) {
        if (this.#at === text.length && !this.#final) return null;
        if (text.charCodeAt(this.#at) === LF) this.#at += 1;
      }
      this.#line += 1;
      return cells;
    }
  }

  /**
   * @param {string} text
   * @param {number} start
   */
  #plain(text, start) {
    const { length } = text;
    const delimiter = this.#delimiter;
    let at = start;
    for (; at < length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === delimiter || code === LF || code === CR) break;
    }
    this.#at = at;
    return at === length && !this.#final ? null : text.slice(start, at);
  }

  /** @param {string} text */
  #quoted(text) {
    const opened = this.#line;
    let start = this.#at + 1;
    let cell = '';
    for (;;) {
      const end = text.indexOf('"', start);
      if (end < 0 || (end + 1 === text.length && !this.#final)) {
        if (this.#final) throw new CsvError(`line ${opened}: expected a closing quote, found the end of the file`);
        return null;
      }
      cell += text.slice(start, end);
      if (text.charCodeAt(end + 1) !== QUOTE) {
        this.#line += countLineBreaks(cell);
        const tail = this.#plain(text, end + 1);
        return tail === null ? null : cell + tail;
      }
      cell += '"';
      start = end + 2;
    }
  }

  /**
   * @param {number} length
   * @param {number} line
   */
  #checkLength(length, line = this.#line) {
    if (length <= LONGEST_ROW) return;
    throw new CsvError(`line ${line}: expected a row of at most ${LONGEST_ROW} characters; is a quote left open?`);
  }
}

/**
 * The delimiter that splits the sample's rows most evenly into most cells.
 * @param {string} sample the beginning of a file
 */
export function sniffDelimiter(sample) {
  const delimiters = [...DELIMITERS.keys()];
  const scores = delimiters.map((delimiter) => evenness(sample, delimiter));
  return delimiters[scores.indexOf(Math.max(...scores))] ?? ',';
}

/**
 * One row as text, safe to open in a spreadsheet.
 * @param {readonly string[]} cells
 * @param {string} delimiter
 */
export function formatRow(cells, delimiter) {
  const text = cells.map(formatCell).join(delimiter);
  return cells.length === 1 && text === '' ? '""' : text;
}

const HARMLESS = /^[+\-](?:[\d\s.,()/\-%'’\p{Sc}]*|[\d.,]+e[+\-]?\d+)$/iu;
const SPECIAL = /["\r\n,;\t|]|^\s|\s$/;

/**
 * One cell as text, defused. Cells with any delimiter are quoted, so that no program splits them.
 * @param {string} cell
 */
export function formatCell(cell) {
  return quoted(isFormula(cell) ? `'${cell}` : cell);
}

/** @param {string} cell @returns {string} in quotes where it needs them */
export function quoted(cell) {
  return SPECIAL.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/**
 * A cell without the apostrophe that it got when the page or training wrote it: who a customer is must not change by it.
 * @param {string} cell
 */
export function undefused(cell) {
  return cell.startsWith("'") && isFormula(cell.slice(1)) ? cell.slice(1) : cell;
}

/** @param {string | undefined} cell @returns {string} without signs of spreadsheets and spaces around; '' if missing */
export function filled(cell) {
  const text = undefused(cell ?? '').trim();
  return MISSING.includes(text.toLowerCase()) ? '' : text;
}

/**
 * Whether a spreadsheet would run a cell. Signed numbers, with a sign of money or percent too, and phone numbers are
 * harmless, by the rule of training/engines/cells.py.
 * @param {string} cell
 */
function isFormula(cell) {
  switch (cell.charCodeAt(0)) {
    case 43: // +
    case 45: // -
      return !HARMLESS.test(cell);
    case 61: // =
    case 64: // @
    case 9:
    case CR:
    case LF:
    case 0xff0b: // the same signs in full width, which some spreadsheets read alike
    case 0xff0d:
    case 0xff1d:
    case 0xff20:
      return true;
    default:
      return false;
  }
}

/**
 * @param {string} sample
 * @param {string} delimiter
 */
function evenness(sample, delimiter) {
  try {
    const rows = [...new CsvParser(delimiter).push(sample)].slice(0, 200);
    const width = usualWidth(rows.map(({ cells }) => cells));
    const even = rows.filter((row) => row.cells.length === width).length;
    return width > 1 ? (even / rows.length) * (2 - 1 / width) : 0;
  } catch (error) {
    if (error instanceof CsvError) return 0;
    throw error;
  }
}

/** @param {string} text */
function countLineBreaks(text) {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === LF || (code === CR && text.charCodeAt(at + 1) !== LF)) count += 1;
  }
  return count;
}
