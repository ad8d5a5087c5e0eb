/**
 * The third step: all rows are scored. How far that is, a way back, and a second try that goes on where it stopped.
 *
 * @typedef {import('../../service/contract.js').Model} Model
 * @typedef {import('../table/batches.js').Source} Source
 * @typedef {import('../table/scoring.js').Progress} Progress
 * @typedef {import('../table/scoring.js').Scored} Scored
 */

import { announce, formatCount } from '../../ui/dom.js';
import { RemoteError } from '../remote.js';
import { counted } from '../texts.js';
import { createProgress } from './progress.js';

/**
 * @param {import('../remote.js').Remote} remote
 * @param {{ onStart: () => void, onScored: (scored: Scored) => void, onBack: () => void,
 *   onOutdated: () => Promise<void>, onFailed: (text: string) => void }} actions back: it was cancelled, or cannot go on
 * @returns {{ node: HTMLElement, score: (request: { table: number, model: Model, sources: Source[], own: boolean }, signal: AbortSignal) => Promise<void> }}
 */
export function scoringView(remote, { onStart, onScored, onBack, onOutdated, onFailed }) {
  let again = async () => {};
  const progress = createProgress('Scoring', {
    onCancel() {
      onBack();
      announce('Cancelled');
    },
    onRetry: () => void again(),
  });
  const report = (/** @type {Progress} */ { scored, total }) =>
    progress.show(scored / total, `${formatCount(scored)} of about ${counted(total, 'row')} scored`);

  /** @param {'score' | 'resume'} method @param {unknown} argument @param {AbortSignal} signal */
  async function run(method, argument, signal) {
    onStart();
    progress.go();
    try {
      onScored(await remote.call(method, argument, { signal, report }));
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof RemoteError)) throw error; // a fault of this page
      if (error.outdated) await onOutdated();
      if (signal.aborted) return;
      if (error.passing) progress.pause();
      else onBack();
      onFailed(error.passing ? `${error.message} What is scored is kept.` : error.message);
    }
  }

  return {
    node: progress.node,
    score(request, signal) {
      again = () => run('resume', undefined, signal);
      return run('score', request, signal);
    },
  };
}
