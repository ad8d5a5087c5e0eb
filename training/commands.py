"""The commands: `python -m training --help`."""

import dataclasses
import importlib
import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click
import msgspec

from function.model import VERSION, Model, ModelError, Segment, Segmenter, load

from . import console
from .clustering.sample import prepare
from .engines.engine import Engine, EngineError
from .engines.output import OutputError, check_card, check_out, write_whole
from .exports.export import TARGETS, export
from .naming.playbook import Playbook, read_playbook
from .naming.words import VERDICTS
from .options import (
    FILE,
    MODEL,
    MODELS,
    N_CLUSTERS,
    Failure,
    Folder,
    decimal_option,
    given_options,
    keep_formulas_option,
    manner,
    model_option,
    order_choice,
    order_options,
    orders_flag,
    seed_option,
    table_argument,
    value_option,
)
from .scoring import drift as drift_
from .scoring.score import Part, find_features, with_segments
from .scoring.score import score as score_table
from .tables import synthetic
from .tables.columns import RFM, choose_columns
from .tables.customers import Customers, clean
from .tables.file import open_table
from .tables.headers import PAIR
from .tables.orders import summarise_orders
from .tables.readings import Manner
from .tables.source import DataError, FileOptions, Source

if TYPE_CHECKING:
    from .naming.continuity import Continuity
    from .targeting.profile import Profile

DEFAULT_K = 5
"""Number of segments of the pair of income and score, as published."""

DRIFTED = 3
"""Exit code for scripts: the customers are others than the model's."""


_HELD_BACK = 0.2
"""Share of the customers who are held back from a made-up campaign."""

CARD, REPORT = "README.md", "report.html"


IN_LOOP = ("holdout", "measure", "movement", "profile")
"""Commands that are imported when they are asked for: they need SciPy, which takes as long as some commands."""


