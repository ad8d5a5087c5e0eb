/**
 * A table in a file: its header, its beginning, and its rows, read again from disk each time they are asked for.
 */

import { unpacked } from './archive.js';
import { emptyContacts } from './contact_columns.js';
import { CsvError, CsvParser, DELIMITERS, sniffDelimiter } from './csv.js';
import { detectEncoding, pieces } from './decoding.js';
import { countTitles } from './first_rows.js';

export const MOST_ROWS = 1_000_000;
/** From so many expected rows on they are counted before any is sent. */
const DOUBTFUL_ROWS = 1.1 * MOST_ROWS;
/** Most rows that are looked at before all is read. */
const SAMPLE_ROWS = 1000;

/** Most columns: more cannot be chosen from. */
const MOST_COLUMNS = 1000;
/** Longest name of a column that is shown and compared, in characters. */
const LONGEST_TITLE = 100;

const SINGLE_QUOTES = 'The cells are in single quotes: expected double quotes, or none. Export the table again.';

/** A spreadsheet's word on the delimiter, a line before the table. */
const HINT = /^sep=(.)(?=\r|\n)/;

/**
 * @typedef {import('./csv.js').Row} Row
 * @typedef {{ delimiter: string | null, named: boolean, encoding?: string }} Reading how the user says the file is to be
 * read: its delimiter, null to find it; whether the first row holds the columns' names; its encoding, if it is not UTF-8
 * @typedef {import('./decoding.js').Encoding} Encoding
 * @typedef {{ rows: Iterable<Row>, read: number }} Block `rows` are to be read, once, before the next block is asked for;
 * `read` is the part of the file read so far, 0 to 1
 * @typedef {{ id: number, name: string, bytes: number, encoding: string, delimiter: string, titleRows: number, named: boolean,
 *   header: string[], sample: string[][], empty: number[] }} Description titleRows: above the names of the columns, left out;
 *   empty: columns of contacts that another of their kind counts for
 */

export class Table {
  static #last = 0;
  /** Tells it from the others that are open. */
  id = (Table.#last += 1);

  /**
   * @param {File} file
   * @param {Encoding} encoding
   * @param {string} sample its beginning
   * @param {number} end the byte after that
   * @param {Reading} reading
   */
  constructor(file, encoding, sample, end, { delimiter, named }) {
    this.file = file;
    this.encoding = encoding;
    this.named = named;
    this.delimiter = delimiter ?? delimiterOf(sample);
    this.lineBreak = usualLineBreak(sample);
    const parser = new CsvParser(this.delimiter);
    const rows = [...parser.push(sample), ...(end < file.size ? [] : parser.end())];
    const hints = HINT.test(sample) ? 1 : 0;
    this.titleRows = countTitles(rows.slice(hints).map(({ cells }) => cells));
    /** Rows before the customers. */
    this.above = hints + this.titleRows + (named ? 1 : 0);
    const others = rows.slice(this.above);
    const header = rows[named ? this.above - 1 : this.above];
    if (!header || rows.every(isBlank)) throw new CsvError('The file is empty: expected a row of column names and one row per customer.');
    if (!others.length) throw new CsvError('The file has one row: expected column names and one row per customer.');
    if (header.cells.length > MOST_COLUMNS) throw new CsvError(tooWide(header.cells.length));
    if (header.cells.length > 1 && header.cells.every((title) => /^\s*'.*'\s*$/.test(title))) throw new CsvError(SINGLE_QUOTES);
    /** As the file has them. */
    this.titles = named ? header.cells : header.cells.map((_, column) => `Column ${column + 1}`);
    this.header = this.titles.map(shownTitle);
    this.sample = others.slice(0, SAMPLE_ROWS).map((row) => row.cells);
    /** Columns of contacts that are empty in the whole file, where another may count. @type {number[]} */
    this.empty = [];
    this.expectedRows = others.length * (file.size / end);
  }

  /** @param {File} file @param {Reading} [reading] */
  static async open(file, reading = { delimiter: null, named: true }) {
    const table = await Table.#begin(await unpacked(file), reading);
    table.empty = await emptyContacts(table);
    return table;
  }

  /** @param {File} file @param {Reading} reading */
  static async #begin(file, reading) {
    const encoding = await detectEncoding(file, reading.encoding);
    let sample = '';
    for await (const { text, end } of pieces(file, encoding)) {
      sample += text;
      if (end === file.size || !hasRows(sample)) continue;
      const table = new Table(file, encoding, sample, end, reading);
      if (table.expectedRows > DOUBTFUL_ROWS) await table.count();
      return table;
    }
    return new Table(file, encoding, sample, file.size, reading);
  }

  /** How many customers there are; throws where these are too many. */
  async count() {
    let count = 0;
    for await (const { rows } of this.blocks()) for (const _ of rows) count += 1;
    return count;
  }

  /** @returns {Description} */
  describe() {
    const { id, file, header, sample, delimiter, titleRows, named, encoding, empty } = this;
    return { id, name: file.name, bytes: file.size, encoding: encoding.encoding, delimiter, titleRows, named, header, sample, empty };
  }

  /**
   * All rows but the header, in blocks.
   * @returns {AsyncGenerator<Block>}
   */
  async *blocks() {
    const parser = new CsvParser(this.delimiter);
    let count = -this.above;
    const customers = function* (/** @type {Iterable<Row>} */ rows) {
      for (const row of rows) {
        count += 1;
        if (count > MOST_ROWS) throw new CsvError(tooMany());
        if (count > 0) yield row;
      }
    };
    for await (const { text, end } of pieces(this.file, this.encoding)) {
      const read = end / this.file.size;
      yield { rows: customers(parser.push(text)), read };
      if (read === 1) yield { rows: customers(parser.end()), read };
    }
  }
}

/** @param {string} sample the beginning of a file */
function delimiterOf(sample) {
  const hint = HINT.exec(sample)?.[1];
  return hint !== undefined && DELIMITERS.has(hint) ? hint : sniffDelimiter(sample);
}

/**
 * Whether more than the header can be read.
 * @param {string} sample
 */
function hasRows(sample) {
  return [...new CsvParser(delimiterOf(sample)).push(sample)].length > (HINT.test(sample) ? 2 : 1);
}

/**
 * The line break that occurs most; a cell may hold others.
 * @param {string} sample
 */
function usualLineBreak(sample) {
  const counts = new Map([['\r\n', 0], ['\n', 0], ['\r', 0]]);
  for (const [lineBreak] of sample.matchAll(/\r\n|\n|\r/g)) counts.set(lineBreak, (counts.get(lineBreak) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return [...counts.keys()].find((lineBreak) => counts.get(lineBreak) === most) ?? '\r\n';
}

/** @param {string} title @param {number} column */
function shownTitle(title, column) {
  const text = title.slice(0, 2 * LONGEST_TITLE).trim() || `Column ${column + 1}`;
  return text.length > LONGEST_TITLE ? `${text.slice(0, LONGEST_TITLE - 1)}…` : text;
}

/** @param {number} columns */
function tooWide(columns) {
  const most = MOST_COLUMNS.toLocaleString('en');
  return `The file has ${columns.toLocaleString('en')} columns: expected at most ${most}. Is each row a customer?`;
}

function tooMany() {
  return `The file has more than ${MOST_ROWS.toLocaleString('en')} rows. Split it and score the parts one by one.`;
}

/** @param {Row} row */
function isBlank({ cells }) {
  return cells.every((cell) => cell.trim() === '');
}
