"""Whether the last row of a table holds the totals of the others."""

import math
import re
from collections.abc import Iterable
from typing import Any

_NAMES = """
    total totals totaal totale totali totais totaux totales totalt grand_total total_general total_général total_geral
    totale_complessivo gesamt gesamtsumme gesamtergebnis summe sum suma somme somma soma razem łącznie suma_końcowa
    toplam genel_toplam итого всего 合計 合计 总计 小計 합계 الإجمالي
"""
WORDS = frozenset(name.replace("_", " ") for name in _NAMES.split())
"""What such a row is called; an exact match but for case and signs."""

_NUMBER = re.compile(r"[-+]?\d[\d.,' \u00a0\u202f]*")
_EXACT, _ABOUT = 1e-9, 0.01
_SEVERAL = 2


def is_called_total(cells: Iterable[Any]) -> bool:
    """Return True where a cell says that its row holds totals."""
    return any(isinstance(cell, str) and cell.strip(" \t:=-").lower() in WORDS for cell in cells)


def may_hold_totals(last: list[Any]) -> bool:
    """Return True where a row says that it holds totals, or holds several numbers and not whose they are."""
    unnamed = bool(last) and last[0] in ("", None)
    return is_called_total(last) or (unnamed and sum(_numbers(cell) is not None for cell in last) >= _SEVERAL)


def holds_totals(rows: Iterable[list[Any]], last: list[Any]) -> bool:
    """Return True where a last row that may hold totals does.

    One that says so needs a number that is about the sum of those above it; of another, all must be the sums.

    Parameters
    ----------
    rows : the rows above
    last : the row

    Returns
    -------
    bool
    """
    columns = {index: numbers for index, cell in enumerate(last) if (numbers := _numbers(cell))}
    sums = {index: [0.0, 0.0] for index in columns}
    counts = dict.fromkeys(columns, 0)
    for cells in rows:
        for index in columns:
            numbers = _numbers(cells[index]) if index < len(cells) else None
            if numbers:
                counts[index] += 1
                sums[index][0] += numbers[0]
                sums[index][1] += numbers[1]
    if not columns or min(counts.values()) < _SEVERAL:  # of one row the sum is that row
        return False
    tolerance, enough = (_ABOUT, any) if is_called_total(last) else (_EXACT, all)
    return enough(
        any(math.isclose(a, b, rel_tol=tolerance) for a, b in zip(sums[index], columns[index], strict=True))
        for index in columns
    )


def _numbers(cell: Any) -> tuple[float, float] | None:
    """Return a cell's number with a decimal point and with a decimal comma; None if it is none."""
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, int | float):
        return (float(cell), float(cell))
    if not isinstance(cell, str):
        return None
    text = cell.strip(" \u00a0$€£%")
    if not _NUMBER.fullmatch(text):
        return None
    digits = re.sub(r"[' \u00a0\u202f]", "", text)
    return (_float(digits.replace(",", "")), _float(digits.replace(".", "").replace(",", ".")))


def _float(text: str) -> float:
    return float(text) if text.count(".") <= 1 else math.nan
