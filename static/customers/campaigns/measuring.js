/**
 * What did a campaign change? Asked of the assignment, which says who was written to, and of the orders since.
 *
 * @typedef {import('./asked/file_field.js').Chosen} Chosen
 * @typedef {import('../training/sent/pseudonyms.js').Sent} Sent
 * @typedef {import('./question.js').Question} Question
 */

import { matchPersonal } from '../table/headers.js';
import { columnFields, customerIn, requireColumns } from './asked/columns.js';
import { readOutcome } from './answers/contract.js';
import { orderFile } from './asked/order_file.js';
import { outcomeView } from './answers/outcome.js';
import { save } from '../../ui/saving.js';
import { reportOf } from './answers/report.js';
import { unsentNotes } from './answers/unsent.js';
import { campaignWindow } from './asked/window.js';

/** Columns of the assignment, as training/targeting/assignment.py has them. @type {[string, Sent['kind']][]} */
const ASSIGNED = [['segment_id', 'number'], ['segment', 'segment'], ['segment_name', 'segment'], ['campaign', 'word'],
  ['group', 'word'], ['findable', 'word'], ['share', 'number'], ['day', 'date']];
/** What the customer's column of the assignment is sent as. */
const CUSTOMER = 'customer_id';

/** @returns {Question} */
export function measuring() {
  const days = campaignWindow();
  const orders = orderFile();
  return {
    command: 'measure',
    button: 'Compare the groups',
    files: [assignmentFile(days.draw), orders],
    fields: [days.node],
    choices: () => ({ ...days.choices(), key: CUSTOMER, ...orders.choices() }),
    show(json, asked) {
      const outcome = readOutcome(json);
      outcome.notes.push(...unsentNotes(asked));
      const name = `${outcome.campaign || 'campaign'}-${outcome.from}-to-${outcome.to}.html`;
      return outcomeView(outcome, { onReport: () => save(name, reportOf(outcome.report, new Map())) });
    },
  };
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
      const guess = customerIn(header, ASSIGNED.map(([name]) => header.indexOf(name)));
      fields = columnFields(header, { customer: { label: 'Customer', guess, required: true } });
      more.replaceChildren(fields.node);
      const cell = (/** @type {string} */ name) => sample[0]?.[header.indexOf(name)]?.trim() ?? '';
      onDraw(cell('day'));
      return `${cell('campaign') ? `Campaign ${cell('campaign')}` : 'A campaign without a name'}, drawn on ${cell('day')}, ` +
        `${Math.round(Number(cell('share')) * 100)}% held back.`;
    },
    columns({ table: { header } }) {
      const column = fields?.column('customer') ?? -1;
      const lower = matchPersonal([header[column] ?? ''], []).email === 0; // orders have addresses written alike
      return [
        { name: CUSTOMER, column, kind: 'customer', lower },
        ...ASSIGNED.map(([name, kind]) => ({ name, column: header.indexOf(name), kind })),
      ];
    },
  };
}
