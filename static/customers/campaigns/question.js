/**
 * A question that two files answer: they are chosen, read here, sent without what is personal, and the answer is shown.
 * Whatever fails, files and choices stay.
 *
 * @typedef {import('./file_field.js').Chosen} Chosen
 * @typedef {import('../training/pseudonyms.js').Sent} Sent
 * @typedef {import('../training/pseudonyms.js').Part} Part
 * @typedef {import('../../service/training.js').Choices} Choices
 * @typedef {{ part: string, label: string, hint: string, onRead: (chosen: Chosen | null, more: HTMLElement) => string,
 *   columns: (chosen: Chosen) => Sent[] }} Wanted one of the files: the part it is sent as, what is told of it once it is
 *   read, with what can be said of it, and which of its columns are sent
 * @typedef {{ files: Chosen[], parts: Part[], customers: string[] }} Asked what was sent: `customers` by their number, from 1
 * @typedef {{ command: 'measure' | 'movement', button: string, files: Wanted[], fields: HTMLElement[],
 *   choices: () => Choices, explain: (detail: string, files: Chosen[]) => { text: string, control: HTMLElement | null },
 *   show: (json: unknown, asked: Asked) => HTMLElement }} Question
 */

import { ContractError } from '../../service/contract.js';
import { TrainingError, train } from '../../service/training.js';
import { createProgress } from '../steps/progress.js';
import { RemoteError } from '../remote.js';
import { announce, element, write } from '../../ui/dom.js';
import { fileField } from './file_field.js';

/** How much of the work is to read the files here. */
const READING = 0.3;

/**
 * @param {Question} question
 * @param {import('../remote.js').Remote} remote
 * @param {HTMLElement} place where the answer is shown
 * @returns {HTMLElement}
 */
export function questionForm(question, remote, place) {
  const fields = question.files.map(({ label, hint, onRead }) =>
    fileField(label, hint, { read: (file) => remote.call('open', { file }), onRead }));
  const problem = element('p', { class: 'error', role: 'alert', dir: 'auto' });
  const state = element('div', { class: 'state' });
  const submit = element('button', { type: 'submit', class: 'primary' }, question.button);
  const form = element('form', {
    onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      void ask();
    },
  },
    element('div', { class: 'pair-of' }, ...fields.map(({ node }) => node)),
    ...question.fields, element('div', { class: 'buttons' }, submit), state, problem);

  async function ask() {
    const files = fields.flatMap(({ chosen }) => chosen() ?? []);
    if (files.length < fields.length) return; // one of them is still read, or cannot be
    const job = new AbortController();
    const progress = createProgress(question.button, { onCancel: () => job.abort() });
    write(problem, '');
    state.replaceChildren(progress.node);
    submit.disabled = true;
    /** @type {HTMLElement | null} */ (progress.node.querySelector('button:not([hidden])'))?.focus();
    try {
      const asked = await send(files, job.signal, progress);
      place.replaceChildren(question.show(asked.json, asked));
      end();
      place.querySelector('h3')?.focus();
      announce(place.querySelector('.lead')?.textContent ?? '');
    } catch (error) {
      end();
      if (job.signal.aborted) {
        announce('Cancelled');
        submit.focus();
        return;
      }
      const { text, control } = question.explain(messageOf(error), files);
      write(problem, text);
      (control ?? submit).focus();
    }
  }

  function end() {
    submit.disabled = false;
    state.replaceChildren();
  }

  /**
   * @param {Chosen[]} files
   * @param {AbortSignal} signal
   * @param {ReturnType<typeof createProgress>} progress
   * @returns {Promise<Asked & { json: unknown }>}
   */
  async function send(files, signal, progress) {
    const tables = files.map((chosen, place) => ({ file: chosen.file, columns: question.files[place]?.columns(chosen) ?? [] }));
    const { parts, customers } = await remote.call('pseudonymise', { tables }, {
      signal,
      report: (read) => progress.show(READING * read, 'Reading the files; names and addresses stay here'),
    });
    signal.throwIfAborted();
    progress.show(READING, 'Sending numbers, dates and segments');
    const blobs = question.files.map(({ part }, place) => [part, parts[place].blob]);
    const json = await train(question.command, {
      tables: Object.fromEntries(blobs),
      options: question.choices(),
      signal,
      report: (step) => progress.show(READING, 'waiting' in step ? waiting(step.waiting) : step.progress),
    });
    return { json, files, parts, customers };
  }

  return form;
}

/** @param {number} place in the queue */
function waiting(place) {
  return `Waiting for others: ${place} before you`;
}

/** @param {unknown} error @returns {string} a sentence for the user; another error is a fault of this page */
function messageOf(error) {
  if (error instanceof ContractError) return `The training service's answer cannot be read (${error.message}).`;
  if (error instanceof TrainingError || error instanceof RemoteError) return error.message;
  throw error;
}
