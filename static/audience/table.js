/**
 * A table in a file: its header, its beginning, and its rows, read again from disk each time they are asked for.
 */

import { CsvError, CsvParser, sniffDelimiter } from './csv.js';
import { detectEncoding, pieces } from './text.js';

export const MOST_ROWS = 1_000_000;
/** Most rows that are looked at before all is read. */
const SAMPLE_ROWS = 1000;

/**
 * @typedef {import('./csv.js').Row} Row
 * @typedef {import('./text.js').Encoding} Encoding
 * @typedef {{ rows: Row[], read: number }} Block `read` is the part of the file read so far, 0 to 1
 * @typedef {{ name: string, bytes: number, encoding: string, delimiter: string, header: string[], sample: string[][] }}
 *   Description
 */

export class Table {
  /**
   * @param {File} file
   * @param {Encoding} encoding
   * @param {string} sample its beginning
   * @param {boolean} whole whether that is all
   */
  constructor(file, encoding, sample, whole) {
    this.file = file;
    this.encoding = encoding;
    this.delimiter = sniffDelimiter(sample);
    this.lineBreak = usualLineBreak(sample);
    const parser = new CsvParser(this.delimiter);
    const rows = parser.push(sample);
    if (whole) rows.push(...parser.end());
    const [header, ...others] = rows;
    if (!header) throw new CsvError('The file is empty: expected a row of column names and a row a customer.');
    if (!others.length) throw new CsvError('The file has one row: expected column names and a row a customer.');
    /** As the file has them. */
    this.titles = header.cells;
    this.header = header.cells.map((title, column) => title.trim() || `Column ${column + 1}`);
    this.sample = others.slice(0, SAMPLE_ROWS).map((row) => row.cells);
  }

  /** @param {File} file */
  static async open(file) {
    const encoding = await detectEncoding(file);
    let sample = '';
    for await (const { text, end } of pieces(file, encoding)) {
      sample += text;
      if (end < file.size && hasRows(sample)) return new Table(file, encoding, sample, false);
    }
    return new Table(file, encoding, sample, true);
  }

  /** @returns {Description} */
  describe() {
    const { file, header, sample, delimiter, encoding } = this;
    return { name: file.name, bytes: file.size, encoding: encoding.encoding, delimiter, header, sample };
  }

  /**
   * All rows but the header, in blocks.
   * @returns {AsyncGenerator<Block>}
   */
  async *blocks() {
    const parser = new CsvParser(this.delimiter);
    let first = true;
    let count = 0;
    for await (const { text, end } of pieces(this.file, this.encoding)) {
      const rows = parser.push(text);
      if (end === this.file.size) rows.push(...parser.end());
      if (first && rows.length) {
        rows.shift();
        first = false;
      }
      count += rows.length;
      if (count > MOST_ROWS) throw new CsvError(tooMany());
      yield { rows, read: end / this.file.size };
    }
  }
}

/**
 * Whether more than the header can be read.
 * @param {string} sample
 */
function hasRows(sample) {
  return new CsvParser(sniffDelimiter(sample)).push(sample).length > 1;
}

/**
 * The line break that occurs most; a cell may hold others.
 * @param {string} sample
 */
function usualLineBreak(sample) {
  const counts = new Map([['\r\n', 0], ['\n', 0], ['\r', 0]]);
  for (const [found] of sample.matchAll(/\r\n|\n|\r/g)) counts.set(found, (counts.get(found) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return [...counts.keys()].find((lineBreak) => counts.get(lineBreak) === most) ?? '\r\n';
}

function tooMany() {
  return `The file has more than ${MOST_ROWS.toLocaleString('en')} rows. Split it and score the parts one by one.`;
}
