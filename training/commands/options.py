"""The options that several commands take, and what their values may be."""

import datetime
import functools
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from ..engines.engine import UTC, Engine
from ..files.source import FileOptions
from ..tables.orders.columns import Choice
from ..tables.readings import Manner
from ..tables.today import latest_day
from .parameters import Day, Delimiter, Encoding, ModelFile, NumberOfSegments, TimeZone, WholeNumber

MODEL = "segmenter.joblib"
"""Name of the model's file in its folder."""

CARD, REPORT = "README.md", "report.html"
"""Names of the card and the pictures beside it."""

MODELS = Path(__file__).parents[2] / "models"


SEED = 42
"""Random state of the published figures of the Mall customers."""

FILE = click.Path(path_type=Path)


_WITHIN = "training.within"
_SEEDS = WholeNumber(0, 2**32 - 1)

DAY = Day()


class Failure(click.ClickException):
    """An error in the data: one line, exit code 1."""

    exit_code = 1

    def __init__(self, message: str) -> None:
        super().__init__("".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in message))


N_CLUSTERS = NumberOfSegments()


seed_option = click.option("--seed", "random_state", type=_SEEDS, default=SEED, show_default=True, help="Random state.")


decimal_option = click.option(
    "--decimal",
    type=click.Choice(["point", "comma"]),
    help="Decimal sign to assume where the table leaves open what 1,234 means.",
)


keep_formulas_option = click.option(
    "--keep-formulas",
    is_flag=True,
    help="Write text that a spreadsheet would run, such as =1+1, into a CSV as it is, without an apostrophe.",
)


model_option = click.option(
    "--model", type=ModelFile(), default=MODELS / MODEL, help="Model file.  [default: models/segmenter.joblib]"
)


key_option = click.option(
    "--key", default="", metavar="COLUMN", help="Column that identifies customers, if it is not found by name."
)


value_option = click.option(
    "--value",
    default="",
    metavar="COLUMN",
    help="Column of what a customer is worth, to report each segment's share.  [default: monetary value of orders]",
)


def _engine(context: click.Context, _option: click.Parameter, name: str) -> Callable[[str], Engine]:
    """Return what starts an engine."""
    within = context.meta.get(_WITHIN)
    if name == "duckdb":
        from ..engines.duckdb import DuckDB  # noqa: PLC0415 - a batch on Spark is sent without it, and --help needs none

        return functools.partial(DuckDB, within=within) if within else DuckDB
    if within:
        raise click.UsageError("--within is about DuckDB: leave out --engine")
    try:
        from ..engines.spark import Spark  # noqa: PLC0415 - optional
    except ImportError as error:
        raise Failure("Spark needs PySpark: pip install -r training/requirements-spark.txt") from error
    return Spark


table_argument = click.argument("table")


def reading_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options on how tables are read, by what and from where; --help shows them behind the command's own."""
    engine = click.option(
        "--engine",
        "start",
        type=click.Choice(["duckdb", "spark"]),
        default="duckdb",
        show_default=True,
        callback=_engine,
        help="What runs the queries; Spark also reads folders, buckets and tables of its catalogue.",
    )
    within = click.option(
        "--within",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        is_eager=True,
        expose_value=False,
        callback=_remember_within,
        help="The only folder in which DuckDB may open files.",
    )
    return _file_options(engine(within(command)))


def _remember_within(context: click.Context, _option: click.Parameter, folder: Path | None) -> None:
    context.meta[_WITHIN] = folder


_FILE_OPTIONS = [
    click.option(
        "--delimiter",
        type=Delimiter(),
        default="",
        help="What separates a CSV's columns: comma, semicolon, tab, bar or any one character.",
    ),
    click.option(
        "--encoding",
        type=Encoding(),
        default="",
        help="Encoding of a CSV that is not UTF-8, such as windows-1252 or gbk.",
    ),
    click.option(
        "--no-header",
        is_flag=True,
        help="The table has no header: its columns are called column_1, column_2, ...",
    ),
    click.option(
        "--time-zone",
        type=TimeZone(),
        default=UTC,
        metavar="ZONE",
        help="Time zone that decides on which day a moment falls.  [default: UTC]",
    ),
    click.option(
        "--sheet", default="", metavar="NAME", help="Which sheet of an Excel workbook to read, if it has several."
    ),
]


