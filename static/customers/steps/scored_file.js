/**
 * A scored file on screen: how many customers each segment has, who they are, and the files to be written of them.
 *
 * @typedef {import('../../service/contract.js').Model} Model
 * @typedef {import('../table/table.js').Description} Description
 * @typedef {import('../table/scoring.js').Scored} Scored
 * @typedef {import('../remote.js').Remote} Remote
 * @typedef {Parameters<ReturnType<typeof import('./shelf.js').createShelf>['write']>} Writing
 */

import { messageOf } from '../remote.js';
import { downloadView } from './download.js';
import { membersView } from './members.js';
import { resultView } from './result.js';

/**
 * @param {Remote} remote holds the file
 * @param {{ model: Model, table: Description, columns: number[], scored: Scored }} file columns: of the features
 * @param {{ signal: () => AbortSignal, complain: (text: string) => void,
 *   onWrite: (kind: Writing[2], audience: Writing[3]) => void, onBack: () => void, onForget: () => void,
 *   onOpen: (values: number[]) => void }} actions signal: of what is under way
 */
export function scoredView(remote, { model, table, columns, scored }, { signal, complain, onWrite, ...actions }) {
  const ask = asking(remote, signal, complain);
  const result = resultView(model, scored, {
    onRefusals: () => onWrite('refusals', null),
    onBack: actions.onBack,
    onForget: actions.onForget,
  });
  const download = downloadView(model, table, columns, scored.counts, {
    onCount: ask('reach'),
    onLeaveOut: (list, country) => remote.call('leaveOut', { file: list, country }, {}),
    onWrite,
  });
  const members = membersView(model, table, columns, { ask: ask('members'), onOpen: actions.onOpen });
  const hasScores = scored.scored > 0;
  return {
    nodes: [result.node, ...(hasScores ? [members.node, download.node] : [])],
    showKept: result.showKept,
    showLost: result.showLost,
    /** @param {number} position of a segment @param {Parameters<typeof download.choose>[1]} [how] */
    choose(position, how) {
      if (hasScores) members.choose(position);
      download.choose(position, how);
    },
  };
}

/**
 * @param {Remote} remote @param {() => AbortSignal} underWay @param {(text: string) => void} complain
 * @returns {(method: 'members' | 'reach') => (question: unknown) => Promise<any>} asks; null where another was asked
 *   meanwhile
 */
function asking(remote, underWay, complain) {
  return (method) => {
    let latest = new AbortController();
    return async (question) => {
      latest.abort();
      latest = new AbortController();
      const signal = AbortSignal.any([underWay(), latest.signal]);
      try {
        const answer = await remote.call(method, question, { signal });
        return signal.aborted ? null : answer;
      } catch (error) {
        if (!signal.aborted) complain(messageOf(error));
        return null;
      }
    };
  };
}
