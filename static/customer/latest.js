/**
 * Latest wins: at most one request under way and one waiting. A newer input replaces the waiting one; the request under
 * way is let finish, because aborting on every slider event starves the display.
 *
 * @template I, O
 * @param {(input: I) => Promise<O>} run
 * @param {{answered: (input: I, output: O) => void, failed: (input: I, error: unknown) => void}} deliver called for the
 *   latest input only
 * @returns {(input: I) => void}
 */
export function latest(run, { answered, failed }) {
  let busy = false;
  /** @type {{input: I} | null} */
  let waiting = null;

  /** @param {I} input */
  async function ask(input) {
    if (busy) {
      waiting = { input };
      return;
    }
    busy = true;
    const settle = await run(input).then(
      (output) => () => answered(input, output),
      (error) => () => failed(input, error),
    );
    busy = false;
    const next = waiting;
    waiting = null;
    if (next) void ask(next.input);
    else settle();
  }
  return ask;
}
