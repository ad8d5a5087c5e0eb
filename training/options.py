"""The options that several commands take, and what their values may be."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from .engines.duckdb import DuckDB
from .engines.engine import Engine

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
    return click.argument("table")(engine(command))


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
