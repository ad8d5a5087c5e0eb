/**
 * From a file to segments on trial: what is sent, how far it is, and what is said where it fails. File and choices are
 * kept until there is a result.
 *
 * @typedef {import('../table/table.js').Description} Description
 * @typedef {import('../table/batches.js').Source} Source
 * @typedef {import('./plan.js').Choices} Choices
 * @typedef {import('./plan.js').Plan} Plan
 * @typedef {import('./trial.js').Trial} Trial
 * @typedef {import('./sent/pseudonyms.js').Part} Part
 * @typedef {{ show: (...nodes: HTMLElement[]) => void, complain: (text: string) => void, signal: () => AbortSignal,
 *   match: (table: Description, file: File) => void, read: (file: File, reading: import('../table/table.js').Reading) => void,
 *   score: (table: Description, file: File, sources: Source[]) => void,
 *   scoreFile: (file: File, quietly: boolean) => Promise<void> }} Desk where the steps are shown, and what comes after them
 * @typedef {{ onTrial: (trial: Trial) => Promise<void>, model: () => import('../../service/contract.js').Model,
 *   trial: () => Trial | null }} Host trial: the one whose segments are shown, if they are
 */

import { TrainingError, train } from '../../service/training.js';
import { element, isolated } from '../../ui/dom.js';
import { Remote } from '../remote.js';
import { createProgress } from '../steps/progress.js';
import { matchFeatures } from '../table/headers.js';
import { detectDecimalSign } from '../table/numbers.js';
import { counted } from '../texts.js';
import { inPageWords, keyView, messageOf } from './faults.js';
import { ticking } from './clock.js';
import { makeView } from './choices/view.js';
import { orderColumns, looksLikeOrders } from './orders.js';
import { planFit, planScore } from './plan.js';
import { readTrial } from './trial.js';

/** What training makes of orders. */
const RFM = ['recency_days', 'frequency', 'monetary'];

