/**
 * The orders of a campaign: which columns they have, and how they are read where they leave it open.
 *
 * @typedef {import('../question.js').Wanted} Wanted
 */

import { decimalIn, decimalSelect, field } from '../../steps/fields.js';
import { orderColumns } from '../../training/orders.js';
import { orderFields } from '../../training/choices/order_fields.js';
import { planScore } from '../../training/plan.js';
import { folded } from './columns.js';

/** What stands for a column in the summary. */
const SAID = /** @type {const} */ ([['Customer', 'customer'], ['Date', 'date'], ['Amount', 'amount'], ['Order', 'order']]);

/** @returns {Wanted & { choices: () => import('../../../service/training.js').Choices }} choices: options of the command */
export function orderFile() {
  /** @type {() => import('../../training/plan.js').Plan} */
  let plan = () => ({ columns: [], options: {} });
  return {
    part: 'orders',
    label: 'Orders',
    hint: 'One row per order, exported after the last day that counts.',
    onRead(chosen, more) {
      more.replaceChildren();
      if (!chosen) return '';
      const { table } = chosen;
      const columns = orderColumns(table.header);
      const fields = orderFields(table, columns, () => fields.check(true));
      const decimal = decimalSelect();
      fields.node.hidden = false;
      fields.check(true);
      plan = () => planScore(table, { ...fields.choices(), decimal: decimalIn(decimal) });
      const { customer, date, amount, quantity, price } = columns;
      const unknown = customer < 0 || date < 0 || (amount < 0 && (quantity < 0 || price < 0));
      more.replaceChildren(folded(SAID.map(([label, role]) => [label, table.header[columns[role]]]), unknown, fields.node,
        field('Decimal sign', decimal)));
      return '';
    },
    columns: () => plan().columns,
    choices() {
      const { orders, delimiter, ...options } = plan().options; // of a single table
      return options;
    },
  };
}
