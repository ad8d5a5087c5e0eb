/**
 * Has the function confirm what the page previews, and says how that stands.
 *
 * @typedef {import('../service/contract.js').Answer} Answer
 * @typedef {import('./answer.js').Status} Status
 * @typedef {{onAnswer: (values: readonly number[], answer: Answer) => void,
 *   onStatus: (status: Status, failed: boolean) => void, onRefused: () => void}} Listener refused: these values are not
 *   what the function takes, as after a change of the model's features
 */

import { ApiError, segment } from '../service/api.js';
import { latest } from './latest.js';

/** After this long an answer under way is said to wait for a function that is starting, in milliseconds. */
export const PATIENCE = 1000;

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
      await painted();
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
      if (!failed) onStatus({ kind: 'checking', text: 'Preview · being checked' }, failed);
      timer ??= setTimeout(() =>
        onStatus({ kind: 'waking', text: 'Preview · the service is waking up' }, failed), PATIENCE);
      send(values);
    },
  };
}

/** @returns {Promise<void>} resolved once the preview is painted, if anybody sees it: to send a request takes longer */
function painted() {
  if (document.hidden) return Promise.resolve();
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

/** @param {unknown} error @returns {string} */
function explain(error) {
  if (!(error instanceof ApiError)) throw error;
  if (!navigator.onLine) return 'Preview only · you are offline';
  const reasons = error.problem?.errors.map(({ pointer, detail }) => `${pointer.replace('#/', '')}: ${detail}`) ?? [];
  return `Preview only · ${[error.message, ...reasons].join(' ')}`;
}
