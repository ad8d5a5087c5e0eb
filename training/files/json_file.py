"""Opens JSON: a flat object a line, or an array of flat objects, alone or as a list in an object, as APIs answer."""

import itertools
import json
import re
from collections.abc import Iterator
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
    """Open JSON lines or an array of flat objects; a key that an object lacks is a missing value.

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
        The file is not UTF-8, no such JSON, or an object is not flat; the message names the line.
    """
    if not survey(file).is_utf8:
        raise DataError(f"{path}: expected JSON in UTF-8, found other letters; save it as UTF-8")
    keys = list(dict.fromkeys(key for _, item in _objects(path, file) for key in item))
    if not keys:
        raise DataError(f"{path}: expected a customer table, found no object with a key")

    def cells() -> Iterator[list[Any]]:
        return ([item.get(key) for key in keys] for _, item in _objects(path, file))

    def place(row: int) -> str:
        line = next(itertools.islice(_objects(path, file), row - 1, None), (0, {}))[0]
        return f"line {line}"

    table, rows = store(engine, tell_apart(keys), cells, lambda row: f"{path}: {place(row)}")
    return Source(path, table, rows, place, file, notes=_say_list(file))


def _say_list(file: Path) -> tuple[str, ...]:
    """Say whose list the rows are, where an object holds them."""
    with file.open(encoding="utf-8-sig") as stream:
        text = _Text(stream)
        listed = text.skip() == "{" and _LIST.match(text.text, text.position)
    return (f"Rows are the objects in {listed[1]}.",) if listed else ()


def _objects(path: Path, file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects and the lines they start on, reading no more of the file than the next one takes."""
    decoder = json.JSONDecoder(object_pairs_hook=_Pairs, parse_constant=_constant, parse_int=_whole)
    with file.open(encoding="utf-8-sig") as stream:
        text = _Text(stream)
        sign = text.skip()
        listed = _LIST.match(text.text, text.position) if sign == "{" else None
        is_array = sign == "[" or listed is not None
        text.position = listed.end() if listed else text.position + is_array
        while (sign := text.skip()) and not (is_array and sign == "]"):
            yield text.line, _flat(f"{path}: line {text.line}", _next(path, text, decoder))
        if is_array and not sign:
            raise DataError(f"{path}: line {text.line}: expected ] after the last object, found the end of the file")
        text.position += is_array
        if listed:
            _close(path, text, json.loads(listed[1]))
        if text.skip():
            raise DataError(f"{path}: line {text.line}: expected nothing after the array, found more")


def _close(path: Path, text: "_Text", name: str) -> None:
    """Move behind the object that holds the list; refuse another list of objects in it, and further objects."""
    while len(text.text) - text.position <= _LONGEST and text.more():
        pass
    try:
        beside = json.loads('{"": 0' + text.text[text.position :])
    except json.JSONDecodeError as error:
        raise _not_flat(f"{path}: line 1", name) from error
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
                raise DataError(f"{path}: line {text.line}: expected a flat JSON object, found no JSON") from error
        else:
            return value


def _flat(where: str, value: Any) -> dict[str, Any]:
    """Return an object as a dict; refuse another value, an object in it, and a key that is there twice."""
    if not isinstance(value, _Pairs):
        raise DataError(f"{where}: expected a flat JSON object, found another value")
    cells = dict(value)
    if len(cells) < len(value):
        raise DataError(f"{where}: expected each key once, found one again")
    if any(_HALF.search(text) for pair in value for text in pair if isinstance(text, str) and not text.isascii()):
        raise DataError(f"{where}: expected letters, found half of one; write the file again as UTF-8")
    nested = next((key for key, cell in value if isinstance(cell, list)), None)
    if nested is not None:
        raise _not_flat(where, nested)
    return cells


def _not_flat(where: str, name: str) -> DataError:
    return DataError(
        f"{where}: expected flat JSON objects, found a list or an object in {list_names([name])}; give each of its "
        "values a key of its own"
    )


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MOST_DIGITS else float(digits)


def _constant(name: str) -> float | None:
    return None if name == "NaN" else float(name)
