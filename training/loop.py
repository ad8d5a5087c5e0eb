"""The commands on what was done with segments, and what came of it: measure, movement, profile."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from . import console
from .engines.engine import Engine
from .engines.output import check_out, write_whole
from .options import decimal_option, order_choice, order_options, table_argument
from .reports import campaign as campaign_page
from .reports import flows as flows_page
from .reports import profiles
from .tables.file import open_table
from .tables.order_columns import find_order_columns
from .tables.order_rows import read_rows
from .tables.source import DataError, FileOptions
from .targeting.assignment import Assignment, open_assignment
from .targeting.measure import Window
from .targeting.measure import measure as measure_campaign
from .targeting.movement import AGEING, compare, write_movers
from .targeting.profile import find_descriptors
from .targeting.profile import profile as profile_table
from .targeting.scored import open_scored, read_segments

_DAY = click.DateTime(["%Y-%m-%d"])
_KEY = click.option("--key", default="", metavar="COLUMN", help="Who a customer is, if not found by its name.")


@click.command()
@table_argument
@click.argument("orders")
@click.option("--from", "first", type=_DAY, required=True, help="First day that counts.")
@click.option("--to", "last", type=_DAY, required=True, help="Last day that counts.")
@_KEY
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Page of HTML to write the result to.")
@decimal_option
@order_options
@console.json_option
def measure(
    table: str,
    start: Callable[[], Engine],
    file: FileOptions,
    orders: str,
    first: datetime.datetime,
    last: datetime.datetime,
    key: str,
    out: Path | None,
    decimal: str | None,
    **choice: Any,
) -> None:
    """Say what a campaign changed: TABLE is the assignment that holdout wrote, ORDERS a table of orders.

    Compares those who were written to with those who were held back, as they were drawn, on the days from --from to
    --to. Fix these days before the campaign and look once, after they have ended: who looks every day finds an effect
    by chance.

    \b
    Examples:
      python -m training measure spring.csv orders.csv --from 2026-05-01 --to 2026-05-31
      python -m training measure spring.csv orders.csv --from 2026-05-01 --to 2026-05-31 --out spring.html
    """
    window = Window(first.date(), last.date())
    with start() as engine, console.progress("Reading the assignment") as progress:
        assignment = open_assignment(engine, open_table(engine, table, file), key)
        _check_days(assignment, window)
        progress("Reading the orders")
        source, wanted = open_table(engine, orders), order_choice(decimal, **choice)
        rows = read_rows(engine, source, find_order_columns(source, wanted), wanted)
        progress("Comparing the groups")
        outcome = measure_campaign(engine, assignment.table, rows.table, window, assignment.share)
    for said in (*source.notes, *rows.notes, *outcome.notes):
        console.note(said)
    if assignment.left_out:
        console.note(f"{assignment.left_out:,} customers could not be found and are in neither group.")
    if out:
        write_whole(out, campaign_page.write(assignment, outcome).encode())
    console.result(campaign_page.lines(outcome), campaign_page.content(assignment, outcome))


@click.command()
@table_argument
@click.argument("now")
@click.argument("out", required=False, default="")
@_KEY
@click.option("--value", default="", metavar="COLUMN", help="What a customer is worth.  [default: monetary]")
@click.option(
    "--out-html", type=click.Path(dir_okay=False, path_type=Path), help="Page of HTML to write the matrix to."
)
@console.json_option
def movement(
    table: str,
    start: Callable[[], Engine],
    file: FileOptions,
    now: str,
    out: str,
    key: str,
    value: str,
    out_html: Path | None,
) -> None:
    """Say who moved between TABLE and NOW, two tables scored by one model.

    Movement is split into exchange, where the noise of borders is, and net flows, of which only those that are more
    than chance are told. OUT lists the customers who moved, with all that NOW says of them.

    \b
    Examples:
      python -m training movement january.csv july.csv
      python -m training movement january.csv july.csv movers.csv --out-html movement.html
    """
    for read in (table, now):
        if out:
            check_out(read, out)
    with start() as engine, console.progress("Reading the tables") as progress:
        then_source, now_source = open_table(engine, table, file), open_table(engine, now)
        then_scored = open_scored(engine, then_source, key, value)
        now_scored = open_scored(engine, now_source, key, value)
        progress("Comparing")
        moved = compare(engine, then_scored, now_scored)
        if out:
            progress("Writing who moved")
            write_movers(engine, moved, now_scored, out)
    if out_html:
        write_whole(out_html, flows_page.write(moved, then_source.path.name, now_source.path.name).encode())
    for scored in (then_scored, now_scored):
        if scored.without_id:
            console.note(f"{scored.source}: {scored.without_id:,} rows left out: no {scored.key}.")
    console.note(AGEING)
    console.result(flows_page.lines(moved), flows_page.content(moved))


@click.command()
@table_argument
@click.option("--describe", required=True, metavar="COLUMNS", help="Columns to describe by, separated by commas.")
@console.json_option
def profile(table: str, start: Callable[[], Engine], file: FileOptions, describe: str) -> None:
    """Say who the customers of each segment are, by columns of TABLE, a scored table, that were not clustered on.

    A column is spoken of only where it is beyond chance and tells the segments apart; cells of fewer than ten customers
    are hidden.

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


def _check_days(assignment: Assignment, window: Window) -> None:
    if window.first < assignment.day:
        raise DataError(
            f"expected a window from {assignment.day} on, when the groups were drawn, found one from {window.first}: "
            "what was bought before cannot be the campaign's"
        )
