/**
 * Which column of a table of orders is which, by the words and rules of training/tables/orders/columns.py.
 *
 * @typedef {'customer' | 'date' | 'amount' | 'order' | 'quantity' | 'price' | 'refunded' | 'currency' | 'cancelled' |
 *   'test'} Role
 * @typedef {{ roles: Partial<Record<Role, number>>, statuses: number[], kinds: number[], email: number }} OrderColumns
 *   numbers of columns; those that may hold the order's state; those that may say that a row pays something back; that of
 *   the address, -1 for none
 */

import { matchPersonal, words } from './headers.js';
import { CURRENCIES, findMadeOf, SMALL_WORDS, withoutCurrency, withoutTax } from './order_words.js';

/** What columns are called, as `key` has it, the most usual first. @type {Record<Role, string>} */
export const ALIASES = {
  customer:
    'customeruniqueid customerid customer custid customernumber customerno clientid client userid user ' +
    'customeruserid idcustomer memberid accountid buyerid buyeruserid buyer shopperid shopperreference ' +
    'buyerusername accountnumber accountno accountreference customerref kunde kundennummer kundennr kundenid ' +
    'kdnr idclient numeroclient noclient nclient codeclient cliente idcliente clienteid numerocliente ' +
    'codigocliente codigodocliente codcliente codicecliente klant klantnummer klantnr klantid klient ' +
    'idklienta klientid numerklienta nrklienta musteri musteriid musterino musterinumarasi musterikodu ' +
    'debitor debitornr debitorennummer debitorennr debitornummer auftraggeber kunnr contactid accountname ' +
    'selltocustomerno kaufer comprador acheteur acquirente koper kupujacy loginkupujacego',
  date:
    'orderdate date datecreated purchasedate invoicedate transactiondate saledate orderedat ' +
    'orderpurchasetimestamp closedate closingdate createdat createddate created datetime timestamp day paidat ' +
    'paiddate paymentsdate paymentdate orderplaced orderplacedat placedat placedon ordertime ordertimestamp ' +
    'dateadded dateadd dateplaced salesdate soldon postingdate bookingdate documentdate billingdate issuedate ' +
    'dateissued eventdate datum bestelldatum bestellzeit verkauftam auftragsdatum rechnungsdatum kaufdatum ' +
    'datecommande datedecommande datedelacommande dateachat datedachat datefacture fecha fechapedido ' +
    'fechadepedido fechadelpedido fechacompra fechadecompra fechafactura data datapedido datadopedido ' +
    'datacompra datadacompra datadavenda dataordine datadellordine dataacquisto besteldatum aankoopdatum ' +
    'factuurdatum datazamowienia datazakupu datasprzedazy tarih siparistarihi islemtarihi faturatarihi ' +
    'belegdatum buchungsdatum buchdatum erstelltam angelegtam leistungsdatum erdat audat fkdat processedat',
  amount:
    'ordertotalamount ordertotal orderamount amount totalamount grandtotal total netsales nettotal netamount ' +
    'revenue netrevenue nrevenue totalcollected sales purchaserevenue ordervalue value totalprice linetotal ' +
    'itemtotal lineamount grosssales totalpaid payment paymentvalue amountpaid turnover spend ' +
    'ordertotalinctax ordertotalincludingtax pricetotal grossamount gross invoiceamount betrag gesamtbetrag ' +
    'gesamt summe gesamtsumme bestellwert umsatz rechnungsbetrag bruttobetrag warenwert montant montanttotal ' +
    'totalcommande totaldelacommande totalttc montantttc prixtotal chiffredaffaires importe importetotal ' +
    'totalpedido totaldelpedido monto montototal valortotal valor valorpedido valordopedido totaldopedido ' +
    'importo importototale totale totaleordine prezzototale bedrag totaal totaalbedrag ordertotaal ' +
    'orderbedrag kwota wartosc suma razem kwotazamowienia wartosczamowienia sumazamowienia faturalanacaktutar ' +
    'tutar toplam toplamtutar siparistutari siparistoplami brutto bruttowert rechnungssumme nettowert netwr ' +
    'netto saleprice',
  order:
    'orderid ordernumber orderno ordernr order ordername amazonorderid incrementid salesorderid ' +
    'salesordernumber salesorderno salesorder invoiceid invoiceno invoicenumber invoice transactionid ' +
    'transactionno transaction paymentid receiptnumber ticketnumber ticketid saleid salenumber receiptid ' +
    'receiptno receipt basketid bestellnummer bestellnr bestellung bestellid auftragsnummer auftragsnr ' +
    'auftrag rechnungsnummer rechnungsnr belegnummer commande numerocommande numerodecommande nocommande ' +
    'ncommande idcommande referencecommande facture numerofacture pedido numeropedido numerodepedido ' +
    'numerodopedido idpedido pedidoid npedido nopedido codigopedido factura numerofactura ordine numeroordine ' +
    'idordine nordine nrordine fattura bestelnummer bestelling factuurnummer zamowienie numerzamowienia ' +
    'nrzamowienia idzamowienia siparis siparisno siparisnumarasi siparisid faturano verkaufsbeleg vbeln ' +
    'opportunityid dealid',
  quantity:
    'quantity qty units quantitypurchased lineitemquantity menge anzahl quantite cantidad quantidade quantita ' +
    'aantal ilosc adet miktar',
  price:
    'unitprice priceperunit itemprice priceeach price lineitemprice itemcost unitamount einzelpreis ' +
    'stuckpreis preis prixunitaire prix preciounitario precio precounitario preco prezzounitario prezzo ' +
    'stuksprijs prijs cenajednostkowa cena birimfiyat fiyat',
  refunded:
    'refundedamount amountrefunded totalrefunded orderrefundamount orderrefundedamount refundamount refundtotal ' +
    'refunds refund refunded montantrembourse rembourse erstatteterbetrag erstattet erstattung ruckerstattung ' +
    'importereembolsado reembolsado reembolso valorreembolsado importorimborsato rimborso terugbetaald ' +
    'terugbetaling kwotazwrotu zwrot iadetutari iade isrefunded wasrefunded',
  currency:
    'currency currencycode ordercurrency ordercurrencycode paymentcurrency currencyisocode purchasecurrency ' +
    'transactioncurrency wahrung devise moneda divisa moeda valuta waluta parabirimi doviz belegwahrung waerk',
  cancelled:
    'cancelledat canceledat cancelleddate canceleddate dateofcancellation storniertam cancelled canceled ' +
    'iscancelled iscanceled cancelledon canceledon cancellationdate canceldate ordercancelled ordercanceled ' +
    'voided isvoided isvoid storniert annule annulee cancelado cancelada annullato annullata geannuleerd ' +
    'anulowane anulowano iptaledildi',
  test: 'test istest testorder',
};

