"""The command export: the model as SQL, a formula or JSON."""

from pathlib import Path
from typing import TextIO

import click
from click.core import ParameterSource

from function.model import load

from ..exports.export import TARGETS
from ..exports.export import export as write_export
from ..exports.sql import DIALECTS
from . import console
from .options import model_option


@click.command(short_help="Write the model as SQL, a spreadsheet formula or JSON.")
@click.option("--to", "target", type=click.Choice(TARGETS), required=True, help="Where the model will run.")
@model_option
@click.option(
    "--name", default="segment", show_default=True, metavar="NAME", help="The SQL function's name, such as crm.segment."
)
@click.option("--out", type=click.File("w", encoding="utf-8"), default="-", help="File to write to.  [default: stdout]")
@console.json_option
def export(target: str, model: Path, name: str, out: TextIO) -> None:
    """Write the model as a SQL function, a Google Sheets formula or plain JSON.

    Given a customer's values in the order of the features, the SQL function returns the name of the nearest segment,
    and NULL for values that the service refuses. A query that tests it stands in a comment.

    \b
    Examples:
      python -m training export --to bigquery --name shop.crm.segment | bq query --nouse_legacy_sql
      python -m training export --to duckdb --out segment.sql
      python -m training export --to sheets
    """
    is_named = click.get_current_context().get_parameter_source("name") is ParameterSource.COMMANDLINE
    if is_named and target not in DIALECTS:
        raise click.UsageError(f"--name is of a SQL function: leave it out with --to {target}")
    text = write_export(load(model), target, name)
    path = None if out.name == "<stdout>" else out.name
    if path:
        out.write(text)
    console.result([] if path else [text.removesuffix("\n")], {"to": target, "out": path, "text": text})
