"""Rows of cells that have types of their own, as of a workbook or JSON: their columns' types, and a copy of them."""

import datetime
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from ..engines.engine import Csv, Engine, Table
from .errors import DataError
from .missing import MISSING
from .records import LONGEST, Record, copy_cells

_LARGEST = 2**53
ROUNDED = 1e15
"""From here on a number of a spreadsheet may have lost digits: it keeps 15."""

_MIDNIGHT = datetime.time()


def store(
    engine: Engine, names: list[str], rows: Callable[[], Iterable[list[Any]]], where: Callable[[int], str]
) -> tuple[Table, int]:
    """Put rows into the engine.

    Parameters
    ----------
    engine : Engine
    names : list of str, the columns'
    rows : yields each row's cells, in two passes: str, int, float, bool, date, datetime or None
    where : row (1 for the first) -> what messages call it

    Returns
    -------
    table : Table; a column whose cells are all numbers, all days or all true or false has that type, others are text
    rows : int

    Raises
    ------
    DataError
        A cell is longer than any that people write.
    """
    kinds: list[set[str]] = [set() for _ in names]
    for number, cells in enumerate(rows(), start=1):
        if any(isinstance(cell, str) and len(cell) > LONGEST for cell in cells):
            raise DataError(f"{where(number)}: expected cells of at most {LONGEST:,} letters, found a longer one")
        for kind, cell in zip(kinds, cells, strict=True):
            kind.add(_kind(cell))
    types = dict(zip(names, map(_type, kinds), strict=True))
    out: Path = engine.scratch()
    count = copy_cells(_written(rows(), list(types.values())), out)
    return engine.csv(str(out), Csv(types, ",", is_copy=True)), count


def _written(rows: Iterable[list[Any]], types: list[str]) -> Iterator[Record]:
    return (Record(0, list(map(_write, cells, types))) for cells in rows)


def _kind(cell: Any) -> str:
    if cell is None or cell != cell or (isinstance(cell, str) and cell.strip().lower() in MISSING):  # noqa: PLR0124 - nan
        return ""
    if isinstance(cell, bool):
        return "BOOLEAN"
    if isinstance(cell, int | float):
        whole = abs(cell) < (ROUNDED if isinstance(cell, float) else _LARGEST) and cell == int(cell)
        return "BIGINT" if whole else "DOUBLE" if isinstance(cell, float) else "VARCHAR"
    if isinstance(cell, datetime.datetime):
        return "DATE" if cell.time() == _MIDNIGHT else "TIMESTAMP"
    return "DATE" if isinstance(cell, datetime.date) else "VARCHAR"


def _type(kinds: set[str]) -> str:
    kinds = kinds - {""}
    for pair in ({"BIGINT", "DOUBLE"}, {"DATE", "TIMESTAMP"}):
        if kinds == pair:
            return max(pair)  # the one that holds both comes later in the alphabet
    return kinds.pop() if len(kinds) == 1 else "VARCHAR"


def _write(cell: Any, type_: str) -> str:
    kind = _kind(cell)
    if kind == "":
        return cell if isinstance(cell, str) and type_ == "VARCHAR" else ""
    if kind == "BIGINT":
        return str(int(cell))
    if kind == "BOOLEAN":
        return str(cell).lower()
    if kind == "DATE":
        return f"{cell:%Y-%m-%d}"
    if kind == "DOUBLE" and abs(cell) >= ROUNDED:
        return f"{cell:.16e}"
    return cell.isoformat(" ") if kind == "TIMESTAMP" else str(cell)
