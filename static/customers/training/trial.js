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
import { announce, element, formatCount, isolated, write } from '../../ui/dom.js';
import { save } from '../../ui/saving.js';
import { note, noted, whenReplaced } from '../memory.js';
import { get, put, remove } from '../store.js';
import { createUnsaved } from '../unsaved.js';

const DATABASE = 'trial-model';
const PUT_ASIDE = 'trial-put-aside';

/** What is said of a trial that would be lost if the page were left. */
const LOSSES = {
  kept: '',
  'not kept': ' This browser does not keep the trial: download the model before you leave.',
  lost: ' The trial is no longer kept, because of another window: download the model before you leave.',
};

/** @param {Page} page */
export function createTrials({ show, place }) {
  /** @type {Trial | null} */
  let trial = null;
  /** @type {keyof typeof LOSSES} */
  let state = 'kept';
  let shown = false;
  let watching = new AbortController();
  const unsaved = createUnsaved();
  const said = element('p', { role: 'status' });

  /** @param {keyof typeof LOSSES} now */
  function become(now) {
    state = now;
    watching.abort();
    watching = new AbortController();
    if (now === 'kept') whenReplaced(DATABASE, () => become('lost'), watching.signal);
    unsaved('trial', now !== 'kept');
    tell();
  }

  function tell() {
    if (trial) write(said, (shown ? shownText(trial) : putAsideText(trial, state === 'kept')) + LOSSES[state]);
  }

  /** @param {{ instead: boolean }} options */
  function begin(options) {
    if (!trial) return;
    shown = true;
    if (state === 'kept') note(PUT_ASIDE, '');
    show(trial.model, options);
    tell();
    place.replaceChildren(bannerView(trial, said, { onBack }));
  }

  /** @param {{ instead: boolean }} options */
  function putAside(options) {
    shown = false;
    show(null, options);
    tell();
    place.replaceChildren(putAsideView(said, { onBegin, onDiscard }));
  }

  function onBack() {
    if (state === 'kept') note(PUT_ASIDE, 'yes');
    putAside({ instead: true });
    place.querySelector('button')?.focus();
    announce('The page shows the deployed model again.');
  }

  function onBegin() {
    begin({ instead: true });
    place.querySelector('h2')?.focus();
  }

  async function onDiscard() {
    const own = state === 'kept'; // else what is kept is another window's
    trial = null;
    watching.abort();
    unsaved('trial', false);
    place.replaceChildren();
    announce('The trial is discarded.');
    if (own) await forget();
  }

  return {
    /** @returns {Promise<void>} when what was kept is shown again */
    async restore() {
      const entry = await get(DATABASE).catch(() => undefined);
      trial = entry ? readKept(entry) : null;
      if (!trial) {
        note(DATABASE, '');
        return;
      }
      become('kept');
      if (noted(PUT_ASIDE)) putAside({ instead: false });
      else begin({ instead: false });
    },
    /** @param {Trial} made @returns {Promise<void>} */
    async begin(made) {
      trial = made;
      watching.abort();
      const { model: _, ...entry } = made;
      const stored = await put(DATABASE, entry);
      become(note(DATABASE, stored ? `kept ${Math.random()}` : '') ? 'kept' : 'not kept'); // another window's has another word
      begin({ instead: false });
      place.querySelector('h2')?.focus();
    },
    /** @returns {Trial | null} the one that there is, shown or put aside */
    current: () => trial,
  };
}

async function forget() {
  note(DATABASE, '');
  note(PUT_ASIDE, '');
  await remove(DATABASE).catch(() => null);
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

/** @param {Trial} trial */
function shownText({ model, table, rows }) {
  const segments = `${model.segments.length} segments of ${formatCount(rows)} customers of ${isolated(table)}`;
  return `You see ${segments}. The service still answers with the deployed model.`;
}

/** @param {Trial} trial @param {boolean} kept */
function putAsideText({ model, table }, kept) {
  const segments = `${model.segments.length} segments of ${isolated(table)}`;
  return `${kept ? 'Your trial is kept in this browser' : 'Your trial is put aside'}: ${segments}.`;
}

/** @param {Trial} trial @param {HTMLElement} said @param {{ onBack: () => void }} actions */
function bannerView({ file, card, report, notes }, said, { onBack }) {
  const saver = (/** @type {string} */ label, /** @type {string} */ name, /** @type {Blob} */ blob) =>
    element('button', { type: 'button', onclick: () => save(name, blob) }, label);
  return element('section', { class: 'notice trial', 'aria-labelledby': 'trial-title' },
    element('h2', { id: 'trial-title', tabindex: -1 }, 'Your own segments, on trial'),
    said,
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

/** @param {HTMLElement} said @param {{ onBegin: () => void, onDiscard: () => void }} actions */
function putAsideView(said, { onBegin, onDiscard }) {
  return element('section', { class: 'notice trial', 'aria-label': 'Trial' },
    said,
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
