"""Which columns of an order table are which.

Known are the exports of Shopify, WooCommerce, Square, Stripe, Magento, BigCommerce, Etsy and Amazon, and headers in
English, French, German, Spanish, Portuguese, Italian, Dutch, Polish and Turkish.
"""

import datetime
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from ...engines.engine import Engine, identifier
from ...files.source import DataError, Source, list_names
from ..contacts import find_filled_contacts
from ..headers import find_contacts, key, words
from .words import CURRENCIES, SMALL_WORDS, find_made_of, without_currency, without_tax

_ALIASES = {
    "customer": "customeruniqueid customerid customer custid customernumber customerno clientid client userid user "
    "customeruserid idcustomer memberid accountid buyerid buyeruserid buyer shopperid shopperreference "
    "buyerusername accountnumber accountno accountreference customerref kunde kundennummer kundennr "
    "kundenid kdnr idclient numeroclient noclient nclient codeclient cliente idcliente clienteid numerocliente "
    "codigocliente codigodocliente codcliente codicecliente klant klantnummer klantnr klantid klient idklienta "
    "klientid numerklienta nrklienta musteri musteriid musterino musterinumarasi musterikodu debitor debitornr "
    "debitorennummer debitorennr debitornummer auftraggeber kunnr contactid accountname "
    "selltocustomerno kaufer comprador acheteur acquirente koper kupujacy loginkupujacego",
    "date": "orderdate date datecreated purchasedate invoicedate transactiondate saledate orderedat "
    "orderpurchasetimestamp closedate closingdate createdat createddate created datetime timestamp day paidat "
    "paiddate paymentsdate paymentdate orderplaced orderplacedat placedat placedon ordertime ordertimestamp "
    "dateadded dateadd dateplaced salesdate soldon postingdate bookingdate documentdate billingdate issuedate "
    "dateissued eventdate datum bestelldatum bestellzeit verkauftam auftragsdatum rechnungsdatum kaufdatum "
    "datecommande datedecommande datedelacommande dateachat datedachat datefacture fecha fechapedido "
    "fechadepedido fechadelpedido fechacompra fechadecompra fechafactura data datapedido datadopedido datacompra "
    "datadacompra datadavenda dataordine datadellordine dataacquisto besteldatum aankoopdatum factuurdatum "
    "datazamowienia datazakupu datasprzedazy tarih siparistarihi islemtarihi faturatarihi belegdatum "
    "buchungsdatum buchdatum erstelltam angelegtam leistungsdatum erdat audat fkdat "
    "processedat",
    "amount": "ordertotalamount ordertotal orderamount amount totalamount grandtotal total netsales nettotal netamount "
    "revenue netrevenue nrevenue totalcollected sales purchaserevenue ordervalue value totalprice linetotal "
    "itemtotal lineamount grosssales totalpaid payment paymentvalue amountpaid turnover spend ordertotalinctax "
    "ordertotalincludingtax pricetotal grossamount gross invoiceamount betrag gesamtbetrag gesamt summe "
    "gesamtsumme bestellwert umsatz rechnungsbetrag bruttobetrag warenwert montant montanttotal totalcommande "
    "totaldelacommande totalttc montantttc prixtotal chiffredaffaires importe importetotal totalpedido "
    "totaldelpedido monto montototal valortotal valor valorpedido valordopedido totaldopedido importo "
    "importototale totale totaleordine prezzototale bedrag totaal totaalbedrag ordertotaal orderbedrag kwota "
    "wartosc suma razem kwotazamowienia wartosczamowienia sumazamowienia faturalanacaktutar tutar toplam "
    "toplamtutar siparistutari siparistoplami brutto bruttowert rechnungssumme nettowert netwr netto "
    "saleprice",
    "order": "orderid ordernumber orderno ordernr order ordername amazonorderid incrementid salesorderid "
    "salesordernumber salesorderno salesorder invoiceid invoiceno invoicenumber invoice transactionid transactionno "
    "transaction paymentid receiptnumber ticketnumber ticketid saleid salenumber receiptid receiptno receipt basketid "
    "bestellnummer bestellnr bestellung bestellid auftragsnummer auftragsnr auftrag rechnungsnummer rechnungsnr "
    "belegnummer commande numerocommande numerodecommande nocommande ncommande idcommande referencecommande "
    "facture numerofacture pedido numeropedido numerodepedido numerodopedido idpedido pedidoid npedido nopedido "
    "codigopedido factura numerofactura ordine numeroordine idordine nordine nrordine fattura bestelnummer "
    "bestelling factuurnummer zamowienie numerzamowienia nrzamowienia idzamowienia siparis siparisno "
    "siparisnumarasi siparisid faturano verkaufsbeleg vbeln opportunityid dealid",
    "quantity": "quantity qty units quantitypurchased lineitemquantity menge anzahl quantite cantidad quantidade "
    "quantita aantal ilosc adet miktar",
    "price": "unitprice priceperunit itemprice priceeach price lineitemprice itemcost unitamount einzelpreis "
    "stuckpreis preis prixunitaire prix preciounitario precio precounitario preco prezzounitario prezzo stuksprijs "
    "prijs cenajednostkowa cena birimfiyat fiyat",
    "refunded": "refundedamount amountrefunded totalrefunded orderrefundamount orderrefundedamount refundamount "
    "refundtotal refunds refund refunded montantrembourse rembourse erstatteterbetrag erstattet erstattung "
    "ruckerstattung importereembolsado reembolsado reembolso valorreembolsado importorimborsato rimborso terugbetaald "
    "terugbetaling kwotazwrotu zwrot iadetutari iade isrefunded wasrefunded",
    "currency": "currency currencycode ordercurrency ordercurrencycode paymentcurrency currencyisocode "
    "purchasecurrency transactioncurrency wahrung devise moneda divisa moeda valuta waluta parabirimi doviz "
    "belegwahrung waerk",
    "cancelled": "cancelledat canceledat cancelleddate canceleddate dateofcancellation storniertam cancelled canceled "
    "iscancelled iscanceled cancelledon canceledon cancellationdate canceldate ordercancelled ordercanceled voided "
    "isvoided isvoid storniert annule annulee cancelado cancelada annullato annullata geannuleerd anulowane anulowano "
    "iptaledildi",
    "test": "test istest testorder",
}  # fmt: skip
_LAST_PARTS = re.compile("[.:/]")
_OF_LAST_PART = ("customer", "amount", "order", "quantity", "price")
"""Roles that the last part of a header tells where no whole one does: "Order Lines/Total". Dates are of many things."""

