"""The commands on what was done with segments, and what came of it: holdout, measure, movement, profile."""

import datetime
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from . import console
from .contacts.countries import country_code
from .contacts.person import Home
from .engines.engine import Engine
from .engines.output import check_out, write_whole
from .options import decimal_option, keep_formulas_option, order_choice, order_options, table_argument
from .reports import campaign as campaign_page
from .reports import flows as flows_page
from .reports import holdout as holdout_words
from .reports import profiles
from .tables.file import open_table
from .tables.order_columns import find_order_columns
from .tables.order_rows import read_rows
from .tables.source import DataError, FileOptions
from .targeting.assignment import Assignment, open_assignment
from .targeting.holdout import Draw, Wanted, base_rates, explain, hold_out, read_marks
from .targeting.measure import Window
from .targeting.measure import measure as measure_campaign
from .targeting.movement import AGEING, compare, write_movers
from .targeting.plan import advise
from .targeting.profile import find_descriptors
from .targeting.profile import profile as profile_table
from .targeting.scored import open_scored, read_segments

_DAY = click.DateTime(["%Y-%m-%d"])
_DAYS = 30
"""How many days of past orders a base rate is measured on."""

_KEY = click.option("--key", default="", metavar="COLUMN", help="Who a customer is, if not found by its name.")


@click.command()
@table_argument
@click.argument("out")
@click.option("--campaign", default="", metavar="NAME", help="Its name; without one the groups are always the same.")
@click.option(
    "--share", type=click.FloatRange(0, 50, min_open=True), required=True, help="How many are held back, in percent."
)
@click.option("--day", type=_DAY, help="Day of the draw, before which nothing counts.  [default: today]")
@click.option("--segments", default="", metavar="SLUGS", help="Segments to write to, by slug, separated by commas.")
@_KEY
@click.option("--consent", default="", metavar="COLUMN", help="Who may be written to, if not found by its name.")
@click.option(
    "--without-answer",
    type=click.Choice(["no", "yes"]),
    default="no",
    show_default=True,
    help="What a row counts as whose consent is empty.",
)
@click.option("--leave-out", default="", metavar="FILE", help="E-mail addresses and phones to leave out, also hashed.")
@click.option("--country", default="", metavar="COUNTRY", help="Of phones without a country code, if no row says it.")
@click.option("--also-unknown", is_flag=True, help="--country counts too where a row names one that is not known.")
@click.option("--base-rate", type=click.FloatRange(0, 1, min_open=True, max_open=True), help="Share that buys anyway.")
@click.option("--orders", "past", default="", metavar="FILE", help="Orders to measure the base rate from.")
@click.option("--days", type=click.IntRange(1), default=_DAYS, show_default=True, help="Days of them that count.")
@decimal_option
@order_options
@keep_formulas_option
@console.json_option
def holdout(
    table: str,
    start: Callable[[], Engine],
    file: FileOptions,
    out: str,
    campaign: str,
    share: float,
    day: datetime.datetime | None,
    segments: str,
    key: str,
    consent: str,
    without_answer: str,
    leave_out: str,
    country: str,
    also_unknown: bool,
    base_rate: float | None,
    past: str,
    days: int,
    decimal: str | None,
    keep_formulas: bool,
    **choice: Any,
) -> None:
    """Draw who of TABLE, a scored table, is held back from a campaign, and write everyone with their group to OUT.

    OUT is what measure takes after the campaign. Left out before the draw, and counted, are those who did not agree to
    be written to (a column such as accepts_marketing) and those on a list. With --base-rate, or --orders to measure it,
    says how small an effect will be seen.

    \b
    Examples:
      python -m training holdout scored.csv spring.csv --campaign spring --share 20 --base-rate 0.04
      python -m training holdout scored.csv spring.csv --campaign spring --share 20 --orders orders.csv
      python -m training holdout scored.csv may.csv --campaign may --share 10 --leave-out unsubscribed.csv
    """
    if base_rate is not None and past:
        raise click.UsageError("--base-rate and --orders both say how many buy anyway: leave one out")
    for read in filter(None, (table, leave_out, past)):
        check_out(read, out)
    if also_unknown and not country:
        raise click.UsageError("--also-unknown says where --country counts too: give both")
    home = Home(_country(country), also_unknown)
    slugs = [slug.strip() for slug in segments.split(",") if slug.strip()]
    drawn = day or datetime.datetime.now(tz=datetime.UTC)
    wanted = Wanted(campaign, share / 100, slugs, consent, without_answer, home, drawn.date())
    with start() as engine, console.progress("Reading the table") as progress:
        source = open_table(engine, table, file)
        scored = open_scored(engine, source, key)
        suppressed = _suppressed(engine, leave_out, home.country)
        progress("Drawing the groups")
        draw = hold_out(engine, scored, wanted, suppressed)
        rates: dict[str, float] = {"": base_rate} if base_rate is not None else {}
        if past:
            progress("Reading the orders")
            orders, given = open_table(engine, past), order_choice(decimal, **choice)
            rows = read_rows(engine, orders, find_order_columns(orders, given), given)
            rates, first = base_rates(engine, draw, scored.key, rows.table, days)
            console.note(f"{rates['']:.1%} of the customers bought from {first} on, in {days} days.")
        engine.write(f"SELECT * FROM {draw.table.sql}", out, keep_formulas=keep_formulas)
    _say_draw(source.notes, draw, wanted)
    advices = {
        slug: advise(customers, held_back, rates.get(slug, rates.get("", math.nan)))
        for slug, (_, customers, held_back) in holdout_words.with_all(draw).items()
    }
    for warning in holdout_words.warnings(draw, advices):
        console.warn(warning)
    console.result(holdout_words.lines(draw, advices), holdout_words.content(draw, advices, wanted))
    console.aside(f"Written to {out}")


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
        within = f"({window.holds('day')} OR {window.before.holds('day')})"
        rows = read_rows(engine, source, find_order_columns(source, wanted), wanted, within)
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
@keep_formulas_option
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
    keep_formulas: bool,
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
            write_movers(engine, moved, now_scored, out, keep_formulas=keep_formulas)
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


