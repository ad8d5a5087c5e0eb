/**
 * Campaigns by the training service: what one changed, and who has moved. The place for the files takes that of the
 * commands, and answers stand beneath both questions.
 */

import { element } from '../../ui/dom.js';
import { Remote } from '../remote.js';
import { loadStyles } from '../../ui/styles.js';
import { measuring } from './measuring.js';
import { moving } from './moving.js';
import { questionForm } from './question.js';

const files = new Remote(new URL('../training/sent/pseudonyms.worker.js', import.meta.url));
const movers = new Remote(new URL('./answers/movers.worker.js', import.meta.url));

/** Where the answers stand, in the order of the questions. */
const places = { measure: element('div'), movement: element('div') };

/**
 * @param {'measure' | 'movement'} name of the question
 * @param {HTMLElement} place of its commands
 * @param {HTMLElement} answers
 */
export async function ask(name, place, answers) {
  await loadStyles(new URL('./campaigns.css', import.meta.url));
  answers.classList.add('answers');
  answers.append(...Object.values(places));
  const form = questionForm(name === 'measure' ? measuring() : moving(movers), files, places[name]);
  place.querySelector('button')?.remove();
  const commands = element('details', {}, element('summary', {}, 'The same on the command line'), ...place.childNodes);
  place.classList.replace('commands', 'question');
  place.replaceChildren(form, commands);
  form.querySelector('input')?.focus();
}
