/**
 * SHA-256 by WebCrypto, spread over workers. A short value costs some seven microseconds, nearly all of them in asking
 * the browser, so what repeats is hashed once. Between the workers travel whole columns and finished lines, not values:
 * a text for each column, with a line for each row, and a Blob of CSV, whose bytes are outside the workers' memory.
 */

/** Values remembered of columns that repeat themselves, such as countries and first names. */
const REMEMBERED = 50_000;
const COMMA = 44;
const LF = 10;
const DIGEST = 32;
const LANES = 16;
const HEX = new TextEncoder().encode('0123456789abcdef');
const encoder = new TextEncoder();
const scratch = new Uint8Array(4096);

/**
 * @typedef {{ text: string, hashed: boolean, repeats: boolean }} Column
 * `text` has a row's value in each line, what is not hashed as it stands in CSV; `repeats` says that most values occur
 * many times over
 */

export class Hasher {
  /** Digests of values that repeat. @type {Map<string, Uint8Array>} */
  #known = new Map();
  /** Used again and again: new ones would wait for the garbage collection. */
  #bytes = new Uint8Array(0);

  /**
   * Hash the columns and put them side by side; an empty value stays empty.
   * @param {Column[]} columns
   * @returns {Promise<Blob>} lines of CSV, each with its line break
   */
  async lines(columns) {
    const cells = columns.map(({ text }) => text.split('\n'));
    /** @type {(Uint8Array | null)[]} */
    const digests = [];
    for (const [index, { hashed, repeats }] of columns.entries()) {
      const values = cells[index] ?? [];
      digests.push(!hashed ? null : await (repeats ? this.#digestsOnce(values) : digestsOf(values)));
    }
    const most = cells.reduce((sum, column, index) => sum + widthOf(column, !!digests[index]), 0);
    if (this.#bytes.length < most) this.#bytes = new Uint8Array(most);
    return new Blob([this.#bytes.subarray(0, write(this.#bytes, cells, digests))]);
  }

  /** @param {string[]} values */
  async #digestsOnce(values) {
    const known = this.#known;
    if (known.size > REMEMBERED) known.clear();
    const unknown = [...new Set(values)].filter((value) => !known.has(value));
    const fresh = await digestsOf(unknown);
    for (const [index, value] of unknown.entries()) known.set(value, digestAt(fresh, index).slice());
    const digests = new Uint8Array(DIGEST * values.length);
    for (const [index, value] of values.entries()) digests.set(known.get(value) ?? [], DIGEST * index);
    return digests;
  }
}

/** Workers that take turns. */
export class HasherPool {
  /** @type {Worker[]} */
  #workers;
  /** @type {Map<number, { resolve: (lines: Blob) => void, reject: (error: Error) => void }>} */
  #waiting = new Map();
  #next = 0;

  /** @param {number} size how many workers */
  constructor(size) {
    if (!globalThis.crypto?.subtle) {
      throw new Error('This page was not opened over https, so the browser offers no hashing.');
    }
    this.#workers = Array.from({ length: size }, () => this.#worker());
  }

  get size() {
    return this.#workers.length;
  }

  /**
   * @param {Column[]} columns
   * @returns {Promise<Blob>} as of `Hasher`
   */
  lines(columns) {
    const id = (this.#next += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#workers[id % this.size]?.postMessage({ id, columns });
    });
  }

  close() {
    for (const worker of this.#workers) worker.terminate();
  }

  #worker() {
    const worker = new Worker(new URL('./hashing.worker.js', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }) => {
      this.#waiting.get(data.id)?.resolve(data.lines);
      this.#waiting.delete(data.id);
    };
    worker.onerror = () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('Hashing has failed.'));
    };
    return worker;
  }
}

/**
 * Hash values, several at a time, because the browser may do so elsewhere; few, because each holds memory.
 * @param {readonly string[]} values
 * @returns {Promise<Uint8Array>} the digests one after the other; nothing in the place of an empty value
 */
async function digestsOf(values) {
  const digests = new Uint8Array(DIGEST * values.length);
  let next = 0;
  const lane = async () => {
    while (next < values.length) {
      const index = next;
      next += 1;
      const value = values[index];
      if (value) digests.set(new Uint8Array(await crypto.subtle.digest('SHA-256', bytesOf(value))), DIGEST * index);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return digests;
}

/**
 * A value's bytes, good until the next call: WebCrypto takes a copy at once.
 * @param {string} value
 */
function bytesOf(value) {
  if (value.length * 3 > scratch.length) return encoder.encode(value);
  return scratch.subarray(0, encoder.encodeInto(value, scratch).written);
}

/**
 * @param {Uint8Array} digests
 * @param {number} index
 */
function digestAt(digests, index) {
  return digests.subarray(DIGEST * index, DIGEST * (index + 1));
}

/**
 * @param {Uint8Array} bytes to write to
 * @param {string[][]} cells by column
 * @param {(Uint8Array | null)[]} digests by column
 * @returns {number} how many bytes were written
 */
function write(bytes, cells, digests) {
  const rows = cells[0]?.length ?? 0;
  let at = 0;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < cells.length; column += 1) {
      const cell = cells[column]?.[row];
      const hashed = digests[column];
      if (cell && hashed) at = writeHex(bytes, at, hashed, DIGEST * row);
      else if (cell) at += encoder.encodeInto(cell, bytes.subarray(at)).written;
      bytes[at] = COMMA;
      at += 1;
    }
    bytes[at - 1] = LF;
  }
  return at;
}

/**
 * Most bytes that a column and its delimiters can take.
 * @param {readonly string[]} cells
 * @param {boolean} hashed
 */
function widthOf(cells, hashed) {
  if (hashed) return (2 * DIGEST + 1) * cells.length;
  return cells.reduce((sum, cell) => sum + 3 * cell.length + 1, 0);
}

/**
 * @param {Uint8Array} bytes to write to
 * @param {number} at where to
 * @param {Uint8Array} digests to write from
 * @param {number} start of the digest
 * @returns {number} where the next goes
 */
function writeHex(bytes, at, digests, start) {
  for (let index = 0; index < DIGEST; index += 1) {
    const byte = digests[start + index] ?? 0;
    bytes[at + 2 * index] = HEX[byte >> 4] ?? 0;
    bytes[at + 2 * index + 1] = HEX[byte & 15] ?? 0;
  }
  return at + 2 * DIGEST;
}
