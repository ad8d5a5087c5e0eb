"""Opens a sheet of an Excel workbook: numbers and days as such, and of formulas their values."""

import datetime
from pathlib import Path
from typing import Any

from ..engines.engine import Engine
from .errors import DataError
from .layout.foot import MOST, count_foot, describe_foot
from .layout.header_rows import holds_units
from .layout.layout import holds_data, tell_apart
from .layout.totals import holds_totals, may_hold_totals
from .records import Record
from .source import Source, count, list_names
from .typed_cells import store
from .workbook_size import damaged, look_over

_Rows = list[tuple[int, list[Any]]]
_Range = tuple[tuple[int, int], tuple[int, int]]
"""The first and the last cell, each a row and a column from 0."""

_TITLES = 30
"""Rows among which the header is looked for."""


def open_workbook(engine: Engine, path: Path, file: Path, sheet: str = "", header: bool = True) -> Source:
    """Open a sheet of a workbook (.xlsx, .xlsm, .xlsb, .xls or .ods).

    Parameters
    ----------
    engine : Engine
    path, file : Path, what the user calls it and where its bytes are
    sheet : str, its name; empty if there is but one with cells that is not hidden
    header : whether there is one

    Returns
    -------
    Source

    Raises
    ------
    DataError
        The file is not a workbook, there is no such sheet or more than one, or the sheet holds no table.
    """
    unsaved = look_over(path, file)
    sheets, hidden, merged = _read(path, file)
    name, rows = _choose(path, sheets, hidden, sheet)
    where = f"{path}: sheet {name!r}"
    titles = _count_titles(rows)
    first, cells = rows[titles]
    names = [f"column_{number}" for number in range(1, len(cells) + 1)]
    if header:
        if holds_data([_text(cell) for cell in cells]) or not all(isinstance(cell, str | None) for cell in cells):
            raise DataError(
                f"{where}: row {first}: expected the columns' names, found values; write names as text, or say "
                "--no-header"
            )
        names = tell_apart([_text(cell).strip() for cell in cells])
    data = rows[titles + header :]
    notes = [f"{count(titles, 'row')} above the header left out."] if titles else []
    if header and data and holds_units(data[0][1], [cells for _, cells in data[1:]]):
        notes.append(f"Row {data.pop(0)[0]} left out: it says units or types.")
    foot = count_foot([Record(*row) for row in data[-MOST - 1 :]], len(cells))
    below = [describe_foot([f"row {number}" for number, _ in data[-foot:]])] if foot else []
    data = data[: len(data) - foot]
    last = data[-1][1] if data else []
    if may_hold_totals(last) and holds_totals((cells for _, cells in data[:-1]), last):
        notes.append(f"Row {data.pop()[0]} left out: it holds the totals of the rows above.")
    notes += below
    _refuse_merged(where, merged[name], data)
    if unsaved:
        notes.append(
            f"{count(unsaved, 'formula')} without a saved value, read as empty: open the workbook in a spreadsheet and "
            "save it there."
        )
    numbers = [number for number, _ in data]
    table, read = store(
        engine, names, lambda: (cells for _, cells in data), lambda row: f"{where}, row {numbers[row - 1]}"
    )
    place = f"sheet {name!r}, row {{}}"
    return Source(path, table, read, lambda row: place.format(numbers[row - 1]), file, notes=tuple(notes))


def _read(path: Path, file: Path) -> tuple[dict[str, _Rows], set[str], dict[str, list[_Range]]]:
    """Return each sheet's rows that are not blank, with their numbers, the hidden sheets' names, and merged cells."""
    from python_calamine import CalamineError, PasswordError, load_workbook  # noqa: PLC0415 - of no use to other files

    try:
        workbook = load_workbook(str(file))
        sheets, hidden = _worksheets(workbook)
        opened = {name: workbook.get_sheet_by_name(name) for name in sheets}
        merged = {name: sheet.merged_cell_ranges or [] for name, sheet in opened.items()}
        return {name: _rows(sheet) for name, sheet in opened.items()}, hidden, merged
    except PasswordError as error:
        raise DataError(f"{path}: expected a workbook without a password; save it without one") from error
    except (CalamineError, OSError) as error:
        raise damaged(path) from error


def _worksheets(workbook: Any) -> tuple[list[str], set[str]]:
    """Return the names of all sheets of cells, and of those that are hidden."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415 - see _read

    sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    hidden = {sheet.name for sheet in sheets if sheet.visible != SheetVisibleEnum.Visible}
    return [sheet.name for sheet in sheets], hidden


def _rows(sheet: Any) -> _Rows:
    rows = [[_cell(cell) for cell in cells] for cells in sheet.to_python(skip_empty_area=False)]
    width = max((number for cells in rows for number, cell in enumerate(cells, 1) if cell not in ("", None)), default=0)
    return [(number, cells[:width]) for number, cells in enumerate(rows, 1) if any(map(_is_filled, cells))]


def _cell(cell: Any) -> Any:
    """Return a cell without what no column of customers has: a time of day, or a duration, is text."""
    return str(cell) if isinstance(cell, datetime.time | datetime.timedelta) else cell


def _choose(path: Path, sheets: dict[str, _Rows], hidden: set[str], wanted: str) -> tuple[str, _Rows]:
    filled = {name: rows for name, rows in sheets.items() if rows}
    if wanted:
        if wanted not in filled:
            there = "an empty one" if wanted in sheets else list_names(list(filled))
            raise DataError(f"{path}: expected a sheet {wanted!r}, found {there}")
        return wanted, filled[wanted]
    if not filled:
        raise DataError(f"{path}: expected a customer table, found an empty workbook")
    filled = {name: rows for name, rows in filled.items() if name not in hidden} or filled
    if len(filled) > 1:
        raise DataError(f"{path}: expected one sheet, found {list_names(list(filled))}; say which with --sheet")
    return next(iter(filled.items()))


def _refuse_merged(where: str, merged: list[_Range], data: _Rows) -> None:
    """Raise DataError where cells of several rows are one, which only the first of them has then."""
    rows = {number for number, _ in data}
    for (top, _), (bottom, _) in sorted(merged):
        if bottom > top and len(rows.intersection(range(top + 1, bottom + 2))) > 1:
            raise DataError(
                f"{where}: rows {top + 1} to {bottom + 1}: expected a cell in each row, found several merged into one; "
                "undo that, and repeat in each row what it says"
            )


def _count_titles(rows: _Rows) -> int:
    """Count the rows above the header, of one cell where later rows have more."""
    for number, (_, cells) in enumerate(rows[:_TITLES]):
        if sum(map(_is_filled, cells)) > 1:
            return number
    return 0


def _is_filled(cell: Any) -> bool:
    return cell is not None and not (isinstance(cell, str) and not cell.strip())


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell)
