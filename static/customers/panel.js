/**
 * Where the steps of a file are shown, one at a time: what a step has under way ends with it.
 */

import { element, write } from '../ui/dom.js';

export class Panel {
  /** Whether the reader is led to the next step. */
  leading = true;
  #container;
  #onReplace;
  #job = new AbortController();
  #problem = element('p', { class: 'error', role: 'alert' });
  #stages = element('div', { class: 'stages' });
  #node = element('div', { class: 'audience' }, this.#problem, this.#stages);

  /**
   * @param {HTMLElement} container
   * @param {() => void} onReplace before another step is shown
   */
  constructor(container, onReplace) {
    this.#container = container;
    this.#onReplace = onReplace;
  }

  /** Of what the step that is shown has under way. */
  get signal() {
    return this.#job.signal;
  }

  get isShown() {
    return this.#node.isConnected;
  }

  /** Whether the step is nothing but work under way; the files that are written of a result are not. */
  get isWorking() {
    return this.#stages.querySelector(':scope > .stage > progress') !== null;
  }

  get isEmpty() {
    return !this.#stages.hasChildNodes();
  }

  open() {
    this.#container.replaceChildren(this.#node);
  }

  close() {
    this.replace();
    this.#container.replaceChildren();
  }

  /** @param {...HTMLElement} nodes of the next step, where the reader is led */
  show(...nodes) {
    this.replace(...nodes);
    if (this.leading) this.lead();
  }

  lead() {
    this.#stages.querySelector('h3')?.focus();
  }

  /** @param {...HTMLElement} nodes of the next step */
  replace(...nodes) {
    this.#onReplace();
    this.#job.abort();
    this.#job = new AbortController();
    this.#problem.textContent = '';
    this.#stages.replaceChildren(...nodes);
  }

  /** @param {HTMLElement} node what stands above the step while the next one is made */
  putAbove(node) {
    this.#problem.textContent = '';
    this.#stages.prepend(node);
  }

  /** @param {string} text '' where all is well again */
  complain(text) {
    write(this.#problem, text);
    if (text) this.#problem.scrollIntoView({ block: 'nearest' });
  }
}
