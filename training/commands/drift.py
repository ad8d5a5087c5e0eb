"""The command drift: whether the customers are still those that the model was trained on."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import msgspec

from function.model import load

from ..engines.engine import Engine
from ..files.formats import open_table
from ..files.source import FileOptions
from ..scoring import drift as drift_
from ..scoring.score import find_features
from ..tables.customers import clean
from ..tables.orders.rfm import COLUMNS, summarise_orders
from . import console
from .options import (
    check_order_options,
    days_options,
    decimal_option,
    manner,
    model_option,
    order_choice,
    order_options,
    orders_flag,
    reading_options,
    table_argument,
)
from .parameters import Number

DRIFTED = 3
"""Exit code for scripts: the customers are others than the model's."""

_RECENCY = COLUMNS[0].label
_AGEING = "it grows every day for those who do not buy, so fit again, with --since for a window of fixed length"


@click.command(short_help="Say how customers differ from those the model was trained on.")
@table_argument
@model_option
@decimal_option
@click.option("--limit", type=Number(0), default=drift_.LARGE, show_default=True, help="Index that counts as drift.")
@orders_flag
@order_options
@days_options
@reading_options
@console.json_option
def drift(
    table: str,
    start: Callable[[], Engine],
    file: FileOptions,
    model: Path,
    decimal: str | None,
    limit: float,
    orders: bool,
    **choice: Any,
) -> None:
    """Compare the customers of TABLE with those the model was trained on.

    Prints the population stability index of each feature and of the segments' shares: below 0.1 is small; from 0.25 on
    these are different customers, and the model should be fitted again. An index that chance explains means nothing.
    Exits with code 3 if an index reaches the limit and is more than chance.

    \b
    Examples:
      python -m training drift customers.csv
      python -m training drift customers.csv --limit 0.1 || echo "time to fit again"
      python -m training drift orders.csv --orders
    """
    check_order_options(orders, None, "", choice)
    segmenter = load(model)
    with start() as engine, console.progress("Comparing"):
        source, wanted, notes = open_table(engine, table, file), order_choice(decimal, **choice), list[str]()
        if orders:
            summary = summarise_orders(engine, source, wanted)
            source, notes = summary.as_source(source), summary.notes
        customers = clean(engine, source, find_features(source, segmenter.model.features), manner(wanted))
        comparison = drift_.measure(engine, customers, segmenter)
    console.notes([*notes, *customers.notes])
    drifted = comparison.reaches(limit)
    _print_drift(comparison, drifted=drifted)
    if drifted:
        raise click.exceptions.Exit(DRIFTED)


def _print_drift(comparison: drift_.Drift, *, drifted: bool) -> None:
    judged = {**comparison.features, "Shares of the segments": comparison.shares}
    lines = [f"{part.index:8.4f}  {label}: {drift_.WORDS[part.verdict]}" for label, part in judged.items()]
    for name, (then, now) in comparison.segments.items():
        mark = ": more than chance" if name in comparison.changed else ""
        lines.append(f"{then:8.1%}  -> {now:6.1%}  {name}{mark}")
    left_out_then, left_out_now = comparison.unusable
    before = "" if left_out_then is None else f", {left_out_then:.1%} in training"
    lines.append(f"{left_out_now:8.1%}  of the rows could not be used{before}")
    for label, share in comparison.outside.items():
        if share > drift_.OUTSIDE:
            advice = _AGEING if label == _RECENCY else "check the unit"
            console.warn(f"{label}: {share:.1%} of the customers are outside the range that training saw; {advice}.")
    console.result(lines, {"drifted": drifted, **msgspec.to_builtins(comparison)})
