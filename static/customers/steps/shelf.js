/**
 * The files being written and those that are ready.
 */

import { announce, element } from '../../ui/dom.js';
import { fileName } from '../../ui/saving.js';
import { createProgress } from './progress.js';
import { RemoteError } from '../remote.js';
import { counted, formatBytes } from '../texts.js';

/**
 * @typedef {import('../files/text_file.js').Audience} Audience
 * @typedef {import('../files/text_file.js').Written} Written
 * @typedef {import('./download.js').FileKind | 'refusals'} Kind
 */

/** `file` is what the name of the file says; `chosen` where it holds the chosen segments only. */
/** @type {Record<Kind, { file: string, name: string, chosen?: boolean }>} */
const FILES = {
  table: { file: 'segments', name: 'Table with segments' },
  google: { file: 'google-customer-match', name: 'Google Customer Match', chosen: true },
  meta: { file: 'meta-customer-list', name: 'Meta customer list', chosen: true },
  assignment: { file: 'assignment', name: 'Assignment', chosen: true },
  control: { file: 'control-group', name: 'Control group', chosen: true },
  refusals: { file: 'not-scored', name: 'Rows without score' },
};

/** Most segments that the name of a file says. */
const MOST_NAMED = 2;

/** Longest name of a file in bytes: systems take 255, of which the browser may need some to tell two of one name apart. */
const LONGEST = 240;

const AGAIN = 'This campaign’s other files were written with another choice of who is held back or left out. Write them again, so that ' +
  'all go together.';

const NOT_FINDABLE = 'no e-mail address, phone or full name with postal code and country';

/**
 * @param {import('../remote.js').Remote} remote
 */
export function createShelf(remote) {
  const node = element('ul', { class: 'files', 'aria-label': 'Your files' });
  let jobs = new AbortController();
  /** @type {string[]} */
  let urls = [];
  /** @type {Map<string, string>} by campaign, how who is in its files was chosen last */
  const chosen = new Map();

  /** @param {Audience} audience of a file that is written @returns {boolean} whether those of its campaign before were of other people */
  function changes({ campaign, share, silent, contacts }) {
    const [before, now] = [chosen.get(campaign), JSON.stringify([share, silent, contacts])];
    chosen.set(campaign, now);
    return before !== undefined && before !== now;
  }

  /**
   * Offer a file and begin to download it.
   * @param {string} name
   * @param {Blob} blob
   */
  function save(name, blob) {
    const href = URL.createObjectURL(blob);
    urls.push(href);
    const link = element('a', { href, download: name, dir: 'auto' }, name);
    link.click();
    return link;
  }

  /**
   * @param {string} table its name
   * @param {string[]} slugs of the model's segments
   * @param {Kind} kind
   * @param {Audience | null} audience
   */
  async function write(table, slugs, kind, audience) {
    const { name } = FILES[kind];
    const job = new AbortController();
    jobs.signal.addEventListener('abort', () => job.abort());
    const progress = createProgress(name, { onCancel: () => job.abort() });
    const item = element('li', {}, progress.node);
    const starter = document.activeElement;
    node.append(item);
    try {
      const report = (/** @type {number} */ done) => progress.show(done, `${name}: ${Math.round(done * 100)}%`);
      /** @type {Written} */
      const written = await remote.call('write', { kind, audience }, { signal: job.signal, report });
      const focused = item.contains(document.activeElement);
      const said = describe(written);
      if (written.rows === 0) {
        item.replaceChildren(`${name}: no customer is in it, so it was not written. ${said}`);
        announce(`${name}: no customer is in it`);
        return;
      }
      const link = save(nameOf(table, slugs, kind, audience), written.blob);
      item.replaceChildren(link, ` ${said}`);
      if (FILES[kind].chosen && audience && changes(audience)) item.append(element('p', { class: 'caution', role: 'alert' }, AGAIN));
      if (focused) link.focus();
      announce(`${name}: ${said}`);
    } catch (error) {
      if (job.signal.aborted) {
        item.remove();
        if (starter instanceof HTMLElement) starter.focus();
        return;
      }
      if (!(error instanceof RemoteError)) throw error;
      item.replaceChildren(element('p', { class: 'error', role: 'alert' }, `${name}: ${error.message}`));
    }
  }

  /** End what is under way and forget the files. */
  function clear() {
    jobs.abort();
    jobs = new AbortController();
    for (const url of urls) URL.revokeObjectURL(url);
    urls = [];
    chosen.clear();
    node.replaceChildren();
  }

  return { node, save, write, clear };
}

/**
 * @param {string} table @param {string[]} slugs @param {Kind} kind @param {Audience | null} audience
 * @returns {string} says table, segments, what it is for, and the day
 */
export function nameOf(table, slugs, kind, audience) {
  const { file, chosen } = FILES[kind];
  const names = (audience?.segments ?? []).map((position) => slugs[position] ?? '');
  const who = names.length > MOST_NAMED ? `${names.length}-segments` : names.join('-and-');
  const now = new Date();
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
  const of = chosen ? [audience?.campaign ?? '', who].filter((part) => part !== '') : [];
  const rest = fileName(['', ...of, file, day].join('-'));
  return `${shortened(fileName(table), LONGEST - bytesOf(`${rest}.csv`).length)}${rest}.csv`;
}

/** @param {string} text @param {number} bytes @returns {string} what of it has room */
function shortened(text, bytes) {
  return new TextDecoder().decode(bytesOf(text).slice(0, Math.max(1, bytes))).replace(/\ufffd+$/, '');
}

/** @param {string} text */
function bytesOf(text) {
  return new TextEncoder().encode(text);
}

/** @param {Written} written */
function describe({ blob, rows, leftOut, unreadPhones, unreadCountries, unreadValues }) {
  return [
    rows ? `${counted(rows, 'row')}, ${formatBytes(blob.size)}.` : '',
    leftOut ? `${counted(leftOut, 'customer')} left out: ${NOT_FINDABLE}.` : '',
    unreadPhones ? `${counted(unreadPhones, 'phone number')} could not be read; is the country missing?` : '',
    unreadCountries ? `${counted(unreadCountries, 'customer')} with a country that is not recognised.` : '',
    unreadValues ? `${counted(unreadValues, 'customer')} without a value: it is not a clear number from 0 on.` : '',
  ].filter((part) => part !== '').join(' ');
}