class _Commands(click.Group):
    """Commands whose data errors end as one line and exit code 1."""

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted([*super().list_commands(context), *IN_LOOP])

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in IN_LOOP:
            return super().get_command(context, name)
        command: click.Command = getattr(importlib.import_module(".loop", __package__), name)
        return command

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; an empty value, as a variable of the shell leaves it, never means the folder one is in."""
        for before, value in itertools.pairwise(args):
            if not value or (value.startswith("--") and value.endswith("=") and value.count("=") == 1):
                name = value.rstrip("=") or (before if before.startswith("--") else "the command")
                raise click.UsageError(f"expected a value after {name}, found an empty one", context)
        return super().resolve_command(context, args)

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except (DataError, ModelError, EngineError) as error:
            raise self._failure(str(error)) from error
        except OutputError as error:
            raise click.UsageError(str(error)) from error
        except OSError as error:
            reason = (error.strerror or "unknown reason").lower()
            raise self._failure(f"{error.filename or 'the result'}: cannot be written: {reason}") from error

    @staticmethod
    def _failure(message: str) -> Failure:
        console.failed(message, Failure.exit_code)
        return Failure(message)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(VERSION, prog_name="customer segments")
def main() -> None:
    """Train customer segments: a table in, a model with its card out."""


@main.command()
@table_argument
@click.option(
    "--k",
    "n_clusters",
    type=N_CLUSTERS,
    help="Number of segments, 2 to 50, or auto.  [default: 5 for the pair, else auto]",
)
@click.option("--features", help="Columns to use, separated by commas; else annual income and spending score.")
@click.option("--no-log", is_flag=True, help="Do not take logarithms of skewed columns.")
@value_option
@decimal_option
@orders_flag
@order_options
@click.option("--out", type=Folder(), default=MODELS, help="Folder to write to.  [default: models]")
@click.option("--fresh", is_flag=True, help="Do not carry ids and names over from the model in the folder.")
@click.option("--playbook", type=FILE, help="TOML file with the shop's own names, actions and fixed features.")
@click.option(
    "--describe", default="", metavar="COLUMNS", help="Columns to say who the customers are, separated by commas."
)
@seed_option
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
    """Fit segments to TABLE, a CSV or Parquet file with one row per customer, or with --orders one row an order.

    Writes segmenter.joblib, the model, README.md, its card, and report.html, its pictures.

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
    _check_order_options(orders, features, value, choice)
    out.mkdir(parents=True, exist_ok=True)
    check_card(out / CARD)
    last = None if fresh else _last_model(out / MODEL)
    words = read_playbook(playbook) if playbook else Playbook()
    with start() as engine, console.progress("Reading the table") as progress:
        source, wanted = open_table(engine, table, file), order_choice(decimal, **choice)
        if orders:
            summary = summarise_orders(engine, source, wanted)
            source, customers = summary.as_source(source), summary.customers
        else:
            again = given_options(click.get_current_context(), ("features", "orders"))
            columns = choose_columns(engine, source, features, again)
            customers = clean(engine, source, columns, manner(wanted, value))
        headers = _descriptors(source, describe, customers)
        prepared = prepare(engine, customers, random_state, not no_log, progress)
        from .fit import Options, fit_model, save_model  # noqa: PLC0415 - scikit-learn takes a second to import

        options = Options(_n_clusters(n_clusters, customers), random_state, last, words)
        fitted = fit_model(engine, customers, prepared, options, progress)
        profile = _profile(engine, source, fitted.model, headers, manner(wanted)) if headers else None
        progress("Checking the answers against K-Means")
        segmenter = save_model(fitted, out / MODEL)
        progress("Writing card and report")
        from .reports.card import write_card  # noqa: PLC0415
        from .reports.report import write_report  # noqa: PLC0415

        write_whole(out / CARD, write_card(segmenter, customers, fitted, profile).encode())
        write_whole(out / REPORT, write_report(segmenter, customers, fitted, profile).encode())
    _print_notes([*customers.notes, *fitted.notes])
    if len(fitted.selection.candidates) > 1:
        console.note("The number of segments was chosen by silhouette and stability; for five add --k 5.")
    _print_changes(segmenter.model, fitted.continuity)
    if fitted.selection.verdict != "constructed":  # else it is the first warning
        console.note(VERDICTS[fitted.selection.verdict])
    for warning in segmenter.model.warnings:
        console.warn(warning)
    content = {"model": {"hash": segmenter.hash, **msgspec.to_builtins(segmenter.model)}, "folder": str(out)}
    console.result(
        [
            f"{part.id:>3}  {part.size:>10,}  {part.share:6.1%}{_worth(part, customers.value_label)}  {part.name}"
            for part in segmenter.model.segments
        ],
        {**content, "profile": _profile_content(profile)},
    )
    console.aside(f"Model {segmenter.hash} written to {out}")


