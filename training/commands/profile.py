"""The command profile: who the customers of each segment are."""

from collections.abc import Callable

import click

from ..engines.engine import Engine
from ..files.formats import open_table
from ..files.source import FileOptions
from ..reports import profiles
from ..targeting.profile import find_descriptors
from ..targeting.profile import profile as profile_table
from ..targeting.scored import read_segments
from . import console
from .options import reading_options, table_argument


@click.command(short_help="Say who the customers of each segment are.")
@table_argument
@click.option(
    "--describe",
    required=True,
    metavar="COLUMNS",
    help="Columns that describe who the customers are, separated by commas.",
)
@reading_options
@console.json_option
def profile(table: str, start: Callable[[], Engine], file: FileOptions, describe: str) -> None:
    """Say who the customers of each segment are, by columns of TABLE, a scored table, that were not clustered on.

    A column is mentioned only if it differs beyond chance and tells the segments apart; figures of fewer than ten
    customers are hidden, and so are those from which they could be worked out.

    \b
    Examples:
      python -m training profile scored.csv --describe gender,region,age
    """
    with start() as engine, console.progress("Describing"):
        source = open_table(engine, table, file)
        segments = read_segments(engine, source)
        described = profile_table(engine, source, segments, find_descriptors(source, describe))
    if profiles.hides(described):
        console.note(profiles.HIDDEN)
    console.result(profiles.lines(described), profiles.content(described))
