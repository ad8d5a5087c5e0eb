"""Opens JSON: an object a line, or an array of objects, alone or as a list in an object, as APIs answer.

An object in an object gives columns of its own, called after both: {"customer": {"id": 7}} is a column customer.id. A
list in an object is no column: it is left out, and that is said.
"""

import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from ..engines.engine import Engine
from .errors import DataError
from .layout.layout import tell_apart
from .source import Source, list_names
from .survey import survey
from .typed_cells import store

_PART = 1 << 20
_LONGEST = 16 * _PART
_START = re.compile(rb'(?:\xef\xbb\xbf)?\s*(?:\{\s*"|\[\s*(?:\{\s*"|[\]\["\d]))')
_HALF = re.compile("[\ud800-\udfff]")
_MOST_DIGITS = 4000  # Python reads no whole number of more
_BETWEEN = re.compile(r"[\s,]*")
_TEXT = r'"(?:[^"\\]|\\.)*"'
_LIST = re.compile(rf"\{{\s*(?:{_TEXT}\s*:\s*(?:{_TEXT}|[-+.\w]+)\s*,\s*)*({_TEXT})\s*:\s*\[\s*(?=\{{)")
"""An object up to the first object of a list in it, with no other list or object before."""


def looks_like_json(head: bytes) -> bool:
    """Return True where a file starts as JSON lines or an array do."""
    return _START.match(head) is not None


def open_json(engine: Engine, path: Path, file: Path) -> Source:
    """Open JSON lines or an array of objects; a key that an object lacks is a missing value.

    The array may stand in an object, whose other values are left out.

    Parameters
    ----------
    engine : Engine
    path, file : Path, what the user calls it and where its bytes are

    Returns
    -------
    Source

    Raises
    ------
    DataError
        The file is not UTF-8, no such JSON, or one key is an object here and a value there; the message names the line.
    """
    if not survey(file).is_utf8:
        raise DataError(f"{path}: expected JSON in UTF-8, found other letters; save it as UTF-8")
    objects = _Objects(path, file)
    keys = _survey_keys(path, objects)
    if not keys.names:
        raise DataError(f"{path}: expected a customer table, found no object with a key")

    def cells() -> Iterator[list[Any]]:
        return ([item.get(key) for key in keys.names] for _, item in objects)

    def place(row: int) -> str:
        line = next(itertools.islice(objects, row - 1, None), (0, {}))[0]
        return f"line {line}"

    table, rows = store(engine, tell_apart(keys.names), cells, lambda row: f"{path}: {place(row)}")
    notes = [f"Rows are the objects in {objects.listed}."] if objects.listed else []
    if keys.lists:
        notes.append(f"Left out, as a list is no cell: {list_names(keys.lists)}.")
    return Source(path, table, rows, place, file, notes=tuple(notes))


@dataclass(frozen=True)
class _Keys:
    """The keys that are columns, in the order in which they come, and those of lists."""

    names: list[str]
    lists: list[str]


def _survey_keys(path: Path, objects: "_Objects") -> _Keys:
    """Find the columns; refuse a key that holds a value in one object and an object or a list in another."""
    names: dict[str, bool] = {}  # whether there is a value
    above: dict[str, str] = {}  # what the key of an object or a list holds
    for number, (line, item) in enumerate(objects, start=1):  # noqa: B007 - how many there are
        for key, cell in item.items():
            if isinstance(cell, _Above):
                above[key] = cell.holds
            else:
                names[key] = names.get(key, False) or cell is not None
            if key in above and names.get(key):
                raise DataError(
                    f"{path}: line {line}: expected one kind of value for {list_names([key])}, found {above[key]} and "
                    "something else; give them keys of their own"
                )
    columns = [key for key in names if key not in above]
    lists = [key for key, holds in above.items() if holds == _LIST_OF_VALUES]
    if above and number == 1 and (lists or all("." in key for key in columns)):
        raise DataError(
            f"{path}: expected an array of objects, one per row, found one object with {next(iter(above.values()))} in "
            f"{list_names([*above][:1])}; keep the rows alone, as an array"
        )
    return _Keys(columns, lists)


@dataclass(frozen=True)
class _Above:
    """Stands for the value of a key that holds an object or a list."""

    holds: str


_AN_OBJECT, _LIST_OF_VALUES = "an object", "a list"


