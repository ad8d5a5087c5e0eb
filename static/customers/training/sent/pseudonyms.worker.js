/** Makes what is sent of tables, away from the page. The page asks by `../remote.js`. */

import { answer } from '../../remote.js';
import { Table } from '../../table/table.js';
import { joinCustomers } from './join.js';
import { Numbering, pseudonymise } from './pseudonyms.js';

/**
 * @typedef {import('./pseudonyms.js').Sent} Sent
 * @typedef {import('./pseudonyms.js').Part} Part
 * @typedef {{ file: File, reading?: import('../../table/table.js').Reading, columns: Sent[] }} Request a table, and what is
 *   sent of it
 * @typedef {{ parts: Part[], customers: string[] }} Pseudonymised one part a table; customers by their number, from 1
 */

answer({
  /**
   * @param {{ file: File, reading?: import('../../table/table.js').Reading }} request
   * @param {import('../../remote.js').Context} context
   */
  async open({ file, reading }, { signal }) {
    const table = await Table.open(file, reading);
    signal.throwIfAborted();
    return table.describe();
  },

  /**
   * Customers have one numbering over all tables, and so have orders.
   * @param {{ tables: Request[] }} request
   * @param {import('../../remote.js').Context} context progress is the part that is read, 0 to 1
   * @returns {Promise<Pseudonymised>}
   */
  async pseudonymise({ tables }, { signal, report }) {
    const [customers, orders] = [new Numbering(), new Numbering()];
    const parts = [];
    for (const [place, { file, reading, columns }] of tables.entries()) {
      const table = await Table.open(file, reading);
      const read = (/** @type {number} */ share) => report((place + share) / tables.length);
      parts.push(await pseudonymise(table, columns, { customers, orders, signal, report: read }));
    }
    return { parts, customers: customers.names };
  },

  /**
   * @param {{ file: File, reading: import('../../table/table.js').Reading, customer: Sent, date: number,
   *   rows: import('./join.js').Rows, customers: string[] }} request
   * @param {import('../../remote.js').Context} context
   */
  async join({ file, reading, customer, date, rows, customers }, { signal }) {
    return joinCustomers(await Table.open(file, reading), customer, date, rows, customers, signal);
  },
});
