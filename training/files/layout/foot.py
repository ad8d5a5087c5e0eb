"""What stands below the data of a table and is no part of them: notes such as "Generated on 2024-03-05"."""

import re
from collections.abc import Sequence
from typing import Any

from ..records import Record
from .totals import is_called_total

MOST = 30
"""Most lines below the data that are looked at."""

_WORDS = """
    generated created exported printed downloaded produced prepared updated report source sources note notes page date
    copyright as_of end_of total totals grand_total sum count number_of records rows confidential disclaimer all_rights
    erstellt erzeugt exportiert gedruckt stand quelle quellen seite hinweis anmerkung bericht ende gesamt summe anzahl
    généré créé exporté imprimé édité remarque rapport fin_du nombre somme
    generado creado exportado impreso fuente página nota informe suma número_de fecha
    gerado criado impresso fonte relatório soma data
    generato creato esportato stampato pagina rapporto somma totale
    gegenereerd gemaakt geëxporteerd bron pagina opmerking aantal totaal
    wygenerowano utworzono źródło strona uwaga razem suma liczba
    oluşturuldu kaynak sayfa not toplam
"""
_SAYS_NOTE = re.compile(
    rf"[\W_]*(?:{'|'.join(word.replace('_', ' ') for word in _WORDS.split())})[:\s]+\S.*"
    r"|©.*|\*+\s*\S.*|\(?\d[\d,.]* rows?\b.*",
    re.IGNORECASE | re.DOTALL,
)


def is_aside(cells: Sequence[Any], width: int) -> bool:
    """Return True where a row says one thing in a table of more columns, or names it, as in "Date:,2024-01-01"."""
    filled = [cell for cell in cells if not is_blank(cell)]
    named = len(filled) == 2 and (is_called_total(filled[:1]) or str(filled[0]).strip().endswith(":"))
    return (len(filled) <= 1 or named) and len(filled) < width


def may_be_foot(last: Sequence[Any], width: int) -> bool:
    """Return True where a table's last row may be no part of it, its totals apart."""
    return bool(last) and width > 1 and _may_be_below(last, width)


def count_foot(records: Sequence[Record], width: int) -> int:
    """Count the rows at the end of a table that are no part of it: notes, and blank rows before them.

    A note is known by how it begins, or stands after a blank line and is narrower than the table or of several words;
    so does what follows it. If it is narrower it may be of several cells, as in "90,records,from,2024-01-01". Anything
    else may be a customer.

    Parameters
    ----------
    records : the table's last ones, with one that is none of them in front
    width : int, columns of the table
    """
    start = len(records)
    while start > 1 and _may_be_below(records[start - 1].cells, width):
        start -= 1
    first = next((place for place in range(start, len(records)) if _is_note(records, place, width)), len(records))
    if first < len(records):
        first = before_blanks(records, first)
    return len(records) - first


def describe_foot(places: Sequence[str]) -> str:
    """Say which rows below the data were left out, given where each of them is."""
    word, first = places[0].split()
    below = f"{word}s {first} to {places[-1].split()[-1]}" if len(places) > 1 else places[0]
    return f"{below.capitalize()} left out: below the data, and no part of them."


def before_blanks(records: Sequence[Record], place: int) -> int:
    """Return the place of the first of the blank rows before a place; the place itself if there are none."""
    while place > 1 and all(map(is_blank, records[place - 1].cells)):
        place -= 1
    return place


def is_blank(cell: Any) -> bool:
    """Return True for a cell without anything in it."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _may_be_below(cells: Sequence[Any], width: int) -> bool:
    return is_aside(cells, width) or len(cells) < width


def _is_note(records: Sequence[Record], place: int, width: int) -> bool:
    cells = records[place].cells
    texts = [cell for cell in cells if not is_blank(cell)]
    if not texts or not isinstance(texts[0], str):
        return False
    above = records[place - 1]
    if _SAYS_NOTE.fullmatch(texts[0].strip()) or is_called_total(above.cells):
        return True
    breaks = sum(len(cell.splitlines()) - 1 for cell in above.cells if isinstance(cell, str) and cell)
    is_apart = all(map(is_blank, above.cells)) or records[place].line > above.line + breaks + 1
    return is_apart and (len(cells) < width or " " in texts[0].strip())
