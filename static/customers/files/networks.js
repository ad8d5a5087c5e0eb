/**
 * The ad networks' customer lists: which columns they have, and what stands in them for a customer.
 *
 * References: Google Ads Help 7659867, "Format your customer data file" (names of the columns, Country and Zip in the
 * clear). Meta Business Help 2082575038703844, "How to format a customer list" (names of the columns, all hashed).
 */

import * as customers from '../contacts/contacts.js';
import { parseNumber } from '../table/numbers.js';
import { hasContacts } from './person.js';

/**
 * @typedef {import('./person.js').Person} Person
 * @typedef {'email' | 'phone' | 'first' | 'last' | 'zip' | 'country'} Known what a customer can be found by
 * @typedef {(person: Person) => string} Part in a network's form, or ''
 * @typedef {{ title: string, part: Part, hashed: boolean, repeats: boolean }} Field
 * @typedef {{ fields: Field[], known: Record<Known, Part>, takesValue: boolean }} Network takesValue: of a customer
 */

/** @type {Network['known']} */
const byGoogle = {
  email: ({ email }) => email,
  phone: ({ phone }) => phone,
  first: (person) => customers.googleFirstName(person.cell('first_name')),
  last: (person) => customers.googleLastName(person.cell('last_name')),
  zip: (person) => customers.zip(person.cell('zip'), person.country),
  country: ({ country }) => country,
};

/** @type {Network['known']} */
const byMeta = {
  email: (person) => customers.email(person.cell('email')),
  phone: ({ phone }) => phone.slice(1),
  first: (person) => customers.metaName(person.cell('first_name')),
  last: (person) => customers.metaName(person.cell('last_name')),
  zip: (person) => customers.metaZip(person.cell('zip'), person.country),
  country: ({ country }) => country.toLowerCase(),
};

/** @type {Record<'google' | 'meta', Network>} */
export const NETWORKS = {
  google: {
    known: byGoogle,
    takesValue: false,
    fields: [
      field('Email', byGoogle.email, { repeats: false }),
      field('Phone', byGoogle.phone, { repeats: false }),
      field('First Name', byGoogle.first),
      field('Last Name', byGoogle.last),
      field('Country', byGoogle.country, { hashed: false }),
      field('Zip', byGoogle.zip, { hashed: false }),
    ],
  },
  meta: {
    known: byMeta,
    takesValue: true,
    fields: [
      field('email', byMeta.email, { repeats: false }),
      field('phone', byMeta.phone, { repeats: false }),
      field('fn', byMeta.first),
      field('ln', byMeta.last),
      field('zip', byMeta.zip),
      field('ct', (person) => customers.metaPlace(person.cell('city'))),
      field('st', (person) => customers.metaState(person.cell('state'), person.country)),
      field('country', byMeta.country),
    ],
  },
};

/**
 * The columns of a network's list, with what a customer is worth in the clear where it takes that.
 * @param {Network} network
 * @param {number} value the table's column of what a customer is worth, or -1
 * @returns {Field[]}
 */
export function fieldsOf(network, value) {
  if (!network.takesValue || value < 0) return network.fields;
  return [...network.fields, field('value', (person) => worthOf(person.at(value)), { hashed: false })];
}

/**
 * What a customer is worth as Meta takes it, or '' where that is not a number from 0 on.
 * @param {string} cell
 */
export function worthOf(cell) {
  const worth = parseNumber(cell, null);
  return typeof worth === 'number' && worth >= 0 && worth < Infinity ? String(worth) : '';
}

/**
 * Whether anyone could find the customer: what the assignment of groups says of them. Of a table without contacts,
 * everyone.
 * @param {Person} person
 * @param {import('./person.js').Contacts} contacts
 */
export function canBeFound(person, { columns }) {
  return !hasContacts(columns) || finds(NETWORKS.google, person);
}

/**
 * Whether a network can find the customer: by e-mail address, by phone, or by name and postal code.
 * @param {Network} network
 * @param {Person} person
 */
export function finds({ known }, person) {
  const has = (/** @type {Known} */ part) => known[part](person) !== '';
  return has('email') || has('phone') || (has('first') && has('last') && has('zip') && has('country'));
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
