/** A table to fill in, for a shop that has none yet. */

import { snapped } from '../../model/segmenter.js';
import { title } from '../../ui/dom.js';
import { save } from '../../ui/saving.js';
import { formatRow } from '../table/csv.js';

/** @typedef {import('../../service/contract.js').Model} Model */

const CONTACTS = {
  email: ['ada@example.com', 'ben@example.com'],
  phone: ['+1 212 555 0100', '+44 20 7946 0018'],
  first_name: ['Ada', 'Ben'],
  last_name: ['Example', 'Sample'],
  zip: ['10001', 'SW1A 1AA'],
  city: ['New York', 'London'],
  state: ['NY', ''],
  country: ['US', 'GB'],
};

/**
 * Its two customers stand in the middle of the first two segments.
 *
 * @param {Model} model
 */
export function saveTemplate({ features, segments }) {
  const header = [...Object.keys(CONTACTS), ...features.map(title)];
  const rows = segments.slice(0, 2).map(({ centroid }, row) => [
    ...Object.values(CONTACTS).map((column) => column[row] ?? ''),
    ...features.map((feature, index) => String(snapped(feature, Number(centroid[index])))),
  ]);
  const lines = [header, ...rows].map((row) => `${formatRow(row, ',')}\r\n`);
  save('customers-template.csv', new Blob(lines, { type: 'text/csv' }));
}
