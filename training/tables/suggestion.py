"""What to fit a table by, where nobody said: the columns that say something of customers, the most useful first."""

import csv
import io
import shlex
from collections.abc import Collection
from dataclasses import dataclass

from function.model import LARGEST

from ..engines.engine import Engine, EngineError, Table, identifier
from ..files.missing import filled
from ..files.source import DataError, Source, list_names
from .dates.dates import is_date
from .headers import IDS, find_contacts, find_id, key, words
from .numbers import read_columns, refuse_text, share_of_numbers
from .orders.columns import Choice, find_order_columns
from .orders.rfm import summarise_orders

MOST = 12
"""Most columns that are suggested: more, and what a segment is called no longer says what it is."""

FEWEST, FEWEST_OF_ORDERS = 4, 8
"""Different customers that the fewest segments need: two each."""

NOTHING_SAID = Choice()

_TWO, _MOSTLY = 2, 0.5

_ALIKE = 0.8
"""Share of different whole numbers with as many digits as each other from which on they number something."""

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
    """What is known of a column of numbers; `alike` is the share of those of the most usual number of digits."""

    header: str
    filled: int
    different: int
    low: float
    high: float
    whole: bool
    percent: bool
    alike: float


def describe_choice(
    engine: Engine, source: Source, options: list[str], choice: Choice = NOTHING_SAID, twins: Collection[str] = ()
) -> str:
    """Say which columns there are to choose from, and give a command that works.

    Parameters
    ----------
    engine : Engine
    source : Source
    options : list of str, what the user gave besides the table
    choice : Choice, what that says of orders
    twins : collection of str, headers for which another would be taken where the model is used
    """
    if not source.rows:
        return f"{source.path}: expected customers, found no row below the columns' names"
    problem = f"{source.path}: expected columns for annual income and spending score, found no such pair"
    if _is_orders(engine, source):
        why_not = _no_orders(engine, source, choice)
        command = f": {_command(source, ['--orders'], options)}"
        return f"{problem}; each row looks like an order{f', but {why_not}' if why_not else command}"
    useful, left_out = find_useful(engine, source, twins)
    because = "".join(f"; {list_names(headers)}: {why}" for why, headers in left_out.items())
    if len(source.columns) == 1:
        because += "; the table has one column: if another sign parts columns, name it with --delimiter"
    if not useful:
        return f"{problem} and no other column of numbers that tells kinds of customers apart{because}"
    numbers = _keep_numbers(engine, source, useful)
    suggested, left_over = _fit_together(engine, numbers, useful)
    hindrance = _several_rows(engine, source, suggested) or _too_few(engine, numbers, suggested)
    if hindrance:
        return f"{problem}; {hindrance}"
    quoted = _as_option(suggested)
    more = f" (and {len(left_over)} more)" if left_over else ""
    command = _command(source, ["--features", quoted], options)
    return f"{problem}; numeric columns: {', '.join(suggested)}{more}; choose among them: {command}{because}"


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
        if header in contacts:
            left_out.setdefault("left out as contacts", []).append(header)
            continue
        try:
            column = _describe(engine, source, header)
        except DataError as error:  # a cell is no number, or can be read in two ways
            left_out.setdefault(str(error).removeprefix(f"{source.path}: "), []).append(header)
            continue
        why = "left out until renamed, as only signs or units tell them from others" if header in twins else ""
        why = why or _why_not(column)
        if why:
            left_out.setdefault(why, []).append(header)
        else:
            columns.append(column)
    return [column.header for column in sorted(columns, key=_rank)], left_out


def _describe(engine: Engine, source: Source, header: str) -> _Column:
    """Return what is known of a column; raise DataError if it cannot be read."""
    reading = read_columns(engine, source, [header], _default_decimal(source))[header]
    refuse_text(engine, source, header, reading)
    values = f"(SELECT {reading.value} AS value FROM {source.sql}) AS cells"
    statistics = engine.aggregate(
        "SELECT count(value) AS filled, count(DISTINCT value) AS different, coalesce(min(value), 0.0) AS low, "
        "coalesce(max(value), 0.0) AS high, coalesce(bool_and(value = floor(value)), false) AS whole "
        f"FROM {values} WHERE NOT isnan(value)"
    )
    length = "length(CAST(CAST(abs(value) AS BIGINT) AS STRING))"
    lengths = f"(SELECT count(*) AS n FROM {values} WHERE {_has('value')} GROUP BY {length}) AS lengths"
    most = engine.rows(f"SELECT coalesce(max(n), 0) FROM {lengths}")[0][0] if statistics["whole"] else 0
    alike = most / max(statistics["filled"], 1)
    return _Column(header, **statistics, percent=reading.unit == "%", alike=alike)


