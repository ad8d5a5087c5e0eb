/** What a job is doing, in words, with the seconds that it has taken. */

import { counted } from '../texts.js';

/** Part of the work that is reading the file. */
const READING = 0.15;
/**
 * @param {(text: string, done: number | null) => void} show
 */
export function ticking(show) {
  let text = 'Reading the file';
  let since = performance.now();
  let done = /** @type {number | null} */ (0);
  const tell = () => {
    const seconds = Math.floor((performance.now() - since) / 1000);
    show(seconds > 1 ? `${text} · ${seconds} s` : text, done);
  };
  const timer = setInterval(tell, 1000);
  return {
    /** @param {import('../../service/training.js').Step | number} step a number: how much of the file is read */
    say(step) {
      const next = typeof step === 'number' ? 'Reading the file' : 'waiting' in step
        ? `Waiting: ${step.waiting === 1 ? 'yours is next' : `${counted(step.waiting - 1, 'job')} before yours`}`
        : step.progress;
      if (next !== text) since = performance.now();
      text = next;
      done = typeof step === 'number' ? READING * step : null;
      tell();
    },
    stop: () => clearInterval(timer),
  };
}
