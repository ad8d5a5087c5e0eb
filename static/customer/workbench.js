/**
 * The page for one model: inputs, answer, map, cards and comparison around one customer. What is shown at once is the
 * page's own arithmetic; the function's answer confirms or corrects it.
 *
 * @typedef {import('../service/contract.js').Model} Model
 * @typedef {import('../service/contract.js').Answer} Answer
 * @typedef {import('../service/contract.js').Change} Change
 * @typedef {import('../service/contract.js').Segment} Segment
 * @typedef {import('../model/segmenter.js').Placement} Placement
 * @typedef {import('./answer.js').Status} Status
 * @typedef {{values: readonly number[], placement: Placement}} Customer
 */

import { average, createInputs, hashOf, valuesFrom } from './inputs.js';
import { announce, slot, write } from '../ui/dom.js';
import { changesView, placeholderView, stepsFrom } from './changes.js';
import { coloursOf, formatCount, formatProbability } from '../ui/format.js';
import { createConfirmation } from './confirmation.js';
import { createMap } from '../map/map.js';
import { bestPair, createPairPicker } from '../map/pair.js';
import { createCards } from './cards.js';
import { createSegmentTable } from '../customers/segments.js';
import { Segmenter, snapped } from '../model/segmenter.js';
import {
  agree, announcement, createAnswer, createStatus, inWords, placementOf, warningsView,
} from './answer.js';

/** Pause before the address follows a movement, in milliseconds: browsers limit how often it may change. */
const ADDRESS_PAUSE = 300;

const SPREAD_NOTE = 'Dotted lines hold most customers of a segment.';
const SAMPLE_NOTE = 'Small points are customers of your file.';
const PLANE_NOTE = 'Hollow points are segments that these two features alone do not lead to.';

/** From so many features on a phone keeps the answer in sight while they are moved. */
const LONG = 4;

export class Workbench {
  /** @type {Customer} */ #customer;
  /** @type {Customer | null} */ #pinned = null;
  /** @type {readonly number[] | null} */ #before = null; // a change was tried
  /** @type {readonly number[] | null} */ #target = null;
  /** @type {number | null} */ #pointed = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #addressTimer;
  #note = ''; // on what the map shows
  #valid = true; // whether what is shown is what the boxes say; answers that come while it is not are dropped
  #life = new AbortController();

  /**
   * @param {Model} model
   * @param {{onStale: () => void, onAudience: (position: number) => void}} actions stale: an answer comes from another
   *   model, or values are refused
   */
  constructor(model, { onStale, onAudience }) {
    this.model = model;
    this.onStale = onStale;
    this.segmenter = new Segmenter(model);
    this.colours = coloursOf(model.segments);
    this.inputs = createInputs(this.segmenter, {
      onChange: (i, value) => this.#move(this.#customer.values.with(i, value)),
      onInvalid: () => this.#showInvalid(),
      onReset: () => this.#move(average(model.features)),
    });
    this.answer = createAnswer(model);
    this.status = createStatus();
    this.map = createMap(this.segmenter, this.colours, {
      onMove: (values) => this.#move(values),
      onPoint: (id) => this.#point(id),
    });
    this.table = createSegmentTable(model, this.colours, {
      onVisit: (segment) => this.#visit(segment),
      onPoint: (id) => this.#point(id),
      onAudience,
    });
    this.cards = createCards(model, this.colours, {
      onVisit: (segment) => this.#visit(segment),
      onPoint: (id) => this.#point(id),
    });
    this.confirmation = createConfirmation(model.features.map(({ name }) => name), {
      onAnswer: (values, answer) => this.#confirm(values, answer),
      onStatus: (status, failed) => this.#showStatus(status, failed),
      onRefused: onStale,
    });
    const { values, unread } = valuesFrom(model.features, location.hash);
    this.#customer = this.#place(values);
    this.#mount();
    this.#showBadLink(unread);
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
    const best = bestPair(this.segmenter);
    const pair = createPairPicker(this.model.features, best, (x, y) => this.map.setPair(x, y));
    const warnings = warningsView(this.model.warnings);
    this.map.setPair(...best);
    slot('warnings').replaceChildren(...(warnings ? [warnings] : []));
    slot('inputs').replaceChildren(...this.inputs.nodes);
    slot('ribbon').hidden = this.model.features.length < LONG;
    slot('map').replaceChildren(this.map.node);
    slot('legend').replaceChildren(this.map.legend);
    slot('verdict').replaceChildren(...this.answer.nodes);
    slot('status').replaceChildren(this.status.node);
    slot('pair').replaceChildren(...pair);
    slot('pair').hidden = pair.length === 0;
    slot('cards').replaceChildren(...this.cards.nodes);
    slot('segments').replaceChildren(this.table.node);
    this.#note = pair.length > 0 ? `${SPREAD_NOTE} ${PLANE_NOTE}` : SPREAD_NOTE;
    this.showFile(null, '');
    this.#showPlaceholder();
    this.#showPin();
  }

