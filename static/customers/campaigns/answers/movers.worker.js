/** Writes who moved, away from the page. The page asks by `../remote.js`. */

import { answer } from '../../remote.js';
import { joinMovers } from './movers.js';

answer({
  /** @param {import('./movers.js').Request} request @param {import('../../remote.js').Context} context */
  join: (request, { signal }) => joinMovers(request, signal),
});
