/**
 * The page for one model: inputs, answer, map, cards and comparison around one customer. What is shown at once is the
 * page's own arithmetic; what draws the map and has the function confirm or correct the answer is loaded after it, once
 * the customer is near the screen, as on a phone it is not at first, and the cards when they are scrolled to.
 *
 * @typedef {import('../service/contract.js').Model} Model
 * @typedef {import('../service/contract.js').Segment} Segment
 * @typedef {import('./answer.js').Status} Status
 * @typedef {import('./confirmation.js').Customer} Customer
 * @typedef {Awaited<ReturnType<typeof loadParts>>} Parts what follows the answer
 */

import { average, createAddress, createInputs, hashOf, pinnedBefore, valuesFrom } from './inputs.js';
import { announce, formatCount, formatProbability, isolated, painted, showPart, slot, whenNear, write } from '../ui/dom.js';
import { coloursOf, createSegmentTable, people } from '../customers/segments.js';
import { Segmenter, snapped } from '../model/segmenter.js';
import {
  CHECKING, NAMED, announcement, changesPlaceholder, createAnswer, createStatus, warningsView,
} from './answer.js';

const SPREAD_NOTE = 'Dotted lines hold most customers of a segment.';
const SAMPLE_NOTE = 'Small points are customers of your file.';
const PLANE_NOTE = 'Hollow points are segments that these two features alone do not lead to.';

/** Longest name of what a link has, as it is said. */
const LONGEST_NAME = 40;

/** From so many features on a phone keeps the answer in sight while they are moved. */
const LONG = 4;

/** From so many features on a reader chooses which two span the map. */
const CHOICE = 3;

/** @type {Map<boolean, Parts>} by whether a model is on trial; kept, so that another model's page has them at once */
const loadedParts = new Map();

export class Workbench {
  /** @type {Customer} */ #customer;
  /** @type {Customer | null} */ #pinned = null;
  /** @type {readonly number[] | null} */ #before = null; // a change was tried
  /** @type {readonly number[] | null} */ #target = null;
  /** @type {number | null} */ #pointed = null;
  /** @type {Promise<void> | null} */ #completing = null;
  /** @type {ReturnType<Parts['createMap']> | null} */ #map = null;
  /** @type {import('./confirmation.js').Answerer | null} */ #answerer = null;
  /** @type {ReturnType<Parts['createChanges']> | null} */ #changes = null;
  /** @type {ReturnType<typeof import('./cards.js').createCards> | null} */ #cards = null;
  /** @type {import('../map/plot.js').Dot[]} */ #sample = [];
  #valid = true; // whether what is shown is what the boxes say; answers that come while it is not are dropped
  #life = new AbortController();
  #address;

  /**
   * @param {Model} model
   * @param {{onStale: () => void, onAudience: (position: number) => void}} actions stale: an answer comes from another
   *   model, or values are refused
   * @param {boolean} trial whether the function does not have this model, so that nobody but this page can answer
   */
  constructor(model, { onStale, onAudience }, trial) {
    this.model = model;
    this.trial = trial;
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
    this.table = createSegmentTable(model, this.colours, {
      onVisit: (segment) => this.#visit(segment),
      onPoint: (id) => this.#point(id),
      onAudience,
    });
    const { values, unread } = valuesFrom(model.features, location.hash);
    this.#customer = this.#place(values);
    const pinned = pinnedBefore(model.features);
    this.#pinned = pinned && this.#place(pinned);
    const current = () => this.#customer.values;
    this.#address = createAddress(model.features, current, () => this.#pinned?.values ?? null, (linked, wrong) => {
      this.#showBadLink(wrong);
      this.#move(linked);
    }, this.#life.signal);
    this.#mount();
    this.#showBadLink(unread);
    this.#listen();
    this.#move(this.#customer.values);
    this.#showStatus(CHECKING, false);
    const parts = loadedParts.get(trial);
    if (parts) this.#add(parts);
    else whenNear(slot('bench'), () => void this.complete(), this.#life.signal);
    if (slot('cards').hasChildNodes()) this.#loadCards(); // another model's
    else whenNear(slot('cards'), () => this.#loadCards(), this.#life.signal);
  }

  /** Stop listening and showing: another model takes over, with the values from the address. */
  close() {
    this.#life.abort();
    this.#valid = false;
    this.#address.settle();
  }

  #mount() {
    const warnings = warningsView(this.model.warnings);
    slot('warnings').replaceChildren(...(warnings ? [warnings] : []));
    slot('inputs').replaceChildren(...this.inputs.nodes);
    slot('ribbon').hidden = this.model.features.length < LONG || this.model.verdict === 'constructed';
    slot('ribbon').replaceChildren(this.answer.ribbon);
    slot('verdict').replaceChildren(...this.answer.nodes);
    slot('status').replaceChildren(this.status.node);
    slot('pair').hidden = this.model.features.length < CHOICE;
    slot('segments').replaceChildren(this.table.node);
    this.showFile(null, '');
    this.#showPlaceholder();
    this.#showPin();
  }

  /** @returns {Promise<void>} when what follows the answer is there, or why it is not */
  complete() {
    this.#completing ??= this.#map ? Promise.resolve() : this.#load();
    return this.#completing;
  }

  async #load() {
    await painted(); // the answer comes first
    const load = () => {
      this.#showStatus(CHECKING, false);
      return loadParts(this.trial).catch((error) => {
        this.#showStatus({ kind: 'failed', text: 'Preview only · a part could not be loaded' }, false);
        throw error;
      });
    };
    await showPart(slot('map'), load, (loaded) => {
      loadedParts.set(this.trial, loaded);
      if (!this.#life.signal.aborted) this.#add(loaded);
    });
  }

