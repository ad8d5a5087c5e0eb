/**
 * A file as text, piece by piece: the file stays on disk, only one piece is in memory.
 */

/** Bytes read at a time. */
const PIECE = 1 << 18;
const BYTE_ORDER_MARKS = /** @type {const} */ ([
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
]);

/** Encodings that a file may have that is not UTF-8, the first unless its user says another. */
export const ENCODINGS = new Map([
  ['windows-1252', 'Western Europe (Windows-1252)'],
  ['windows-1250', 'Central Europe (Windows-1250)'],
  ['iso-8859-2', 'Central Europe (ISO 8859-2)'],
  ['windows-1254', 'Turkish (Windows-1254)'],
  ['windows-1257', 'Baltic (Windows-1257)'],
  ['macintosh', 'Western Europe (Mac Roman)'],
  ['windows-1251', 'Cyrillic (Windows-1251)'],
  ['koi8-r', 'Cyrillic (KOI8-R)'],
  ['koi8-u', 'Ukrainian (KOI8-U)'],
  ['windows-1253', 'Greek (Windows-1253)'],
  ['windows-1255', 'Hebrew (Windows-1255)'],
  ['windows-1256', 'Arabic (Windows-1256)'],
  ['windows-874', 'Thai (Windows-874)'],
  ['gb18030', 'Chinese (GBK)'],
  ['big5', 'Chinese (Big5)'],
  ['shift_jis', 'Japanese (Shift-JIS)'],
  ['euc-kr', 'Korean (EUC-KR)'],
]);
const ZIP = [0x50, 0x4b, 0x03, 0x04];

/** What else begins in a way of its own, and is text. */
const OTHERS = /** @type {const} */ ([
  [/^%PDF-/, 'a PDF'],
  [/^\{\\rtf/, 'a text document'],
  [/^<((!doctype|\?xml|html|head|meta|body|table|style|div|script|title|center|font|p|br|tr|td)\b|!--)/i, 'a web page or XML, whatever its name ends with'],
  [/^(\{\s*["}]|\[\s*[{[\]])/, 'JSON'],
]);

const NO_TEXT = 'This is not a text file. Save the table as CSV and choose that file.';

/** A file that cannot be read as text; the message is for the user. */
export class TextError extends Error {}

/**
 * @typedef {{ encoding: string, mark: boolean, bytes: number }} Encoding
 * `mark` tells whether the file begins with a byte-order mark, `bytes` how long that is.
 */

/**
 * Find the encoding: by the byte-order mark, else UTF-8 if all of the file is, else what its user says, else Windows-1252.
 * @param {Blob} file
 * @param {string} [wanted]
 * @returns {Promise<Encoding>}
 */
export async function detectEncoding(file, wanted = 'windows-1252') {
  const head = await read(file, 0, 4096);
  if (ZIP.every((byte, index) => head[index] === byte)) {
    throw new TextError('This is a workbook or an archive. Save the table as CSV and choose that file.');
  }
  for (const [encoding, mark] of BYTE_ORDER_MARKS) {
    if (!mark.every((byte, index) => head[index] === byte)) continue;
    const beginning = new TextDecoder(encoding).decode(head);
    if (beginning.includes('\0')) throw new TextError(NO_TEXT); // of four bytes a letter
    refuseOthers(beginning);
    return { encoding, mark: true, bytes: mark.length };
  }
  if (head.includes(0)) throw new TextError(NO_TEXT);
  refuseOthers(new TextDecoder().decode(head));
  const encoding = (await isUtf8(file)) ? 'utf-8' : wanted;
  return { encoding, mark: false, bytes: 0 };
}

/** @param {string} beginning of a file */
function refuseOthers(beginning) {
  const other = OTHERS.find(([sign]) => sign.test(beginning.trimStart()));
  if (other) throw new TextError(`This is ${other[1]}. Save the table as CSV and choose that file.`);
}

/**
 * Decode a file.
 * @param {Blob} file
 * @param {Encoding} encoding
 * @returns {AsyncGenerator<{ text: string, end: number }>} pieces, and the byte after each
 */
export async function* pieces(file, { encoding, bytes }) {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  for (let start = bytes; start < file.size; start += PIECE) {
    const end = Math.min(start + PIECE, file.size);
    yield { text: decoder.decode(await read(file, start, end), { stream: end < file.size }), end };
  }
}

/** @param {Blob} file */
async function isUtf8(file) {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for (let start = 0; start < file.size; start += PIECE) {
      decoder.decode(await read(file, start, start + PIECE), { stream: true });
    }
    decoder.decode();
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/**
 * @param {Blob} file
 * @param {number} start
 * @param {number} end
 */
async function read(file, start, end) {
  try {
    return new Uint8Array(await file.slice(start, end).arrayBuffer());
  } catch {
    throw new TextError('The file cannot be read any more: it was moved or changed. Choose it again.');
  }
}
