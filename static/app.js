/**
 * Starts the page: loads the model, says so when that takes long or fails, and hands over to the workbench.
 *
 * @typedef {import('./service/contract.js').Model} Model
 */

import { ApiError, getModel } from './service/api.js';
import { announce } from './ui/announcer.js';
import { PATIENCE } from './customer/confirmation.js';
import { element, slot } from './ui/dom.js';
import { facts } from './customer/answer.js';
import { Workbench } from './customer/workbench.js';

/** @type {Workbench | null} */
let workbench = null;

async function start() {
  show('loading');
  slot('loading-text').textContent = 'Loading the model…';
  const timer = setTimeout(() => {
    slot('loading-text').textContent = 'Waking up the function. The first answer can take a few seconds…';
  }, PATIENCE);
  try {
    open(await getModel());
  } catch (error) {
    fail(error);
  } finally {
    clearTimeout(timer);
  }
}

/** @param {Model} model */
function open(model) {
  show('workbench');
  slot('facts').textContent = facts(model);
  workbench?.close();
  workbench = new Workbench(model, { onStale: refresh });
}

/** An answer came from another model: take it over where it can be had. */
async function refresh() {
  const model = await getModel().catch((error) => {
    if (!(error instanceof ApiError)) throw error;
    return null;
  });
  if (!model || model.hash === workbench?.model.hash) return;
  open(model);
  announce('The model has been updated.');
}

/** @param {unknown} error */
function fail(error) {
  if (!(error instanceof ApiError)) console.error(error);
  slot('failure').replaceChildren(
    element('h2', {}, 'The model could not be loaded'),
    element('p', {}, `${reasonOf(error)}${location.hash.includes('=') ? ' The values in the address are kept.' : ''}`),
    element('button', { type: 'button', class: 'primary', onclick: start }, 'Try again'));
  show('failure');
}

/** @param {unknown} error */
function reasonOf(error) {
  if (!navigator.onLine) return 'You are offline.';
  return error instanceof ApiError ? error.message : 'This page cannot show the model that the function sent.';
}

/** @param {'loading' | 'failure' | 'workbench'} state */
function show(state) {
  for (const name of ['loading', 'failure', 'workbench']) slot(name).hidden = name !== state;
  slot('print').hidden = state !== 'workbench';
}

async function openAudience() {
  const button = slot('audience-open');
  button.setAttribute('aria-busy', 'true');
  try {
    const { mountAudience } = await import('./customers/audience.js');
    await mountAudience(slot('audience'), { model: () => /** @type {Workbench} */ (workbench).model, refresh });
    button.hidden = true;
  } catch (error) {
    reportError(error);
    const text = 'This part could not be loaded. Try again.';
    slot('audience').replaceChildren(element('p', { class: 'error', role: 'alert' }, text));
  } finally {
    button.removeAttribute('aria-busy');
  }
}

slot('print').addEventListener('click', () => print());
slot('audience-open').addEventListener('click', openAudience);
addEventListener('online', () => workbench ?? start());
void start();
