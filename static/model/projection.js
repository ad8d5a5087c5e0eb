/**
 * The smallest move into all of some half-spaces, in a few dimensions: the function's own method, with coordinates.
 *
 * Goldfarb, D. and Idnani, A. (1983). A numerically stable dual method for solving strictly convex quadratic programs.
 * Mathematical Programming 27. https://doi.org/10.1007/BF02591962
 *
 * @typedef {{normal: number[], excess: number}} HalfSpace the unit normal that points out of it, and how far outside it the
 *   move begins: below 0 inside
 * @typedef {{direction: number[], square: number, shares: number[]}} Slide what is left of a half-space's normal beside the
 *   active borders, the square of its length, and how much of it each of them takes over
 * @typedef {HalfSpace & Slide & {push: number}} Border active, beside those before it, and how hard the move is pushed
 *   against it
 */

/** Squared length that a unit normal must keep beside the active borders, or it counts as parallel to them. */
const PARALLEL = 1e-12;

/**
 * Add the half-space most violated to the active ones, whose borders the move ends on, and drop those that it makes
 * needless, until none is violated.
 *
 * @param {HalfSpace[]} halfSpaces one or more
 * @param {number} tolerance an excess that counts as none
 * @returns {number[] | null} the move; null if no point lies in all
 */
export function smallestMove(halfSpaces, tolerance) {
  const dimensions = Number(halfSpaces[0]?.normal.length);
  /** @type {{move: number[], active: Border[]} | null} */
  let state = { move: Array(dimensions).fill(0), active: [] };
  for (let round = 0; state && round < 20 * halfSpaces.length; round += 1) { // never met: each round ends farther away
    const { move } = state;
    const left = halfSpaces.map((halfSpace) => excessAt(halfSpace, move));
    const most = Math.max(...left);
    if (most <= tolerance) return move;
    state = entered(/** @type {HalfSpace} */ (halfSpaces[left.indexOf(most)]), state);
  }
  return null;
}

/**
 * Move on to the border of a half-space, along the borders that stay active.
 *
 * @param {HalfSpace} halfSpace @param {{move: number[], active: Border[]}} state
 * @returns {{move: number[], active: Border[]} | null} null if they keep the move from its border
 */
function entered(halfSpace, { move, active }) {
  let push = 0;
  for (;;) {
    const slide = slideOf(halfSpace, active);
    const { direction, square, shares } = slide;
    let step = square > PARALLEL ? excessAt(halfSpace, move) / square : Infinity;
    let needless = -1;
    for (const [place, border] of active.entries()) {
      const share = Number(shares[place]);
      if (share > 0 && border.push < step * share) [step, needless] = [border.push / share, place];
    }
    if (step === Infinity) return null;
    if (square > PARALLEL) move = added(move, -step, direction);
    active = active.map((border, place) => ({ ...border, push: border.push - step * Number(shares[place]) }));
    push += step;
    if (needless < 0) return { move, active: [...active, { ...halfSpace, ...slide, push }] };
    active = without(active, needless);
  }
}

/** @param {Border[]} active @param {number} needless @returns {Border[]} those after it beside what is left before them */
function without(active, needless) {
  const left = active.slice(0, needless);
  for (const border of active.slice(needless + 1)) left.push({ ...border, ...slideOf(border, left) });
  return left;
}

/**
 * Take the active borders' normals, each beside those before it, out of a half-space's, as Gram and Schmidt.
 *
 * @param {HalfSpace} halfSpace @param {Border[]} active @returns {Slide}
 */
function slideOf({ normal }, active) {
  let direction = normal;
  /** @type {number[]} */
  let shares = [];
  for (const border of active) {
    const share = dot(normal, border.direction) / border.square;
    direction = added(direction, -share, border.direction);
    shares = [...added(shares, -share, border.shares), share];
  }
  return { direction, square: dot(direction, direction), shares };
}

/** @param {HalfSpace} halfSpace @param {number[]} move @returns {number} how far outside it the move ends */
function excessAt({ normal, excess }, move) {
  return excess + dot(normal, move);
}

/** @param {number[]} a @param {number[]} b */
function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += Number(a[i]) * Number(b[i]); // a loop takes a third of what `reduce` does
  return sum;
}

/** @param {number[]} a @param {number} times @param {number[]} b @returns {number[]} a + times b */
function added(a, times, b) {
  return a.map((value, i) => value + times * Number(b[i]));
}
