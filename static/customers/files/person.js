/**
 * Who a row of the table is: what its cells say of a customer, each read once, when it is first asked for.
 */

import { countryCode } from '../contacts/countries.js';
import * as customers from '../contacts/contacts.js';
import { undefused } from '../table/csv.js';

/**
 * @typedef {import('../table/headers.js').Kind} Kind
 * @typedef {{ columns: Record<Kind, number>, country: string, always: boolean }} Contacts
 * Where the personal data stand (-1: nowhere), the country of customers whose row names none, or '', and whether it is
 * also of those whose country is not known
 */

export class Person {
  #cells;
  #columns;
  /** @type {string | undefined} */ #email;
  /** @type {string | undefined} */ #phone;

  /**
   * @param {readonly string[]} cells a row
   * @param {Contacts} contacts
   */
  constructor(cells, { columns, country, always }) {
    this.#cells = cells;
    this.#columns = columns;
    const named = this.cell('country').trim();
    const code = named ? countryCode(named) : country;
    this.country = code || (always ? country : '');
    /** Whether the row names a country that is not known. */
    this.unknown = named !== '' && code === '';
  }

  /** @param {Kind} kind */
  cell(kind) {
    return undefused(this.#cells[this.#columns[kind]] ?? '');
  }

  /** @param {number} column @returns {string} its cell as it stands */
  at(column) {
    return this.#cells[column] ?? '';
  }

  /** The e-mail address in Google's form, or ''. */
  get email() {
    return (this.#email ??= customers.googleEmail(this.cell('email')));
  }

  /** The phone number in E.164, or ''. */
  get phone() {
    return (this.#phone ??= customers.phone(this.cell('phone'), this.country));
  }

  /**
   * Who the customer is for the control group: the first of e-mail address, phone, number, name and postal code that the
   * row has. The e-mail address comes first, since a customer with two numbers is still one for the network.
   */
  get key() {
    return this.email || this.phone || this.cell('customer_id').trim() || this.#nameAndZip() || this.#cells.map(undefused).join('\n');
  }

  #nameAndZip() {
    return [this.cell('first_name'), this.cell('last_name'), this.cell('zip')].map(customers.metaName).join(' ').trim();
  }
}

/**
 * Whether a table has columns to find anyone by.
 * @param {Contacts['columns']} columns
 */
export function hasContacts(columns) {
  const has = (/** @type {Kind} */ kind) => columns[kind] >= 0;
  return has('email') || has('phone') || (has('first_name') && has('last_name') && has('zip') && has('country'));
}