/** What columns are called that may hold the order's state. */
export const STATUSES = ('financialstatus orderstatus status paymentstatus paymentstate orderstate state transactionstatus ' +
  'bestellstatus zahlungsstatus auftragsstatus statut statutcommande statutdelacommande etat estado ' +
  'estadopedido estadodelpedido statuspedido statusdopedido situacao stato statoordine statodellordine ' +
  'bestelstatus betaalstatus statuszamowienia durum siparisdurumu').split(' ');

/** Roles of amounts, whose headers may end with a currency. */
const OF_MONEY = /** @type {Role[]} */ (['amount', 'price', 'refunded']);

/** Roles that the last part of a header tells where no whole one does: "Order Lines/Total". */
const OF_LAST_PART = /** @type {Role[]} */ (['customer', 'amount', 'order', 'quantity', 'price']);

/** Roles that a table cannot do without. */
const NEEDED = /** @type {Role[]} */ (['customer', 'date', 'amount']);

const ROLES = /** @type {Role[]} */ (Object.keys(ALIASES));

/**
 * @param {readonly string[]} header
 * @returns {OrderColumns} an e-mail address is the customer where there is no other id
 */
export function findOrderColumns(header) {
  const small = (/** @type {string} */ title) => words(title).filter((word) => !SMALL_WORDS.includes(word));
  const keys = byName(header, words);
  const short = byName(header, small);
  const parts = header.map(small);
  const moneyParts = parts.map(withoutCurrency);
  const moneyWords = (/** @type {string} */ title) => withoutTax(withoutCurrency(small(title)));
  const money = byName(header, moneyWords);
  const ends = byLastPart(header);
  /** @type {Partial<Record<Role, number>>} */
  const roles = {};
  for (const role of ROLES) {
    const isMoney = OF_MONEY.includes(role);
    const aliases = ALIASES[role].split(' ');
    const alike = [keys, isMoney ? money : short].flatMap((names) => aliases.flatMap((alias) => names.get(alias) ?? []))[0];
    const rivals = isMoney ? header.filter((title) => aliases.includes(moneyWords(title).join(''))) : [];
    const isOpen = isMoney && currencyOf(header[alike ?? -1] ?? '') !== '' && currencies(rivals).size > 1;
    const known = isOpen ? undefined : alike;
    const made = isOpen ? [] : findMadeOf(role, isMoney ? moneyParts : parts);
    const names = /** @type {string[]} */ (role === 'customer' && known !== undefined ? words(header[known] ?? '') : []);
    const mayBeOther = known === undefined || names.length === 1 || names.includes('name'); // "Cod. cliente" before "Cliente"
    const ended = OF_LAST_PART.includes(role) ? aliases.flatMap((alias) => ends.get(alias) ?? []) : [];
    const column = (mayBeOther ? (made.length === 1 ? made[0] : ended[0]) : undefined) ?? known;
    if (column !== undefined) roles[role] = column;
  }
  Object.assign(roles, ofKnownShops(header, keys));
  const taken = ROLES.flatMap((role) => (role === 'customer' ? [] : roles[role] ?? []));
  const twins = NEEDED.filter((role) => isTwin(header, roles[role] ?? -1));
  for (const role of twins) delete roles[role];
  const { email } = matchPersonal(header, taken);
  if (roles.customer === undefined && email >= 0 && !twins.includes('customer')) roles.customer = email;
  const statuses = [...new Set([...STATUSES.flatMap((name) => keys.get(name) ?? []), ...findMadeOf('status', parts)])];
  const others = [...statuses, ...Object.values(roles)];
  const kinds = findMadeOf('kind', parts).filter((column) => !others.includes(column));
  return { roles, statuses, kinds, email };
}