/** @param {Desk} desk @param {Host} host */
export function createMaker(desk, host) {
  const remote = new Remote(new URL('./sent/pseudonyms.worker.js', import.meta.url));

  /** @param {Description} table @returns {boolean} whether nothing else can be done with it: orders, or other columns */
  function leads(table) {
    const { features } = host.model();
    return looksLikeOrders(table, orderColumns(table.header)) || matchFeatures(table.header, features).includes(-1);
  }

  /** @param {Description} table @param {File} file @returns {HTMLElement} what leads to the choices */
  function offer(table, file) {
    return element('section', { class: 'stage', 'aria-labelledby': 'offer-title' },
      element('h3', { id: 'offer-title' }, 'Or find these customers’ own segments'),
      element('p', {}, 'Choose the columns and how many; the page shows the new segments on trial. Numbers are sent, ' +
        'names and contacts are not.'),
      element('button', { type: 'button', onclick: () => desk.show(view(table, file)) }, 'Make segments of these customers'));
  }

  /** @param {Description} table @param {File} file @returns {HTMLElement} */
  function view(table, file) {
    const ofOrders = host.model().features.every(({ name }) => RFM.includes(name));
    const form = makeView(table, {
      onMake: (choices) => make(table, file, choices, form),
      onScore: ofOrders ? (choices) => scoreOrders(table, file, planScore(table, choices), form) : null,
      onBack: () => desk.match(table, file),
      onRead: (reading) => desk.read(file, reading),
    });
    return form;
  }

  /** @param {Description} table @param {File} file @param {Choices} choices @param {HTMLElement} form */
  function make(table, file, choices, form) {
    const plan = planFit(table, choices);
    run('Making segments', file, form, async (context) => {
      const { parts: [part], customers } = await send(table, file, plan, context);
      if (!part) return;
      const result = await train('fit', { tables: { table: part.blob }, options: plan.options, ...context });
      const trial = readTrial(result, file.name, (text) => inPageWords(text, file.name), unsent(part));
      const made = choices.of === 'orders' ? await join(table, file, plan, result, customers) : null;
      await host.onTrial(trial);
      if (made) await desk.scoreFile(made, true);
      else if (choices.of === 'customers') desk.score(table, file, sourcesOf(table, choices));
    });
  }

  /** @param {Description} table @param {File} file @param {Plan} plan @param {HTMLElement} form */
  function scoreOrders(table, file, plan, form) {
    run('Reading the orders', file, form, async (context) => {
      const { parts: [part], customers } = await send(table, file, plan, context);
      if (!part) return;
      const trial = host.trial();
      const tables = { table: part.blob, ...(trial && { model: trial.file }) };
      const result = await train('score', { tables, options: plan.options, ...context });
      await desk.scoreFile(await join(table, file, plan, result, customers), false);
    });
  }

  /** @typedef {{ signal: AbortSignal, report: (step: import('../../service/training.js').Step | number) => void }} Context */

  /** @param {Description} table @param {File} file @param {Plan} plan @param {Context} context */
  async function send(table, file, { columns }, { signal, report }) {
    const request = { tables: [{ file, reading: readingOf(table), columns }] };
    /** @type {import('./sent/pseudonyms.worker.js').Pseudonymised} */
    const made = await remote.call('pseudonymise', request, { signal, report });
    report({ progress: 'Sending' });
    return made;
  }

  /**
   * @param {Description} table @param {File} file @param {Plan} plan
   * @param {import('../../service/training.js').Result} result with a row per customer
   * @param {string[]} customers by their numbers
   * @returns {Promise<File>} the customers of the orders, with who they are
   */
  async function join(table, file, { columns: [customer, ...others] }, { rows }, customers) {
    const date = others.find(({ kind }) => kind === 'date')?.column ?? -1;
    const request = { file, reading: readingOf(table), customer, date, rows, customers };
    const blob = await remote.call('join', request, { signal: desk.signal() });
    return new File([blob], `${file.name.replace(/\.[^.]*$/, '')} (customers).csv`);
  }

  /**
   * @param {string} name @param {File} file @param {HTMLElement} form to go back to
   * @param {(context: Context) => Promise<void>} work
   */
  function run(name, file, form, work) {
    const back = () => desk.show(form);
    const progress = createProgress(name, { onCancel: back, onRetry: () => void attempt() });
    progress.node.prepend(element('h3', { tabindex: -1 }, name));
    desk.show(progress.node);
    const signal = desk.signal();
    const attempt = async () => {
      desk.complain('');
      progress.go();
      const clock = ticking((text, done) => progress.show(done, text));
      try {
        await work({ signal, report: (step) => clock.say(step) });
      } catch (error) {
        if (signal.aborted) return;
        await fail(error);
      } finally {
        clock.stop();
      }
    };
    const fail = async (/** @type {unknown} */ error) => {
      const text = messageOf(error, file.name);
      if (error instanceof TrainingError && error.kind === 'key') {
        desk.show(keyView(text, { onKey: () => run(name, file, form, work), onCancel: back }));
        return;
      }
      if (error instanceof TrainingError && error.passing) progress.pause();
      else back();
      desk.complain(`${text} Your file and your choices are kept.`);
    };
    void attempt();
  }

  return { leads, offer, view };
}

/** @param {Description} table */
function readingOf({ delimiter, named, encoding }) {
  return { delimiter, named, encoding };
}

/** @param {Description} table @param {Extract<Choices, { of: 'customers' }>} choices @returns {Source[]} one per feature */
function sourcesOf({ sample, delimiter }, { columns, decimal, formats = {} }) {
  return columns.map((column) => ({
    column, factor: 1, dates: formats[column] ?? null,
    decimal: decimal ?? detectDecimalSign(sample.map((cells) => cells[column] ?? ''), '', delimiter),
  }));
}

/** @param {Part} part @returns {string[]} what was left out of it */
function unsent({ header, unsent: counts }) {
  return header.flatMap((name, place) => {
    const count = Number(counts[place]);
    return count ? [`${isolated(name)}: ${counted(count, 'cell')} not sent, as ${count === 1 ? 'it is' : 'they are'} not what this column holds.`] : [];
  });
}