@main.command()
@table_argument
@click.argument("out")
@decimal_option
@order_options
@keep_formulas_option
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

    OUT is a CSV or, if it ends so, a Parquet file with customer_id, recency_days, frequency and monetary.

    \b
    Examples:
      python -m training rfm orders.csv customers.csv
      python -m training rfm orders.parquet customers.parquet --as-of 2024-12-31 --amount "net total"
    """
    check_out(table, out)
    with start() as engine, console.progress("Reading the orders"):
        summary = summarise_orders(engine, open_table(engine, table, file), order_choice(decimal, **choice))
        engine.write(f"SELECT customer_id, {', '.join(RFM)} FROM {summary.table.sql}", out, keep_formulas=keep_formulas)
    _print_notes(summary.notes)
    console.result([], {"out": out, "customers": summary.rows})
    console.aside(f"Written to {out}")


@main.command()
@table_argument
@click.argument("out")
@model_option
@value_option
@decimal_option
@orders_flag
@order_options
@keep_formulas_option
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

    TABLE and OUT are CSV or Parquet files and may be larger than memory. Adds segment_id, segment, segment_name,
    runner_up, confidence, probability, borderline, typical, incomplete and out_of_range: what the function answers. A
    row may lack up to half of the model's features. With --orders OUT has one row per customer: id, recency_days,
    frequency, monetary, the newest contacts, then the answer.

    \b
    Examples:
      python -m training score customers.csv scored.csv
      python -m training score customers.parquet scored.parquet --model models/segmenter.joblib
      python -m training score orders.csv scored.csv --orders --as-of 2024-12-31
    """
    _check_order_options(orders, None, value, choice)
    check_out(table, out)
    segmenter = load(model)
    with start() as engine, console.progress("Scoring"):
        source, wanted = open_table(engine, table, file), order_choice(decimal, **choice)
        notes = [*source.notes]
        if orders:
            summary = summarise_orders(engine, source, wanted)
            source, notes, value = summary.as_source(source), summary.notes, "monetary"
        scored = score_table(engine, source, segmenter, out, manner(wanted, value), keep_formulas=keep_formulas)
    _print_notes(notes)
    if scored.unassigned:
        why = "too many values are missing or one is out of bounds"
        console.note(f"{scored.unassigned:,} rows have no segment: {why}.")
    if scored.incomplete:
        console.note(f"{scored.incomplete:,} rows lack a value; their segment goes by the others.")
    label = "monetary value" if orders else value
    console.result(
        [
            f"{part.id:>3}  {part.customers:>10,}  {part.share:6.1%}{_worth(part, label)}  {part.name}"
            for part in scored.segments
        ],
        {"out": out, "model": segmenter.hash, **dataclasses.asdict(scored)},
    )
    console.aside(f"{scored.rows:,} rows written to {out}, by model {segmenter.hash}")


