/**
 * A question that two files answer: they are chosen, read here, sent without what is personal, and the answer is shown.
 * Whatever fails, files and choices stay.
 *
 * @typedef {import('./asked/file_field.js').Chosen} Chosen
 * @typedef {import('../training/sent/pseudonyms.js').Sent} Sent
 * @typedef {import('../training/sent/pseudonyms.js').Part} Part
 * @typedef {{ part: string, label: string, hint: string, onRead: (chosen: Chosen | null, more: HTMLElement) => string,
 *   columns: (chosen: Chosen) => Sent[] }} Wanted one of the files: the part it is sent as, what is told of it once it is
 *   read, with what can be said of it, and which of its columns are sent
 * @typedef {{ files: Chosen[], parts: Part[], customers: string[] }} Asked what was sent: `customers` by their number, from 1
 * @typedef {{ command: 'measure' | 'movement', button: string, files: Wanted[], fields: HTMLElement[],
 *   choices: () => import('../../service/training.js').Choices, show: (json: unknown, asked: Asked) => HTMLElement }} Question choices: the
 *   command's options
 */

import { TrainingError, train } from '../../service/training.js';
import { announce, element, isolated, write } from '../../ui/dom.js';
import { createProgress } from '../steps/progress.js';
import { ticking } from '../training/clock.js';
import { keyView } from '../training/faults.js';
import { controlNamed, messageOf } from './faults.js';
import { fileField } from './asked/file_field.js';

const STAYS = 'Names, addresses and customer numbers stay in this browser: what is sent are segments, groups, dates and ' +
  'amounts of numbered customers.';

/**
 * @param {Question} question
 * @param {import('../remote.js').Remote} remote of the worker that takes out what is personal
 * @param {HTMLElement} place where the answer is shown
 * @returns {HTMLElement}
 */
export function questionForm(question, remote, place) {
  let job = new AbortController();
  let waiting = false;
  const fields = question.files.map(({ label, hint, onRead }) =>
    fileField(label, hint, { read: (file) => remote.call('open', { file }), onRead }));
  const problem = element('p', { class: 'error', role: 'alert', dir: 'auto' });
  const submit = element('button', { type: 'submit', class: 'primary' }, question.button);
  const progress = createProgress(question.button, { onCancel: () => job.abort() });
  const idle = element('div', { class: 'stage' }, element('p', { class: 'buttons' }, submit), element('p', { class: 'hint' }, STAYS));
  const busy = element('div', { class: 'off' }, progress.node);
  const key = element('div', { class: 'key' });
  const form = element('form', {
    onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      void ask();
    },
  }, element('div', { class: 'pair-of' }, ...fields.map(({ node }) => node)), ...question.fields,
  element('div', { class: 'turns' }, idle, busy), problem);

  async function ask() {
    if (waiting) return;
    waiting = true;
    await Promise.all(fields.map(({ read }) => read()));
    waiting = false;
    const files = fields.flatMap(({ chosen }) => chosen() ?? []);
    if (files.length < fields.length) return; // the place of a file says why it cannot be read
    job = new AbortController();
    write(problem, '');
    key.replaceChildren();
    turn(true);
    const clock = ticking((text, done) => progress.show(done, text));
    try {
      const { signal } = job;
      const asked = await send(files, { signal, report: (step) => clock.say(step) });
      place.replaceChildren(question.show(asked.json, asked));
      turn(false);
      place.querySelector('h3')?.focus();
      announce(place.querySelector('.lead')?.textContent ?? '');
    } catch (error) {
      turn(false);
      if (job.signal.aborted) announce('Cancelled');
      else fail(error, files);
    } finally {
      clock.stop();
    }
  }

  /** @param {boolean} working either the button or the progress is there; both have their room, so that nothing moves */
  function turn(working) {
    const [now, before] = working ? [busy, idle] : [idle, busy];
    now.classList.remove('off');
    before.classList.add('off');
    /** @type {HTMLElement | null} */ (now.querySelector('button:not([hidden])'))?.focus();
  }

  /** @param {unknown} error @param {Chosen[]} files */
  function fail(error, files) {
    const text = messageOf(error, new Map(files.map(({ file }, place) => [`${question.files[place]?.part}.csv`, isolated(file.name)])));
    if (error instanceof TrainingError && error.kind === 'key') {
      const leave = () => key.replaceChildren();
      key.replaceChildren(keyView(text, { onKey: () => void ask(), onCancel: leave }));
      key.querySelector('input')?.focus();
      return;
    }
    write(problem, text);
    controlNamed(text, form)?.focus();
  }

  /**
   * @param {Chosen[]} files
   * @param {{ signal: AbortSignal, report: (step: import('../../service/training.js').Step | number) => void }} context
   * @returns {Promise<Asked & { json: unknown }>}
   */
  async function send(files, context) {
    const tables = files.map((chosen, place) => {
      const { delimiter, named } = chosen.table;
      return { file: chosen.file, reading: { delimiter, named }, columns: question.files[place]?.columns(chosen) ?? [] };
    });
    const { parts, customers } = await remote.call('pseudonymise', { tables }, context);
    context.signal.throwIfAborted();
    context.report({ progress: 'Sending segments, dates and amounts' });
    const blobs = question.files.map(({ part }, place) => [part, parts[place].blob]);
    const json = await train(question.command, {
      tables: Object.fromEntries(blobs), options: question.choices(), ...context,
    });
    return { json, files, parts, customers };
  }

  return element('div', { class: 'asked' }, form, key);
}
