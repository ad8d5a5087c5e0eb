"""The command line: `python -m training --help`."""

import csv
import shlex
from pathlib import Path

import click
from rich.console import Console

from function.model import ModelError

from . import samples
from .card import write_card
from .cells import is_numeric
from .customers import clean
from .engine import Engine, identifier
from .features import Column, UnknownColumnError, find_columns, find_id
from .fitting import fit_model, save_model
from .tables import DataError, Source, open_table

MODELS = Path(__file__).parent.parent / "models"
MODEL, CARD = "segmenter.joblib", "README.md"

DECIMALS = ("point", "comma")

_SEEDS = click.IntRange(0, 2**32 - 1)
_FOLDER = click.Path(file_okay=False, path_type=Path)
_notes = Console(stderr=True, highlight=False)
_seed = click.option("--seed", "random_state", type=_SEEDS, default=0, show_default=True, help="Random state.")


class _Failure(click.ClickException):
    """An error in the data: one line, exit code 1."""

    exit_code = 1


class _Commands(click.Group):
    """Commands whose data errors end as one line and exit code 1."""

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except (DataError, ModelError) as error:
            raise _Failure(str(error)) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def main() -> None:
    """Train customer segments: a table in, a model with its card out."""


@main.command()
@click.argument("table", type=click.Path(path_type=Path))
@click.option("--k", "n_clusters", type=click.IntRange(2, 50), default=5, show_default=True, help="Number of segments.")
@click.option("--features", help="Columns to use, separated by commas; else annual income and spending score.")
@click.option("--decimal", type=click.Choice(DECIMALS), help="What 1,234 means where the table leaves it open.")
@click.option("--out", type=_FOLDER, default=MODELS, help="Folder to write to.  [default: models]")
@_seed
def fit(table: Path, n_clusters: int, features: str | None, decimal: str | None, out: Path, random_state: int) -> None:
    """Fit segments to TABLE, a CSV or Parquet file with one row a customer.

    Writes segmenter.joblib, the model, and README.md, its card.

    \b
    Examples:
      python -m training fit customers.csv
      python -m training fit customers.parquet --features "age,visits per month" --k 4
      python -m training fit umsatz.csv --decimal comma --out /tmp/trial
    """
    _make_folder(out)
    with Engine() as engine, _notes.status("Reading the table") as status:
        source = open_table(engine, table)
        customers = clean(engine, source, _choose(engine, source, features), decimal or "")
        status.update(f"Fitting {n_clusters} segments to {customers.rows:,} customers")
        fitted = fit_model(engine, customers, n_clusters, random_state)
        status.update("Checking every row against K-Means")
        segmenter = save_model(fitted, out / MODEL)
    (out / CARD).write_text(write_card(segmenter, customers), encoding="utf-8")
    for repair in customers.repairs:
        _notes.print(f"Note: {repair}")
    for warning in segmenter.model.warnings:
        _notes.print(f"Warning: {warning}", style="yellow")
    for segment in segmenter.model.segments:
        click.echo(f"{segment.id:>3}  {segment.size:>10,}  {segment.share:6.1%}  {segment.name}")
    _notes.print(f"Model {segmenter.hash} written to {out}")


@main.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@_seed
def sample(out: Path, random_state: int) -> None:
    """Write a made-up customer table to OUT.

    A CSV with five groups of income and spending score; nobody in it is real.

    \b
    Examples:
      python -m training sample customers.csv
      python -m training fit customers.csv
    """
    try:
        count = samples.write_customers(out, random_state)
    except OSError as error:
        raise _unwritable(out, error) from error
    _notes.print(f"{count} made-up customers written to {out}")


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> DataError:
    return DataError(f"{path}: cannot be written: {(error.strerror or 'unknown reason').lower()}")


def _choose(engine: Engine, source: Source, features: str | None) -> list[Column]:
    headers = list(source.columns)
    wanted = [name.strip() for name in next(csv.reader([features]))] if features else None
    try:
        columns = find_columns(headers, wanted)
    except UnknownColumnError as error:
        raise DataError(
            f"{source.path}: expected a column {identifier(str(error))}, found {', '.join(headers)}"
        ) from error
    if columns is None:
        raise DataError(_no_pair(engine, source))
    return columns


def _no_pair(engine: Engine, source: Source) -> str:
    """Say which columns could be used, with a command line that uses them."""
    problem = f"{source.path}: expected columns for annual income and spending score, found no such pair"
    numeric = [header for header in source.columns if is_numeric(engine, source, header)]
    usable = [header for header in numeric if header != find_id(numeric, [])]
    if not usable:
        return f"{problem} and no other column of numbers"
    quoted = ",".join(f'"{header}"' if "," in header else header for header in usable)
    command = shlex.join(["python", "-m", "training", "fit", str(source.path), "--features", quoted])
    return f"{problem}; numeric columns: {', '.join(usable)}; choose among them: {command}"


if __name__ == "__main__":
    main(prog_name="python -m training")
