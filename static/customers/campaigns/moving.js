/**
 * Who moved between the segments? Asked of two tables that one model has scored.
 *
 * @typedef {import('./asked/file_field.js').Chosen} Chosen
 * @typedef {import('../training/sent/pseudonyms.js').Sent} Sent
 * @typedef {import('./question.js').Question} Question
 * @typedef {import('./question.js').Wanted} Wanted
 */

import { columnFields, customerIn, requireColumns } from './asked/columns.js';
import { readMovement } from './answers/contract.js';
import { movementView } from './answers/moved.js';
import { save } from '../../ui/saving.js';
import { reportOf, stem } from './answers/report.js';
import { unsentNotes } from './answers/unsent.js';

/** Columns of a scored table, as training/targeting/scored.py has them. @type {[string, Sent['kind']][]} */
const SCORED = [['segment_id', 'number'], ['segment', 'segment'], ['segment_name', 'segment'], ['borderline', 'word'],
  ['model', 'word']];
/** What a column of what customers are worth is called, as there. */
const VALUES = ['monetary', 'value', 'revenue', 'total_spent'];
/** What the chosen columns are sent as, in both files. */
const [CUSTOMER, VALUE] = ['customer_id', 'monetary'];

/** @param {import('../remote.js').Remote} remote of the worker that writes who moved @returns {Question} */
export function moving(remote) {
  const [then, now] = [scoredFile('table', 'Then', 'The earlier table, with segments.'),
    scoredFile('now', 'Now', 'The later one, scored by the same model.')];
  return {
    command: 'movement',
    button: 'Compare the tables',
    files: [then, now],
    fields: [],
    choices: () => ({ key: CUSTOMER }),
    show(json, asked) {
      const movement = readMovement(json);
      movement.notes.push(...unsentNotes(asked));
      const [first, second] = asked.files.map(({ file }) => file.name);
      const name = `${stem(first ?? '')}-to-${stem(second ?? '')}`;
      const { file, table: { delimiter, named } } = /** @type {Chosen} */ (asked.files[1]);
      const column = now.customer();
      return movementView(movement, { then: first ?? '', now: second ?? '' }, {
        onReport: () => save(`${name}.html`, reportOf(movement.report, sentAs(asked.files))),
        onMovers: async () => {
          const { movers } = movement;
          const blob = await remote.call('join', {
            file, reading: { delimiter, named }, column, movers, customers: asked.customers, key: CUSTOMER,
          });
          save(`movers-${name}.csv`, blob);
        },
      });
    },
  };
}

/** @param {Chosen[]} files @returns {Map<string, string>} names by what they are sent as */
function sentAs([then, now]) {
  return new Map([['table.csv', then?.file.name ?? ''], ['now.csv', now?.file.name ?? '']]);
}

/**
 * @param {string} part
 * @param {string} label
 * @param {string} hint
 * @returns {Wanted & { customer: () => number }}
 */
function scoredFile(part, label, hint) {
  /** @type {ReturnType<typeof columnFields<'customer' | 'value'>> | null} */
  let fields = null;
  const customer = () => fields?.column('customer') ?? -1;
  return {
    part,
    label,
    hint,
    customer,
    onRead(chosen, more) {
      more.replaceChildren();
      if (!chosen) return '';
      const { header } = chosen.table;
      requireColumns(header, SCORED.map(([name]) => name), 'choose a table with segments that score wrote.');
      const taken = SCORED.map(([name]) => header.indexOf(name));
      const value = VALUES.find((name) => header.includes(name));
      fields = columnFields(header, {
        customer: { label: 'Customer', guess: customerIn(header, taken), required: true },
        value: { label: 'Worth', guess: value === undefined ? -1 : header.indexOf(value) },
      });
      more.replaceChildren(fields.node);
      return '';
    },
    columns({ table: { header } }) {
      const value = fields?.column('value') ?? -1;
      return [
        { name: CUSTOMER, column: customer(), kind: 'customer' },
        ...SCORED.map(([name, kind]) => ({ name, column: header.indexOf(name), kind })),
        ...(value < 0 ? [] : [/** @type {Sent} */ ({ name: VALUE, column: value, kind: 'number' })]),
      ];
    },
  };
}
