/**
 * What was not sent of the files, because it is not what its column must hold.
 *
 * @typedef {import('../question.js').Asked} Asked
 */

import { isolated } from '../../../ui/dom.js';
import { counted } from '../../texts.js';

/** @param {Pick<Asked, 'files' | 'parts'>} asked @returns {string[]} a sentence a column */
export function unsentNotes({ files, parts }) {
  return parts.flatMap(({ header, unsent }, place) => header.flatMap((name, column) => {
    const cells = unsent[column] ?? 0;
    return cells ? [`${isolated(files[place]?.file.name ?? '')}: ${counted(cells, 'cell')} of ${isolated(name)} stayed here and counted as empty: not ` +
      'what the column should hold.'] : [];
  }));
}
