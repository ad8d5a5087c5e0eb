/**
 * Has the function confirm what the page previews, and says how that stands.
 *
 * @typedef {import('../model/segmenter.js').Placement} Placement
 * @typedef {import('../service/contract.js').Answer} Answer
 * @typedef {import('./answer.js').Status} Status
 * @typedef {{values: readonly number[], placement: Placement}} Customer
 * @typedef {{customer: Customer, status: Status, changes: Answer['changes'], outdated: boolean}} Confirmed customer: placed as
 *   the function says, or the one asked about if that is the same; outdated: the answer is another model's
 * @typedef {{onAnswer: (confirmed: Confirmed) => void, onStatus: (status: Status, failed: boolean) => void,
 *   onRefused: () => void}} Listener refused: these values are not what the function takes, as after a change of the model's
 *   features
 * @typedef {{ask: (customer: Customer) => void}} Answerer
 */

import { CHECKING } from './answer.js';
import { ApiError, PATIENCE, segment } from '../service/api.js';
import { painted } from '../ui/dom.js';

/**
 * @param {import('../model/segmenter.js').Segmenter} segmenter
 * @param {Listener} listener
 * @returns {Answerer}
 */
export function createAnswerer({ model }, { onAnswer, onStatus, onRefused }) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let failed = false;
  const settled = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  const send = latest(
    async (/** @type {Customer} */ { values }) => {
      await painted(); // the preview: to send a request takes longer
      return segment(Object.fromEntries(model.features.map(({ name }, i) => [name, Number(values[i])])));
    },
    {
      answered(customer, answer) {
        settled();
        failed = false;
        onAnswer({ ...compared(customer, answer), changes: answer.changes, outdated: answer.model !== model.hash });
      },
      failed(_customer, error) {
        settled();
        failed = true;
        onStatus({ kind: 'failed', text: explain(error) }, failed);
        if (error instanceof ApiError && error.kind === 'refused') onRefused();
      },
    },
  );
  return {
    ask(customer) {
      if (!failed) onStatus(CHECKING, failed);
      timer ??= setTimeout(() =>
        onStatus({ kind: 'waking', text: 'Preview · the service is waking up' }, failed), PATIENCE);
      send(customer);
    },
  };
}

/** @param {Customer} customer @param {Answer} answer @returns {Pick<Confirmed, 'customer' | 'status'>} */
function compared(customer, answer) {
  const placement = placementOf(answer);
  if (agree(placement, customer.placement)) return { customer, status: { kind: 'confirmed', text: 'Confirmed' } };
  return {
    customer: { values: customer.values, placement },
    status: { kind: 'differs', text: 'Confirmed; the preview said otherwise' },
  };
}

/** @param {Answer} answer @returns {Placement} */
function placementOf(answer) {
  const { segment_id: id, segment_name: name, description, action, confidence, probability, borderline, typical } = answer;
  return {
    segment: { id, name, description, action },
    runnerUp: answer.runner_up,
    confidence,
    probability,
    borderline,
    typical,
    outOfRange: answer.out_of_range,
  };
}

/** @param {Placement} a @param {Placement} b @returns {boolean} whether two answers say the same, but for rounding */
function agree(a, b) {
  const near = Math.abs(a.confidence - b.confidence) < 1e-6;
  const onBorder = near && a.confidence - 0.5 < 1e-6;
  return near && (onBorder || (a.segment.id === b.segment.id && a.typical === b.typical));
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
