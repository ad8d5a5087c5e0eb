/**
 * The page for one model: inputs, answer, map, cards and comparison around one customer. What is shown at once is the
 * page's own arithmetic; the function's answer confirms or corrects it.
 *
 * @typedef {import('../service/contract.js').Model} Model
 * @typedef {import('../service/contract.js').Answer} Answer
 * @typedef {import('../service/contract.js').Change} Change
 * @typedef {import('../service/contract.js').Segment} Segment
 * @typedef {import('./answer.js').Placement} Placement
 * @typedef {import('./answer.js').Status} Status
 * @typedef {{values: readonly number[], placement: Placement}} Customer
 */

import { hashOf, valuesFrom } from './address.js';
import { announce } from '../ui/announcer.js';
import { changesView, placeholderView, stepsFrom } from './changes.js';
import { coloursOf } from '../ui/colours.js';
import { createConfirmation } from './confirmation.js';
import { slot, write } from '../ui/dom.js';
import { createInputs } from './inputs.js';
import { createMap } from '../map/map.js';
import { createPairPicker } from '../map/pair.js';
import { createCards } from './cards.js';
import { Segmenter } from '../model/segmenter.js';
import { snapped } from '../model/slider.js';
import { agree, announcement, comparisonView, createAnswer, createStatus, placementOf, warningsView } from './answer.js';

/** Pause before the address follows a movement, in milliseconds: browsers limit how often it may change. */
const ADDRESS_PAUSE = 300;

const SPREAD_NOTE = 'Dotted lines hold most customers of a segment.';
const PLANE_NOTE = 'Hollow points are segments that these two features alone do not lead to.';

export class Workbench {
  /** @type {Customer} */ #customer;
  /** @type {Customer | null} */ #pinned = null;
  /** @type {number | null} */ #pointed = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #addressTimer;
  #valid = true; // whether what is shown is what the boxes say; answers that come while it is not are dropped
  #life = new AbortController();

  /**
   * @param {Model} model
   * @param {{onStale: () => void}} actions called when an answer comes from another model
   */
  constructor(model, { onStale }) {
    this.model = model;
    this.onStale = onStale;
    this.segmenter = new Segmenter(model);
    this.colours = coloursOf(model.segments);
    this.inputs = createInputs(model.features,
      (i, value) => this.#move(this.#customer.values.with(i, value)), () => this.#showInvalid());
    this.answer = createAnswer(model);
    this.status = createStatus();
    this.map = createMap(this.segmenter, this.colours, {
      onMove: (values) => this.#move(values),
      onPoint: (id) => this.#point(id),
    });
    this.cards = createCards(model, this.colours, {
      onVisit: (segment) => this.#visit(segment),
      onPoint: (id) => this.#point(id),
    });
    this.confirmation = createConfirmation(model.features.map(({ name }) => name), {
      onAnswer: (values, answer) => this.#confirm(values, answer),
      onStatus: (status, failed) => this.#showStatus(status, failed),
    });
    this.#customer = this.#place(valuesFrom(model.features, location.hash));
    this.#mount();
    this.#listen();
    this.#move(this.#customer.values);
  }

  /** Stop listening and showing: another model takes over, with the values from the address. */
  close() {
    this.#life.abort();
    this.#valid = false;
    this.#writeAddress();
  }

  #mount() {
    const pair = createPairPicker(this.model.features, (x, y) => this.map.setPair(x, y));
    const warnings = warningsView(this.model.warnings);
    slot('warnings').replaceChildren(...(warnings ? [warnings] : []));
    slot('inputs').replaceChildren(...this.inputs.nodes);
    slot('map').replaceChildren(this.map.node);
    slot('verdict').replaceChildren(...this.answer.nodes);
    slot('status').replaceChildren(this.status.node);
    slot('pair').replaceChildren(...pair);
    slot('pair').hidden = pair.length === 0;
    slot('cards').replaceChildren(...this.cards.nodes);
    this.#showPlaceholder();
    this.#showPin();
    slot('map-note').textContent = pair.length > 0 ? `${SPREAD_NOTE} ${PLANE_NOTE}` : SPREAD_NOTE;
  }

