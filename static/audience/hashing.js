/**
 * SHA-256 by WebCrypto, spread over workers. A short value costs about ten microseconds, most of them on the way to the
 * browser's own threads and back, so what repeats is hashed once.
 */

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
/** Values remembered of columns that repeat themselves, such as countries and first names. */
const REMEMBERED = 50_000;
const encoder = new TextEncoder();

/**
 * @typedef {{ values: string[], repeats: boolean }} Column
 * `repeats` says that most values occur many times over
 */

export class Hasher {
  /** @type {Map<string, string>} */
  #known = new Map();

  /**
   * Hash the values of a column; an empty one stays empty.
   * @param {Column} column
   * @returns {Promise<string[]>} in the same order
   */
  async digests({ values, repeats }) {
    if (!repeats) return Promise.all(values.map(sha256));
    const known = this.#known;
    const unknown = [...new Set(values)].filter((value) => !known.has(value));
    const digests = await Promise.all(unknown.map(sha256));
    const fresh = new Map(unknown.map((value, index) => [value, digests[index] ?? '']));
    if (known.size < REMEMBERED) for (const [value, digest] of fresh) known.set(value, digest);
    return values.map((value) => known.get(value) ?? fresh.get(value) ?? '');
  }
}

/** Workers that take turns. */
export class HasherPool {
  /** @type {Worker[]} */
  #workers;
  /** @type {Map<number, { resolve: (columns: string[][]) => void, reject: (error: Error) => void }>} */
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
   * @returns {Promise<string[][]>} hashed, in the same order
   */
  digests(columns) {
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
      this.#waiting.get(data.id)?.resolve(data.columns);
      this.#waiting.delete(data.id);
    };
    worker.onerror = () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('A worker that hashes has failed.'));
    };
    return worker;
  }
}

/** @param {string} value */
async function sha256(value) {
  if (value === '') return '';
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(value)));
  let text = '';
  for (const byte of digest) text += HEX[byte];
  return text;
}
