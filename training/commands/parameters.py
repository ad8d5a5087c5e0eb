"""What the values of options may be."""

import codecs
import zoneinfo
from pathlib import Path
from typing import Any

import click

from ..files.layout.layout import DELIMITERS


class WholeNumber(click.IntRange):
    """A whole number between two others."""

    name = "whole number"


class Number(click.FloatRange):
    """A number between two others."""

    name = "number"


class Day(click.DateTime):
    """A day, as midnight of it."""

    name = "day"

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> Any:
        """Return the day."""
        try:
            return super().convert(value, param, context)
        except click.BadParameter:
            self.fail(f"expected a day such as 2026-05-31, found {value!r}", param, context)


class NumberOfSegments(click.ParamType[int | str]):
    """2 to 50, or "auto"."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> int | str:
        """Return the number, or the word "auto"."""
        try:
            return "auto" if value == "auto" else WholeNumber(2, 50).convert(value, param, context)
        except click.BadParameter:
            self.fail(f"expected a whole number from 2 to 50, or auto, found {value!r}", param, context)


class Folder(click.Path):
    """A folder of this machine."""

    def __init__(self) -> None:
        super().__init__(file_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> Any:
        """Return the folder; refuse the URL of one."""
        if "://" in str(value):
            self.fail("expected a folder of this machine; to train into a bucket: ./deploy.sh train", param, context)
        return super().convert(value, param, context)


class ModelFile(click.Path):
    """The file of a model that was fitted."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> Any:
        """Return the path; refuse one where nothing is, or a folder."""
        path = Path(str(super().convert(value, param, context)))
        if path.is_dir():
            self.fail(f"{path}: expected a model file, found a folder", param, context)
        if not path.exists():
            self.fail(f"{path}: no such file; make a model with fit, or name another", param, context)
        return path


class Delimiter(click.ParamType[str]):
    """A letter, or the name of one."""

    name = "delimiter"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> str:
        """Return the letter."""
        names = {name: mark for mark, name in DELIMITERS.items()}
        mark = (names | {"\\t": "\t"}).get(str(value).lower(), str(value))
        if len(mark) > 1 or mark in ('"', "\n", "\r"):
            self.fail(f"expected {', '.join(names)} or one sign", param, context)
        return mark


class Encoding(click.ParamType[str]):
    """The name of an encoding of text."""

    name = "encoding"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> str:
        """Return Python's name of it; UTF-8 may begin with its mark."""
        try:
            name = codecs.lookup(str(value)).name if value else ""
            "id,".encode(name or "utf-8").decode(name or "utf-8", "ignore")  # raises for encodings of host names
        except (LookupError, ValueError):
            self.fail(f"expected an encoding such as utf-8, windows-1252 or gb18030, found {value!r}", param, context)
        return "utf-8-sig" if name == "utf-8" else name


class TimeZone(click.ParamType[str]):
    """The name of a time zone."""

    name = "zone"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> str:
        """Return the name, if there is such a zone."""
        if value not in zoneinfo.available_timezones():
            self.fail(f"expected a time zone such as Europe/Berlin or UTC, found {value!r}", param, context)
        return str(value)
