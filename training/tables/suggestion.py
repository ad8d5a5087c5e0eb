"""What to fit a table by, where nobody said: the columns that say something of customers, the most useful first."""

import shlex
from collections.abc import Collection
from dataclasses import dataclass

from ..engines.engine import Engine, EngineError, identifier
from ..files.missing import filled
from ..files.source import DataError, Source, list_names
from .dates import is_date
from .headers import IDS, find_contacts, find_id, key, words
from .numbers import read_columns, refuse_text, share_of_numbers
from .order_columns import Choice, find_order_columns

MOST = 12
"""Most columns that are suggested: more, and what a segment is called no longer says what it is."""

_TWO, _MOSTLY = 2, 0.5

_LOOKED_AT = 300
"""Most columns that are looked at."""

_TOLD = {
    "id", "ids", "nr", "no", "num", "number", "nummer", "numero", "code", "key", "uuid", "guid", "index", "idx",
    "row", "unnamed", "zip", "plz", "postcode", "phone", "mobile", "tel", "telefon", "fax", "iban", "ean", "sku",
    "isbn", "barcode", "latitude", "longitude", "lat", "lon", "lng",
}  # fmt: skip
"""Last words of headers of what tells customers or things apart."""

_USEFUL = (
    "spend", "spent", "monetary", "revenue", "sales", "amount", "income", "salary", "balance", "value", "price",
    "total", "frequency", "orders", "purchases", "visits", "sessions", "count", "score", "recency",
    "days", "tenure", "months",
    "age", "umsatz", "einkommen", "alter", "montant", "revenu", "importe", "ingresos", "valor", "renda", "reddito",
    "bedrag", "kwota", "tutar", "gelir",
)  # fmt: skip
"""Words of what a customer does, earns or is worth, the most telling first."""


@dataclass(frozen=True)
class _Column:
    """What is known of a column of numbers."""

    header: str
    filled: int
    different: int
    low: float
    high: float
    whole: bool
    percent: bool


def describe_choice(engine: Engine, source: Source, options: list[str], twins: Collection[str] = ()) -> str:
    """Say which columns there are to choose from, and give a command that works.

    Parameters
    ----------
    engine : Engine
    source : Source
    options : list of str, what the user gave besides the table
    twins : collection of str, headers for which another would be taken where the model is used
    """
    if not source.rows:
        return f"{source.path}: expected customers, found no row below the columns' names"
    problem = f"{source.path}: expected columns for annual income and spending score, found no such pair"
    if _is_orders(engine, source):
        return f"{problem}; each row looks like an order: {_command(source, ['--orders'], options)}"
    useful, left_out = find_useful(engine, source, twins)
    because = "".join(f"; {list_names(headers)}: {why}" for why, headers in left_out.items())
    if len(source.columns) == 1:
        because += "; the table has one column: if another sign parts columns, name it with --delimiter"
    if not useful:
        return f"{problem} and no other column of numbers that tells kinds of customers apart{because}"
    several = _several_rows(engine, source, useful[:MOST])
    if several:
        return f"{problem}; {several}"
    quoted = ",".join(f'"{header}"' if "," in header else header for header in useful[:MOST])
    more = f" (and {len(useful) - MOST} more)" if len(useful) > MOST else ""
    command = _command(source, ["--features", quoted], options)
    return f"{problem}; numeric columns: {', '.join(useful[:MOST])}{more}; choose among them: {command}{because}"


def find_useful(engine: Engine, source: Source, twins: Collection[str] = ()) -> tuple[list[str], dict[str, list[str]]]:
    """Find the columns that may tell kinds of customers apart, none of the twins.

    Returns
    -------
    useful : list of str, headers, the most useful first
    left_out : dict from a reason to the headers of other columns of numbers
    """
    contacts = set(find_contacts(list(source.columns)).values())
    numeric = [h for h in list(source.columns)[:_LOOKED_AT] if share_of_numbers(engine, source, h) > _MOSTLY]
    columns, left_out = [], dict[str, list[str]]()
    for header in numeric:
        try:
            column = _describe(engine, source, header)
        except DataError as error:  # a cell is no number, or can be read in two ways
            left_out.setdefault(str(error).removeprefix(f"{source.path}: "), []).append(header)
            continue
        why = "left out as contacts" if header in contacts else _why_not(column)
        why = "left out until renamed, as only signs or units tell them from others" if header in twins else why
        if why:
            left_out.setdefault(why, []).append(header)
        else:
            columns.append(column)
    return [column.header for column in sorted(columns, key=_rank)], left_out


