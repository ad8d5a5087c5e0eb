"""The command holdout: who is held back from a campaign."""

import datetime
import math
from collections.abc import Callable, Sequence
from typing import Any

import click

from ..contacts.countries import country_code
from ..contacts.person import Home
from ..engines.engine import Engine
from ..engines.output import check_out
from ..files.formats import open_table
from ..files.source import DataError, FileOptions, count
from ..reports import holdout as holdout_words
from ..tables.orders.recent import read_recent
from ..tables.today import today
from ..targeting.holdout import Draw, Wanted, base_rates, explain, hold_out, read_marks
from ..targeting.plan import advise
from ..targeting.scored import open_scored
from . import console
from .options import (
    DAY,
    decimal_option,
    keep_formulas_option,
    key_option,
    order_choice,
    order_options,
    reading_options,
    refuse_orphans,
    table_argument,
)
from .parameters import Number, WholeNumber

_DAYS = 30
"""How many days of past orders a base rate is measured on."""
_PERCENT = 0.01


@click.command(short_help="Choose at random who is held back from a campaign.")
@table_argument
@click.argument("out")
@click.option(
    "--campaign", default="", metavar="NAME", help="Name of the campaign; without one the groups are always the same."
)
@click.option("--share", type=Number(0, 50, min_open=True), required=True, help="Share held back, in percent.")
@click.option("--day", type=DAY, help="Day of the draw; what happened before it does not count.  [default: today]")
@click.option("--segments", default="", metavar="SLUGS", help="Segments to write to, by slug, separated by commas.")
@key_option
@click.option(
    "--consent", default="", metavar="COLUMN", help="Column of who may be written to, if it is not found by name."
)
@click.option(
    "--without-answer",
    type=click.Choice(["no", "yes"]),
    default="no",
    show_default=True,
    help="What an empty consent counts as.",
)
@click.option(
    "--leave-out",
    default="",
    metavar="FILE",
    help="File of e-mail addresses and phone numbers to leave out, plain or hashed.",
)
@click.option(
    "--country",
    default="",
    metavar="COUNTRY",
    help="Country of phone numbers without a country code, if the row names none.",
)
@click.option("--also-unknown", is_flag=True, help="Use --country also where a row names an unknown country.")
@click.option(
    "--base-rate",
    type=Number(0, 1, min_open=True, max_open=True),
    help="Share of customers who buy anyway: 0.04 is 4 %.",
)
@click.option("--orders", "past", default="", metavar="FILE", help="Table of orders to measure the base rate from.")
@click.option(
    "--days",
    type=WholeNumber(1, 3650),
    default=_DAYS,
    show_default=True,
    help="How many days of those orders count.",
)
@decimal_option
@order_options
@keep_formulas_option
@reading_options
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
    """Choose at random who in TABLE, a scored table, is held back from a campaign, and write all groups to OUT.

    OUT is what measure takes after the campaign. Those who did not agree to be written to (a column such as
    accepts_marketing) and those on a list are left out before the draw, and counted. With --base-rate, or --orders to
    measure it, the command also says how small an effect can be seen; how a table is read (--encoding and the like) is
    then said of those orders.

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
    context = click.get_current_context()
    if not past:
        refuse_orphans(context, {"days", "decimal", *choice}, "--orders")
    if not country:
        refuse_orphans(context, {"also_unknown"}, "--country")
    home = Home(_country(country), also_unknown)
    slugs = [slug.strip() for slug in segments.split(",") if slug.strip()]
    drawn = day.date() if day else today()
    wanted = Wanted(campaign, share / 100, slugs, consent, without_answer, home, drawn)
    with start() as engine, console.progress("Reading the table") as progress:
        engine.check_place(out)
        source = open_table(engine, table, FileOptions() if past else file)
        scored = open_scored(engine, source, key)
        suppressed = _suppressed(engine, leave_out, home.country)
        progress("Drawing the groups")
        draw = hold_out(engine, scored, wanted, suppressed)
        rates: dict[str, float] = {"": base_rate} if base_rate is not None else {}
        if past:
            progress("Reading the orders")
            given = order_choice(decimal, **choice)
            recent = read_recent(engine, open_table(engine, past, file), given, drawn, days)
            rates, first = base_rates(engine, draw, scored, recent, days)
            _say_rates(rates, first, days)
        engine.write(f"SELECT * FROM {draw.table.sql}", out, keep_formulas=keep_formulas)
    _say_draw(source.notes, draw, wanted)
    _say_what_can_be_seen(draw, rates, wanted)
    console.aside(f"Written to {out}")


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
        rows = count(unread, "row")
        console.warn(f"{path}: no address or phone could be read in {rows}; nobody is left out for them.")
    return digests


def _say_rates(rates: dict[str, float], first: datetime.date, days: int) -> None:
    last = first + datetime.timedelta(days=days - 1)
    console.note(f"{rates['']:.1%} of the customers bought from {first} to {last}.")
    if len(rates) == 1:
        console.note(
            "That is of all in the table, and each segment goes by it: when customers last bought has made the "
            "segments. Where you know the share of those you write to, give --base-rate."
        )


def _say_what_can_be_seen(draw: Draw, rates: dict[str, float], wanted: Wanted) -> None:
    """Say of each segment and of all how small an effect will be seen, by the share that buys anyway."""
    advices = {
        slug: advise(customers, held_back, rates.get(slug, rates.get("", math.nan)))
        for slug, (_, customers, held_back) in holdout_words.with_all(draw).items()
    }
    for warning in holdout_words.warnings(draw, advices):
        console.warn(warning)
    console.result(holdout_words.lines(draw, advices), holdout_words.content(draw, advices, wanted))


def _say_draw(notes: Sequence[str], draw: Draw, wanted: Wanted) -> None:
    console.notes([*notes, *explain(draw.left_out)])
    if "consent" in draw.contacts:
        console.note(f'Who may be written to: column "{draw.contacts["consent"]}".')
    if draw.unknown_countries:
        when = "" if wanted.home.also_of_unknown else "with --also-unknown "
        console.note(
            f"{count(draw.unknown_countries, 'row')} with a country that is not recognised; {when}--country counts "
            "there too."
        )
    if not draw.has_contacts:
        console.note("The table has no contacts: everyone counts as findable.")
    elif draw.not_findable:
        console.note(
            f"{count(draw.not_findable, 'customer')} cannot be found: no e-mail address, phone or full name with "
            "postal code and country; they are in neither group."
        )
    if wanted.share < _PERCENT:
        meant = f"{10_000 * wanted.share:g}"
        console.warn(
            f"--share is in percent: about {1000 * wanted.share:g} customers of 1,000 are held back; if {meant}% was "
            f"meant, say --share {meant}."
        )
    if not wanted.campaign:
        console.warn(
            "Without a name the groups are the same in every campaign, and one tells on the next: with them every "
            "campaign's luck is the last one's."
        )
