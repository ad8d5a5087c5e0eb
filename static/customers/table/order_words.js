/**
 * What the headers of order tables are made of, where none of their aliases is the whole of it: "Montant total de la
 * commande". The words are those of training/tables/orders/words.py.
 */

import { words } from './headers.js';

/** Words that headers may have between the others: ID do cliente. */
export const SMALL_WORDS = (
  'd da de del dell della dello der des di do du el em en in l la le les of the van'
).split(' ');

/** Words that alone say that the tax is the amount. */
export const TAXES = (
  'btw iva kdv mw mwst st tax taxes tva ust vat'
).split(' ');

/** Words on whether the tax is in the amount. */
export const INCLUDED = (
  'compreso dahil inc incl including incluido inclus inclusa incluse inkl zzgl'
).split(' ');

/** Words on tax in the header of an amount. */
export const NET_OR_GROSS = (
  'bruto brutto gross ht lordo net neto netto ttc'
).split(' ');

/** Codes of currencies that the header of an amount may end with; ALL and TOP are words. */
export const CURRENCIES = (
  'aed afn amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd btn bwp byn bzd cad ' +
  'cdf chf clp cny cop crc cup cve czk djf dkk dop dzd egp ern etb eur fjd fkp gbp gel ghs gip gmd gnf ' +
  'gtq gyd hkd hnl htg huf idr ils inr iqd irr isk jmd jod jpy kes kgs khr kmf kpw krw kwd kyd kzt lak ' +
  'lbp lkr lrd lsl lyd mad mdl mga mkd mmk mnt mop mru mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd ' +
  'omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sdg sek sgd shp sle sos srd ssp stn ' +
  'svc syp szl thb tjs tmt tnd try ttd twd tzs uah ugx usd uyu uzs ves vnd vuv wst xaf xcd xof xpf yer ' +
  'zar zmw'
).split(' ');

const ORDER =
  'order orders purchase sale sales invoice bestellung auftrag rechnung commande achat facture pedido ' +
  'pedidos orden compra compras venta ventas venda vendas factura fatura ordine acquisto vendita fattura ' +
  'doc documento bestelling aankoop factuur zamowienie zamowienia zakup zakupu sprzedazy faktury siparis ' +
  'satis';
const NUMBER =
  'number no nr num n numero id code cod codigo codice kod ref reference referencia nummer numer numarasi ' +
  'numara';
const CUSTOMER =
  'customer buyer client kunde kunden cliente acheteur comprador acquirente klant koper klient klienta ' +
  'musteri';
const AMOUNT =
  'total amount sum value montant somme importe monto suma importo tot totale somma bedrag totaal ' +
  'totaalbedrag betrag summe gesamtbetrag gesamtsumme valor kwota wartosc tutar tutari toplam toplami';
const REFUND =
  'refund refunds refunded rembourse remboursement reembolso reembolsado devolucion devuelto estorno ' +
  'estornado devolvido rimborso rimborsato terugbetaald terugbetaling erstattet erstattung ruckerstattung ' +
  'zwrot zwrotu iade';
const CREATED =
  'created creation placed creacion criacao creazione passee effettuato erstellt zlozenia utworzenia ' +
  'olusturma time hora heure zeit';
const STATUS =
  'status state statut etat estado situacao stato stan durum durumu statu statusu';
const PAYMENT =
  'payment financial transaction transactions item paiement pago pagamento zahlung betaling platnosci odeme';
const KIND =
  'type typ tipo kind art soort rodzaj tur turu tipi category kategorie transaktionsart transaktionstyp ' +
  'buchungsart belegart vorgangsart';
const OF_KIND =
  'event record row line entry document reporting transactions transaktion transaccion transacao ' +
  'transazione transakcji transactie islem movimiento operation operacion';

/** What a row is called that pays something back; each of these words alone says so. */
export const PAID_BACK = `${REFUND} ` +
  'return returns chargeback chargebacks ruckzahlung ruckgabe retoure gutschrift remboursements ' +
  'retour avoir reembolsos devoluciones devolucao reso zwroty iadesi creditnote creditmemo';
export const BESIDE_PAID_BACK = `${ORDER} ${PAYMENT} ${CUSTOMER} ` +
  'transactions partial partially full fully total product products item items line charge card fur client to';

/** Of each role lists one word of which a header must have, and words that it may have besides. */
export const MADE_OF = /** @type {Record<string, [string[], string]>} */ ({
  customer: [[CUSTOMER, NUMBER], ''],
  date: [['date datum data fecha tarih tarihi'], `${ORDER} ${CREATED}`],
  amount: [[AMOUNT], ORDER],
  order: [[ORDER, NUMBER], ''],
  refunded: [[REFUND, AMOUNT], ORDER],
  currency: [['currency wahrung devise moneda divisa moeda valuta waluta'], `${ORDER} code codigo codice kod`],
  status: [[STATUS], `${ORDER} ${PAYMENT} description name`],
  kind: [[KIND], `${ORDER} ${PAYMENT} ${OF_KIND}`],
});

/**
 * @param {string} role key of `MADE_OF`; for others there is none
 * @param {readonly (readonly string[])[]} headers the words of each, the small ones aside
 * @returns {number[]} the headers all of whose words make the role
 */
export function findMadeOf(role, headers) {
  const [needed, besides] = MADE_OF[role] ?? [[], ''];
  const groups = needed.map((group) => group.split(' '));
  const known = new Set([...groups.flat(), ...besides.split(' ')]);
  const isMade = (/** @type {readonly string[]} */ parts) =>
    groups.length > 0 &&
    parts.every((word) => known.has(word)) &&
    groups.every((group) => parts.some((word) => group.includes(word)));
  return headers.flatMap((parts, column) => (isMade(parts) ? column : []));
}

/** What rows are called besides, where an order and its lines, or a payment and its steps, are rows of one table. */
const STEPS = 'authorization authorisation authorized authorised auth capture captured received settled sent settle void lines ' +
  'shipping discount tax tip fee gift transfer payout deposit withdrawal';

const OF_KINDS = new Set(`${PAID_BACK} ${BESIDE_PAID_BACK} ${STEPS}`.split(' ')); // made once: each row of a table is asked about

/**
 * @param {string} cell
 * @returns {boolean} whether the kind of a row is of words that are known, so that it says nothing of a person
 */
export function isOfKind(cell) {
  const parts = words(cell).filter((word) => !SMALL_WORDS.includes(word));
  return parts.length > 0 && parts.every((word) => OF_KINDS.has(word));
}

/**
 * @param {readonly string[]} parts
 * @returns {readonly string[]} an amount's words without the currency at their end: "Sales CLP"
 */
export function withoutCurrency(parts) {
  return parts.length > 1 && CURRENCIES.includes(parts.at(-1) ?? '') ? parts.slice(0, -1) : parts;
}

/**
 * @param {readonly string[]} parts
 * @returns {string[]} an amount's words without those on tax; an amount of tax keeps them: "Total incl. VAT", "Total VAT"
 */
export function withoutTax(parts) {
  const dropped = [...NET_OR_GROSS, ...INCLUDED, ...(parts.some((word) => INCLUDED.includes(word)) ? TAXES : [])];
  return parts.filter((word) => !dropped.includes(word));
}
