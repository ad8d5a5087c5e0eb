"""The command fit: learn segments from a table of customers or orders."""

import importlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from function.model import Model, ModelError, Segmenter, load

from ..clustering.sample import prepare
from ..engines.engine import Engine
from ..engines.output import check_card, check_folder, write_together
from ..files.formats import open_table
from ..files.source import DataError, FileOptions, Source
from ..naming.playbook import Playbook, read_playbook
from ..naming.words import VERDICTS
from ..scoring.score import with_segments
from ..tables.customers import Customers, clean
from ..tables.feature_choice import choose_columns
from ..tables.headers import PAIR
from ..tables.orders.columns import Choice
from ..tables.orders.rfm import summarise_orders
from ..tables.readings import Manner
from . import console
from .options import (
    CARD,
    FILE,
    MODEL,
    MODELS,
    N_CLUSTERS,
    REPORT,
    check_order_options,
    days_options,
    decimal_option,
    given_options,
    manner,
    order_choice,
    order_options,
    orders_flag,
    reading_options,
    seed_option,
    table_argument,
    value_option,
)
from .parameters import Folder
from .score import line_of

if TYPE_CHECKING:
    from ..naming.continuity import Continuity
    from ..reports.findings import Findings
    from ..targeting.profile import Profile

DEFAULT_K = 5
"""Number of segments of the pair of income and score, as published."""

_NEEDS_SCIKIT_LEARN = "training.fit"
"""Most of a second to import, on one processor: done by a thread while the table is read."""

_HUGE = 20_000_000
"""Rows from which on that waits until they are read and DuckDB has given memory back: 409 MB in place of 606 for 100
million orders of 10 million customers."""


@click.command(short_help="Find segments in a table of customers or orders.")
@table_argument
@click.option(
    "--k",
    "n_clusters",
    type=N_CLUSTERS,
    help="Number of segments, 2 to 50, or auto.  [default: 5 for the pair, else auto]",
)
@click.option("--features", help="Columns to use, separated by commas.  [default: annual income and spending score]")
@click.option("--no-log", is_flag=True, help="Do not take logarithms of skewed columns.")
@value_option
@decimal_option
@orders_flag
@order_options
@days_options
@click.option("--out", type=Folder(), default=MODELS, help="Folder to write to.  [default: models]")
@click.option("--fresh", is_flag=True, help="Do not carry over ids and names from the model already in the folder.")
@click.option("--playbook", type=FILE, help="TOML file with the shop's own names, actions and fixed features.")
@click.option(
    "--describe",
    default="",
    metavar="COLUMNS",
    help="Columns that describe who the customers are, separated by commas.",
)
@seed_option
@reading_options
@console.json_option
def fit(
    table: str,
    start: Callable[[], Engine],
    file: FileOptions,
    n_clusters: int | str | None,
    features: str | None,
    no_log: bool,
    value: str,
    decimal: str | None,
    orders: bool,
    out: Path,
    fresh: bool,
    playbook: Path | None,
    describe: str,
    random_state: int,
    **choice: Any,
) -> None:
    """Fit segments to TABLE, a file with one row per customer, or one row per order with --orders.

    TABLE is a CSV, Parquet, Excel or JSON file. Writes segmenter.joblib (the model), README.md (its card) and
    report.html (its pictures).

    \b
    Examples:
      python -m training fit customers.csv
      python -m training fit customers.parquet --features "age,visits per month" --k 4
      python -m training fit orders.csv --orders
      python -m training fit customers.csv --features age,visits --value revenue
      python -m training fit customers.csv --features age,visits --describe gender,region
      python -m training fit umsatz.csv --decimal comma --out trial --fresh
      python -m training fit customers.csv --playbook words.toml
    """
    check_order_options(orders, features, value, choice)
    out.mkdir(parents=True, exist_ok=True)
    check_card(out / CARD)
    check_folder(out / MODEL)
    last = None if fresh else _last_model(out / MODEL)
    words = read_playbook(playbook) if playbook else Playbook()
    wanted = order_choice(decimal, **choice)
    with start() as engine, console.progress("Reading the table") as progress:
        source = open_table(engine, table, file)
        is_huge = source.rows > _HUGE
        if not is_huge:
            threading.Thread(target=importlib.import_module, args=[_NEEDS_SCIKIT_LEARN], name="imports").start()
        if orders:
            summary = summarise_orders(engine, source, wanted)
            source, customers = summary.as_source(source), summary.customers
        else:
            customers = _read_customers(engine, source, features, wanted, value)
        prepared = prepare(engine, customers, random_state, not no_log, progress)
        if is_huge:
            engine.shrink()
        progress("Loading scikit-learn")
        from ..fit import Options, check_model, fit_model  # noqa: PLC0415 - as soon as the thread has it

        headers = _descriptors(source, describe, customers)
        options = Options(_n_clusters(n_clusters, customers), random_state, last, words)
        fitted = fit_model(engine, customers, prepared, options, progress)
        profile = _profile(engine, source, fitted.model, headers, manner(wanted)) if headers else None
        progress("Checking the answers against K-Means")
        segmenter, content = check_model(fitted)
        progress("Writing card and report")
        from ..reports.findings import Findings  # noqa: PLC0415

        findings = Findings(segmenter, customers, fitted, profile)
        _write(findings, content, out)
    _say(findings, out)


