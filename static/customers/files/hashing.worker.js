import { Hasher } from './hashing.js';

const hasher = new Hasher();

self.onmessage = async ({ data: { id, columns } }) => self.postMessage({ id, lines: await hasher.lines(columns) });
