"""The command measure: what a campaign changed."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ..engines.engine import Engine
from ..engines.output import check_page, write_whole
from ..files.formats import open_table
from ..files.source import DataError, FileOptions
from ..reports import campaign as campaign_page
from ..tables.orders.columns import find_order_columns
from ..tables.orders.rows import read_rows
from ..targeting.assignment import open_assignment
from ..targeting.measure import measure as measure_campaign
from ..targeting.window import Window
from . import console
from .options import DAY, decimal_option, key_option, order_choice, order_options, reading_options, table_argument


@click.command(short_help="Say what a campaign changed.")
@table_argument
@click.argument("orders")
@click.option("--from", "first", type=DAY, required=True, help="First day that counts.")
@click.option("--to", "last", type=DAY, required=True, help="Last day that counts.")
@key_option
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="HTML page to write the result to.")
@decimal_option
@order_options
@reading_options
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

    Compares the customers who were written to with those who were held back, as they were drawn, on the days from
    --from to --to. Fix these days before the campaign and look once, after they have ended: if you look every day, you
    will find an effect by chance. How a table is read (--encoding and the like) is said of ORDERS.

    \b
    Examples:
      python -m training measure spring.csv orders.csv --from 2026-05-01 --to 2026-05-31
      python -m training measure spring.csv orders.csv --from 2026-05-01 --to 2026-05-31 --out spring.html
    """
    if last < first:
        raise click.UsageError(f"--to: expected a day not before --from, {first.date()}, found {last.date()}")
    check_page(out)
    with start() as engine, console.progress("Reading the assignment") as progress:
        assignment = open_assignment(engine, open_table(engine, table), key)
        wanted = order_choice(decimal, **choice)
        window = Window(first.date(), last.date(), assignment.day, wanted.latest)
        _check_days(window)
        progress("Reading the orders")
        source = open_table(engine, orders, file)
        within = f"({window.holds('day')} OR {window.before.holds('day')})"
        rows = read_rows(engine, source, find_order_columns(source, wanted), wanted, within)
        progress("Comparing the groups")
        outcome = measure_campaign(engine, assignment.table, rows.table, window, assignment.share)
    console.notes([*source.notes, *rows.notes, *outcome.notes])
    if assignment.left_out:
        console.note(f"Customers who could not be found, and are in neither group: {assignment.left_out:,}.")
    if out:
        write_whole(out, campaign_page.write(assignment, outcome).encode())
    console.result(campaign_page.lines(outcome), campaign_page.content(assignment, outcome))


def _check_days(window: Window) -> None:
    if window.first < window.drawn:
        raise DataError(
            f"expected a window from {window.drawn} on, when the groups were drawn, found one from {window.first}: "
            "what was bought before cannot be the campaign's"
        )
