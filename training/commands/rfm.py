"""The command rfm: recency, frequency and monetary value of each customer of an order table."""

from collections.abc import Callable
from typing import Any

import click

from ..engines.engine import Engine
from ..engines.output import check_out
from ..files.formats import open_table
from ..files.source import FileOptions
from ..tables.columns import RFM
from ..tables.orders.rfm import summarise_orders
from . import console
from .options import (
    days_options,
    decimal_option,
    keep_formulas_option,
    order_choice,
    order_options,
    reading_options,
    table_argument,
)


@click.command(short_help="Compute recency, frequency and monetary value of orders.")
@table_argument
@click.argument("out")
@decimal_option
@order_options
@days_options
@keep_formulas_option
@reading_options
@console.json_option
def rfm(
    table: str,
    start: Callable[[], Engine],
    file: FileOptions,
    out: str,
    decimal: str | None,
    keep_formulas: bool,
    **choice: Any,
) -> None:
    """Write recency, frequency and monetary value of each customer of TABLE, an order table, to OUT.

    OUT is a CSV file, or a Parquet file if its name ends in .parquet, with the columns customer_id, recency_days,
    frequency and monetary.

    \b
    Examples:
      python -m training rfm orders.csv customers.csv
      python -m training rfm orders.parquet customers.parquet --as-of 2024-12-31 --amount "net total"
    """
    check_out(table, out)
    with start() as engine, console.progress("Reading the orders"):
        engine.check_place(out)
        summary = summarise_orders(engine, open_table(engine, table, file), order_choice(decimal, **choice))
        engine.write(f"SELECT customer_id, {', '.join(RFM)} FROM {summary.table.sql}", out, keep_formulas=keep_formulas)
    console.notes(summary.notes)
    console.result([], {"out": out, "customers": summary.rows})
    console.aside(f"Written to {out}")
