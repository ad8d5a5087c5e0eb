"""The options that several commands take, and what their values may be."""

import codecs
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from .engines.duckdb import DuckDB
from .engines.engine import Engine
from .tables.layout import DELIMITERS
from .tables.source import FileOptions

MODEL = "segmenter.joblib"
"""Name of the model's file in its folder."""

MODELS = Path(__file__).parents[1] / "models"


SEED = 42
"""Random state of the published figures of the Mall customers."""

FILE = click.Path(path_type=Path)


_SEEDS = click.IntRange(0, 2**32 - 1)


class NumberOfSegments(click.ParamType[int | str]):
    """2 to 50, or "auto"."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> int | str:
        """Return the number, or the word "auto"."""
        return "auto" if value == "auto" else click.IntRange(2, 50).convert(value, param, context)


class Folder(click.Path):
    """A folder of this machine."""

    def __init__(self) -> None:
        super().__init__(file_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> Any:
        """Return the folder; refuse the URL of one."""
        if "://" in str(value):
            self.fail("expected a folder of this machine; to train into a bucket: ./deploy.sh train", param, context)
        return super().convert(value, param, context)


class Failure(click.ClickException):
    """An error in the data: one line, exit code 1."""

    exit_code = 1

    def __init__(self, message: str) -> None:
        super().__init__("".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in message))


class Delimiter(click.ParamType[str]):
    """A letter, or the name of one."""

    name = "delimiter"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> str:
        """Return the letter."""
        names = {name: mark for mark, name in DELIMITERS.items()} | {"\\t": "\t", "": ""}
        mark = names.get(str(value).lower(), str(value))
        if len(mark) > 1 or mark in ('"', "\n", "\r"):
            self.fail(f"expected {', '.join(names)} or one letter", param, context)
        return mark


class Encoding(click.ParamType[str]):
    """The name of an encoding of text."""

    name = "encoding"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> str:
        """Return Python's name of it; UTF-8 may begin with its mark."""
        try:
            name = codecs.lookup(str(value)).name if value else ""
            "".encode(name or "utf-8")
        except (LookupError, ValueError):
            self.fail(f"expected an encoding such as utf-8, windows-1252 or gb18030, found {value!r}", param, context)
        return "utf-8-sig" if name == "utf-8" else name


N_CLUSTERS = NumberOfSegments()


seed_option = click.option("--seed", "random_state", type=_SEEDS, default=SEED, show_default=True, help="Random state.")


decimal_option = click.option(
    "--decimal",
    type=click.Choice(["point", "comma"]),
    help="What 1,234 means where the table leaves it open.",
)


model_option = click.option(
    "--model", type=FILE, default=MODELS / MODEL, help="Model file.  [default: models/segmenter.joblib]"
)


def _engine(_context: click.Context, _option: click.Parameter, name: str) -> Callable[[], Engine]:
    """Return what starts an engine."""
    if name == "duckdb":
        return DuckDB
    try:
        from .engines.spark import Spark  # noqa: PLC0415 - optional
    except ImportError as error:
        raise Failure("Spark needs PySpark: pip install -r training/requirements-spark.txt") from error
    return Spark


def table_argument(command: Callable[..., None]) -> Callable[..., None]:
    """Add the table and the engine that reads it."""
    engine = click.option(
        "--engine",
        "start",
        type=click.Choice(["duckdb", "spark"]),
        default="duckdb",
        show_default=True,
        callback=_engine,
        help="What does the work; Spark reads folders, buckets and tables of its catalogue too.",
    )
    return click.argument("table")(engine(_file_options(command)))


def _file_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add what the user may say about the file; the command receives it as `file`."""

    @functools.wraps(command)
    def packed(*args: Any, delimiter: str, encoding: str, no_header: bool, sheet: str, **options: Any) -> None:
        command(*args, file=FileOptions(delimiter, encoding, not no_header, sheet), **options)

    added = [
        click.option("--delimiter", type=Delimiter(), default="", help="Of a CSV: comma, semicolon, tab, bar, a sign."),
        click.option("--encoding", type=Encoding(), default="", help="Of a CSV that is not UTF-8: windows-1252, gbk."),
        click.option("--no-header", is_flag=True, help="No row of names: columns are called column_1, column_2, ..."),
        click.option("--sheet", default="", metavar="NAME", help="Sheet of an Excel workbook, if it has several."),
    ]
    for option in reversed(added):
        packed = option(packed)
    return packed


def order_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options on how an order table is read."""
    options = [
        click.option(
            "--customer", default="", metavar="COLUMN", help="Orders: the customer's column, if not found by name."
        ),
        click.option("--date", default="", metavar="COLUMN", help="Orders: the date's column."),
        click.option("--amount", default="", metavar="COLUMN", help="Orders: the amount's column."),
        click.option(
            "--date-format", default="", metavar="FORMAT", help="Orders: how dates are written, such as %d/%m/%Y."
        ),
        click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Orders: the day that recency counts to."),
    ]
    for option in reversed(options):
        command = option(command)
    return command
