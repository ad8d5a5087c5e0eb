"""Who moved between two tables scored by one model, what that is worth, and how much of it is more than chance.

The customers of both tables make a matrix of segments then and now (`flows` says what it tells). A customer near a
border then or now may have crossed it by chance; the others clearly moved.
"""

from dataclasses import dataclass

import numpy as np

from ..engines.engine import Engine, Table, identifier, literal
from ..files.source import DataError
from .flows import Decomposition, Worths, decompose, expected_changes, expected_interval
from .scored import ALIKE, Scored, with_one_name

AGEING = (
    "Days since the last order grow for everyone who did not buy between the two tables, so flows towards quieter "
    "segments are expected: compare them with those of the last period, not with zero."
)


@dataclass(frozen=True)
class Worth:
    """What customers were worth, in the unit of the value column.

    then, now : ndarrays of shape (n_segments, n_segments), sums of the customers of each cell of the matrix
    means : ndarray of shape (n_segments,), mean value then of a segment's customers of whom one is known; nan for none
    expected : ndarray of shape (n_segments, n_segments), change of each flow by those means
    interval : 5 and 95 % points of the sum of `expected`, of which both moves and means are estimates
    lost, new : of customers who are gone, what they were worth then; of new ones, their segments' means
    """

    then: np.ndarray
    now: np.ndarray
    means: np.ndarray
    expected: np.ndarray
    interval: tuple[float, float]
    lost: float
    new: float


@dataclass(frozen=True)
class Movement:
    """What became of the customers of one table in another.

    segments : list of (id, slug, name), in the order of their ids
    matrix : ndarray of int of shape (n_segments, n_segments), customers by segment then (rows) and now (columns)
    lost, new : ndarrays of int of shape (n_segments,), only in the table of then, and only in that of now
    unassigned : customers without a segment then, now
    parts : the matrix taken apart
    near : customers who moved and were near a border then or now
    worth : None where the tables have no value column
    ages : whether the tables say when customers last bought, which ages by itself
    customers : the table of all, in the engine
    """

    segments: list[tuple[int, str, str]]
    matrix: np.ndarray
    lost: np.ndarray
    new: np.ndarray
    unassigned: tuple[int, int]
    parts: Decomposition
    near: int
    worth: Worth | None
    ages: bool
    customers: Table


def compare(engine: Engine, then: Scored, now: Scored) -> Movement:
    """Compare two tables scored by one model.

    Parameters
    ----------
    engine : Engine, which holds both
    then, now : Scored

    Returns
    -------
    Movement

    Raises
    ------
    DataError
        The tables were scored by two models, or have no customer in common.
    """
    if then.model != now.model:
        raise DataError(
            f"{now.source}: expected a table scored by model {then.model}, as {then.source} is, found {now.model}; "
            "score both with one model (what a new model changes is in its card)"
        )
    customers = _join(engine, then, now)
    segments = _segments(engine, then, now)
    cells = _cells(engine, customers, [number for number, _, _ in segments])
    if not any(cell.was and cell.is_here for cell in cells.cells):
        raise DataError(f"{now.source}: expected customers of {then.source}, found none: {ALIKE}, or name --key")
    matrix, lost, new = cells.matrix(), cells.lost(), cells.new()
    return Movement(
        segments=segments,
        matrix=matrix,
        lost=lost,
        new=new,
        unassigned=cells.unassigned(),
        parts=decompose(matrix),
        near=cells.near(),
        worth=_worth(cells) if then.value and now.value else None,
        ages="recency_days" in now.headers,
        customers=customers,
    )


@dataclass(frozen=True)
class _Cell:
    """The customers of one place then and one place now; a place is None without a segment.

    valued, mean, variance : of those whose value then is known
    """

    was: bool
    is_here: bool
    then: int | None
    now: int | None
    count: int
    near: int
    value_then: float
    value_now: float
    valued: int
    mean: float
    variance: float


