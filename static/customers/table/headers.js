/**
 * Which column of a table is which feature, and which columns hold who the customer is. A guess the user can correct.
 * training/tables/headers.py matches by the same words and rules; tests/cases/headers.json holds both to it.
 */

/**
 * @typedef {'email' | 'phone' | 'first_name' | 'last_name' | 'zip' | 'city' | 'state' | 'country' | 'consent' |
 *   'customer_id'} Kind
 * @typedef {{ name: string, label: string, unit: string }} Named
 */

/** @type {Record<string, readonly string[]>} Names, as `key` has them, that features are known by besides their own. */
export const ALIASES = {
  annual_income: ['annualincome', 'annualincomek', 'yearlyincome', 'income', 'incomek', 'householdincome', 'salary',
    'annualsalary', 'yearlysalary'],
  spending_score: ['spendingscore', 'spendscore', 'spending', 'score'],
};

/** What contacts and ids are called, of each kind the most usual first; before it may stand one of `PREFIXES`. */
export const CONTACTS = /** @type {const} @satisfies {Record<Kind, readonly string[]>} */ ({
  email: ['email', 'mail', 'emailaddress', 'correo', 'correoelectronico', 'courriel', 'emailadresse', 'eposta'],
  phone: ['phone', 'phonenumber', 'mobile', 'mobilephone', 'mobilenumber', 'telephone', 'tel', 'cell', 'cellphone',
    'telefon', 'telefono', 'telefonnummer', 'handy', 'portable', 'telefoon', 'telefone', 'numertelefonu'],
  first_name: ['firstname', 'givenname', 'forename', 'fname', 'fn', 'vorname', 'prenom', 'nombre', 'voornaam', 'imie'],
  last_name: ['lastname', 'surname', 'familyname', 'lname', 'ln', 'nachname', 'nom', 'nomdefamille', 'apellido',
    'apellidos', 'cognome', 'sobrenome', 'achternaam', 'nazwisko', 'soyad'],
  zip: ['zip', 'zipcode', 'postalcode', 'postcode', 'plz', 'postleitzahl', 'codepostal', 'cp', 'codigopostal', 'cap',
    'kodpocztowy', 'postakodu', 'cep'],
  city: ['city', 'town', 'ct', 'ort', 'stadt', 'ville', 'ciudad', 'cidade', 'citta', 'plaats', 'miasto', 'sehir'],
  state: ['state', 'region', 'province', 'provincecode', 'statecode', 'st', 'county', 'bundesland', 'provincia'],
  country: ['country', 'countrycode', 'land', 'pays', 'pais', 'nation', 'paese', 'kraj', 'ulke'],
  consent: ['consent', 'acceptsmarketing', 'acceptsemailmarketing', 'emailmarketingconsent', 'acceptsemailmarketingconsent',
    'marketingconsent', 'emailconsent', 'emailmarketing', 'marketingemails', 'acceptsnewsletter', 'optin',
    'emailoptin', 'optinemail', 'marketingoptin', 'optedin', 'newsletter', 'newslettersubscription',
    'newsletterconsent', 'subscribed', 'issubscribed', 'emailsubscriberstatus', 'emailmarketingstatus',
    'subscriptionstatus', 'maywecontact', 'maycontact', 'contactpermission', 'permission', 'gdprconsent',
    'einwilligung', 'werbeeinwilligung', 'newslettereinwilligung', 'newsletterzustimmung', 'consentement',
    'consentementmarketing', 'accepteemails', 'abonnenewsletter', 'consentimiento', 'aceptamarketing',
    'aceptapublicidad', 'consentimento', 'aceitamarketing', 'aceitanewsletter', 'consenso', 'consensomarketing',
    'accettamarketing', 'toestemming', 'marketingtoestemming', 'nieuwsbrief', 'zgoda', 'zgodamarketingowa',
    'zgodanamarketing', 'onay', 'pazarlamaonayi', 'ticariiletiizni', 'bulten', 'boletin', 'bulletin'],
  customer_id: ['customerid', 'custid', 'customernumber', 'customerno', 'customer', 'clientid', 'client', 'clientnum',
    'userid', 'memberid', 'accountid', 'id', 'kundennummer', 'kundennr', 'kundenid', 'numeroclient', 'idclient',
    'idcliente', 'clienteid', 'codigocliente', 'codicecliente', 'klantnummer', 'klantid', 'idklienta', 'musteriid',
    'musterino'],
});
export const KINDS = /** @type {Kind[]} */ (Object.keys(CONTACTS));

/** Whose contact it is; the first that is there counts. */
export const PREFIXES = ['', 'customer', 'buyer', 'billing', 'billto', 'bill', 'shipping', 'shipto', 'ship', 'delivery',
  'recipient'];

/** What the words of a header are that is of an e-mail address and has another name: E-mail klienta. */
export const MAIL =
  'email mail emailadres emailadresse mailadres mailadresse courriel correo posta';
