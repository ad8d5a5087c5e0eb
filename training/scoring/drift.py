"""Compares today's customers with those the model was trained on.

The population stability index of two distributions is the sum over their bins of (now - then) * ln(now / then). Even
where nothing has changed it is about (bins - 1) * (1 / customers then + 1 / customers now). So it is judged twice: it
is large by the usual cuts, and significant if chance seldom makes such a difference. With few customers in a bin the
index strays further than chi-squared does, so chance is judged by Pearson's statistic of the same shares, which the
index approaches. The page judges by the same rule (static/customers/drift.js); tests/cases/drift.json is run against
both.

References
----------
Siddiqi, N. (2006). Credit Risk Scorecards. Wiley. (The index and its usual cuts, 0.1 and 0.25.)
Yurdakul, B. (2018). Statistical Properties of Population Stability Index. Dissertation, Western Michigan University.
    (Without change the index over 1 / n + 1 / m is distributed as chi-squared with bins - 1 degrees of freedom.)
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from function.model import Feature, Histogram, Segmenter

from ..engines.engine import Engine, identifier
from ..files.source import DataError
from ..tables.customers import Customers
from .holm import holm
from .nearest import count_incomplete, count_members, double, nearest

SMALL, LARGE = 0.1, 0.25
"""Below the first an index is small; from the second on the distribution is another."""

SIGNIFICANT = 0.01
"""Probability that some index is called significant although nothing has changed, all of them together.

At 0.05, 4 % of 2,000 comparisons with 50 like customers ended with exit code 3.
"""

OUTSIDE = 0.01
"""Share of customers outside the range that training saw from which on it is worth a word."""

STANDARD_ERRORS, QUARTER = 3.0, 0.25
"""A segment is named if its share differs by more than so many standard errors, and by more than this part of it."""

LEFT_OUT = "left_out"
"""Entry of the model's provenance: the share of the training table's rows that could not be used."""

HISTOGRAM_ROWS = "histogram_rows"
"""Entry of the model's metrics: how many customers the histograms are of, where that is a sample."""

_BINS = 10

Verdict = Literal["same", "slight", "shifted", "another", "too few"]

WORDS: dict[Verdict, str] = {
    "same": "as in training",
    "slight": "differs a little, but not by chance",
    "shifted": "has shifted",
    "another": "differs a lot: fit again",
    "too few": "too few customers to tell",
}


@dataclass(frozen=True)
class Comparison:
    """The shares of the same bins then and now, as shares of so many customers."""

    then: Sequence[float]
    now: Sequence[float]
    trained: int
    scored: int


@dataclass(frozen=True)
class Judgement:
    """What an index says.

    index : population stability index
    significant : whether chance seldom reaches it, given how many indices are looked at
    verdict : a key of `WORDS`
    """

    index: float
    significant: bool
    verdict: Verdict


@dataclass(frozen=True)
class Drift:
    """What differs from training.

    features : dict from a feature's label to its judgement
    shares : judgement of the segments' shares
    segments : dict from a segment's name to its share then and now
    changed : names of the segments whose own share changed by more than chance explains, and by a quarter
    outside : dict from a feature's label to the share of customers outside the range that training saw
    unusable : share of rows that could not be used, in training (None if the model does not say) and now
    """

    features: dict[str, Judgement]
    shares: Judgement
    segments: dict[str, tuple[float, float]]
    changed: list[str]
    outside: dict[str, float]
    unusable: tuple[float | None, float]

    def reaches(self, limit: float) -> bool:
        """Whether an index is significant and reaches a limit."""
        return any(j.significant and j.index >= limit for j in (self.shares, *self.features.values()))


def histogram(values: np.ndarray) -> Histogram:
    """Count values, of shape (n_customers,), between their deciles.

    A value that several deciles share, or the smallest if one decile shares it, has a bin of its own.
    """
    deciles = np.quantile(values, np.arange(1, _BINS) / _BINS, method="higher")
    shared, counts = np.unique(deciles, return_counts=True)
    heavy = shared[(counts > 1) | (shared == values.min())]
    above = [values[values > value].min() for value in heavy if value < values.max()]
    edges = np.unique(np.concatenate([shared[shared > values.min()], above]))
    sizes = np.bincount(np.searchsorted(edges, values, side="right"), minlength=len(edges) + 1)
    return Histogram(edges.tolist(), (sizes / len(values)).tolist())


