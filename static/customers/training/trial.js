/**
 * The shop's own segments on trial: what the training service made, kept in this browser until it is discarded, while the
 * function goes on with the deployed model.
 *
 * @typedef {import('../../service/contract.js').Model} Model
 * @typedef {{ json: unknown, file: Blob, card: string, report: string, notes: string[], table: string, rows: number }} Kept
 *   model as the service tells it, its file, card, report and what was noted; the table's name and rows
 * @typedef {Kept & { model: Model }} Trial
 * @typedef {{ show: (model: Model | null, options: { instead: boolean }) => void, place: HTMLElement }} Page show: a
 *   model on trial, or the deployed one; instead of another, by which a file may be scored
 */

import { ContractError, readModel } from '../../service/contract.js';
import { announce, element, formatCount, isolated } from '../../ui/dom.js';
import { save } from '../../ui/saving.js';
import { note, noted } from '../memory.js';
import { get, put, remove } from '../store.js';

const DATABASE = 'trial-model';
const [SHOWN, PUT_BY] = ['shown', 'put by'];

/** @param {Page} page */
export function createTrials({ show, place }) {
  /** @type {Trial | null} */
  let trial = null;
  let kept = true;

  /** @param {{ instead: boolean }} options */
  function begin(options) {
    if (!trial) return;
    if (kept) kept = note(DATABASE, SHOWN);
    show(trial.model, options);
    place.replaceChildren(bannerView(trial, kept, { onBack: putBy }));
  }

  function putBy() {
    if (!trial) return;
    if (kept) note(DATABASE, PUT_BY);
    show(null, { instead: true });
    const view = putByView(trial, { onBegin: again, onDiscard: discard });
    place.replaceChildren(view);
    view.querySelector('button')?.focus();
    announce('The page shows the deployed model again.');
  }

  function again() {
    begin({ instead: true });
    place.querySelector('h2')?.focus();
  }

  async function discard() {
    trial = null;
    note(DATABASE, '');
    place.replaceChildren();
    announce('The trial is discarded.');
    await remove(DATABASE).catch(() => null);
  }

  return {
    /** @returns {Promise<void>} when what was kept is shown again */
    async restore() {
      const entry = await get(DATABASE).catch(() => undefined);
      trial = entry ? readKept(entry) : null;
      if (!trial) note(DATABASE, '');
      else if (noted(DATABASE) === PUT_BY) {
        show(null, { instead: false });
        place.replaceChildren(putByView(trial, { onBegin: again, onDiscard: discard }));
      } else begin({ instead: false });
    },
    /** @param {Trial} made @returns {Promise<void>} */
    async begin(made) {
      trial = made;
      const { model: _, ...entry } = made;
      kept = await put(DATABASE, entry);
      if (!kept) note(DATABASE, '');
      begin({ instead: false });
      place.querySelector('h2')?.focus();
    },
    /** @returns {Trial | null} the one that there is, shown or put by */
    current: () => trial,
  };
}

/** @param {Kept} entry @returns {Trial | null} null where an earlier version of the page kept it */
function readKept(entry) {
  try {
    return { ...entry, model: readModel(entry.json) };
  } catch (error) {
    if (error instanceof ContractError) return null;
    throw error;
  }
}

/** @param {Trial} trial @param {boolean} kept @param {{ onBack: () => void }} actions */
function bannerView({ model, file, card, report, notes, table, rows }, kept, { onBack }) {
  const saver = (/** @type {string} */ label, /** @type {string} */ name, /** @type {Blob} */ blob) =>
    element('button', { type: 'button', onclick: () => save(name, blob) }, label);
  const segments = `${model.segments.length} segments of ${formatCount(rows)} customers of ${isolated(table)}`;
  return element('section', { class: 'notice trial', 'aria-labelledby': 'trial-title' },
    element('h2', { id: 'trial-title', tabindex: -1 }, 'Your own segments, on trial'),
    element('p', {}, `You see ${segments}. The service still answers with the deployed model.`,
      kept ? '' : ' This browser does not keep the trial: download the model before you leave.'),
    element('div', { class: 'buttons' },
      saver('Download the model', 'segmenter.joblib', file),
      saver('Card', 'model-card.md', new Blob([card], { type: 'text/markdown' })),
      saver('Report', 'report.html', new Blob([report], { type: 'text/html' })),
      element('button', { type: 'button', class: 'quiet', onclick: onBack }, 'Back to the deployed model')),
    element('details', {},
      element('summary', {}, 'How it was made, and how it becomes the deployed one'),
      element('ul', {}, ...notes.map((text) => element('li', { dir: 'auto' }, text)),
        element('li', {}, 'Put the downloaded file into the project’s folder models, then deploy again: ',
          element('code', {}, 'mv ~/Downloads/segmenter.joblib models/'), ' and ',
          element('code', {}, './deploy.sh gcp'), '.'))));
}

/** @param {Trial} trial @param {{ onBegin: () => void, onDiscard: () => void }} actions */
function putByView({ model, table }, { onBegin, onDiscard }) {
  return element('section', { class: 'notice trial', 'aria-label': 'Trial' },
    element('p', {}, `Your trial is kept in this browser: ${model.segments.length} segments of ${isolated(table)}.`),
    element('div', { class: 'buttons' },
      element('button', { type: 'button', onclick: onBegin }, 'Show it again'),
      element('button', { type: 'button', class: 'quiet', onclick: onDiscard }, 'Discard it')));
}

/**
 * @param {import('../../service/training.js').Result} result of a fit
 * @param {string} table its name
 * @param {(text: string) => string} say what training noted, in the words of this page
 * @param {string[]} notes on what was not sent
 * @returns {Trial}
 * @throws {ContractError} where it is not what this page can read
 */
export function readTrial({ model, file, card, report, notes: said, rows }, table, say, notes) {
  const lists = [said, /** @type {any} */ (rows)?.segment_id];
  if (![file, card, report].every((text) => typeof text === 'string') || !lists.every(Array.isArray)) {
    throw new ContractError('result: expected file, card, report, notes and rows');
  }
  const read = readModel(model);
  return {
    json: model,
    model: read,
    file: new Blob([Uint8Array.from(atob(String(file)), (sign) => sign.charCodeAt(0))]),
    card: String(card),
    report: String(report),
    notes: [.../** @type {unknown[]} */ (said).map((text) => say(String(text))), ...notes],
    table,
    rows: read.segments.reduce((sum, { size }) => sum + size, 0),
  };
}
