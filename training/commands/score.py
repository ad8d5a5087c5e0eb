"""The command score: each customer's segment."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from function.model import Segment, load

from ..engines.engine import Engine
from ..engines.output import check_out
from ..files.formats import open_table
from ..files.source import FileOptions, count
from ..scoring.score import Part
from ..scoring.score import score as score_table
from ..tables.orders.rfm import summarise_orders
from . import console
from .options import (
    check_order_options,
    days_options,
    decimal_option,
    keep_formulas_option,
    manner,
    model_option,
    order_choice,
    order_options,
    orders_flag,
    reading_options,
    table_argument,
    value_option,
)


@click.command(short_help="Write each customer's segment.")
@table_argument
@click.argument("out")
@model_option
@value_option
@decimal_option
@orders_flag
@order_options
@days_options
@keep_formulas_option
@reading_options
@console.json_option
def score(
    table: str,
    start: Callable[[], Engine],
    file: FileOptions,
    out: str,
    model: Path,
    value: str,
    decimal: str | None,
    orders: bool,
    keep_formulas: bool,
    **choice: Any,
) -> None:
    """Write TABLE to OUT with each customer's segment.

    OUT is a CSV or Parquet file; it and TABLE may be larger than memory. Adds segment_id, segment, segment_name,
    runner_up, confidence, probability, borderline, typical, incomplete and out_of_range: what the function answers. A
    row may lack up to half of the model's features. With --orders OUT has one row per customer: id, recency_days,
    frequency, monetary, the newest contacts, then the answer.

    \b
    Examples:
      python -m training score customers.csv scored.csv
      python -m training score customers.parquet scored.parquet --model models/segmenter.joblib
      python -m training score orders.csv scored.csv --orders --as-of 2024-12-31
    """
    check_order_options(orders, None, value, choice)
    check_out(table, out)
    segmenter = load(model)
    with start() as engine, console.progress("Scoring"):
        engine.check_place(out)
        source, wanted = open_table(engine, table, file), order_choice(decimal, **choice)
        notes = [*source.notes]
        if orders:
            summary = summarise_orders(engine, source, wanted)
            source, notes, value = summary.as_source(source), summary.notes, "monetary"
        scored = score_table(engine, source, segmenter, out, manner(wanted, value), keep_formulas=keep_formulas)
    console.notes(notes)
    if scored.unassigned:
        why = "too many values are missing or one is out of bounds"
        console.note(f"{count(scored.unassigned, 'row')} without a segment: {why}.")
    if scored.incomplete:
        rows = count(scored.incomplete, "row")
        console.note(f"{rows} without a value of each feature: the segment goes by the others.")
    label = "monetary value" if orders else value
    console.result(
        [line_of(part, part.customers, label) for part in scored.segments],
        {"out": out, "model": segmenter.hash, **dataclasses.asdict(scored)},
    )
    console.aside(f"{count(scored.rows, 'row')} written to {out}, by model {segmenter.hash}")


def line_of(part: Segment | Part, customers: int, value_label: str) -> str:
    """Return a segment's line: id, customers, share of them, share of what all are worth if that is known, name."""
    worth = "" if part.value_share is None else f"  {part.value_share:6.1%} of {value_label}"
    return f"{part.id:>3}  {customers:>10,}  {part.share:6.1%}{worth}  {part.name}"