def _read_customers(engine: Engine, source: Source, features: str | None, wanted: Choice, value: str) -> Customers:
    """Read the columns that become features, and say which they are unless they were asked for."""
    again = given_options(click.get_current_context(), ("features", "orders"))
    columns = choose_columns(engine, source, features, again, wanted)
    customers = clean(engine, source, columns, manner(wanted, value))
    if features is None:
        pair = " and ".join(column.header for column in columns)
        console.note(f"Segments are made by {pair}; --features names other columns.")
    return customers


def _write(findings: "Findings", model: bytes, out: Path) -> None:
    """Write the model, its card and its report, all or none of them."""
    from ..reports.card import write_card  # noqa: PLC0415
    from ..reports.report import write_report  # noqa: PLC0415

    report, card = write_report(findings).encode(), write_card(findings).encode()
    write_together({out / REPORT: report, out / CARD: card, out / MODEL: model})


def _say(findings: "Findings", out: Path) -> None:
    """Print what was found, and where it is."""
    segmenter, fitted = findings.segmenter, findings.fit
    console.notes(findings.notes)
    if len(fitted.selection.candidates) > 1:
        console.note(
            "The number of segments was chosen by how far apart they are and how surely they are found again "
            "(silhouette and stability); for five add --k 5."
        )
    _print_changes(segmenter.model, fitted.continuity)
    if fitted.selection.verdict != "constructed":  # else it is the first warning
        console.note(VERDICTS[fitted.selection.verdict])
    for warning in segmenter.model.warnings:
        console.warn(warning)
    learned = {"model": {"hash": segmenter.hash, **msgspec.to_builtins(segmenter.model)}, "folder": str(out)}
    console.result(
        [line_of(part, part.size, findings.customers.value_label) for part in segmenter.model.segments],
        {**learned, "profile": _profile_content(findings.profile)},
    )
    console.aside(f"Model {segmenter.hash} written to {out}")
    console.aside(f"What to do for each segment stands in {out / REPORT}, with pictures; all figures in {out / CARD}.")


def _descriptors(source: Source, wanted: str, customers: Customers) -> list[str]:
    """Return the columns to describe by; imported when wanted, as part of SciPy takes a fifth of a second to import."""
    if not wanted:
        return []
    from ..targeting.profile import find_descriptors  # noqa: PLC0415

    return find_descriptors(source, wanted, {column.header for column in customers.columns})


def _profile(engine: Engine, source: Source, model: Model, headers: list[str], read: Manner) -> "Profile":
    """Say who the customers of each segment are, as the command profile does of the scored table."""
    from ..targeting.profile import profile  # noqa: PLC0415

    segments = sorted((segment.id, segment.slug, segment.name) for segment in model.segments)
    return profile(engine, with_segments(engine, source, Segmenter(model, ""), headers, read), segments, headers)


def _profile_content(profile: "Profile | None") -> dict[str, Any] | None:
    from ..reports import profiles  # noqa: PLC0415

    return profiles.content(profile) if profile else None


def _n_clusters(wanted: int | str | None, customers: Customers) -> int | None:
    """Return the number of segments; None to choose it."""
    if isinstance(wanted, int):
        return wanted
    names = {column.name for column in customers.columns}
    return DEFAULT_K if wanted is None and names == set(PAIR) else None


def _last_model(path: Path) -> Segmenter | None:
    """Return the model that a new one is to continue."""
    if not path.exists():
        return None
    try:
        return load(path)
    except ModelError as error:
        raise DataError(f"{error}; to start anew without it, add --fresh") from error


def _print_changes(model: Model, continuity: "Continuity") -> None:
    if not continuity.since:
        return
    kept = sum(old is not None for old in continuity.predecessors)
    console.note(
        f"{kept} segments continue those of model {continuity.since}, {len(continuity.ids) - kept} are new, "
        f"{len(continuity.retired)} retired; {continuity.changed:.1%} of these customers changed segment."
    )
    pairs = zip(model.segments, continuity.predecessors, strict=True)
    renamed = [f'"{old.name}" is now "{new.name}"' for new, old in pairs if old and old.name != new.name]
    if renamed:
        console.note(f"{'; '.join(renamed)}. Ids and slugs stay; names of your own go into a --playbook.")