/**
 * @param {readonly string[]} header
 * @param {number} column
 * @returns {boolean} whether another column has the same name, so that its user is to say which is meant
 */
function isTwin(header, column) {
  const name = header[column]?.toLowerCase();
  return header.some((title, other) => other !== column && [name, `${name}_2`].includes(title.toLowerCase()));
}

/**
 * @param {string} title
 * @returns {string} the currency that a header ends with, in brackets or not; empty for none
 */
function currencyOf(title) {
  const last = words(title.replace(/[()[\]{}]/g, ' ')).at(-1) ?? '';
  return CURRENCIES.includes(last) ? last : '';
}

/**
 * @param {readonly string[]} titles
 * @returns {Set<string>} of several none is to be taken
 */
function currencies(titles) {
  return new Set(titles.map(currencyOf).filter((code) => code !== ''));
}

/**
 * Columns whose names mean something else than elsewhere in the exports of some shops.
 *
 * @param {readonly string[]} header
 * @param {ReadonlyMap<string, number>} keys
 * @returns {Partial<Record<Role, number>>}
 */
function ofKnownShops(header, keys) {
  const name = keys.has('financialstatus') ? keys.get('name') : undefined; // Shopify
  const beside = ['amountrefunded', 'purchasepoint', 'orderkey']; // Stripe, Magento, WooCommerce's API
  const id = beside.some((column) => keys.has(column)) ? keys.get('id') : undefined;
  const order = id ?? name;
  return {
    ...(order !== undefined && { order }),
    ...(header.includes('item-price') && { amount: header.indexOf('item-price') }), // Amazon: of all pieces together
  };
}

/**
 * @param {readonly string[]} header
 * @returns {Map<string, number>} columns of several parts by the words of the last, where no two have the same
 */
function byLastPart(header) {
  const ends = header.flatMap((title, column) =>
    (/[.:/]/.test(title) ? [{ end: words(title.split(/[.:/]/).at(-1) ?? '').join(''), column }] : []));
  const alone = ends.filter(({ end }) => ends.filter((other) => other.end === end).length === 1);
  return new Map(alone.map(({ end, column }) => [end, column]));
}

/**
 * @param {readonly string[]} header
 * @param {(title: string) => string[]} wordsOf
 * @returns {Map<string, number>} columns by their words: of several the one without brackets, or else the first
 */
function byName(header, wordsOf) {
  const columns = header.map((title, column) => ({ title, column }));
  const plain = columns.filter(({ title }) => !title.includes('('));
  const inBrackets = columns.filter(({ title }) => title.includes('('));
  return new Map([...plain, ...inBrackets].reverse().map(({ title, column }) => [wordsOf(title).join(''), column]));
}
