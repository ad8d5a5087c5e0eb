/**
 * A table in an archive: a gzip file, or a zip file that holds a single file, as training/files/archive.py reads them.
 */

import { TextError } from './decoding.js';

/** Bytes that an archive may hold. */
const MOST = 1 << 30;
const GZIP = 0x8b1f;
const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];
/** Bytes of their parts that always are there. */
const [LOCAL_BYTES, CENTRAL_BYTES, END_BYTES] = [30, 46, 22];
const LONGEST_COMMENT = 0xffff;
const [STORED, DEFLATED] = [0, 8];
/** What a workbook holds, which is a zip too. */
const OF_WORKBOOKS = ['[Content_Types].xml', 'mimetype'];

const DAMAGED = 'This archive cannot be unpacked. Is it complete? Unpack it yourself, and choose the table in it.';

/** @typedef {{ name: string, at: number, size: number, method: number, locked: boolean }} Part of a zip file: where it is */

/**
 * @param {File} file
 * @returns {Promise<File>} what is in an archive; the file itself if it is none
 */
export async function unpacked(file) {
  const head = await view(file, 0, 4);
  if (head.byteLength >= 2 && head.getUint16(0, true) === GZIP) return inflated(file, file.name.replace(/\.gz$/i, ''), 'gzip');
  if (head.byteLength < 4 || head.getUint32(0, true) !== LOCAL) return file;
  const parts = await partsOf(file);
  if (parts.length === 0 || parts.some(({ name }) => OF_WORKBOOKS.includes(name))) return file; // it is called a workbook
  const tables = parts.filter(({ name }) => !isFolderOrAdded(name));
  const [part] = tables;
  if (!part || tables.length > 1) {
    const names = tables.slice(0, 20).map(({ name }) => name).join(', ') || 'none';
    throw new TextError(`Expected one file in the archive, found ${names}. Unpack it, and choose one of them.`);
  }
  if (part.locked) throw new TextError('This archive has a password. Unpack it, and choose the table in it.');
  const local = await view(file, part.at, part.at + LOCAL_BYTES);
  if (local.byteLength < LOCAL_BYTES || local.getUint32(0, true) !== LOCAL) throw new TextError(DAMAGED);
  const start = part.at + LOCAL_BYTES + local.getUint16(26, true) + local.getUint16(28, true);
  const packed = file.slice(start, start + part.size);
  const name = part.name.split('/').at(-1) ?? file.name;
  if (part.method === STORED) return new File([packed], name);
  if (part.method !== DEFLATED) throw new TextError(DAMAGED);
  return inflated(packed, name, 'deflate-raw');
}

/** @param {string} name @returns {boolean} whether it is a folder, or a system put it there, and not who made the archive */
function isFolderOrAdded(name) {
  const [last = '', ...folders] = name.split('/').reverse();
  return last === '' || last.startsWith('.') || folders.includes('__MACOSX');
}

/**
 * @param {File} file
 * @returns {Promise<Part[]>} of a zip file
 */
async function partsOf(file) {
  const from = Math.max(0, file.size - END_BYTES - LONGEST_COMMENT);
  const tail = await view(file, from, file.size);
  let end = tail.byteLength - END_BYTES;
  while (end >= 0 && tail.getUint32(end, true) !== END) end -= 1;
  if (end < 0) return []; // damaged
  const [size, start] = [tail.getUint32(end + 12, true), tail.getUint32(end + 16, true)];
  const list = await view(file, start, start + size);
  const parts = [];
  for (let at = 0; at + CENTRAL_BYTES <= list.byteLength && list.getUint32(at, true) === CENTRAL;) {
    const length = list.getUint16(at + 28, true);
    const name = new TextDecoder().decode(new Uint8Array(list.buffer, at + CENTRAL_BYTES, Math.min(length, list.byteLength - at - CENTRAL_BYTES)));
    parts.push({
      name, at: list.getUint32(at + 42, true), size: list.getUint32(at + 20, true), method: list.getUint16(at + 10, true),
      locked: (list.getUint16(at + 8, true) & 1) === 1,
    });
    at += CENTRAL_BYTES + length + list.getUint16(at + 30, true) + list.getUint16(at + 32, true);
  }
  return parts;
}

/**
 * @param {Blob} packed
 * @param {string} name
 * @param {CompressionFormat} format
 */
async function inflated(packed, name, format) {
  let bytes = 0;
  const counter = new TransformStream({
    transform(piece, controller) {
      bytes += piece.byteLength;
      if (bytes > MOST) throw new TextError(`This archive holds more than ${MOST.toLocaleString('en')} bytes. Unpack it, and split the table.`);
      controller.enqueue(piece);
    },
  });
  try {
    const stream = packed.stream().pipeThrough(new DecompressionStream(format)).pipeThrough(counter);
    return new File([await new Response(stream).blob()], name);
  } catch (error) {
    throw error instanceof TextError ? error : new TextError(DAMAGED);
  }
}

/** @param {Blob} file @param {number} start @param {number} end */
async function view(file, start, end) {
  return new DataView(await file.slice(start, end).arrayBuffer());
}