def _describe(engine: Engine, source: Source, header: str) -> _Column:
    """Return what is known of a column; raise DataError if it cannot be read."""
    reading = read_columns(engine, source, [header], "point" if source.delimiter == "," else "")[header]
    refuse_text(engine, source, header, reading)
    values = f"(SELECT {reading.value} AS value FROM {source.sql}) AS cells"
    statistics = engine.aggregate(
        "SELECT count(value) AS filled, count(DISTINCT value) AS different, coalesce(min(value), 0.0) AS low, "
        "coalesce(max(value), 0.0) AS high, coalesce(bool_and(value = floor(value)), false) AS whole "
        f"FROM {values} WHERE NOT isnan(value)"
    )
    return _Column(header, **statistics, percent=reading.unit == "%")


def _why_not(column: _Column) -> str:
    """Return why a column says nothing of kinds of customers; "" if it may."""
    parts = words(column.header)
    alike = column.different <= 1
    unique = column.whole and not column.percent and column.different >= max(0.99 * column.filled, 20)
    counts_up = unique and column.high - column.low < 1.01 * column.different
    named = bool(parts) and (parts[-1] in _TOLD or parts[0] in ("unnamed", "index", "row") or key(column.header) in IDS)
    if alike:
        return "left out as the same in every row"
    if named or counts_up or (unique and _rank(column)[0] == len(_USEFUL)):
        return "left out as numbers that only tell rows apart"
    if column.different == _TWO:
        return "left out as two values divide the customers by themselves; --describe says how they are spread"
    if column.whole and column.low >= 1900 and column.high <= 2100:
        return "left out as years"
    return ""


def _rank(column: _Column) -> tuple[int, bool]:
    """Return how useful a column is likely to be, the smallest first."""
    parts = words(column.header)
    place = next((place for place, word in enumerate(_USEFUL) if word in parts), len(_USEFUL))
    return place, column.different <= 10  # codes of kinds rather than amounts


def _several_rows(engine: Engine, source: Source, useful: list[str]) -> str:
    """Say that customers have several rows of different values; "" if each has one."""
    header = find_id(list(source.columns), useful)
    if not header:
        return ""
    text = filled(source, header)
    ids, rows = (
        f"SELECT DISTINCT {text} AS id{more} FROM {source.sql}"
        for more in ("", f", {', '.join(map(identifier, useful))}")
    )
    customers, different = (engine.rows(f"SELECT count(id) FROM ({sql}) AS ids")[0][0] for sql in (ids, rows))
    if customers == different:
        return ""
    return (
        f"column {identifier(header)} has {customers:,} customers in rows of {different:,} different values: make it "
        "one row per customer, with sums, means or the newest values; or add --orders, with --customer, --date and "
        "--amount, if each row is an order"
    )


def _is_orders(engine: Engine, source: Source) -> bool:
    """Whether a table has one row per order: customer, date and amount, and customers who are there again."""
    try:
        roles = find_order_columns(source, Choice()).roles
        customer = identifier(roles["customer"])
        if not is_date(engine, source, roles["date"]):
            return False
        rows, customers = engine.rows(f"SELECT count({customer}), count(DISTINCT {customer}) FROM {source.sql}")[0]
    except (DataError, EngineError):
        return False
    return "order" in roles or customers < rows


def _command(source: Source, choice: list[str], options: list[str]) -> str:
    out = [] if "--out" in options else ["--out", f"{source.path.name.partition('.')[0] or 'customers'}-segments"]
    return shlex.join(
        ["python", "-m", "training", "fit", str(source.path), *source.options.words, *choice, *options, *out]
    )
