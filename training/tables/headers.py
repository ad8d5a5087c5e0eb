"""What headers say: which column is which feature, and which hold an id or a contact. The words have their home here.

The page matches columns by the same words and rules (static/customers/table/headers.js); tests/cases/headers.json holds
both to it.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Protocol

INCOME, SCORE = "annual_income", "spending_score"
PAIR = (INCOME, SCORE)
"""The default features, whatever their headers are in the table at hand."""

ALIASES = {
    INCOME: ("annualincome", "annualincomek", "yearlyincome", "income", "incomek", "householdincome", "salary",
             "annualsalary", "yearlysalary"),
    SCORE: ("spendingscore", "spendscore", "spending", "score"),
}  # fmt: skip
"""Names, as `key` has them, that features are known by besides their own; the first that is there counts."""

IDS = (
    "customerid", "custid", "customernumber", "customerno", "customer", "clientid", "client", "clientnum", "userid",
    "memberid", "accountid", "id", "kundennummer", "kundennr", "kundenid", "numeroclient", "idclient", "idcliente",
    "clienteid", "codigocliente", "codicecliente", "klantnummer", "klantid", "idklienta", "musteriid", "musterino",
)  # fmt: skip
"""What the customer's id is called."""

UNITS = {
    "kusd": "k$", "usd": "$", "keur": "k€", "eur": "€", "gbp": "£", "days": "days", "years": "years",
    "months": "months", "pct": "%", "percent": "%", "km": "km", "k$": "k$", "k€": "k€", "$": "$", "€": "€", "%": "%",
}  # fmt: skip
"""Last words of a header that are a unit."""

CONTACTS = {
    "email": ("email", "mail", "emailaddress", "correo", "correoelectronico", "courriel", "emailadresse", "eposta"),
    "phone": ("phone", "phonenumber", "mobile", "mobilephone", "mobilenumber", "telephone", "tel", "cell", "cellphone",
              "telefon", "telefono", "telefonnummer", "handy", "portable", "telefoon", "telefone", "numertelefonu"),
    "first_name": ("firstname", "givenname", "forename", "fname", "fn", "vorname", "prenom", "nombre", "voornaam",
                   "imie"),
    "last_name": ("lastname", "surname", "familyname", "lname", "ln", "nachname", "nom", "nomdefamille", "apellido",
                  "apellidos", "cognome", "sobrenome", "achternaam", "nazwisko", "soyad"),
    "zip": ("zip", "zipcode", "postalcode", "postcode", "plz", "postleitzahl", "codepostal", "cp", "codigopostal",
            "cap", "kodpocztowy", "postakodu", "cep"),
    "city": ("city", "town", "ct", "ort", "stadt", "ville", "ciudad", "cidade", "citta", "plaats", "miasto", "sehir"),
    "state": ("state", "region", "province", "provincecode", "statecode", "st", "county", "bundesland", "provincia"),
    "country": ("country", "countrycode", "land", "pays", "pais", "nation", "paese", "kraj", "ulke"),
    "consent": ("consent", "acceptsmarketing", "acceptsemailmarketing", "emailmarketingconsent",
                "acceptsemailmarketingconsent", "marketingconsent", "emailconsent", "emailmarketing",
                "marketingemails", "acceptsnewsletter", "optin", "emailoptin", "optinemail", "marketingoptin",
                "optedin", "newsletter", "newslettersubscription", "newsletterconsent", "subscribed", "issubscribed",
                "emailsubscriberstatus", "emailmarketingstatus", "subscriptionstatus", "maywecontact", "maycontact",
                "contactpermission", "permission", "gdprconsent", "einwilligung", "werbeeinwilligung",
                "newslettereinwilligung", "newsletterzustimmung", "consentement", "consentementmarketing",
                "accepteemails", "abonnenewsletter", "consentimiento", "aceptamarketing", "aceptapublicidad",
                "consentimento", "aceitamarketing", "aceitanewsletter", "consenso", "consensomarketing",
                "accettamarketing", "toestemming", "marketingtoestemming", "nieuwsbrief", "zgoda",
                "zgodamarketingowa", "zgodanamarketing", "onay", "pazarlamaonayi", "ticariiletiizni", "bulten",
                "boletin", "bulletin"),
}  # fmt: skip
"""What contacts are called, of each kind the most usual first; before it may stand one of `PREFIXES`."""

PREFIXES = ("", "customer", "buyer", "billing", "billto", "bill", "shipping", "shipto", "ship", "delivery", "recipient")
"""Whose contact it is; the first that is there counts."""

MAIL = "email mail emailadres emailadresse mailadres mailadresse courriel correo posta"
BESIDE_MAIL = (
    "e electronico eletronico elettronica electronique address adres adresse adresi indirizzo direccion customer "
    "customers buyer user member shopper payer order client cliente kunde kunden kaufers klant klanten klienta "
    "kupujacego musteri acheteur comprador contact contacto contatto kontakt billing facturacion facturation "
    "fatturazione facturering rechnung de du da do del dell della des der van of the"
)
"""What the words of a header are that is of an e-mail address and has another name: E-mail klienta."""

_ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670]")
"""Marks that people leave out: accents, points of Hebrew and Arabic. In Thai, Hindi and kana marks are letters."""

_LETTERS = str.maketrans({"ł": "l", "\u0131": "i", "ß": "ss", "ø": "o", "æ": "ae", "œ": "oe"})
_SMALL_WORDS = {"of", "the", "in", "per", "a"}


class Named(Protocol):
    """What has a name for programs and one for people, as a feature."""

    @property
    def name(self) -> str:
        """The one in requests."""
        ...

    @property
    def label(self) -> str:
        """The one that is shown."""
        ...


def key(header: str) -> str:
    """Reduce a header to what people agree on: no case, accents, spaces, signs or bracketed unit."""
    return "".join(words(header))


def words(header: str) -> list[str]:
    """Return the words of a header without what is in brackets: "AnnualIncome (k$)" -> annual, income."""
    text = re.sub(r"[(\[{][^)\]}]*[)\]}]", " ", header)
    text = text if re.search(r"\w", text) else header
    spaced = re.sub(r"(?<=[a-zß-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])", " ", text)
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", spaced))
    return spelled(plain.lower().translate(_LETTERS))


def spelled(text: str) -> list[str]:
    """Return the runs of letters and digits of a text, with the marks on them."""
    return "".join(sign if sign.isalnum() or unicodedata.category(sign)[0] == "M" else " " for sign in text).split()


def match_columns(headers: Sequence[str], features: Sequence[Named]) -> dict[str, str]:
    """Find the column of each feature: the surest likeness first, and no column for two.

    A header is a feature's if it is its name; if it is, but for case, spaces, signs and unit, its name or its label; if
    it is one of its `ALIASES`; or if it has the same words in another order.

    Returns
    -------
    dict from a feature's name to a header, of the features that have one
    """
    columns: dict[str, str] = {}
    for rule in (_same, _alike, _same_but_for_unit, _alias, _same_words):
        for feature in features:
            free = [header for header in headers if header not in columns.values()]
            header = None if feature.name in columns else next(iter(rule(free, feature)), None)
            if header is not None:
                columns[feature.name] = header
    return columns


def find_id(headers: Sequence[str], taken: Iterable[str] = ()) -> str | None:
    """Return the header of the customer's id, if there is one, none of those that are taken."""
    keys = {key(header): header for header in reversed(headers) if header not in set(taken)}
    return next((keys[alias] for alias in IDS if alias in keys), None)


def find_contacts(headers: Sequence[str], taken: Iterable[str] = ()) -> dict[str, str]:
    """Return the header of each kind of contact that there is, none of those that are taken."""
    keys = {key(header): header for header in reversed(headers) if header not in set(taken)}
    contacts = {}
    for kind, names in CONTACTS.items():
        candidates = (prefix + name for prefix in PREFIXES for name in names)
        header = next((keys[name] for name in candidates if name in keys), None)
        if kind == "email":
            header = header or next(filter(_is_of_mail, reversed(list(keys.values()))), None)
        if header:
            contacts[kind] = header
    return contacts


def without_unit(header: str) -> list[str]:
    """Return a header's words but for its unit: "Annual income (k$)" and "annual_income_kusd" are annual, income."""
    parts = re.split(r"[\s_.\-/]+", header.strip())
    if len(parts) > 1 and parts[-1].lower() in UNITS:
        return words(" ".join(parts[:-1]))
    return words(header)


def _is_of_mail(header: str) -> bool:
    mail, parts = set(MAIL.split()), set(words(header))
    return bool(mail & parts) and parts <= mail.union(BESIDE_MAIL.split())


def _same(headers: list[str], feature: Named) -> list[str]:
    return [header for header in headers if header == feature.name]


def _alike(headers: list[str], feature: Named) -> list[str]:
    names = (key(feature.name), key(feature.label))
    return [header for header in headers if key(header) in names]


def _same_but_for_unit(headers: list[str], feature: Named) -> list[str]:
    names = ("".join(without_unit(feature.name)), key(feature.label))
    return [header for header in headers if "".join(without_unit(header)) in names]


def _alias(headers: list[str], feature: Named) -> list[str]:
    keys = {"".join(without_unit(header)): header for header in reversed(headers)}
    return [keys[alias] for alias in ALIASES.get(feature.name, ()) if alias in keys]


def _same_words(headers: list[str], feature: Named) -> list[str]:
    names = (_bag(without_unit(feature.name)), _bag(words(feature.label)))
    return [header for header in headers if _bag(without_unit(header)) in names]


def _bag(parts: Iterable[str]) -> frozenset[str]:
    return frozenset(parts) - _SMALL_WORDS
