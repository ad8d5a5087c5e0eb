/**
 * Who may be written to: by what a column says of it, and by a list of people to leave out. Both come before the draw of
 * the control group.
 */

import { consent } from '../contacts/consent.js';
import * as contacts from '../contacts/contacts.js';
import { Person } from './person.js';
import { scoredBlocks } from '../table/scored_rows.js';
import { matchPersonal } from '../table/headers.js';
import { CsvError } from '../table/csv.js';
import { Table } from '../table/table.js';

/**
 * @typedef {'allowed' | 'no' | 'unreadable' | 'silent' | 'suppressed'} Fate `silent` says nothing, `suppressed` is on
 *   the list
 * @typedef {{ clear: Set<string>, digests: Set<string>, unread: number }} LeaveOut addresses and numbers, those that were
 *   hashed, and rows that could not be read
 */

/** @type {readonly Fate[]} */
export const FATES = ['allowed', 'no', 'unreadable', 'silent', 'suppressed'];
const DIGEST = /^[0-9a-f]{64}$/;

/**
 * Read a list of people to leave out: e-mail addresses and phones, or SHA-256 digests of them.
 * @param {File} file
 * @param {string} country two letters, of phones without a country code
 * @returns {Promise<LeaveOut>}
 */
export async function readLeaveOut(file, country) {
  const named = await Table.open(file).catch(onlyOneRow);
  const titles = named?.titles ?? [];
  const { email, phone } = matchPersonal(titles, named?.empty ?? []);
  const headed = email >= 0 || phone >= 0;
  if (!headed && titles.length > 1) throw new CsvError('The list has no column called e-mail or phone.');
  const table = headed && named ? named : await Table.open(file, { delimiter: null, named: false });
  const columns = headed ? [email, phone].filter((column) => column >= 0) : [0];
  /** @type {LeaveOut} */
  const leaveOut = { clear: new Set(), digests: new Set(), unread: 0 };
  for await (const { rows } of table.blocks()) {
    for (const { cells } of rows) {
      const marks = columns.map((column) => add(leaveOut, cells[column] ?? '', country));
      if (!marks.includes(true)) leaveOut.unread += 1;
    }
  }
  return leaveOut;
}

/** @param {unknown} error @returns {null} */
function onlyOneRow(error) {
  if (error instanceof CsvError) return null;
  throw error;
}

/**
 * @param {LeaveOut} leaveOut
 * @param {string} cell
 * @param {string} country
 * @returns {boolean} whether it could be read
 */
function add({ clear, digests }, cell, country) {
  const bare = cell.trim().toLowerCase();
  if (DIGEST.test(bare)) {
    digests.add(bare);
    return true;
  }
  const names = [contacts.googleEmail(cell), contacts.phone(cell, country)].filter((name) => name !== '');
  for (const name of names) clear.add(name);
  return names.length > 0;
}

/**
 * What becomes of each row, as a position in `FATES`; null where all may be written to.
 * @param {import('../table/scoring.js').Scoring} scoring
 * @param {Pick<import('./text_file.js').Audience, 'contacts' | 'silent'>} audience
 * @param {LeaveOut | null} leaveOut
 * @param {AbortSignal} signal
 * @returns {Promise<Uint8Array | null>}
 */
export async function fatesOf(scoring, { contacts: where, silent }, leaveOut, signal) {
  const { consent: column = -1 } = where.columns;
  if (column < 0 && !leaveOut) return null;
  /** @type {number[]} */
  const fates = [];
  for await (const rows of scoredBlocks(scoring, signal, () => {})) {
    const people = [...rows].map(({ cells }) => ({ said: said(cells[column], silent), person: new Person(cells, where) }));
    const listed = leaveOut ? await onList(people.map(({ person }) => person), leaveOut) : [];
    for (const [index, { said: fate }] of people.entries()) {
      fates.push(FATES.indexOf(fate === 'allowed' && listed[index] ? 'suppressed' : fate));
    }
  }
  return Uint8Array.from(fates);
}

/** @param {string | undefined} cell undefined where there is no column @param {boolean} silent @returns {Fate} */
function said(cell, silent) {
  const answer = cell === undefined ? 'yes' : consent(cell);
  return answer === 'yes' || (answer === 'silent' && silent) ? 'allowed' : answer;
}

/**
 * @param {Person[]} people
 * @param {LeaveOut} leaveOut
 * @returns {Promise<boolean[]>}
 */
async function onList(people, { clear, digests }) {
  const names = people.map((person) => {
    const { email, phone } = person;
    return { certain: [email, phone], more: [contacts.email(person.cell('email')), phone.slice(1)] };
  });
  return Promise.all(names.map(async ({ certain, more }) => {
    if (certain.some((name) => clear.has(name))) return true;
    if (!digests.size) return false;
    const hashed = await Promise.all([...new Set([...certain, ...more])].filter(Boolean).map(digest));
    return hashed.some((text) => digests.has(text));
  }));
}

/** @param {string} text */
async function digest(text) {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
