/**
 * What did a campaign change? Asked of the assignment, which says who was written to, and of the orders since.
 *
 * @typedef {import('./file_field.js').Chosen} Chosen
 * @typedef {import('../training/pseudonyms.js').Sent} Sent
 * @typedef {import('./question.js').Question} Question
 */

import { matchPersonal } from '../table/headers.js';
import { findOrderColumns, sentOfOrders } from '../table/order_columns.js';
import { columnFields, requireColumns } from './columns.js';
import { readOutcome } from './contract.js';
import { outcomeView } from './outcome.js';
import { inWords, optionsIn, orderReading } from './reading.js';
import { reportOf, save } from './saving.js';
import { unsentNotes } from './unsent.js';
import { campaignWindow } from './window.js';

/** Columns of the assignment, as training/targeting/assignment.py has them. @type {[string, Sent['kind']][]} */
const ASSIGNED = [['segment_id', 'number'], ['segment', 'word'], ['segment_name', 'word'], ['campaign', 'word'],
  ['group', 'word'], ['findable', 'word'], ['share', 'number'], ['day', 'date']];
/** What the customer's column is sent as, in both files. */
const CUSTOMER = 'customer_id';

/** @returns {Question} */
export function measuring() {
  const days = campaignWindow();
  const reading = orderReading();
  const assignment = assignmentFile(days.draw);
  const orders = ordersFile();
  return {
    command: 'measure',
    button: 'Compare the groups',
    files: [assignment, orders],
    fields: [days.node, reading.node],
    choices: () => ({ ...days.choices(), key: CUSTOMER, ...orders.choices(), ...reading.choices() }),
    explain: (detail, files) => ({
      text: inWords(detail, sentAs(files), reading.labels),
      control: reading.lead(optionsIn(detail)),
    }),
    show(json, asked) {
      const outcome = readOutcome(json);
      outcome.notes.push(...unsentNotes(asked));
      const name = `${outcome.campaign || 'campaign'}-${outcome.from}-to-${outcome.to}.html`;
      return outcomeView(outcome, { onReport: () => save(name, reportOf(outcome.report, sentAs(asked.files))) });
    },
  };
}

/** @param {Chosen[]} files @returns {Map<string, string>} names by what they are sent as */
function sentAs([assignment, orders]) {
  return new Map([['table.csv', assignment?.file.name ?? ''], ['orders.csv', orders?.file.name ?? '']]);
}

/**
 * @param {(day: string) => void} onDraw told on which day the groups were drawn, '' for none
 * @returns {import('./question.js').Wanted}
 */
function assignmentFile(onDraw) {
  /** @type {ReturnType<typeof columnFields<'customer'>> | null} */
  let fields = null;
  return {
    part: 'table',
    label: 'Assignment',
    hint: 'Who was written to and who was held back, drawn before the campaign.',
    onRead(chosen, more) {
      more.replaceChildren();
      if (!chosen) return '';
      const { header, sample } = chosen.table;
      requireColumns(header, ASSIGNED.map(([name]) => name), 'choose the assignment of your audience, or what holdout wrote.');
      const guess = matchPersonal(header, ASSIGNED.map(([name]) => header.indexOf(name))).customer_id;
      fields = columnFields(header, { customer: { label: 'Customer', guess } });
      more.replaceChildren(fields.node);
      const cell = (/** @type {string} */ name) => sample[0]?.[header.indexOf(name)]?.trim() ?? '';
      onDraw(cell('day'));
      return `${cell('campaign') ? `Campaign ${cell('campaign')}` : 'A campaign without a name'}, drawn on ${cell('day')}, ` +
        `${Math.round(Number(cell('share')) * 100)}% held back.`;
    },
    columns: ({ table: { header } }) => [
      { name: CUSTOMER, column: fields?.column('customer') ?? -1, kind: 'customer' },
      ...ASSIGNED.map(([name, kind]) => ({ name, column: header.indexOf(name), kind })),
    ],
  };
}

/** @returns {import('./question.js').Wanted & { choices: () => Record<string, string> }} */
function ordersFile() {
  /** @type {ReturnType<typeof columnFields<'customer' | 'date' | 'amount' | 'order'>> | null} */
  let fields = null;
  /** @type {string[]} */
  let header = [];
  return {
    part: 'orders',
    label: 'Orders',
    hint: 'One row an order, exported after the last day that counts.',
    onRead(chosen, more) {
      more.replaceChildren();
      if (!chosen) return '';
      header = chosen.table.header;
      const { roles } = findOrderColumns(header);
      const guess = (/** @type {import('../table/order_columns.js').Role} */ role) => roles[role] ?? -1;
      const priced = roles.quantity !== undefined && roles.price !== undefined;
      fields = columnFields(header, {
        customer: { label: 'Customer', guess: guess('customer') },
        date: { label: 'Date', guess: guess('date') },
        amount: { label: 'Amount', guess: guess('amount'), ...(priced && { none: 'Quantity times price' }) },
        order: { label: 'Order', guess: guess('order'), none: 'None: each row is an order' },
      });
      more.replaceChildren(fields.node);
      return '';
    },
    columns({ table }) {
      const columns = findOrderColumns(table.header);
      for (const role of /** @type {const} */ (['customer', 'date', 'amount', 'order'])) {
        const column = fields?.column(role) ?? -1;
        if (column < 0) delete columns.roles[role];
        else columns.roles[role] = column;
      }
      return sentOfOrders(columns, table, CUSTOMER);
    },
    choices() {
      const named = /** @type {const} */ (['date', 'amount', 'order']).flatMap((role) => {
        const title = header[fields?.column(role) ?? -1];
        return title === undefined ? [] : [[role, title]];
      });
      return { customer: CUSTOMER, ...Object.fromEntries(named) };
    },
  };
}
