/**
 * What there is to say of dates that are to make segments: the day that they count to, and whether day or month comes first.
 *
 * @typedef {import('../columns.js').Survey} Survey
 * @typedef {import('../plan.js').Dates} Dates
 */

import { element } from '../../../ui/dom.js';
import { dateOrderSelect, field } from '../../steps/fields.js';
import { formatIn } from '../../table/days.js';

/** @param {() => Survey[]} chosen columns of dates @param {() => void} onChange */
export function dateFields(chosen, onChange) {
  const day = element('input', { type: 'date', min: '1900-01-01', max: '2199-12-31', onchange: onChange });
  const order = dateOrderSelect(onChange);
  const ordering = field('Dates are written', order);
  const node = element('div', { class: 'fields wide', hidden: true },
    field('Days count to', day, 'Dates become days before this day, such as the day of the export.'), ordering);
  const areOpen = () => chosen().some(({ dates }) => dates.length > 1);
  const formats = () => Object.fromEntries(chosen().map(({ column, dates }) => [column, formatIn(dates, order.value) ?? '']));
  return {
    node,
    /** @returns {Pick<import('../plan.js').OfCustomers, 'formats' | 'dates' | 'asOf'>} */
    choices: () => ({
      formats: formats(),
      dates: areOpen() ? /** @type {Dates} */ (order.value) : '',
      asOf: chosen().length > 0 ? day.value : '',
    }),
    /** @param {boolean} asked whether the choice counts */
    check(asked) {
      const dated = asked && chosen().length > 0;
      node.hidden = !dated;
      day.required = dated;
      ordering.hidden = !areOpen();
      order.required = dated && areOpen();
      order.setCustomValidity(order.required && order.value !== '' && clash(Object.values(formats()))
        ? 'Two columns are written in two ways: choose one of them, or write their dates as 2024-12-31.' : '');
    },
  };
}

/** @param {string[]} formats tried in turn @returns {boolean} whether one would read what another is for */
function clash(formats) {
  const shapes = new Set(formats.map((format) => format.replace(/%[dm]/g, '')));
  return shapes.size < new Set(formats).size;
}
