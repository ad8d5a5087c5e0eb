/**
 * A sample of the rows that pass by, for the map: those whose numbers, mixed, come out smallest. So it is the same in
 * whatever order batches are answered, and needs no more room than its size.
 *
 * Reference: Appleby, A. (2011). MurmurHash3, 32-bit (the finishing steps).
 *
 * @template T
 */
export class Sample {
  /** @type {{ rank: number, item: T }[]} */
  #kept = [];
  #size;
  #limit = Infinity;

  /** @param {number} size most items */
  constructor(size) {
    this.#size = size;
  }

  /** @param {number} row @param {() => T} item made only if it is kept */
  offer(row, item) {
    const rank = mixed(row);
    if (rank > this.#limit) return;
    this.#kept.push({ rank, item: item() });
    if (this.#kept.length >= 2 * this.#size) this.#cut();
  }

  /** @returns {T[]} */
  items() {
    this.#cut();
    return this.#kept.map(({ item }) => item);
  }

  #cut() {
    this.#kept.sort((a, b) => a.rank - b.rank);
    this.#kept.length = Math.min(this.#kept.length, this.#size);
    if (this.#kept.length === this.#size) this.#limit = /** @type {{ rank: number }} */ (this.#kept.at(-1)).rank;
  }
}

/** @param {number} number */
function mixed(number) {
  let hash = Math.imul(number + 1, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
