/** What is said where there is no answer, and which control settles it. */

import { ContractError } from '../../service/contract.js';
import { messageOf as saidOf } from '../training/faults.js';

/**
 * @param {unknown} error
 * @param {ReadonlyMap<string, string>} files names of files by what they are sent as
 * @returns {string} a sentence for the user; any other error is a fault of this page
 */
export function messageOf(error, files) {
  if (error instanceof ContractError) {
    return `The training service and this page are of different versions: its answer cannot be read (${error.message}).`;
  }
  const said = saidOf(error, files.get('table.csv') ?? '');
  return [...files].reduce((text, [sent, name]) => text.replaceAll(sent, name), said);
}

/**
 * @param {string} text that may name a control, as in “Dates are written”
 * @param {HTMLElement} form
 * @returns {HTMLElement | null} the control, its part of the form opened
 */
export function controlNamed(text, form) {
  const [, name] = /“([^”]+)”/.exec(text) ?? [];
  const label = [...form.querySelectorAll('label')].find(({ firstChild }) => firstChild?.textContent === name);
  const details = label?.closest('details');
  if (details) details.open = true;
  return label?.control ?? null;
}