  #showPlaceholder() {
    slot('changes').replaceChildren(...placeholderView(this.model.segments.length - 1));
    slot('changes').removeAttribute('aria-busy');
  }

  #listen() {
    const { signal } = this.#life;
    const on = (/** @type {string} */ name, /** @type {() => void} */ act) =>
      slot(name).addEventListener('click', act, { signal });
    on('retry', () => this.confirmation.ask(this.#customer.values));
    on('pin', () => this.#pin(this.#customer));
    on('unpin', () => this.#pin(null));
    on('return', () => this.#pinned && this.#move(this.#pinned.values));
    addEventListener('online', () => this.confirmation.ask(this.#customer.values), { signal });
    addEventListener('hashchange', () =>
      this.#move(valuesFrom(this.model.features, location.hash, this.#customer.values)), { signal });
  }

  /** @param {readonly number[]} values @returns {Customer} */
  #place(values) {
    return { values, placement: this.segmenter.place(values) };
  }

  /** @param {readonly number[]} values */
  #move(values) {
    this.#valid = true;
    slot('answer').classList.remove('outdated');
    this.#customer = this.#place(values);
    this.#show();
    slot('changes').setAttribute('aria-busy', 'true');
    this.confirmation.ask(values);
    announce(announcement(this.#customer.placement));
    clearTimeout(this.#addressTimer);
    this.#addressTimer = setTimeout(() => this.#writeAddress(), ADDRESS_PAUSE);
  }

  #writeAddress() {
    clearTimeout(this.#addressTimer);
    history.replaceState(null, '', hashOf(this.model.features, this.#customer.values));
  }

  #show() {
    const { values, placement } = this.#customer;
    const colour = this.colours.get(placement.segment.id) ?? 0;
    this.inputs.show(values);
    slot('answer').dataset['colour'] = String(colour);
    this.answer.show(placement);
    this.#showComparison();
    this.#showScene();
  }

  #showPin() {
    slot('comparison').hidden = this.#pinned === null;
    write(slot('pin'), this.#pinned ? 'Pin this one instead' : 'Pin to compare');
  }

  #showComparison() {
    if (!this.#pinned) return;
    slot('comparison-table').replaceChildren(comparisonView(this.model, this.#pinned, this.#customer));
  }

  #showScene() {
    this.map.show({ ...this.#customer, pinned: this.#pinned?.values ?? null, pointed: this.#pointed });
    this.cards.mark(this.#customer.placement.segment.id, this.#pointed);
  }

  /** @param {readonly number[]} values @param {Answer} answer */
  #confirm(values, answer) {
    if (!this.#valid) return;
    if (answer.model !== this.model.hash) this.onStale();
    const confirmed = placementOf(answer);
    const agreed = agree(confirmed, this.#customer.placement);
    if (!agreed) {
      this.#customer = { values, placement: confirmed };
      this.#show();
      announce(announcement(confirmed));
    }
    const text = agreed ? 'Confirmed' : "This is the function's answer; it differs from the preview";
    this.#showStatus({ kind: agreed ? 'confirmed' : 'differs', text: `${text} · model ${answer.model}` }, false);
    this.#showChanges(answer.changes);
  }

  /** @param {Change[]} changes */
  #showChanges(changes) {
    const unfolded = slot('changes').querySelector('details')?.open ?? false;
    const steps = stepsFrom(this.segmenter, this.#customer.values, changes);
    slot('changes').replaceChildren(...changesView(steps, this.colours, unfolded, (next) => {
      this.#move(next);
      slot('verdict').querySelector('h2')?.focus();
    }));
    slot('changes').removeAttribute('aria-busy');
  }

  /** @param {Status} status @param {boolean} failed */
  #showStatus(status, failed) {
    if (!this.#valid) return;
    const retry = slot('retry');
    const hadFocus = document.activeElement === retry;
    this.status.show(status);
    slot('changes').classList.toggle('stale', status.kind === 'waking');
    retry.hidden = !failed;
    if (hadFocus && !failed) slot('verdict').querySelector('h2')?.focus();
    if (status.kind === 'failed') {
      announce(status.text);
      this.#showPlaceholder();
    }
  }

  #showInvalid() {
    this.#showStatus({ kind: 'invalid', text: 'Not up to date: a value is missing' }, false);
    this.#valid = false;
    slot('answer').classList.add('outdated');
  }

  /** @param {Segment} segment */
  #visit(segment) {
    this.#move(this.model.features.map((feature, i) => snapped(feature, Number(segment.centroid[i]))));
    this.map.node.scrollIntoView({ block: 'center' });
    this.map.focus();
  }

  /** @param {number | null} id */
  #point(id) {
    if (id === this.#pointed) return;
    this.#pointed = id;
    this.#showScene();
  }

  /** @param {Customer | null} customer */
  #pin(customer) {
    this.#pinned = customer;
    this.#showPin();
    this.#showComparison();
    this.#showScene();
  }
}