_STATUSES = (
    "financialstatus", "orderstatus", "status", "paymentstatus", "paymentstate", "orderstate", "state",
    "transactionstatus", "bestellstatus", "zahlungsstatus", "auftragsstatus", "statut", "statutcommande",
    "statutdelacommande", "etat", "estado", "estadopedido", "estadodelpedido", "statuspedido", "statusdopedido",
    "situacao", "stato", "statoordine", "statodellordine", "bestelstatus", "betaalstatus", "statuszamowienia", "durum",
    "siparisdurumu",
)  # fmt: skip
_NEEDED = ("customer", "date", "amount")
_OF_MONEY = ("amount", "price", "refunded")

LINE, ORDER = "line", "order"
_OF_LINES = ("linetotal", "itemtotal", "lineamount", "itemprice")
_OF_ORDERS = ("total", "betrag", "valor", "montant", "importe", "tutar", "toplam", "kwota", "suma", "totaal", "summe")

GUESTS = (
    "guest", "gast", "invité", "invitado", "convidado", "ospite", "gość", "misafir", "guest customer", "guest checkout",
    "walk-in", "walk in", "walk-in customer", "cash customer", "no customer", "anonymous", "anonym", "laufkunde",
    "barverkauf", "consumidor final", "público en general", "client de passage",
)  # fmt: skip
"""What stands for the customer's id where somebody ordered without an account, in lower case."""


@dataclass(frozen=True)
class Choice:
    """What the user said about the columns and the days; empty or None where the table is to tell.

    customer, date, amount, order, status, refunded : headers
    currency : the one currency that counts, such as EUR
    amount_per : "order" or "line": what an amount that an order has on each of its rows is the amount of
    date_format : formats, tried in turn
    since, as_of : orders before the one day, and on or after the other, do not count
    latest : the latest day that has begun; the orders of later ones do not count where they are few, unless `as_of` is
        given
    """

    customer: str = ""
    date: str = ""
    amount: str = ""
    order: str = ""
    status: str = ""
    refunded: str = ""
    currency: str = ""
    amount_per: str = ""
    date_format: Sequence[str] = ()
    decimal: str = ""
    since: datetime.date | None = None
    as_of: datetime.date | None = None
    latest: datetime.date = datetime.date.max