@main.command()
@table_argument
@model_option
@decimal_option
@click.option(
    "--limit", type=click.FloatRange(0), default=drift_.LARGE, show_default=True, help="Index that counts as drift."
)
@orders_flag
@order_options
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

    Prints the population stability index of each feature and of the segments' shares: below 0.1 is small, from 0.25 on
    the customers are others and the model should be fitted again. An index that chance explains says nothing. Exit code
    3 if an index reaches the limit and is more than chance.

    \b
    Examples:
      python -m training drift customers.csv
      python -m training drift customers.csv --limit 0.1 || echo "time to fit again"
      python -m training drift orders.csv --orders
    """
    _check_order_options(orders, None, "", choice)
    segmenter = load(model)
    with start() as engine, console.progress("Comparing"):
        source, wanted, notes = open_table(engine, table, file), order_choice(decimal, **choice), list[str]()
        if orders:
            summary = summarise_orders(engine, source, wanted)
            source, notes = summary.as_source(source), summary.notes
        customers = clean(engine, source, find_features(source, segmenter.model.features), manner(wanted))
        comparison = drift_.measure(engine, customers, segmenter)
    _print_notes([*notes, *customers.notes])
    drifted = comparison.reaches(limit)
    _print_drift(comparison, drifted=drifted)
    if drifted:
        raise click.exceptions.Exit(DRIFTED)


@main.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--orders", is_flag=True, help="A shop's orders instead, with a campaign.")
@click.option("--campaign", default="", metavar="NAME", help="Orders: the campaign's name.  [default: spring]")
@seed_option
@console.json_option
def sample(out: Path, orders: bool, campaign: str, random_state: int) -> None:
    """Write a made-up customer table to OUT.

    A CSV with five groups of income and spending score; nobody in it is real. With --orders a shop's orders of two
    years, the last month of which a campaign changed: not those of the customers whom holdout holds back from it by
    that name, at 20 percent.

    \b
    Examples:
      python -m training sample customers.csv
      python -m training sample orders.csv --orders
    """
    if campaign and not orders:
        raise click.UsageError("--campaign is about an order table: add --orders")
    if orders:
        _sample_orders(out, random_state, campaign or "spring")
        return
    count = synthetic.write_customers(out, random_state)
    console.result([], {"out": str(out), "customers": count})
    console.aside(f"{count} made-up customers written to {out}")


@main.command("export")
@click.option("--to", "target", type=click.Choice(TARGETS), required=True, help="Where the model will run.")
@click.option("--model", type=FILE, default=MODELS / MODEL, help="Model to write.  [default: models/segmenter.joblib]")
@click.option(
    "--name", default="segment", show_default=True, metavar="NAME", help="The SQL function's name, such as crm.segment."
)
@click.option("--out", type=click.File("w", encoding="utf-8"), default="-", help="File to write to.  [default: stdout]")
def export_model(target: str, model: Path, name: str, out: TextIO) -> None:
    """Write the model as a SQL function, a Google Sheets formula or plain JSON.

    Given a customer's values in the order of the features, the SQL function returns the name of the nearest segment,
    and NULL for values that the service refuses. A query that tests it stands in a comment.

    \b
    Examples:
      python -m training export --to bigquery --name shop.crm.segment | bq query --nouse_legacy_sql
      python -m training export --to duckdb --out segment.sql
      python -m training export --to sheets
    """
    out.write(export(load(model), target, name))


def _sample_orders(out: Path, random_state: int, campaign: str) -> None:
    from .targeting.plan import place  # noqa: PLC0415 - SciPy takes a second to import

    shop = synthetic.write_orders(out, random_state, lambda email: place(email, campaign) < _HELD_BACK)
    console.result([], {"out": str(out), "campaign": campaign, **dataclasses.asdict(shop)})
    console.aside(
        f"{shop.orders:,} made-up orders of {shop.customers:,} customers written to {out}. From {synthetic.CAMPAIGN} "
        f"on {shop.written_to:,} of them heard of the campaign {campaign}, which brought {shop.extra_buyers:,} buyers."
    )


def _check_order_options(orders: bool, features: str | None, value: str, choice: dict[str, Any]) -> None:
    if orders and features:
        raise click.UsageError("--orders computes its own features: leave out --features")
    if orders and value:
        raise click.UsageError("--orders adds up what customers are worth: leave out --value")
    given = [f"--{name.replace('_', '-')}" for name, value in choice.items() if value]
    given = [name for name in given if name not in ("--as-of", "--date-format")]  # dates may be features too
    if given and not orders:
        raise click.UsageError(f"{given[0]} is about an order table: add --orders")


def _worth(part: Segment | Part, label: str) -> str:
    """Say a segment's share of what all customers are worth: "   41.0% of revenue"; nothing if it is not known."""
    return "" if part.value_share is None else f"  {part.value_share:6.1%} of {label}"


def _descriptors(source: Source, wanted: str, customers: Customers) -> list[str]:
    """Return the columns to describe by; imported when wanted, as SciPy takes a second to import."""
    if not wanted:
        return []
    from .targeting.profile import find_descriptors  # noqa: PLC0415

    return find_descriptors(source, wanted, {column.header for column in customers.columns})


def _profile(engine: Engine, source: Source, model: Model, headers: list[str], read: Manner) -> "Profile":
    """Say who the customers of each segment are, as the command profile does of the scored table."""
    from .targeting.profile import profile  # noqa: PLC0415

    segments = sorted((segment.id, segment.slug, segment.name) for segment in model.segments)
    return profile(engine, with_segments(engine, source, Segmenter(model, ""), headers, read), segments, headers)


def _profile_content(profile: "Profile | None") -> dict[str, Any] | None:
    from .reports import profiles  # noqa: PLC0415

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
            console.warn(
                f"{label}: {share:.1%} of the customers are outside the range that training saw; check the unit."
            )
    console.result(lines, {"drifted": drifted, **msgspec.to_builtins(comparison)})


def _print_notes(notes: Sequence[str]) -> None:
    for note in notes:
        console.note(note)
