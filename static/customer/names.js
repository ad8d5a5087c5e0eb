/**
 * The shop's own names for the segments, as the file that training takes: a playbook.
 *
 * @typedef {import('../service/contract.js').Segment} Segment
 */

import { element, line, write } from '../ui/dom.js';
import { save } from '../ui/saving.js';

/** Longest name, in characters and words: it stands in tables and on the map. */
const LONGEST = 40;
const MOST_WORDS = 4;

/**
 * @param {Segment[]} segments
 * @returns {HTMLFormElement}
 */
export function createNames(segments) {
  const inputs = segments.map(({ name }) => element('input', {
    type: 'text', value: name, maxlength: LONGEST, required: true, dir: 'auto', autocomplete: 'off',
    oninput: () => complain(inputs),
  }));
  const said = line();
  return element('form', {
    onsubmit: (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      const text = playbook(segments, inputs.map(({ value }) => value));
      write(said, text ? 'Give it to training: python -m training fit TABLE --playbook playbook.toml'
        : 'No name has been changed.');
      if (text) save('playbook.toml', new Blob([text], { type: 'application/toml' }));
    },
  },
  element('p', { class: 'hint' }, 'Names come from training, so that they are the same everywhere: here, in files and for ' +
    'all who ask the service. Write yours, and train with the file you download.'),
  element('div', { class: 'names' }, ...segments.map(({ name }, i) =>
    element('label', {}, element('span', { dir: 'auto' }, name), inputs[i]))),
  element('button', { type: 'submit' }, 'Download the playbook'),
  element('p', { class: 'hint', role: 'status' }, said));
}

/**
 * @param {Pick<Segment, 'slug' | 'name'>[]} segments
 * @param {string[]} names one per segment
 * @returns {string} TOML of the names that are new, or ''
 */
export function playbook(segments, names) {
  return segments.flatMap(({ slug, name }, i) => {
    const own = (names[i] ?? '').trim();
    return own === name ? [] : [`[${JSON.stringify(slug)}]\nname = ${JSON.stringify(own)}\n`];
  }).join('\n');
}

/** @param {HTMLInputElement[]} inputs */
function complain(inputs) {
  const names = inputs.map(({ value }) => value.trim());
  for (const [i, input] of inputs.entries()) {
    const name = names[i] ?? '';
    const twice = names.indexOf(name) !== i || names.lastIndexOf(name) !== i;
    const long = name.split(/\s+/).length > MOST_WORDS;
    input.setCustomValidity(name === '' ? 'Expected a name.' : twice ? 'Each segment needs a name of its own.'
      : long ? `Expected at most ${MOST_WORDS} words.` : '');
  }
}