@dataclass(frozen=True)
class _Cells:
    """All customers, by where they were and are."""

    size: int
    cells: list[_Cell]

    def matrix(self, figure: str = "count") -> np.ndarray:
        """Return a figure of the customers who have a segment in both tables, by segment then and now."""
        matrix = np.zeros((self.size, self.size), dtype=int if figure in ("count", "near") else float)
        for cell in self.cells:
            if cell.then is not None and cell.now is not None:
                matrix[cell.then, cell.now] += getattr(cell, figure)
        return matrix

    def lost(self, figure: str = "count") -> np.ndarray:
        """Return a figure of the customers who are gone, by segment then."""
        return self._side([(cell.then, getattr(cell, figure)) for cell in self.cells if not cell.is_here])

    def new(self) -> np.ndarray:
        """Return the number of new customers, by segment now."""
        return self._side([(cell.now, cell.count) for cell in self.cells if not cell.was])

    def near(self) -> int:
        """Return how many moved and were near a border."""
        near = self.matrix("near")
        return int(near.sum() - np.trace(near))

    def unassigned(self) -> tuple[int, int]:
        """Return how many customers had no segment then, and how many have none now."""
        then = sum(cell.count for cell in self.cells if cell.was and cell.then is None)
        return then, sum(cell.count for cell in self.cells if cell.is_here and cell.now is None)

    def worths(self) -> Worths:
        """Return what the customers of then were worth; behind the segments: who is gone, who has no segment now."""
        of_then = [cell for cell in self.cells if cell.was and cell.then is not None]
        counts, means, variances = (np.zeros((self.size, self.size + 2)) for _ in range(3))
        for cell in of_then:
            elsewhere = self.size + cell.is_here
            where = cell.then, elsewhere if cell.now is None else cell.now
            counts[where], means[where], variances[where] = cell.valued, cell.mean, cell.variance
        return Worths(sum(cell.count for cell in of_then), counts, means, variances)

    def _side(self, parts: list[tuple[int | None, float]]) -> np.ndarray:
        sums = np.zeros(self.size, dtype=int if all(isinstance(part, int) for _, part in parts) else float)
        for place, part in parts:
            if place is not None:
                sums[place] += part
        return sums


def _join(engine: Engine, then: Scored, now: Scored) -> Table:
    """Return each customer of either table once."""
    return engine.define(
        'SELECT coalesce(t."#customer", n."#customer") AS customer, t."#customer" IS NOT NULL AS was, '
        'n."#customer" IS NOT NULL AS is_here, t."#segment" AS segment_then, n."#segment" AS segment_now, '
        'coalesce(t."#near", false) OR coalesce(n."#near", false) AS near, t."#value" AS value_then, '
        f'n."#value" AS value_now FROM {then.table.sql} AS t FULL JOIN {now.table.sql} AS n '
        'ON t."#customer" = n."#customer"'
    )


def _cells(engine: Engine, customers: Table, numbers: list[int]) -> _Cells:
    rows = engine.rows(
        "SELECT was, is_here, segment_then, segment_now, count(*), count(CASE WHEN near THEN 1 END), "
        "sum(value_then), sum(value_now), count(value_then), coalesce(avg(value_then), 0.0), "
        f"coalesce(var_samp(value_then), 0.0) FROM {customers.sql} GROUP BY was, is_here, segment_then, segment_now"
    )
    place: dict[int | None, int | None] = {None: None, **{number: position for position, number in enumerate(numbers)}}
    return _Cells(
        len(numbers),
        [
            _Cell(was, is_here, place[i], place[j], count, near, value_then or 0.0, value_now or 0.0, *moments)
            for was, is_here, i, j, count, near, value_then, value_now, *moments in rows
        ],
    )


def _worth(cells: _Cells) -> Worth:
    worths = cells.worths()
    means = worths.of_segments
    matrix = cells.matrix()
    return Worth(
        then=cells.matrix("value_then"),
        now=cells.matrix("value_now"),
        means=means,
        expected=np.nan_to_num(expected_changes(matrix, means.tolist())),
        interval=expected_interval(matrix, worths),
        lost=float(cells.lost("value_then").sum()),
        new=float(np.nansum(cells.new() * means)),
    )


def _segments(engine: Engine, then: Scored, now: Scored) -> list[tuple[int, str, str]]:
    tables = " UNION ".join(
        f'SELECT "#segment" AS id, segment, segment_name FROM {scored.table.sql} WHERE "#segment" IS NOT NULL'
        for scored in (then, now)
    )
    rows = engine.rows(f"{tables} ORDER BY 1, 2, 3")
    return with_one_name([(int(number), slug, name) for number, slug, name in rows])


def write_movers(engine: Engine, movement: Movement, now: Scored, out: str, *, keep_formulas: bool = False) -> int:
    """Write the customers who moved, with all that the table of now says of them.

    Columns out: those of the table of now, then segment_then, near_border and, where both tables have one, value_then;
    these replace columns of the same names.

    Returns
    -------
    int, how many moved
    """
    names = {number: name for number, _, name in movement.segments}
    before = " ".join(f"WHEN {number} THEN {literal(name)}" for number, name in names.items())
    added = {"segment_then": f"CASE c.segment_then {before} END", "near_border": "c.near"}
    added |= {"value_then": "c.value_then"} if movement.worth else {}
    cells = [f"n.{identifier(header)}" for header in now.headers if header not in added]
    cells += [f"{value} AS {name}" for name, value in added.items()]
    engine.write(
        f"SELECT {', '.join(cells)} FROM {now.table.sql} AS n JOIN {movement.customers.sql} AS c "
        'ON n."#customer" = c.customer WHERE c.segment_then <> c.segment_now '
        "ORDER BY c.segment_then, c.segment_now, c.customer",
        out,
        keep_formulas=keep_formulas,
    )
    return movement.parts.moved