@dataclass
class _Objects:
    """The objects of a file and the lines they start on, read anew at each turn, and no more of it than the next takes.

    listed : the key, in quotes, of the list that they are in; empty for none
    """

    path: Path
    file: Path
    listed: str = ""

    def __iter__(self) -> Iterator[tuple[int, dict[str, Any]]]:
        decoder = json.JSONDecoder(object_pairs_hook=_Pairs, parse_constant=_constant, parse_int=_whole)
        path = self.path
        with self.file.open(encoding="utf-8-sig") as stream:
            text = _Text(stream)
            sign = text.skip()
            listed = _LIST.match(text.text, text.position) if sign == "{" and not _holds_lines(self.file) else None
            self.listed = listed[1] if listed else ""
            is_array = sign == "[" or listed is not None
            text.position = listed.end() if listed else text.position + is_array
            while (sign := text.skip()) and not (is_array and sign == "]"):
                yield text.line, _flat(f"{path}: line {text.line}", _next(path, text, decoder))
            if is_array and not sign:
                raise DataError(
                    f"{path}: line {text.line}: expected ] after the last object, found the end of the file"
                )
            text.position += is_array
            if listed:
                _close(path, text, json.loads(listed[1]))
            if text.skip():
                raise DataError(f"{path}: line {text.line}: expected nothing after the array, found more")


def _holds_lines(file: Path) -> bool:
    """Return whether the first line is an object of its own, and another follows."""
    with file.open(encoding="utf-8-sig") as stream:
        try:
            json.loads(stream.readline(_LONGEST))
        except (json.JSONDecodeError, RecursionError):
            return False
        return any(part.strip() for part in iter(lambda: stream.read(_PART), ""))


def _close(path: Path, text: "_Text", name: str) -> None:
    """Move behind the object that holds the list; refuse another list of objects in it, and further objects."""
    while len(text.text) - text.position <= _LONGEST and text.more():
        pass
    try:
        beside = json.loads('{"": 0' + text.text[text.position :])
    except json.JSONDecodeError as error:
        raise DataError(
            f"{path}: expected nothing but values after the list {list_names([name])}, found no JSON; keep the rows "
            "alone, as an array"
        ) from error
    other = next((key for key, cell in beside.items() if isinstance(cell, list) and cell), None)
    if other is not None:
        raise DataError(f"{path}: expected one list of objects, found {list_names([name, other])}; keep one of them")
    text.position = len(text.text)


class _Text:
    """Text of which only a part is in memory: from a position on, whose line is known."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.text, self.position, self.line, self._counted = "", 0, 1, 0

    def more(self) -> bool:
        """Read another part; return False at the end of the file."""
        part = self._stream.read(_PART)
        self.text = self.text[self.position :] + part
        self.position = self._counted = 0
        return bool(part)

    def skip(self) -> str:
        """Skip what stands between objects and return the next sign; empty at the end of the file."""
        while True:
            start = self.position
            self.position = match.end() if (match := _BETWEEN.match(self.text, start)) else start
            self.line += self.text.count("\n", self._counted, self.position)
            self._counted = self.position
            if self.position < len(self.text):
                return self.text[self.position]
            if not self.more():
                return ""


class _Pairs(list[tuple[str, Any]]):
    """An object's keys and values, as they come."""


def _next(path: Path, text: _Text, decoder: json.JSONDecoder) -> Any:
    """Return the value at the position, and move behind it."""
    while True:
        try:
            value, text.position = decoder.raw_decode(text.text, text.position)
        except (json.JSONDecodeError, RecursionError) as error:
            if len(text.text) - text.position > _LONGEST or not text.more():
                raise DataError(f"{path}: line {text.line}: expected a JSON object, found no JSON") from error
        else:
            return value


def _flat(where: str, value: Any) -> dict[str, Any]:
    """Return an object as a dict, of objects in it too; refuse another value, and a key that is there twice."""
    if not isinstance(value, _Pairs):
        raise DataError(f"{where}: expected a JSON object, found another value")
    pairs = [*_flattened(value, "")]
    cells = dict(pairs)
    if len(cells) < len(pairs):
        raise DataError(f"{where}: expected each key once, found one again")
    if any(_HALF.search(text) for pair in pairs for text in pair if isinstance(text, str) and not text.isascii()):
        raise DataError(f"{where}: expected letters, found half of one; write the file again as UTF-8")
    return cells


def _flattened(pairs: "_Pairs", above: str) -> Iterator[tuple[str, Any]]:
    for name, cell in pairs:
        key = f"{above}{name}"
        if isinstance(cell, _Pairs):
            yield key, _Above(_AN_OBJECT)
            yield from _flattened(cell, f"{key}.")
        else:
            yield key, _Above(_LIST_OF_VALUES) if isinstance(cell, list) else cell


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MOST_DIGITS else float(digits)


def _constant(name: str) -> float | None:
    return None if name == "NaN" else float(name)
