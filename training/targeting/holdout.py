"""Who is written to and who is held back, drawn before a campaign: the table that `measure` reads after it.

Who did not agree, and who is on a list of people to leave out, leaves before the draw. The page draws by the same keys
(static/customers/files/networks.js), so both hold back the same customers.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from ..contacts.consent import NO, SILENT, UNREADABLE, YES
from ..contacts.countries import country_code
from ..contacts.person import Home, marks
from ..engines.engine import Engine, Table, day_literal, identifier, literal
from ..files.missing import filled
from ..files.source import DataError, Source, count
from ..scoring.score import RESULTS
from ..tables.contacts import find_filled_contacts
from . import draw
from .assignment import COLUMNS, as_in_orders
from .draw import CONTROL, cell, find_person
from .scored import Scored, choose_column


@dataclass(frozen=True)
class Wanted:
    """What the user wants to be drawn.

    campaign : its name; without one the groups are the same in every campaign
    share : share held back, 0 to 1
    segments : slugs; empty for all
    consent : header of the column that says who may be written to; "" for the one found by its name
    silent : what a row without an answer counts as, "yes" or "no"
    home : country of customers whose row names none
    day : of the draw
    """

    campaign: str
    share: float
    segments: Sequence[str]
    consent: str
    silent: str
    home: Home
    day: datetime.date


@dataclass(frozen=True)
class Draw:
    """What was drawn.

    table : columns of the file and `COLUMNS`, of those who may be written to
    counts : of each segment, by slug: its name, customers that could be found, and how many of them are held back
    left_out : reason -> customers left out before the draw
    not_findable : customers in the table who could not be found
    unknown_countries : how many of those who may be written to name a country that is not recognised
    contacts : kinds of contacts to headers
    """

    table: Table
    counts: dict[str, tuple[str, int, int]]
    left_out: dict[str, int]
    not_findable: int
    unknown_countries: int
    contacts: dict[str, str]

    @property
    def has_contacts(self) -> bool:
        """Whether there are contacts to find anyone by."""
        return has_contacts(self.contacts)


def hold_out(engine: Engine, scored: Scored, wanted: Wanted, suppressed: frozenset[str]) -> Draw:
    """Choose at random who is held back.

    Parameters
    ----------
    engine : Engine
    scored : Scored
    wanted : Wanted
    suppressed : digests by which people are left out, as `read_marks` returns them

    Returns
    -------
    Draw

    Raises
    ------
    DataError
        A segment or column that was asked for is not there, or nobody is left to draw from.
    """
    headers = [header for header in scored.headers if header not in COLUMNS]
    own = _own(scored)
    contacts = find_filled_contacts(engine, scored.table, own)
    asked = choose_column(scored.source, own, wanted.consent, "--consent")
    contacts |= {"consent": asked} if asked else {}
    drawn = _drawn(engine, scored, wanted, contacts, suppressed)
    fates = dict(engine.rows(f'SELECT "#fate", count(*) FROM {drawn.sql} GROUP BY "#fate"'))
    if not fates.get(YES):
        raise DataError(f"{scored.source}: nobody is left who may be written to; see --consent and --without-answer")
    allowed = f'FROM {drawn.sql} WHERE "#fate" = {literal(YES)}'
    counts, not_findable = _counts(engine, allowed)
    fates.pop(YES)
    unknown = _count_unknown(engine, cell(scored.table, contacts["country"]), allowed) if "country" in contacts else 0
    return Draw(_assignment(engine, headers, wanted, allowed), counts, fates, not_findable, unknown, contacts)


def read_marks(engine: Engine, source: Source, country: str) -> tuple[frozenset[str], int]:
    """Read a list of people to leave out: e-mail addresses and phones, or SHA-256 digests of them.

    Parameters
    ----------
    engine : Engine
    source : Source, with columns known by their names, or one column
    country : str, two letters, of phones without a country code

    Returns
    -------
    digests, rows that could not be read

    Raises
    ------
    DataError
        It is not clear which columns are meant.
    """
    contacts = find_filled_contacts(engine, source, list(source.columns))
    headers = [contacts[kind] for kind in ("email", "phone") if kind in contacts]
    headers = headers or (list(source.columns) if len(source.columns) == 1 else [])
    if not headers:
        raise DataError(
            f"{source.path}: expected a column email or phone, or one column without a name (--no-header), found "
            f"{', '.join(source.columns)}"
        )
    texts = ", ".join(f"coalesce({filled(source, header)}, '')" for header in headers)
    first = headers if len(source.columns) == 1 else []
    rows = [*([tuple(first)] if any(marks(header, country) for header in first) else []),
            *engine.rows(f"SELECT {texts} FROM {source.sql}")]  # fmt: skip
    digests = [set().union(*(marks(cell, country) for cell in row)) for row in rows]
    return frozenset[str]().union(*digests), sum(not row for row in digests)


def base_rates(
    engine: Engine, draw: Draw, scored: Scored, orders: Table, days: int
) -> tuple[dict[str, float], datetime.date]:
    """Measure what share of the customers who could be found bought lately; a return is no purchase, as in `measure`.

    Segments of a table that was scored by when customers last bought have none of their own: these same days made them,
    so that of the quiet ones nobody bought. They go by the share of all customers in the table, drawn from or not.

    Parameters
    ----------
    engine : Engine
    draw : Draw
    scored : Scored that it was drawn from
    orders : Table with the columns customer, day and amount, of the time before the draw
    days : how many, up to the newest order

    Returns
    -------
    slug -> share that bought, "" for all; the first day that counted

    Raises
    ------
    DataError
        None of the customers is in the orders.
    """
    newest = engine.rows(f"SELECT max(day) FROM {orders.sql}")[0][0]
    if newest is None:
        raise DataError("the table of orders has no order that counts from before the draw; name its day with --day")
    first = newest - datetime.timedelta(days=days - 1)
    by_recency, key = "recency_days" in draw.table.columns, scored.key
    table, where = (scored.table, '"#segment" IS NOT NULL') if by_recency else (draw.table, "findable = 'true'")
    rows = engine.rows(
        f"SELECT segment, count(*), count(buyer) FROM (SELECT segment, {as_in_orders(engine, table, key)} AS person "
        f"FROM {table.sql} WHERE {where}) AS assigned LEFT JOIN (SELECT DISTINCT customer AS buyer "
        f"FROM {orders.sql} WHERE day >= {day_literal(first)} AND amount > 0) AS buyers "
        "ON person = buyer GROUP BY segment"
    )
    customers, buyers = sum(row[1] for row in rows), sum(row[2] for row in rows)
    if not buyers:
        raise DataError(
            f"none of the customers has an order from {first} to {newest}: check that {identifier(key)} names "
            "customers as the orders do, or give --base-rate"
        )
    shares = {} if by_recency else {slug: bought / of_it for slug, of_it, bought in rows}
    return {"": buyers / customers, **shares}, first


def explain(fates: dict[str, int]) -> list[str]:
    """Say who was left out before the draw."""
    reasons = {
        NO: "they did not agree to be written to",
        UNREADABLE: "whether they agreed could not be read, which counts as no",
        SILENT: "nothing says whether they agreed; with --without-answer yes they count",
        "suppressed": "they are on the list of --leave-out",
    }
    counts = {reason: fates.get(fate, 0) for fate, reason in reasons.items()}
    return [f"{count(number, 'customer')} left out: {reason}." for reason, number in counts.items() if number]


def _own(scored: Scored) -> list[str]:
    """Return the headers that the table had before it was scored or drawn from."""
    return [header for header in scored.headers if header not in (*COLUMNS, *RESULTS)]


def _drawn(
    engine: Engine, scored: Scored, wanted: Wanted, contacts: dict[str, str], suppressed: frozenset[str]
) -> Table:
    """Return the rows with "#fate", "#findable" and "#group".

    What goes by the rules of contacts, row by row, is kept; a draw by plain ids takes less time again than its table.
    """
    person = find_person(scored.table, contacts, scored.key, wanted.home)
    consent, findable, listed = literal(YES), literal("true"), literal("false")
    if "consent" in contacts:
        consent = draw.said(engine, cell(scored.table, contacts["consent"]), wanted.silent)
    if has_contacts(contacts):
        findable = draw.findable(engine, person)
    if suppressed:
        listed = draw.suppressed(engine, person, suppressed)
    if is_plain := scored.has_plain_ids and not {"email", "phone"} & contacts.keys():
        group = draw.plain_group('"#customer"', wanted.campaign, wanted.share)
    else:
        rest = " || chr(10) || ".join(cell(scored.table, header) for header in _own(scored))
        group = draw.group(engine, person, rest, wanted.campaign, wanted.share)
    by_rules = not is_plain or "consent" in contacts or has_contacts(contacts) or bool(suppressed)
    store = engine.keep if by_rules else engine.define
    return store(
        f'SELECT *, CASE WHEN "#said" <> {literal(YES)} THEN "#said" WHEN {listed} = \'true\' '
        f'THEN \'suppressed\' ELSE {literal(YES)} END AS "#fate", {findable} AS "#findable", {group} AS "#group" '
        f'FROM (SELECT *, {consent} AS "#said" FROM {scored.table.sql} '
        f"WHERE {_in_segments(engine, scored, wanted.segments)}) AS asked"
    )


def _in_segments(engine: Engine, scored: Scored, slugs: Sequence[str]) -> str:
    """Return the condition on a row of the segments that were asked for."""
    known = [slug for (slug,) in engine.rows(f"SELECT DISTINCT segment FROM {scored.table.sql} ORDER BY segment")]
    unknown = [slug for slug in slugs if slug not in known]
    if unknown:
        raise DataError(
            f"{scored.source}: --segments: expected some of {', '.join(filter(None, known))}, found "
            f"{', '.join(unknown)}"
        )
    return f"segment IN ({', '.join(map(literal, slugs))})" if slugs else '"#segment" IS NOT NULL'


def has_contacts(contacts: dict[str, str]) -> bool:
    """Whether there are columns to find anyone by."""
    return "email" in contacts or "phone" in contacts or {"first_name", "last_name", "zip", "country"} <= set(contacts)


def _count_unknown(engine: Engine, country: str, allowed: str) -> int:
    named = engine.rows(f"SELECT {country} AS country, count(*) {allowed} GROUP BY country")
    return sum(count for name, count in named if name.strip() and not country_code(name))


def _counts(engine: Engine, allowed: str) -> tuple[dict[str, tuple[str, int, int]], int]:
    held_back = f'count(CASE WHEN "#findable" = \'true\' AND "#group" = {literal(CONTROL)} THEN 1 END)'
    rows = engine.rows(
        f"SELECT segment, min(segment_name), count(CASE WHEN \"#findable\" = 'true' THEN 1 END), {held_back}, count(*) "
        f'{allowed} GROUP BY "#segment", segment ORDER BY "#segment"'
    )
    counts = {slug: (name, findable, control) for slug, name, findable, control, _ in rows}
    return counts, sum(row[4] - row[2] for row in rows)


def _assignment(engine: Engine, headers: list[str], wanted: Wanted, allowed: str) -> Table:
    own = ", ".join(map(identifier, headers))
    return engine.define(
        f'SELECT {own}, {literal(wanted.campaign)} AS campaign, "#group" AS {identifier("group")}, '
        f'"#findable" AS findable, {wanted.share!r} AS share, {literal(wanted.day.isoformat())} AS day {allowed}'
    )