def _why_not(column: _Column) -> str:
    """Return why a column says nothing of kinds of customers; "" if it may."""
    parts = words(column.header)
    alike = column.different <= 1
    unique = column.whole and not column.percent and column.different >= max(0.99 * column.filled, 20)
    counts_up = unique and column.high - column.low < 1.01 * column.different
    numbered = unique and column.alike > _ALIKE and _rank(column)[0] == len(_USEFUL)
    named = bool(parts) and (parts[-1] in _TOLD or parts[0] in ("unnamed", "index", "row") or key(column.header) in IDS)
    if alike:
        return "left out as the same in every row"
    if named or counts_up or numbered:
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


def _keep_numbers(engine: Engine, source: Source, headers: list[str]) -> Table:
    """Return the numbers of some columns, each under its header: their cells are read once."""
    readings = read_columns(engine, source, headers, _default_decimal(source))
    values = ", ".join(f"{readings[header].value} AS {identifier(header)}" for header in headers)
    return engine.keep(f"SELECT {values} FROM {source.sql}")


def _fit_together(engine: Engine, numbers: Table, useful: list[str]) -> tuple[list[str], list[str]]:
    """Return columns that many rows have all of, and which differ there, and those that were left over.

    A row is used where it has all values: the column that is most often missing goes until half of the rows are, or
    as many as the fullest one has half of.
    """
    chosen, left_over = list(useful[:MOST]), list(useful[MOST:])
    while True:
        every = _has_all(chosen)
        counts = [f"count(CASE WHEN {condition} THEN 1 END)" for condition in (*map(_has, chosen), every)]
        spans = [f"min({column}) < max({column})" for column in map(identifier, chosen)]
        *filled, complete = engine.rows(f"SELECT {', '.join(counts)} FROM {numbers.sql}")[0]
        differ = engine.rows(f"SELECT {', '.join(spans)} FROM {numbers.sql} WHERE {every}")[0]
        fewest = min(range(len(chosen)), key=filled.__getitem__)
        if len(chosen) == 1 or (2 * complete >= max(filled) and all(differ)):
            return chosen, left_over
        last = fewest if 2 * complete < max(filled) else [bool(differs) for differs in differ].index(False)
        left_over.append(chosen.pop(last))


def _too_few(engine: Engine, numbers: Table, headers: list[str]) -> str:
    """Say that there are too few customers for segments; "" if there are enough."""
    columns = ", ".join(map(identifier, headers))
    rows = f"(SELECT DISTINCT {columns} FROM {numbers.sql} WHERE {_has_all(headers)}) AS rows"
    different = engine.rows(f"SELECT count(*) FROM {rows}")[0][0]
    return f"the table has {different} different rows of numbers: segments need {FEWEST}" if different < FEWEST else ""


def _has(header: str) -> str:
    """Return SQL of whether a row has a number of this column that can be used."""
    return f"abs({identifier(header)}) <= {LARGEST} AND NOT isnan({identifier(header)})"


def _has_all(headers: list[str]) -> str:
    return " AND ".join(map(_has, headers))


def _no_orders(engine: Engine, source: Source, choice: Choice) -> str:
    """Say what keeps orders from being fitted; "" if nothing does."""
    try:
        customers = summarise_orders(engine, source, choice).customers
    except DataError as error:
        return str(error).removeprefix(f"{source.path}: ")
    names = ", ".join(column.name for column in customers.columns)
    different = engine.rows(f"SELECT count(*) FROM (SELECT DISTINCT {names} FROM {customers.table.sql}) AS rows")[0][0]
    if different >= FEWEST_OF_ORDERS:
        return ""
    return f"the orders are of {different} different customers: segments need {FEWEST_OF_ORDERS}"


def _default_decimal(source: Source) -> str:
    return "point" if source.delimiter == "," else ""


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


def _as_option(headers: list[str]) -> str:
    """Return headers as --features reads them: cells of a CSV, whose line ends do not count."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([" ".join(header.split()) for header in headers])
    return line.getvalue()


def _command(source: Source, choice: list[str], options: list[str]) -> str:
    out = [] if "--out" in options else ["--out", f"{source.path.name.partition('.')[0] or 'customers'}-segments"]
    return shlex.join(
        ["python", "-m", "training", "fit", str(source.path), *source.options.words, *choice, *options, *out]
    )