def measure(engine: Engine, customers: Customers, segmenter: Segmenter) -> Drift:
    """Compare customers with those of the model.

    Parameters
    ----------
    engine : Engine, holding the customers
    customers : Customers, with the model's features
    segmenter : Segmenter

    Returns
    -------
    Drift

    Raises
    ------
    DataError
        The model holds no histograms.
    """
    model = segmenter.model
    if not model.histograms:
        raise DataError("the model holds no histograms to compare with: fit it again")
    trained, scored = sum(segment.size for segment in model.segments), customers.rows
    complete = int(model.metrics.get(HISTOGRAM_ROWS, trained - model.incomplete))
    pairs = list(zip(model.features, model.histograms, strict=True))
    spreads = [_spread(engine, customers.table.sql, feature, then) for feature, then in pairs]
    sizes = _sizes(engine, customers, segmenter)
    assigned = sum(sizes)
    now = [size / assigned for size in sizes]
    comparisons = [
        Comparison([segment.share for segment in model.segments], now, trained, assigned),
        *(Comparison(then.shares, bins, complete, scored) for (_, then), (bins, _) in zip(pairs, spreads, strict=True)),
    ]
    shares, *judged = judge(comparisons)
    labels = [feature.label for feature in model.features]
    left_out = model.provenance.get(LEFT_OUT)
    return Drift(
        features=dict(zip(labels, judged, strict=True)),
        shares=shares,
        segments={s.name: (s.share, share) for s, share in zip(model.segments, now, strict=True)},
        changed=[
            s.name for s, share in zip(model.segments, now, strict=True) if changed(s.share, share, trained, assigned)
        ],
        outside={label: outside for label, (_, outside) in zip(labels, spreads, strict=True)},
        unusable=(left_out if isinstance(left_out, float) else None, customers.left_out),
    )


def judge(comparisons: Sequence[Comparison]) -> list[Judgement]:
    """Judge what is looked at together: significant by chi-squared with Holm's correction, large by the usual cuts."""
    indices = [stability_index(c) for c in comparisons]
    adjusted = holm([chance(pearson(c), c) for c in comparisons])
    judged = []
    for index, p_value, c in zip(indices, adjusted, comparisons, strict=True):
        beyond = p_value < SIGNIFICANT
        too_few = chance(SMALL, c) >= SIGNIFICANT / len(comparisons)
        judged.append(Judgement(index, beyond, _verdict(index, significant=beyond, too_few=too_few)))
    return judged


def stability_index(comparison: Comparison) -> float:
    """Return the population stability index; an empty bin counts as half a customer, so that its logarithm exists."""
    then = np.maximum(comparison.then, 0.5 / comparison.trained)
    now = np.maximum(comparison.now, 0.5 / comparison.scored)
    return float(((now - then) * np.log(now / then)).sum())


def pearson(comparison: Comparison) -> float:
    """Return Pearson's statistic over 1 / trained + 1 / scored: the sum of (now - then)^2 / share of both together."""
    then, now = np.array(comparison.then), np.array(comparison.now)
    together = (then * comparison.trained + now * comparison.scored) / (comparison.trained + comparison.scored)
    return float(((now - then)[together > 0] ** 2 / together[together > 0]).sum())


def chance(difference: float, comparison: Comparison) -> float:
    """Return the probability of an index, or of Pearson's statistic, at least this large where nothing has changed."""
    from scipy.special import gammaincc  # noqa: PLC0415 - a quarter of a second that the other commands need not wait

    freedom = len(comparison.then) - 1
    chi_squared = difference / (1 / comparison.trained + 1 / comparison.scored)
    return float(gammaincc(freedom / 2, chi_squared / 2)) if freedom else 1.0


def changed(then: float, now: float, trained: int, scored: int) -> bool:
    """Whether one segment's share is another: by more than three standard errors, and by more than a quarter of it."""
    together = (then * trained + now * scored) / (trained + scored)
    error = np.sqrt(together * (1 - together) * (1 / trained + 1 / scored))
    return abs(now - then) > max(STANDARD_ERRORS * float(error), QUARTER * then)


def _verdict(index: float, *, significant: bool, too_few: bool) -> Verdict:
    if not significant:
        return "too few" if too_few else "same"
    return "slight" if index < SMALL else "shifted" if index < LARGE else "another"


def _spread(engine: Engine, table: str, feature: Feature, then: Histogram) -> tuple[list[float], float]:
    """Return the shares of today's customers in the bins of a histogram, and outside the range that training saw."""
    column = identifier(feature.name)
    bounds = ["CAST('-inf' AS DOUBLE)", *map(double, then.edges), "CAST('inf' AS DOUBLE)"]
    conditions = [f"{column} >= {low} AND {column} < {high}" for low, high in itertools.pairwise(bounds)]
    conditions.append(f"{column} < {double(feature.min)} OR {column} > {double(feature.max)}")
    counts = ", ".join(f"count(CASE WHEN {condition} THEN 1 END)" for condition in conditions)
    *sizes, outside, total = engine.rows(f"SELECT {counts}, count(*) FROM {table}")[0]
    return [size / total for size in sizes], outside / total


def _sizes(engine: Engine, customers: Customers, segmenter: Segmenter) -> list[int]:
    """Count today's customers in the model's segments, those with gaps too; who has none counts nowhere."""
    features, centroids = segmenter.model.features, segmenter.centroids
    complete = count_members(engine, nearest(customers.table.sql, features, centroids), len(centroids))
    incomplete = count_incomplete(engine, customers.incomplete, features, centroids)
    return list(map(sum, zip(complete, incomplete, strict=True)))
