"""What the headers of order tables are made of, where none of their aliases is the whole of it.

"Montant total de la commande", "Total de la orden" and "Stato dell'ordine" need no alias each: every one of their words
is known, and says what the column holds or whose it is. The page has the same words (static/customers/table/
order_words.js).
"""

from collections.abc import Collection, Iterable

from ..headers import words as words_of

SMALL_WORDS = {
    "de", "do", "da", "del", "dell", "della", "dello", "di", "du", "des", "d", "el", "la", "le", "les", "l", "der",
    "van", "of", "the", "in", "en", "em",
}  # fmt: skip
"""Words that headers may have between the others: ID do cliente."""

TAXES = {"mwst", "mw", "st", "ust", "vat", "tax", "taxes", "tva", "iva", "btw", "kdv"}
INCLUDED = {"inkl", "incl", "including", "inc", "inclus", "incluse", "inclusa", "incluido", "compreso", "zzgl", "dahil"}
NET_OR_GROSS = {"brutto", "netto", "bruto", "neto", "gross", "net", "lordo", "ttc", "ht"}
"""Words on tax in the header of an amount; those of `TAXES` alone say that the tax is the amount."""

_ISO_4217 = (
    "aed afn amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd btn bwp byn bzd cad cdf chf "
    "clp cny cop crc cup cve czk djf dkk dop dzd egp ern etb eur fjd fkp gbp gel ghs gip gmd gnf gtq gyd hkd hnl "
    "htg huf idr ils inr iqd irr isk jmd jod jpy kes kgs khr kmf kpw krw kwd kyd kzt lak lbp lkr lrd lsl lyd mad "
    "mdl mga mkd mmk mnt mop mru mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg "
    "qar ron rsd rub rwf sar sbd scr sdg sek sgd shp sle sos srd ssp stn svc syp szl thb tjs tmt tnd try ttd twd "
    "tzs uah ugx usd uyu uzs ves vnd vuv wst xaf xcd xof xpf yer zar zmw"
)
CURRENCIES = frozenset(_ISO_4217.split())
"""Codes that the header of an amount may end with: none of funds and metals, nor ALL and TOP, which are words."""

_ORDER = (
    "order orders purchase sale sales invoice bestellung auftrag rechnung commande achat facture pedido pedidos orden "
    "compra compras venta ventas venda vendas factura fatura ordine acquisto vendita fattura doc documento bestelling "
    "aankoop factuur zamowienie zamowienia zakup zakupu sprzedazy faktury siparis satis"
)
_NUMBER = (
    "number no nr num n numero id code cod codigo codice kod ref reference referencia nummer numer numarasi numara"
)
_CUSTOMER = (
    "customer buyer client kunde kunden cliente acheteur comprador acquirente klant koper klient klienta musteri"
)
_AMOUNT = (
    "total amount sum value montant somme importe monto suma importo tot totale somma bedrag totaal totaalbedrag "
    "betrag summe gesamtbetrag gesamtsumme valor kwota wartosc tutar tutari toplam toplami"
)
_REFUND = (
    "refund refunds refunded rembourse remboursement reembolso reembolsado devolucion devuelto estorno estornado "
    "devolvido rimborso rimborsato terugbetaald terugbetaling erstattet erstattung ruckerstattung zwrot zwrotu iade"
)
_CREATED = (
    "created creation placed creacion criacao creazione passee effettuato erstellt zlozenia utworzenia olusturma "
    "time hora heure zeit"
)
_STATUS = "status state statut etat estado situacao stato stan durum durumu statu statusu"
_PAYMENT = "payment financial transaction transactions item paiement pago pagamento zahlung betaling platnosci odeme"

_KIND = (
    "type typ tipo kind art soort rodzaj tur turu tipi category kategorie transaktionsart transaktionstyp buchungsart "
    "belegart vorgangsart"
)
_OF_KIND = (
    "event record row line entry document reporting transactions transaktion transaccion transacao transazione "
    "transakcji transactie islem movimiento operation operacion"
)

PAID_BACK = (
    f"{_REFUND} return returns chargeback chargebacks ruckzahlung ruckgabe retoure gutschrift remboursements "
    "retour avoir reembolsos devoluciones devolucao reso zwroty iadesi creditnote creditmemo"
)
"""What a row is called that pays something back; each of these words alone says so."""

_BESIDE_PAID_BACK = (
    f"{_ORDER} {_PAYMENT} {_CUSTOMER} transactions partial partially full fully total product products item items line "
    "charge card fur client to"
)

MADE_OF: dict[str, tuple[tuple[str, ...], str]] = {
    "customer": ((_CUSTOMER, _NUMBER), ""),
    "date": (("date datum data fecha tarih tarihi",), f"{_ORDER} {_CREATED}"),
    "amount": ((_AMOUNT,), _ORDER),
    "order": ((_ORDER, _NUMBER), ""),
    "refunded": ((_REFUND, _AMOUNT), _ORDER),
    "currency": (("currency wahrung devise moneda divisa moeda valuta waluta",), f"{_ORDER} code codigo codice kod"),
    "status": ((_STATUS,), f"{_ORDER} {_PAYMENT} description name"),
    "kind": ((_KIND,), f"{_ORDER} {_PAYMENT} {_OF_KIND}"),
}
"""Of each role lists one word of which a header must have, and words that it may have besides."""


def find_made_of(role: str, headers: Iterable[tuple[str, Collection[str]]]) -> list[str]:
    """Return the headers all of whose words make a role.

    Parameters
    ----------
    role : key of `MADE_OF`; for others there is none
    headers : each with its words, the small ones aside
    """
    if role not in MADE_OF:
        return []
    needed, besides = MADE_OF[role]
    groups = [set(group.split()) for group in needed]
    known = set(besides.split()).union(*groups)
    return [header for header, words in headers if known.issuperset(words) and all(g & set(words) for g in groups)]


def may_be_answer(header: str) -> bool:
    """Whether a column of refunds may say whether there was one, as its name speaks of no amount: "Refunded"."""
    return not set(words_of(header)).intersection(_AMOUNT.split())


def pays_back(cell: str) -> bool:
    """Whether the kind of a row says that it pays something back: "Payment Refund", but not "Refund policy"."""
    cell_words = {word for word in words_of(cell) if word not in SMALL_WORDS}
    paid_back = set(PAID_BACK.split())
    return bool(paid_back & cell_words) and cell_words <= paid_back.union(_BESIDE_PAID_BACK.split())


def without_currency(words: list[str]) -> list[str]:
    """Return an amount's words without the currency at their end: "Sales CLP"."""
    return words[:-1] if len(words) > 1 and words[-1] in CURRENCIES else words


def without_tax(words: list[str]) -> list[str]:
    """Return an amount's words without those on tax; an amount of tax keeps them: "Total incl. VAT", "Total VAT"."""
    dropped = NET_OR_GROSS | INCLUDED | (TAXES if INCLUDED.intersection(words) else set())
    return [word for word in words if word not in dropped]