@dataclass(frozen=True)
class OrderColumns:
    """The columns of an order table.

    roles : from "customer", "date" and either "amount" or "quantity" and "price", and of "order", "refunded",
        "currency", "cancelled" and "test" those that there are, to headers
    statuses : headers of what may hold the order's state
    kinds : headers of what may say that a row pays something back
    contacts : from kinds of contacts to headers
    """

    roles: dict[str, str]
    statuses: list[str]
    kinds: list[str]
    contacts: dict[str, str]


def find_order_columns(source: Source, choice: Choice) -> OrderColumns:
    """Find the columns of an order table; an e-mail address is the customer where there is no other id.

    Raises
    ------
    DataError
        A column that was asked for, or one that is needed, is not there.
    """
    keys = _by_name(source.columns, words)
    short, of_money = _by_name(source.columns, _without_small), _by_name(source.columns, _of_money)
    parts = [(header, _without_small(header)) for header in source.columns]
    money_parts = [(header, without_currency(words)) for header, words in parts]
    ends = _by_last_part(source.columns)
    roles = {}
    for role, aliases in _ALIASES.items():
        header = _wanted(source, keys, getattr(choice, role, "") if role != "currency" else "")
        others = of_money if role in _OF_MONEY else short
        known = next((names[alias] for names in (keys, others) for alias in aliases.split() if alias in names), None)
        made = find_made_of(role, money_parts if role in _OF_MONEY else parts)
        if role in _OF_MONEY and known:
            known = _in_currency(known, source.columns, aliases.split(), choice.currency.lower())
            made = made if known else []
        made = made if len(made) == 1 else []
        ended = [ends[alias] for alias in aliases.split() if alias in ends and role in _OF_LAST_PART]
        names = words(known) if role == "customer" and known else []
        if not known or len(names) == 1 or "name" in names:  # "Cod. cliente" before "Cliente"
            known = next(iter([*made, *ended]), known)
        header = header or known
        if header:
            roles[role] = header
    roles |= {role: header for role, header in _of_known_shops(source, keys).items() if not getattr(choice, role, "")}
    contacts = find_contacts(list(source.columns), taken=[roles[role] for role in roles if role != "customer"])
    if "customer" not in roles and "email" in contacts:
        roles["customer"] = contacts["email"]
    _check_needed(source, roles)
    _refuse_shared(source, roles)
    _refuse_twins(source, roles, choice)
    status = _wanted(source, keys, choice.status)
    known_statuses = [keys[name] for name in _STATUSES if name in keys] + find_made_of("status", parts)
    statuses = [status] if status else list(dict.fromkeys(known_statuses))
    kinds = [header for header in find_made_of("kind", parts) if header not in {*roles.values(), *statuses}]
    return OrderColumns(roles, statuses, kinds, contacts)


def with_filled_contacts(engine: Engine, source: Source, columns: OrderColumns) -> OrderColumns:
    """Return the columns with contacts that have values, where there are several of a kind; this may read the table."""
    taken = [header for role, header in columns.roles.items() if role != "customer"]
    return replace(columns, contacts=find_filled_contacts(engine, source, list(source.columns), taken))


def amount_is_of(header: str) -> str:
    """Return what the name of a column of amounts says that it is of: "line", "order", or "" if it does not."""
    word = key(header)
    if word in _OF_LINES:
        return LINE
    return ORDER if "order" in word or "grand" in word else ""


def may_be_of_orders(header: str) -> bool:
    """Whether a column of amounts may hold totals of orders."""
    word = key(header)
    return amount_is_of(header) == ORDER or any(part in word for part in _OF_ORDERS)


def looks_like_order_ids(source: Source, columns: OrderColumns) -> list[str]:
    """Return the headers that may be order ids though their names are not known."""
    stems = (
        "order",
        "invoice",
        "receipt",
        "transaction",
        "ticket",
        "basket",
        "pedido",
        "commande",
        "bestell",
        "auftrag",
        "orden",
        "ordin",
        "zamow",
        "siparis",
    )
    taken = {*columns.roles.values(), *columns.statuses, *columns.kinds, *columns.contacts.values()}
    ends = ("id", "no", "nr", "number", "num", "code", "ref", "orden", "ordine", "pedido", "commande", "zamowienia")
    return [
        header
        for header in source.columns
        if header not in taken
        and (key(header) == "id" or (any(stem in key(header) for stem in stems) and key(header).endswith(ends)))
    ]


