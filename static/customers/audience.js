/**
 * The audience builder: a customer list becomes segments and audiences, and nothing but its features leaves the
 * browser. This module leads from step to step; `table.worker.js` does the work.
 */

import { announce, element, isolated, showPart } from '../ui/dom.js';
import { matchView } from './steps/match.js';
import { note, noted, whenReplaced } from './memory.js';
import { Panel } from './panel.js';
import { Remote, messageOf } from './remote.js';
import { hasTraining } from '../service/training.js';
import { summary } from './steps/result.js';
import { scoredView } from './steps/scored_file.js';
import { scoringView } from './steps/scoring.js';
import { createShelf } from './steps/shelf.js';
import { loadStyles } from '../ui/styles.js';
import { matchFeatures } from './table/headers.js';
import { createUnsaved } from './unsaved.js';

/**
 * @typedef {import('../service/contract.js').Model} Model
 * @typedef {import('./table/table.js').Description} Description
 * @typedef {import('./table/batches.js').Source} Source
 * @typedef {import('./table/scoring.js').Scored} Scored
 * @typedef {typeof import('./training/flow.js')} Flow
 * @typedef {import('./training/trial.js').Trial} Trial
 */

const KEPT = 'scored-customers';

/**
 * @typedef {{ model: () => Model, refresh: () => Promise<void>, trial: () => Trial | null,
 *   onTrial: (trial: Trial) => Promise<void>,
 *   onScored: (scored: import('./segments.js').Counted | null, name: string) => void,
 *   onOpen: (values: number[]) => void }} Host
 * The model the page shows, and a way to have it ask for the function's; a table is matched, scored and written with
 * the one model that was shown when it was matched.
 */

/**
 * @param {HTMLElement} container where the steps are shown
 * @param {Host} host
 * @returns {Promise<Builder>}
 */
export async function createBuilder(container, host) {
  await loadStyles(new URL('./audience.css', import.meta.url));
  return new Builder(container, host, new Remote(new URL('./table.worker.js', import.meta.url)));
}

export class Builder {
  #host;
  #remote;
  #panel;
  #opening = new AbortController();
  #shelf;
  #unsaved = createUnsaved();
  /** @type {number | null} */ #wanted = null;
  /** @type {File | null} */ #file = null;
  /** @type {import('./table/table.js').Reading | undefined} */ #reading;
  #word = ''; // by which this browser notes the file as kept
  /** @type {ReturnType<typeof import('./training/flow.js').createMaker> | null} */ #maker = null;
  /** @type {ReturnType<typeof scoredView> | null} */ #scored = null;

  /**
   * @param {HTMLElement} container
   * @param {Host} host
   * @param {Remote} remote
   */
  constructor(container, host, remote) {
    this.#host = host;
    this.#remote = remote;
    this.#shelf = createShelf(remote);
    this.#panel = new Panel(container, () => this.#leave());
  }

  /**
   * @param {File} file
   * @param {number | null} wanted position of the segment to make an audience of
   */
  async open(file, wanted) {
    this.#wanted = wanted;
    this.#panel.open();
    await this.#open(file);
  }

  /** The page shows another model: the file is matched with it. */
  async reopen() {
    this.#wanted = null;
    if (!this.#file || !this.#panel.isShown) return;
    this.#panel.replace(); // it is of the model before
    await this.#open(this.#file, this.#reading, false);
    this.#panel.leading = true;
  }

  /** Show the file again that was scored before the page was loaded anew, if it was with the model that is shown. */
  async restore() {
    const model = this.#host.model();
    const { signal } = this.#opening;
    const restored = await this.#remote.call('restore', { hash: model.hash }, { signal }).catch(() => null);
    if (signal.aborted) return;
    if (!restored) {
      note(KEPT, '');
      this.#panel.close();
      return;
    }
    this.#panel.open();
    const { file, table, sources, scored } = restored;
    this.#file = file;
    if (model !== this.#host.model()) {
      await this.reopen(); // another was asked for meanwhile
      return;
    }
    const result = this.#result(model, table, file, columnsOf(sources), scored);
    result.showKept(true);
    this.#word = noted(KEPT);
    this.#watch(result);
  }

  async #forget() {
    this.#file = null;
    this.#panel.close();
    if (noted(KEPT) === this.#word) {
      note(KEPT, '');
      await this.#remote.call('forget', undefined).catch(() => null);
    }
    announce('The file is forgotten.');
  }

  /** @param {ReturnType<typeof scoredView>} result */
  async #keep(result) {
    const { signal } = this.#panel;
    this.#unsaved('result', true);
    const stored = await this.#remote.call('keep', undefined).catch(() => false);
    this.#word = `kept ${Math.random()}`; // another window's file has another
    const kept = note(KEPT, stored ? this.#word : '');
    if (signal.aborted) return;
    result.showKept(kept);
    this.#unsaved('result', !kept);
    if (kept) this.#watch(result);
  }

  /** @param {ReturnType<typeof scoredView>} result that is kept, until another window keeps its own or forgets this one */
  #watch({ showLost }) {
    whenReplaced(KEPT, () => {
      showLost();
      this.#unsaved('result', true);
    }, this.#panel.signal);
  }

