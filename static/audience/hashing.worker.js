import { Hasher } from './hashing.js';

const hasher = new Hasher();

self.onmessage = async ({ data: { id, columns } }) => {
  const digests = [];
  for (const column of columns) digests.push(await hasher.digests(column));
  self.postMessage({ id, columns: digests });
};