  /** @param {Parts} loaded */
  #add({ createMap, createAnswerer, createChanges }) {
    const map = createMap(this.segmenter, this.colours, {
      onMove: (values) => this.#move(values),
      onPoint: (id) => this.#point(id),
    });
    map.showSample(this.#sample);
    slot('map').replaceChildren(map.node);
    slot('legend').replaceChildren(map.legend);
    slot('pair').replaceChildren(...map.picker);
    this.#map = map;
    this.#changes = createChanges(slot('changes'), this.segmenter, this.colours, {
      onTry: (next) => this.#try(next),
      onAim: (next) => this.#aim(next),
    });
    this.#answerer = createAnswerer(this.segmenter, {
      onAnswer: (confirmed) => this.#confirm(confirmed),
      onStatus: (status, failed) => this.#showStatus(status, failed),
      onRefused: this.onStale,
    });
    this.#showScene();
    this.#answerer.ask(this.#customer);
  }

  #loadCards() {
    const place = slot('cards');
    void showPart(place, () => import('./cards.js'), ({ createCards }) => {
      if (this.#life.signal.aborted) return;
      this.#cards = createCards(this.model, this.colours, {
        onVisit: (segment) => this.#visit(segment),
        onPoint: (id) => this.#point(id),
      });
      place.replaceChildren(this.#cards.node);
      this.#showScene();
    });
  }

  /**
   * Tell of the customers of a file, or of those the model learned from.
   *
   * @param {import('../customers/segments.js').Counted | null} counted
   * @param {string} name of the file
   */
  showFile(counted, name) {
    const total = this.model.segments.reduce((sum, { size }) => sum + size, 0);
    write(slot('population'), counted ? `${formatCount(counted.scored)} ${people(counted.scored)} of ${isolated(name)}`
      : `${formatCount(total)} customers that the model learned from.`);
    slot('own').hidden = counted !== null;
    this.table.show(counted);
    this.#sample = counted?.sample ?? [];
    this.#map?.showSample(this.#sample);
    const notes = [this.#sample.length > 0 && SAMPLE_NOTE, SPREAD_NOTE, this.model.features.length >= CHOICE && PLANE_NOTE];
    write(slot('map-note'), notes.filter((note) => note !== false).join(' '));
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
    const shown = names.slice(0, NAMED).map((name) => isolated(name.slice(0, LONGEST_NAME)));
    if (names.length > NAMED) shown.push('…');
    write(slot('bad-link'), names.length === 0 ? ''
      : `This link has values that the model cannot read: ${shown.join(', ')}. Average values stand in for them.`);
  }

  #showPlaceholder() {
    slot('changes').replaceChildren(...changesPlaceholder(this.model));
    slot('changes').removeAttribute('aria-busy');
  }

  #listen() {
    const { signal } = this.#life;
    const on = (/** @type {string} */ name, /** @type {() => void} */ act) =>
      slot(name).addEventListener('click', act, { signal });
    on('retry', () => this.#answerer?.ask(this.#customer));
    on('pin', () => this.#pin(this.#pinned ? null : this.#customer));
    slot('pinned-link').addEventListener('click', (event) => {
      event.preventDefault(); // the address may lag behind and already be the pinned customer's
      if (this.#pinned) this.#move(this.#pinned.values);
    }, { signal });
    on('undo', () => this.#before && this.#move(this.#before));
    addEventListener('online', () => this.#answerer?.ask(this.#customer), { signal });
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
    this.#answerer?.ask(this.#customer);
    announce(announcement(this.#customer.placement, this.model));
    this.#address.follow();
  }

  #show() {
    const { values, placement } = this.#customer;
    const colour = this.colours.get(placement.segment.id) ?? 0;
    this.inputs.show(values, this.#pinned?.values ?? null);
    slot('answer').dataset['colour'] = String(colour);
    this.answer.show(placement);
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
    this.#map?.show({
      ...this.#customer, pinned: this.#pinned?.values ?? null, pointed: this.#pointed, target: this.#target,
    });
    const current = this.#customer.placement.segment.id;
    this.table.mark(current, this.#pointed);
    this.#cards?.mark(current, this.#pointed);
  }

  /** @param {import('./confirmation.js').Confirmed} confirmed */
  #confirm({ customer, status, changes, outdated }) {
    if (!this.#valid) return;
    if (outdated) this.onStale();
    if (status.kind === 'differs') {
      this.#customer = customer;
      this.#show();
      announce(announcement(customer.placement, this.model));
    }
    this.#showStatus(status, false);
    this.#changes?.show(customer.values, changes);
  }

  /** @param {readonly number[]} values that a change leads to */
  #try(values) {
    this.#move(values, this.#customer.values);
    slot('verdict').querySelector('h3')?.focus();
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
    const near = this.model.features.map((feature, i) => snapped(feature, Number(segment.centroid[i])));
    this.#move(this.#place(near).placement.segment === segment ? near : segment.centroid);
    slot('map').scrollIntoView({ block: 'nearest' });
    void this.complete().then(() => this.#map?.focus());
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
    this.#address.settle();
    this.#showPin();
    if (this.#valid) this.inputs.show(this.#customer.values, customer?.values ?? null);
    this.#showScene();
  }
}

/** @param {boolean} trial */
async function loadParts(trial) {
  const [{ createMap }, { createAnswerer }, { createChanges }] = await Promise.all([
    import('../map/map.js'), trial ? import('./own_answer.js') : import('./confirmation.js'), import('./changes.js'),
  ]);
  return { createMap, createAnswerer, createChanges };
}