def _file_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add what the user may say about the file; the command receives it as `file`."""

    @functools.wraps(command)
    def packed(*args: Any, start: Callable[[str], Engine], time_zone: str, no_header: bool, **options: Any) -> None:
        said = {name: options.pop(name) for name in ("delimiter", "encoding", "sheet")}
        file = FileOptions(header=not no_header, **said)
        command(*args, start=functools.partial(start, time_zone), file=file, **options)

    for option in reversed(_FILE_OPTIONS):
        packed = option(packed)
    return packed


orders_flag = click.option(
    "--orders", is_flag=True, help="TABLE has one row per order; recency, frequency and monetary value are computed."
)


def order_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options on how an order table is read."""
    options: list[Callable[[Callable[..., None]], Callable[..., None]]] = [
        _column("customer", "the column of customers, if it is not found by name."),
        _column("date", "the column of dates."),
        _column("amount", "the column of amounts."),
        _column("order", "the column of order ids."),
        _column("status", "the column that says which orders were cancelled, failed or refunded."),
        _column("refunded", "the column of refunded amounts."),
        click.option("--currency", default="", metavar="CODE", help="Orders: the one currency to count, such as EUR."),
        click.option(
            "--amount-per",
            type=click.Choice(["order", "line"]),
            help="Orders: whether an amount on each row of an order is the order's total or the line's own.",
        ),
        click.option(
            "--date-format",
            multiple=True,
            metavar="FORMAT",
            help="How dates are written, such as %d/%m/%Y, epoch or excel; repeat it if there are several ways.",
        ),
    ]
    for add in reversed(options):
        command = add(command)
    return command


def days_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options on the days that count, beside those on how an order table is read."""
    since = click.option("--since", type=DAY, help="Orders: the first day that counts.")
    as_of = click.option(
        "--as-of",
        type=DAY,
        help="The day to which recency, and dates among the features, are counted; later orders are ignored.",
    )
    return since(as_of(command))


def check_order_options(orders: bool, features: str | None, value: str, choice: dict[str, Any]) -> None:
    """Refuse options that are about orders where the table has customers, and those that orders answer themselves."""
    if orders and features:
        raise click.UsageError("--orders computes its own features: leave out --features")
    if orders and value:
        raise click.UsageError("--orders adds up what customers are worth: leave out --value")
    given = [f"--{name.replace('_', '-')}" for name, value in choice.items() if value]
    given = [name for name in given if name not in ("--as-of", "--date-format")]  # dates may be features too
    if given and not orders:
        raise click.UsageError(f"{given[0]} is about an order table: add --orders")


def refuse_orphans(context: click.Context, names: Collection[str], of: str) -> None:
    """Refuse options that only say how to do what another option asks for, where that one is absent."""
    given = [parameter for parameter in context.command.params if parameter.name in names]
    for option in given:
        if context.get_parameter_source(option.name or "") is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"{option.opts[0]} is about {of}: give both, or leave it out")


def order_choice(decimal: str | None, **given: Any) -> Choice:
    """Return what the user said about an order table."""
    days = {name: given[name].date() if given.get(name) else None for name in ("since", "as_of")}
    texts = {"amount_per": given["amount_per"] or "", "decimal": decimal or ""}
    return Choice(**{**given, **days, **texts, "latest": latest_day()})


def manner(choice: Choice, value: str = "") -> Manner:
    """Return how cells are written and what a customer is worth, of what the user said."""
    return Manner(choice.decimal, choice.date_format, choice.as_of, value)


def given_options(context: click.Context, leave_out: Collection[str]) -> list[str]:
    """Return the options of a command line as they could be given again, but for some."""
    words: list[str] = []
    for option in context.command.params:
        name = option.name or ""
        by_user = context.get_parameter_source(name) is ParameterSource.COMMANDLINE
        if not isinstance(option, click.Option) or not by_user or name in leave_out or not option.expose_value:
            continue
        value = context.params[name]
        if option.is_flag:
            words.append(option.opts[0])
        else:
            values = value if isinstance(value, tuple) else [value]
            words += [word for part in values for word in (option.opts[0], _again(part))]
    return words


def _again(value: Any) -> str:
    """Return the value of an option as it could be given again."""
    if isinstance(value, type):  # an engine
        return value.__name__.lower()
    return value.date().isoformat() if isinstance(value, datetime.datetime) else str(value)


def _column(name: str, what: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return click.option(f"--{name}", default="", metavar="COLUMN", help=f"Orders: {what}")