export const BESIDE_MAIL =
  'e electronico eletronico elettronica electronique address adres adresse adresi indirizzo direccion ' +
  'customer customers buyer user member shopper payer order client cliente kunde kunden kaufers klant klanten klienta ' +
  'kupujacego musteri acheteur comprador contact contacto contatto kontakt billing facturacion facturation fatturazione ' +
  'facturering rechnung de du da do del dell della des der van of the';

/** Last words of a header that are a unit. */
export const UNITS = ['kusd', 'usd', 'keur', 'eur', 'gbp', 'days', 'years', 'months', 'pct', 'percent', 'km', 'k$', 'k€',
  '$', '€', '%'];

const SMALL_WORDS = ['of', 'the', 'in', 'per', 'a'];
/** Marks that people leave out: accents, and the points of Hebrew and Arabic. In Thai, Hindi and kana marks are letters. */
const ACCENTS = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670]/g;
const LETTERS = new Map([['ł', 'l'], ['ı', 'i'], ['ß', 'ss'], ['ø', 'o'], ['æ', 'ae'], ['œ', 'oe']]);

/**
 * The column of each feature, or -1; the surest likeness first, and no column for two.
 * @param {readonly string[]} header
 * @param {readonly Named[]} features
 * @returns {number[]}
 */
export function matchFeatures(header, features) {
  /** @type {number[]} */
  const columns = features.map(() => -1);
  for (const rule of [same, alike, sameButForUnit, alias, sameWords]) {
    features.forEach((feature, index) => {
      if (columns[index] !== -1) return;
      const free = header.map((title, column) => (columns.includes(column) ? null : title));
      columns[index] = rule(free, feature);
    });
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
  const keys = header.map((title, column) => (taken.includes(column) ? null : key(title)));
  const columns = KINDS.map((kind) => {
    const prefixes = kind === 'customer_id' ? [''] : PREFIXES;
    const candidates = prefixes.flatMap((prefix) => CONTACTS[kind].map((name) => prefix + name));
    const name = candidates.find((candidate) => keys.includes(candidate));
    if (name !== undefined) return [kind, keys.indexOf(name)];
    return [kind, kind === 'email' ? header.findIndex((title, column) => keys[column] !== null && isOfMail(title)) : -1];
  });
  return Object.fromEntries(columns);
}

/** @param {string} title @returns {boolean} */
function isOfMail(title) {
  const mail = MAIL.split(' ');
  const known = [...mail, ...BESIDE_MAIL.split(' ')];
  const parts = words(title);
  return parts.some((word) => mail.includes(word)) && parts.every((word) => known.includes(word));
}

/** @typedef {(titles: readonly (string | null)[], feature: Named) => number} Rule of the columns that are not null */

/** @type {Rule} */
const same = (titles, { name }) => titles.indexOf(name);

/** @type {Rule} */
function alike(titles, { name, label }) {
  const names = [key(name), key(label)];
  const isAlike = (/** @type {string} */ title) =>
    names.includes(key(title)) || (title.endsWith('…') && names.some((other) => other.startsWith(key(title))));
  return titles.findIndex((title) => title !== null && isAlike(title));
}

/** @type {Rule} */
function sameButForUnit(titles, { name, label }) {
  const names = [withoutUnit(name).join(''), key(label)];
  return titles.findIndex((title) => title !== null && names.includes(withoutUnit(title).join('')));
}

/** @type {Rule} */
function alias(titles, { name }) {
  const keys = titles.map((title) => (title === null ? null : withoutUnit(title).join('')));
  const known = (ALIASES[name] ?? []).find((candidate) => keys.includes(candidate));
  return known === undefined ? -1 : keys.indexOf(known);
}

/** @type {Rule} */
function sameWords(titles, { name, label }) {
  const names = [bag(withoutUnit(name)), bag(words(label))];
  return titles.findIndex((title) => title !== null && names.includes(bag(withoutUnit(title))));
}

/**
 * The words in any order.
 * @param {readonly string[]} parts
 */
function bag(parts) {
  return [...new Set(parts)].filter((word) => !SMALL_WORDS.includes(word)).sort().join(' ');
}

/**
 * The words but for the unit: "Annual income (k$)" and "annual_income_kusd" are annual, income.
 * @param {string} title
 */
function withoutUnit(title) {
  const parts = title.trim().split(/[\s_.\-/]+/);
  const last = parts.at(-1)?.toLowerCase() ?? '';
  return words(parts.length > 1 && UNITS.includes(last) ? parts.slice(0, -1).join(' ') : title);
}

/**
 * The words but for what is in brackets.
 * @param {string} title
 */
export function words(title) {
  const outside = title.replace(/[([{][^)\]}]*[)\]}]/g, ' ');
  const text = /[\p{L}\p{N}]/u.test(outside) ? outside : title;
  const plain = text.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2').normalize('NFKD').replace(ACCENTS, '').toLowerCase();
  return plain.replace(/[łıßøæœ]/g, (letter) => LETTERS.get(letter) ?? letter).match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
}

/** @param {string} title @returns {string} what headers are compared by */
export function key(title) {
  return words(title).join('');
}
