"""What somebody would write instead of a command on orders: plain SQL for each, and whole programs as peers.

The SQL is that of somebody at home in DuckDB who knows the columns beforehand and trusts the cells. The peers read the
orders, leave out those of the day and later, work out the figures of each customer, find the nearest segment and write
a file, as `score` does; they trust the cells, answer with the segment alone and know the model's numbers.
"""

from pathlib import Path

CAMPAIGN, AFTER = "2026-05-01", "2026-06-01"
MAY, BEFORE = ("2026-05-01", "2026-05-31"), ("2026-03-31", "2026-04-30")

_NEAREST = """
import sys, numpy, {library}
from pathlib import Path
from sklearn.metrics import pairwise_distances_argmin
from function.model import load

orders, out, model, day = sys.argv[1:]

def segments(figures):
    segmenter = load(Path(model))
    columns = []
    for feature in segmenter.model.features:
        values = numpy.asarray(figures[feature.name], float)
        values = values if feature.offset is None else numpy.log(values + feature.offset)
        columns.append((values - feature.mean) / feature.scale)
    return pairwise_distances_argmin(numpy.column_stack(columns), numpy.array(segmenter.centroids))
"""
PEERS = {
    "pandas": _NEAREST.format(library="pandas")
    + """
day = pandas.Timestamp(day)
orders = pandas.read_parquet(orders)
orders["order_date"] = pandas.to_datetime(orders.order_date)
orders = orders[orders.order_date < day].dropna()
figures = orders.groupby("customer_id").agg(
    last=("order_date", "max"), frequency=("order_id", "nunique"), monetary=("amount", "sum"))
figures["recency_days"] = (day - figures["last"]).dt.days
figures["segment"] = segments(figures)
figures.to_parquet(out)
""",
    "Polars": _NEAREST.format(library="polars")
    + """
of, day = polars.col, polars.lit(day).str.to_date()
figures = polars.scan_parquet(orders).filter(of("order_date") < day).drop_nulls().group_by("customer_id").agg(
    (day - of("order_date").max()).dt.total_days().alias("recency_days"),
    of("order_id").n_unique().alias("frequency"), of("amount").sum().alias("monetary")).collect()
figures.with_columns(polars.Series("segment", segments(figures))).write_parquet(out)
""",
}


def figures(orders: Path) -> str:
    """Return a SELECT of each customer's figures."""
    return (
        f"SELECT customer_id, DATE '{CAMPAIGN}' - max(order_date) AS recency_days, "
        "count(DISTINCT order_id) AS frequency, sum(amount) AS monetary "
        f"FROM '{orders}' WHERE order_date < DATE '{CAMPAIGN}' GROUP BY customer_id"
    )


def compared(orders: Path) -> list[str]:
    """Return the statements of `drift`: figures, and how many customers are in ten bins of each, and in all."""
    bins = ("recency_days // 60", "frequency", "floor(2 * ln(monetary))")
    counts = ", ".join(f"count(CASE WHEN {each} = {number} THEN 1 END)" for each in bins for number in range(10))
    return [f"CREATE OR REPLACE TABLE figures AS {figures(orders)}", f"SELECT count(*), {counts} FROM figures"]


def assignment(scored: str, out: Path) -> str:
    """Return the statement that draws by a hash of the engine's own and writes who is held back."""
    return (
        "COPY (SELECT *, 'spring' AS campaign, CASE WHEN hash(customer_id) % 5 = 0 THEN 'control' ELSE 'treated' "
        f"END AS \"group\", 'true' AS findable, 0.2 AS share, '{CAMPAIGN}' AS day FROM '{scored}') TO '{out}'"
    )


def held_back(scored: str, out: Path) -> list[str]:
    """Return the statements of `holdout`: each customer once, the draw, and how many are in which group."""
    counts = f"SELECT segment, \"group\", count(*) FROM '{out}' GROUP BY ALL"
    return [_once(scored), assignment(scored, out), counts]


def measured(spring: Path, orders: Path) -> list[str]:
    """Return the statements of `measure`: each customer once, first and last day, outcomes, caps and moments."""
    during, before = (f"order_date BETWEEN DATE '{first}' AND DATE '{last}'" for first, last in (MAY, BEFORE))
    sums = (
        f"SELECT customer_id, sum(CASE WHEN {during} THEN amount END) AS revenue, "
        f"sum(CASE WHEN {before} THEN amount END) AS past, count(CASE WHEN {during} THEN 1 END) AS purchases "
        f"FROM '{orders}' WHERE {during} OR {before} GROUP BY customer_id"
    )
    figures_of = "coalesce(revenue, 0) AS y, coalesce(past, 0) AS x, purchases > 0 AS bought"
    everyone = f"SELECT segment, \"group\", {figures_of} FROM '{spring}' LEFT JOIN ({sums}) USING (customer_id)"
    caps = ", ".join(f"quantile_cont({name}, 0.99) FILTER ({name} > 0) AS {name}_cap" for name in ("y", "x"))
    capped = "count(CASE WHEN bought THEN 1 END), avg(y), avg(least(y, y_cap)), var_samp(least(y, y_cap)), "
    capped += "avg(least(x, x_cap)), var_samp(least(x, x_cap)), covar_samp(least(y, y_cap), least(x, x_cap))"
    return [
        f"SELECT count(*), count(DISTINCT customer_id) FROM '{spring}'",
        f"SELECT min(order_date), max(order_date) FROM '{orders}'",
        f"CREATE OR REPLACE TABLE outcomes AS {everyone}",
        f'SELECT segment, "group", count(*), {capped} FROM outcomes, (SELECT {caps} FROM outcomes) '
        'GROUP BY GROUPING SETS (("group"), (segment, "group"))',
    ]


def moved(may: Path, june: Path) -> list[str]:
    """Return the statements of `movement`: each customer once, one model, and the matrix of counts and values."""
    return [
        _once(str(may)),
        _once(str(june)),
        "SELECT t.segment AS was, n.segment AS now, count(*), count(*) FILTER (t.borderline OR n.borderline), "
        f"sum(t.monetary), sum(n.monetary) FROM '{may}' AS t FULL JOIN '{june}' AS n USING (customer_id) GROUP BY ALL",
    ]


def _once(scored: str) -> str:
    return f"SELECT count(*), count(DISTINCT customer_id), min(model), max(model) FROM '{scored}'"