  /**
   * Tell of the customers of a file, or of those the model learned from.
   *
   * @param {import('../customers/segments.js').Counted | null} counted
   * @param {string} name of the file
   */
  showFile(counted, name) {
    const total = this.model.segments.reduce((sum, { size }) => sum + size, 0);
    write(slot('population'), counted ? `${formatCount(counted.scored)} customers of ${name}`
      : `${formatCount(total)} customers that the model learned from. Drop your own to see yours.`);
    this.table.show(counted);
    this.map.showSample(counted?.sample ?? []);
    write(slot('map-note'), [counted?.sample.length ? SAMPLE_NOTE : '', this.#note].join(' ').trim());
  }

  /** @param {readonly number[]} values of a customer to look at */
  open(values) {
    this.#move(values);
    slot('answer').closest('.part')?.scrollIntoView();
    slot('verdict').querySelector('h3')?.focus({ preventScroll: true });
  }

  /** @param {string[]} names of what the address has but the model cannot read */
  #showBadLink(names) {
    slot('bad-link').hidden = names.length === 0;
    write(slot('bad-link'), names.length === 0 ? ''
      : `This link has values that the model cannot read: ${names.join(', ')}. Average values stand in for them.`);
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
    on('pin', () => this.#pin(this.#pinned ? null : this.#customer));
    slot('pinned-link').addEventListener('click', (event) => {
      event.preventDefault(); // the address may lag behind and already be the pinned customer's
      if (this.#pinned) this.#move(this.#pinned.values);
    }, { signal });
    on('undo', () => this.#before && this.#move(this.#before));
    addEventListener('online', () => this.confirmation.ask(this.#customer.values), { signal });
    addEventListener('hashchange', () => {
      const { values, unread } = valuesFrom(this.model.features, location.hash, this.#customer.values);
      this.#showBadLink(unread);
      this.#move(values);
    }, { signal });
  }

  /** @param {readonly number[]} values @returns {Customer} */
  #place(values) {
    return { values, placement: this.segmenter.place(values) };
  }

  /** @param {readonly number[]} values @param {readonly number[] | null} [before] what to go back to */
  #move(values, before = null) {
    this.#valid = true;
    this.#before = before;
    this.#target = null;
    slot('undo').hidden = before === null;
    slot('answer').classList.remove('outdated');
    this.#customer = this.#place(values);
    this.#show();
    slot('changes').setAttribute('aria-busy', 'true');
    this.confirmation.ask(values);
    announce(announcement(this.#customer.placement, this.model));
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
    this.inputs.show(values, this.#pinned?.values ?? null);
    slot('answer').dataset['colour'] = String(colour);
    this.answer.show(placement);
    write(slot('ribbon'), this.model.verdict === 'constructed' ? '' : inWords(placement));
    this.#showScene();
  }

  #showPin() {
    const { features } = this.model;
    slot('pinned').hidden = this.#pinned === null;
    write(slot('pin'), this.#pinned ? 'Unpin' : 'Pin to compare');
    if (!this.#pinned) return;
    const { values, placement } = this.#pinned;
    slot('pinned-link').setAttribute('href', hashOf(features, values));
    const sure = this.model.verdict === 'constructed' ? '' : `, ${formatProbability(placement.probability)}`;
    write(slot('pinned-text'), placement.segment.name + sure);
  }

  #showScene() {
    this.map.show({
      ...this.#customer, pinned: this.#pinned?.values ?? null, pointed: this.#pointed, target: this.#target,
    });
    const current = this.#customer.placement.segment.id;
    this.table.mark(current, this.#pointed);
    this.cards.mark(current, this.#pointed);
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
      announce(announcement(confirmed, this.model));
    }
    const text = agreed ? 'Confirmed' : 'This is the confirmed answer; it differs from the preview';
    this.#showStatus({ kind: agreed ? 'confirmed' : 'differs', text }, false);
    this.#showChanges(answer.changes);
  }

  /** @param {Change[]} changes */
  #showChanges(changes) {
    const unfolded = slot('changes').querySelector('details')?.open ?? false;
    const steps = stepsFrom(this.segmenter, this.#customer.values, changes);
    slot('changes').replaceChildren(...changesView(steps, this.colours, unfolded, {
      onTry: (next) => {
        this.#move(next, this.#customer.values);
        slot('verdict').querySelector('h3')?.focus();
      },
      onAim: (next) => this.#aim(next),
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
    if (hadFocus && !failed) slot('verdict').querySelector('h3')?.focus();
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
    this.map.node.scrollIntoView({ block: 'nearest' });
    this.map.focus();
  }

  /** @param {readonly number[] | null} values that a change leads to, ringed on the map */
  #aim(values) {
    this.#target = values;
    this.#showScene();
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
    if (this.#valid) this.inputs.show(this.#customer.values, customer?.values ?? null);
    this.#showScene();
  }
}