def _by_name(headers: Iterable[str], words_of: Callable[[str], list[str]]) -> dict[str, str]:
    """Return headers by their words, of several with the same words the one without brackets, or the first."""
    in_order = sorted(headers, key=lambda header: "(" in header)
    return {"".join(words_of(header)): header for header in reversed(in_order)}


def _by_last_part(headers: Iterable[str]) -> dict[str, str]:
    """Return headers of several parts by the words of the last, where no two have the same."""
    ends = [(key(_LAST_PARTS.split(header)[-1]), header) for header in headers if _LAST_PARTS.search(header)]
    counts = Counter(end for end, _ in ends)
    return {end: header for end, header in ends if counts[end] == 1}


def _without_small(header: str) -> list[str]:
    return [word for word in words(header) if word not in SMALL_WORDS]


def _of_money(header: str) -> list[str]:
    return without_tax(without_currency(_without_small(header)))


def currency_of(header: str) -> str:
    """Return the currency that a header ends with, in brackets or not, in lower case; empty for none."""
    last = words(re.sub(r"[()\[\]{}]", " ", header))[-1:]
    return "".join(last) if CURRENCIES.issuperset(last) else ""


def _in_currency(known: str, headers: Iterable[str], aliases: Sequence[str], wanted: str) -> str | None:
    """Return the column of a role in the currency that was asked for; none where several are as likely."""
    currencies = {header: currency_of(header) for header in headers if "".join(_of_money(header)) in aliases}
    asked = [header for header, currency in currencies.items() if currency and currency == wanted]
    if len(asked) == 1:
        return asked[0]
    return None if currency_of(known) and len({*currencies.values()} - {""}) > 1 else known


def _wanted(source: Source, keys: dict[str, str], header: str) -> str | None:
    if not header or header in source.columns:
        return header or None
    if key(header) not in keys:
        raise DataError(
            f"{source.path}: expected a column {identifier(header)}, found {list_names(list(source.columns))}"
        )
    return keys[key(header)]


def _of_known_shops(source: Source, keys: dict[str, str]) -> dict[str, str]:
    """Return columns whose names mean something else than elsewhere in the exports of some shops."""
    roles = {}
    if {"financialstatus", "name"} <= set(keys):  # Shopify
        roles["order"] = keys["name"]
    if {"id", "amountrefunded"} <= set(keys):  # Stripe
        roles["order"] = keys["id"]
    if {"id", "purchasepoint"} <= set(keys) or {"id", "orderkey"} <= set(keys):  # Magento, WooCommerce's API
        roles["order"] = keys["id"]
    if "item-price" in source.columns:  # Amazon: of all pieces of the item together
        roles["amount"] = "item-price"
    return roles


def _check_needed(source: Source, roles: dict[str, str]) -> None:
    priced = "quantity" in roles and "price" in roles
    missing = [role for role in _NEEDED if role not in roles and not (role == "amount" and priced)]
    if missing:
        options = " ".join(f"--{role} COLUMN" for role in missing)
        them = "it" if len(missing) == 1 else "them"
        whole = ", or export the orders with each customer's id or e-mail address" if "customer" in missing else ""
        if len(source.columns) == 1:
            whole = "; if something else parts the columns, say what with --delimiter"
        raise DataError(
            f"{source.path}: expected columns for customer, date and amount, found none for {' and '.join(missing)} "
            f"among {list_names(list(source.columns))}; name {them} with {options}{whole}"
        )


def _refuse_shared(source: Source, roles: dict[str, str]) -> None:
    """Raise DataError where one column is to be two of those that are needed, as by a slip on the command line."""
    for role, other in itertools.combinations((role for role in _NEEDED if role in roles), 2):
        if roles[role] == roles[other]:
            raise DataError(
                f"{source.path}: expected another column for {other} than for {role}, found {identifier(roles[role])} "
                f"for both; name them with --{role} COLUMN --{other} COLUMN"
            )


def _refuse_twins(source: Source, roles: dict[str, str], choice: Choice) -> None:
    """Raise DataError where a column that is needed, and that nobody named, is there twice."""
    for role in _NEEDED:
        if role not in roles or getattr(choice, role):
            continue
        name = f"{roles[role]}_{2 if source.is_text else 1}".lower()  # DuckDB counts from 1 in Parquet
        twin = next((header for header in source.columns if header.lower() == name), "")
        if twin:
            raise DataError(
                f"{source.path}: expected one column for {role}, found {identifier(roles[role])} and "
                f"{identifier(twin)}; say which with --{role} COLUMN"
            )
