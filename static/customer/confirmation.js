/**
 * Has the function confirm what the page previews, and says how that stands.
 *
 * @typedef {import('../service/contract.js').Answer} Answer
 * @typedef {import('./answer.js').Status} Status
 * @typedef {{onAnswer: (values: readonly number[], answer: Answer) => void,
 *   onStatus: (status: Status, failed: boolean) => void, onRefused: () => void}} Listener refused: these values are not
 *   what the function takes, as after a change of the model's features
 */

import { CHECKING } from './answer.js';
import { ApiError, PATIENCE, segment } from '../service/api.js';
import { painted } from '../ui/dom.js';

/**
 * @param {string[]} names of the features, in the order of the values
 * @param {Listener} listener
 * @returns {{ask: (values: readonly number[]) => void}}
 */
export function createConfirmation(names, { onAnswer, onStatus, onRefused }) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let failed = false;
  const settled = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  const send = latest(
    async (/** @type {readonly number[]} */ values) => {
      await painted(); // the preview: to send a request takes longer
      return segment(Object.fromEntries(names.map((name, i) => [name, Number(values[i])])));
    },
    {
      answered(values, answer) {
        settled();
        failed = false;
        onAnswer(values, answer);
      },
      failed(_values, error) {
        settled();
        failed = true;
        onStatus({ kind: 'failed', text: explain(error) }, failed);
        if (error instanceof ApiError && error.kind === 'refused') onRefused();
      },
    },
  );
  return {
    ask(values) {
      if (!failed) onStatus(CHECKING, failed);
      timer ??= setTimeout(() =>
        onStatus({ kind: 'waking', text: 'Preview · the service is waking up' }, failed), PATIENCE);
      send(values);
    },
  };
}

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
function latest(run, { answered, failed }) {
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

/** @param {unknown} error @returns {string} */
function explain(error) {
  if (!(error instanceof ApiError)) throw error;
  if (!navigator.onLine) return 'Preview only · you are offline';
  const reasons = error.problem?.errors.map(({ pointer, detail }) => `${pointer.replace('#/', '')}: ${detail}`) ?? [];
  return `Preview only · ${[error.message, ...reasons].join(' ')}`;
}
