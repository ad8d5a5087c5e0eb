/**
 * The ad networks' customer lists: which columns they have, and what stands in them for a row of the table.
 *
 * References: Google Ads Help 7659867, "Format your customer data file" (names of the columns, Country and Zip in the
 * clear). Meta Business Help 2082575038703844, "How to format a customer list" (names of the columns, all hashed).
 */

import * as customers from '../contacts/contacts.js';
import { undefused } from '../table/csv.js';
import { countryCode } from '../contacts/countries.js';

/**
 * @typedef {import('../table/headers.js').Kind} Kind
 * @typedef {{ columns: Record<Kind, number>, country: string, always: boolean }} Contacts
 * Where the personal data stand (-1: nowhere), the country of customers whose row names none, or '', and whether it is
 * also of those whose country is not known
 *
 * @typedef {'email' | 'phone' | 'first' | 'last' | 'zip' | 'city' | 'state' | 'country' | 'value'} Part
 * @typedef {Record<Part, string>} Identity all in a network's form
 * @typedef {{ title: string, part: Part, hashed: boolean, repeats: boolean }} Field
 * @typedef {{ name: string, file: string, fields: Field[], identify: (person: Person) => Identity }} Network
 * @typedef {(kind: Kind) => string} Cell
 * @typedef {{ cell: Cell, country: string, unknown: boolean }} Person unknown: names a country that is not known
 */

/** @type {Network} */
const google = {
  name: 'Google Customer Match',
  file: 'google-customer-match',
  fields: [
    field('Email', 'email', { repeats: false }),
    field('Phone', 'phone', { repeats: false }),
    field('First Name', 'first'),
    field('Last Name', 'last'),
    field('Country', 'country', { hashed: false }),
    field('Zip', 'zip', { hashed: false }),
  ],
  identify: ({ cell, country }) => ({
    email: customers.googleEmail(cell('email')),
    phone: customers.phone(cell('phone'), country),
    first: customers.googleFirstName(cell('first_name')),
    last: customers.googleLastName(cell('last_name')),
    zip: customers.zip(cell('zip'), country),
    city: '',
    state: '',
    country,
    value: '',
  }),
};

/** @type {Network} */
const meta = {
  name: 'Meta customer list',
  file: 'meta-customer-list',
  fields: [
    field('email', 'email', { repeats: false }),
    field('phone', 'phone', { repeats: false }),
    field('fn', 'first'),
    field('ln', 'last'),
    field('zip', 'zip'),
    field('ct', 'city'),
    field('st', 'state'),
    field('country', 'country'),
  ],
  identify: ({ cell, country }) => ({
    email: customers.email(cell('email')),
    phone: customers.phone(cell('phone'), country).slice(1),
    first: customers.metaName(cell('first_name')),
    last: customers.metaName(cell('last_name')),
    zip: customers.metaZip(cell('zip'), country),
    city: customers.metaPlace(cell('city')),
    state: customers.metaState(cell('state'), country),
    country: country.toLowerCase(),
    value: '',
  }),
};

export const NETWORKS = { google, meta };

/** What a customer is worth, for Meta's value-based audiences: a number from 0 on, in the clear. */
const VALUE = field('value', 'value', { hashed: false });

/**
 * The columns of a network's list.
 * @param {Network} network
 * @param {number} value the table's column of what a customer is worth, or -1
 */
export function fieldsOf(network, value) {
  return network === meta && value >= 0 ? [...network.fields, VALUE] : network.fields;
}

/**
 * Whether anyone could find the customer: what the assignment of groups says of them. Of a table without contacts,
 * everyone.
 * @param {readonly string[]} cells a row
 * @param {Contacts} contacts
 */
export function canBeFound(cells, contacts) {
  return !hasContacts(contacts.columns) || isFindable(google.identify(personOf(cells, contacts)));
}

/**
 * Whether a table has columns to find anyone by.
 * @param {Contacts['columns']} columns
 */
export function hasContacts(columns) {
  const has = (/** @type {keyof Contacts['columns']} */ kind) => columns[kind] >= 0;
  return has('email') || has('phone') || (has('first_name') && has('last_name') && has('zip') && has('country'));
}

/**
 * @param {readonly string[]} cells a row
 * @param {Contacts} contacts
 * @returns {Person}
 */
export function personOf(cells, { columns, country, always }) {
  /** @type {Cell} */
  const cell = (kind) => undefused(cells[columns[kind]] ?? '');
  const named = cell('country').trim();
  const code = named ? countryCode(named) : country;
  return { cell, country: code || (always ? country : ''), unknown: named !== '' && code === '' };
}

/**
 * Whether a network can find the customer: by e-mail address, by phone, or by name and postal code.
 * @param {Identity} identity
 */
export function isFindable({ email, phone, first, last, zip, country }) {
  return Boolean(email || phone || (first && last && zip && country));
}

/**
 * Who the customer is for the control group: the first of e-mail address, phone, number, name and postal code that the
 * row has. The e-mail address comes first, since a customer with two numbers is still one for the network.
 * @param {readonly string[]} cells
 * @param {Contacts} contacts
 */
export function customerKey(cells, contacts) {
  const { cell, country } = personOf(cells, contacts);
  return (
    customers.googleEmail(cell('email')) ||
    customers.phone(cell('phone'), country) ||
    cell('customer_id').trim() ||
    [cell('first_name'), cell('last_name'), cell('zip')].map(customers.metaName).join(' ').trim() ||
    cells.map(undefused).join('\n')
  );
}

/**
 * @param {string} title
 * @param {Part} part
 * @param {{ hashed?: boolean, repeats?: boolean }} [options]
 * @returns {Field}
 */
function field(title, part, { hashed = true, repeats = true } = {}) {
  return { title, part, hashed, repeats };
}