  /** @param {Parameters<ReturnType<typeof createShelf>['write']>} file */
  async #write(...file) {
    const writing = Symbol('a file is written');
    this.#unsaved(writing, true);
    await this.#shelf.write(...file);
    this.#unsaved(writing, false);
  }

  /** @param {number} position of a segment to make an audience of @returns {boolean} whether there is a result yet */
  choose(position) {
    this.#wanted = position;
    this.#scored?.choose(position);
    return this.#scored !== null;
  }

  /**
   * @param {File} file
   * @param {import('./table/table.js').Reading} [reading] unless it is to be found out
   * @param {boolean} [leading] whether the reader is led to what follows: who chooses a file, also while another is reopened
   */
  async #open(file, reading, leading = true) {
    this.#panel.leading = leading;
    const place = element('div', {}, element('p', { class: 'stage' }, `Reading ${isolated(file.name)}…`));
    this.#opening.abort();
    if (this.#panel.isWorking) this.#panel.replace(); // a result stays until the next, and its files
    this.#opening = new AbortController();
    const { signal } = this.#opening;
    signal.addEventListener('abort', () => place.remove());
    this.#panel.putAbove(place);
    try {
      const table = await this.#remote.call('open', { file, reading }, { signal });
      if (signal.aborted) return;
      [this.#file, this.#reading] = [file, reading];
      const begin = (/** @type {Flow} */ flow) => this.#begin(flow, table, file, signal);
      if (hasTraining()) await showPart(place, () => import('./training/flow.js'), begin);
      else this.#match(table, file);
    } catch (error) {
      if (signal.aborted) return;
      place.remove();
      if (this.#panel.isEmpty && this.#file && this.#file !== file) await this.#open(this.#file, this.#reading); // as it was
      this.#panel.complain(`${isolated(file.name)}: ${messageOf(error)}`);
    }
  }

  /** @param {Description} table @param {File} file */
  #match(table, file) {
    const model = this.#host.model();
    const match = matchView(model, table, {
      onScore: (sources) => this.#score(model, table, file, sources),
      onRead: (reading) => this.#open(file, reading),
    });
    this.#panel.show(match, ...(this.#maker ? [this.#maker.offer(table, file)] : []));
  }

  /**
   * Where there is a training service a file may become segments of its own.
   *
   * @param {Flow} flow @param {Description} table @param {File} file @param {AbortSignal} signal
   */
  #begin(flow, table, file, signal) {
    if (signal.aborted) return;
    this.#maker ??= this.#createMaker(flow);
    if (this.#maker.leads(table)) this.#panel.show(this.#maker.view(table, file));
    else this.#match(table, file);
  }

  /** @param {Flow} flow */
  #createMaker({ createMaker }) {
    return createMaker({
      show: (...nodes) => this.#panel.show(...nodes),
      complain: (text) => this.#panel.complain(text),
      signal: () => this.#panel.signal,
      match: (table, file) => this.#match(table, file),
      read: (file, reading) => void this.#open(file, reading),
      score: (table, file, sources) => this.#score(this.#host.model(), table, file, sources, true),
      scoreFile: (file, quietly) => this.#scoreFile(file, quietly),
    }, this.#host);
  }

  /** @param {File} file that has a column for each feature of the model that is shown @param {boolean} quietly */
  async #scoreFile(file, quietly) {
    const model = this.#host.model();
    const { signal } = this.#panel;
    const table = await this.#remote.call('open', { file }, { signal });
    const columns = matchFeatures(table.header, model.features);
    this.#score(model, table, file, columns.map((column) => ({ column, decimal: '.', factor: 1 })), quietly);
  }

  /**
   * @param {Model} model
   * @param {Description} table
   * @param {File} file
   * @param {Source[]} sources one per feature
   * @param {boolean} quietly whether the reader is left where they are
   */
  #score(model, table, file, sources, quietly = false) {
    const columns = columnsOf(sources);
    if (new Set(columns).size < columns.length) {
      this.#panel.complain('Two features have the same column. Choose a column for each.');
      return;
    }
    const scoring = scoringView(this.#remote, {
      onStart: () => this.#panel.complain(''),
      onScored: (scored) => {
        void this.#keep(this.#result(model, table, file, columns, scored));
        if (!quietly) this.#panel.lead();
      },
      onBack: () => this.#match(table, file),
      onOutdated: () => this.#host.refresh(),
      onFailed: (text) => this.#panel.complain(text),
    });
    this.#panel.show(scoring.node);
    this.#unsaved('result', true);
    void scoring.score({ table: table.id, model, sources, own: this.#host.trial() !== null }, this.#panel.signal);
  }

  /**
   * @param {Model} model
   * @param {Description} table
   * @param {File} file
   * @param {number[]} columns of the features
   * @param {Scored} scored
   */
  #result(model, table, file, columns, scored) {
    const name = table.name.replace(/\.[^.]*$/, '');
    const slugs = model.segments.map(({ slug }) => slug);
    const view = scoredView(this.#remote, { model, table, columns, scored }, {
      signal: () => this.#panel.signal,
      complain: (text) => this.#panel.complain(text),
      onWrite: (kind, audience) => this.#write(name, slugs, kind, audience),
      onBack: () => this.#match(table, file),
      onForget: () => this.#forget(),
      onOpen: this.#host.onOpen,
    });
    this.#panel.replace(...view.nodes, this.#shelf.node);
    if (scored.scored > 0) this.#scored = view;
    if (scored.scored > 0 && model.hash === this.#host.model().hash) this.#host.onScored(scored, table.name);
    view.choose(this.#wanted ?? scored.counts.indexOf(Math.max(...scored.counts)), { quietly: true });
    announce(summary(scored));
    return view;
  }

  /** Another step follows. */
  #leave() {
    this.#opening.abort();
    this.#shelf.clear();
    this.#unsaved('result', false);
    this.#scored = null;
    this.#host.onScored(null, '');
  }
}

/** @param {Source[]} sources one per feature */
function columnsOf(sources) {
  return sources.map(({ column }) => column);
}
