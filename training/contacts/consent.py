"""Whether a customer may be written to, as a cell of a table says it.

The page reads it by the same words (static/customers/contacts/consent.js); tests/cases/consent.json holds both to it.
"""

import functools
import re
import unicodedata

from .words import listed, tidy

YES, NO, SILENT, UNREADABLE = "yes", "no", "silent", "unreadable"
"""What a cell says; one that cannot be read counts as no."""

_YES = listed(
    "y yes true t 1 on ok ja j wahr si s oui vrai verdadero verdadeiro sim vero tak prawda evet dogru waar "
    "subscribed optin optedin accepted agreed granted confirmed allowed consented zugestimmt eingewilligt abonniert "
    "accepte consenti inscrit acepta aceptado aceito acconsento iscritto zgoda onayli ingeschreven akkoord"
) | {"\u2713", "\u2714", "\u2705"}
_NO = listed(
    "n no false f 0 off nein falsch non faux falso nao nie falsz hayir yanlis nee onwaar unsubscribed notsubscribed "
    "neversubscribed optout optedout notoptedin declined denied refused revoked withdrawn cleaned redacted rejected "
    "donotcontact abgelehnt abgemeldet widerrufen refuse desinscrit rechazado recusado rifiuto rifiutato brak "
    "uitgeschreven geweigerd reddedildi"
) | {"\u2717", "\u2718", "\u274c"}
_SILENT = frozenset(("", "na", "nan", "null", "none", "nil", "missing", "unknown", "nat"))
_LETTERS = str.maketrans({"\u0142": "l", "\u0131": "i"})


@functools.lru_cache(2**10)
def consent(cell: str) -> str:
    """Return what a cell says: `YES`, `NO`, `SILENT` or `UNREADABLE`.

    Parameters
    ----------
    cell : str
    """
    plain = unicodedata.normalize("NFKD", re.sub(r"^([01])[.,]0+$", r"\1", tidy(cell)).translate(_LETTERS))
    word = "".join(sign for sign in plain if unicodedata.category(sign)[0] in "LN" or sign in _YES | _NO)
    if word in _SILENT:
        return SILENT
    if plain.startswith("-"):  # -1 is no 1
        return UNREADABLE
    return YES if word in _YES else NO if word in _NO else UNREADABLE
