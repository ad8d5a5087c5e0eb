/**
 * Which column of a table is which feature, and which columns hold who the customer is. A guess the user can correct.
 */

/**
 * @typedef {'email' | 'phone' | 'first_name' | 'last_name' | 'zip' | 'city' | 'state' | 'country' | 'customer_id'} Kind
 * @typedef {{ name: string, label: string, unit: string }} Named
 */

/** Names a column is known by, besides the kind's own; compared without case, accents, spaces and signs. */
const NAMES = /** @type {const} @satisfies {Record<Kind, readonly string[]>} */ ({
  email: ['e-mail', 'mail', 'email address', 'e-mail address', 'correo', 'courriel', 'e-mail-adresse'],
  phone: ['phone number', 'mobile', 'mobile phone', 'mobile number', 'telephone', 'tel', 'cell', 'cell phone',
    'telefon', 'telefono', 'handy', 'portable'],
  first_name: ['given name', 'forename', 'fname', 'fn', 'vorname', 'prénom', 'nombre'],
  last_name: ['surname', 'family name', 'lname', 'ln', 'nachname', 'nom', 'nom de famille', 'apellido', 'apellidos'],
  zip: ['zip code', 'zipcode', 'postal code', 'postcode', 'post code', 'plz', 'postleitzahl', 'code postal', 'cp',
    'código postal'],
  city: ['town', 'ct', 'ort', 'stadt', 'ville', 'ciudad'],
  state: ['region', 'province', 'st', 'county', 'bundesland', 'provincia'],
  country: ['country code', 'land', 'pays', 'país', 'nation'],
  customer_id: ['id', 'customer', 'customer number', 'customer no', 'client id', 'user id', 'kundennummer',
    'kunden-nr'],
});
export const KINDS = /** @type {Kind[]} */ (Object.keys(NAMES));

/** Least likeness of a column's name to a feature's, 0 to 1. */
const LIKE_ENOUGH = 0.6;

/**
 * The column of each feature, or -1; no column serves two.
 * @param {readonly string[]} header
 * @param {readonly Named[]} features
 * @returns {number[]}
 */
export function matchFeatures(header, features) {
  const pairs = features.flatMap((feature, index) =>
    header.map((title, column) => ({ index, column, likeness: likeness(title, feature) })),
  );
  pairs.sort((a, b) => b.likeness - a.likeness || a.column - b.column);
  /** @type {number[]} */
  const columns = features.map(() => -1);
  for (const { index, column, likeness } of pairs) {
    if (likeness >= LIKE_ENOUGH && columns[index] === -1 && !columns.includes(column)) columns[index] = column;
  }
  return columns;
}

/**
 * The column of each kind of personal data, or -1.
 * @param {readonly string[]} header
 * @param {readonly number[]} taken columns that are features
 * @returns {Record<Kind, number>}
 */
export function matchPersonal(header, taken) {
  const titles = header.map(plain);
  const found = KINDS.map((kind) => {
    const names = [kind, ...NAMES[kind]].map(plain);
    return [kind, titles.findIndex((title, column) => names.includes(title) && !taken.includes(column))];
  });
  return Object.fromEntries(found);
}

/**
 * @param {string} title
 * @param {Named} feature
 */
function likeness(title, feature) {
  const bare = withoutUnit(title, feature.unit);
  if (plain(bare) === plain(feature.name)) return 1;
  if (plain(bare) === plain(feature.label)) return 0.99;
  return Math.max(overlap(bare, feature.name), overlap(bare, feature.label)) * 0.9;
}

/**
 * Shared words over all words.
 * @param {string} a
 * @param {string} b
 */
function overlap(a, b) {
  const left = new Set(words(a));
  const right = new Set(words(b));
  const shared = [...left].filter((word) => right.has(word)).length;
  return shared / Math.max(1, left.size + right.size - shared);
}

/**
 * "Annual income (k$)" is "Annual income".
 * @param {string} title
 * @param {string} unit
 */
function withoutUnit(title, unit) {
  const bare = title.replace(/[([{][^)\]}]*[)\]}]\s*$/, '').trim() || title;
  return unit && bare.toLowerCase().endsWith(` ${unit.toLowerCase()}`) ? bare.slice(0, -unit.length - 1) : bare;
}

/** @param {string} text */
function words(text) {
  const parted = text.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2').normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return parted.match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** @param {string} text */
function plain(text) {
  return words(text).join('');
}