def _country(name: str) -> str:
    code = country_code(name)
    if name and not code:
        raise click.UsageError(f"--country: expected a country such as DE or Germany, found {name!r}")
    return code


def _suppressed(engine: Engine, path: str, country: str) -> frozenset[str]:
    """Return the digests of who is to be left out."""
    if not path:
        return frozenset()
    try:
        source = open_table(engine, path)
    except DataError:  # its first line names nobody's column
        source = open_table(engine, path, FileOptions(header=False))
    digests, unread = read_marks(engine, source, country)
    console.note(f"{path}: {len(digests):,} addresses and phones to leave out.")
    if unread:
        console.warn(f"{path}: no address or phone could be read in {unread:,} rows; nobody is left out for them.")
    return digests


def _say_draw(notes: Sequence[str], draw: Draw, wanted: Wanted) -> None:
    for said in (*notes, *explain(draw.left_out)):
        console.note(said)
    if "consent" in draw.contacts:
        console.note(f'Who may be written to: column "{draw.contacts["consent"]}".')
    if draw.unknown_countries:
        when = "" if wanted.home.also_of_unknown else "with --also-unknown "
        console.note(
            f"{draw.unknown_countries:,} rows name a country that is not known; {when}--country counts for them too."
        )
    if not draw.has_contacts:
        console.note("The table has no contacts: everyone counts as findable.")
    elif draw.not_findable:
        console.note(
            f"{draw.not_findable:,} customers cannot be found: no e-mail address, phone or full name with postal code "
            "and country; they are in neither group."
        )
    if not wanted.campaign:
        console.warn(
            "Without a name the groups are the same in every campaign, and one tells on the next: with them every "
            "campaign's luck is the last one's."
        )


def _check_days(assignment: Assignment, window: Window) -> None:
    if window.first < assignment.day:
        raise DataError(
            f"expected a window from {assignment.day} on, when the groups were drawn, found one from {window.first}: "
            "what was bought before cannot be the campaign's"
        )
