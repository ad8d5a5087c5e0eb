"""The format of the model file: what it holds and what must be true of it."""

import datetime
import math
import re
from typing import Any, Literal

import msgspec

FORMAT_VERSION = 2
MIN_GOLDEN = 10
LARGEST = 1e15
"""Largest magnitude of a feature value, in its unit: beyond it distances lose their meaning in double precision."""
SMALLEST_SCALE = 1e-100
"""Smallest standard deviation of a feature: the square of the largest value in these is still a double."""
SMALLEST_VARIANCE = 1e-50
"""Smallest variance within segments: that square over it is still a double."""
_NAME = re.compile(r'[^"\\\x00-\x1f]{1,100}')
RESERVED = {"customers", "calls", "instances", "inputs"}
"""Names that no feature may have: a request is told from a list of requests by them."""

Verdict = Literal["natural", "reproducible", "constructed"]
"""What the segments are, from groups that are there for everyone to see to a mere division."""


def most_gaps(n_features: int) -> int:
    """Return how many of its features' values a customer may lack and still be assigned: half."""
    return n_features // 2


class ModelError(Exception):
    """A model file that must not be served; the message says why."""


class Feature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One input of the model.

    min, max : smallest and largest value in the training table, in the feature's unit
    step : a round slider step, in the feature's unit
    offset : added to a value before the natural logarithm is taken, 0 or more; None where the value itself is
        standardised
    fixed : True for what nobody can change, such as age; no change of it is ever proposed
    day : for a date turned into days the day that they count to, as an ISO date; else None
    mean, scale : of the training table's values, or of their logarithms; standardised = (value - mean) / scale
    """

    name: str
    label: str
    unit: str
    min: float
    max: float
    step: float
    mean: float
    scale: float
    offset: float | None = None
    fixed: bool = False
    day: str | None = None

    @property
    def lowest(self) -> float:
        """The lowest value taken, in the feature's unit; the smallest number above 0 stands for "above 0"."""
        if self.offset is None:
            return -LARGEST
        return 0.0 if self.offset else math.ulp(0.0)

    def standardise(self, value: float) -> float:
        """Return value (in the feature's unit, from `lowest` to `LARGEST`) in standard deviations from the mean."""
        scaled = value if self.offset is None else math.log(value + self.offset)
        return (scaled - self.mean) / self.scale

    def restore(self, standardised: float) -> float:
        """Return the value, in the feature's unit, of standard deviations from the mean: `standardise` undone."""
        value = standardised * self.scale + self.mean
        return value if self.offset is None else max(math.exp(value) - self.offset, self.lowest)


class Segment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of customer.

    id : stable across retrains, 0 or more; not the position in the list
    slug : stable across retrains, for addresses and code
    name, description, action : what to show
    centroid : one value per feature, in the feature's unit
    size : number of customers in the training table
    share : size over all, 0 to 1
    spread : covariance matrix within the segment, in the features' units, or of the logarithms
    radius : distance from the centroid, in standardised space, that 99 % of its customers lie within
    firmness : mean of the best Jaccard indices with the segments of refits on other samples, 0 to 1; None if not known
    value_share : share of the customers' total value, below 0 for more returns than sales; None if not known
    """

    id: int
    slug: str
    name: str
    description: str
    action: str
    centroid: list[float]
    size: int
    share: float
    spread: list[list[float]]
    radius: float
    firmness: float | None = None
    value_share: float | None = None


class Golden(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An input and the answer that training computed for it.

    values : one per feature, in the feature's unit; None for a gap
    probability : None if training did not compute it
    """

    values: list[float | None]
    segment_id: int
    runner_up_id: int
    confidence: float
    typical: bool
    probability: float | None = None


class Histogram(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a feature's values were spread over the training table: what later tables are compared with.

    edges : ascending, in the feature's unit; a value belongs after the last edge that it reaches
    shares : of the customers before the first edge, between each two, and after the last; together 1
    """

    edges: list[float]
    shares: list[float]


class Model(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the file holds.

    variance : of the customers around their segments' centroids, mean of the standardised features, without what is far
    metrics : figures of the fit (n_clusters, inertia, silhouette, davies_bouldin, calinski_harabasz)
    provenance : where it comes from (source, rows, sha256, trained_at, random_state, versions)
    warnings : what a reader must know before trusting it, shown by the card, `GET /model` and the page
    retired_ids : ids of segments of earlier models that this one no longer has; never used again
    histograms : one per feature, or none
    verdict : whether the segments are natural groups, reproducible ones or only constructed; None if not known
    incomplete : customers with gaps among the segments' sizes
    """

    format_version: int
    features: list[Feature]
    segments: list[Segment]
    variance: float
    metrics: dict[str, float]
    provenance: dict[str, str | int | float | dict[str, str]]
    warnings: list[str]
    golden: list[Golden]
    retired_ids: list[int] = []
    histograms: list[Histogram] = []
    verdict: Verdict | None = None
    incomplete: int = 0


def check(model: Model) -> None:
    """Raise ModelError where the parts of a model contradict each other."""
    if model.format_version != FORMAT_VERSION:
        raise ModelError(f"format_version: expected {FORMAT_VERSION}, found {model.format_version}")
    if len(model.golden) < MIN_GOLDEN:
        raise ModelError(f"golden: expected at least {MIN_GOLDEN} vectors, found {len(model.golden)}")
    if not model.features or len(model.segments) < 2:
        raise ModelError("expected at least one feature and two segments")
    _check_distinct("features", [feature.name for feature in model.features])
    for key in ("id", "slug", "name"):
        _check_distinct(f"segments: {key}", [getattr(segment, key) for segment in model.segments])
    _check_distinct("ids, retired ones included", [segment.id for segment in model.segments] + model.retired_ids)
    for feature in model.features:
        _check_feature(feature)
    for segment in model.segments:
        _check_segment(segment, model.features)
    if model.histograms and len(model.histograms) != len(model.features):
        raise ModelError(f"histograms: expected none or {len(model.features)}, found {len(model.histograms)}")
    for histogram in model.histograms:
        _check_histogram(histogram)
    if not 0 <= model.incomplete <= sum(segment.size for segment in model.segments):
        raise ModelError("incomplete: expected a number of customers, no more than the segments have")
    if not SMALLEST_VARIANCE <= model.variance <= LARGEST:
        raise ModelError(f"variance: expected {SMALLEST_VARIANCE:g} to {LARGEST:g}")
    for golden in model.golden:
        _check_golden(golden, model.features)


def _check_feature(feature: Feature) -> None:
    if not _NAME.fullmatch(feature.name) or feature.name in RESERVED:
        raise ModelError(
            f"feature {feature.name!r}: expected a name of 1 to 100 letters without quotes, backslashes and controls, "
            f"and none of {', '.join(sorted(RESERVED))}"
        )
    _check_finite(f"feature {feature.name}", [feature.min, feature.max, feature.step, feature.mean, feature.scale])
    if not (feature.min < feature.max and feature.step > 0 and feature.scale > 0):
        raise ModelError(f"feature {feature.name}: expected min < max, step > 0 and scale > 0")
    if feature.scale < SMALLEST_SCALE:
        raise ModelError(f"feature {feature.name}: expected a scale of at least {SMALLEST_SCALE:g}")
    if feature.day is not None and not _is_date(feature.day):
        raise ModelError(f"feature {feature.name}: expected day to be an ISO date such as 2024-12-31")
    _check_finite(f"feature {feature.name}: offset", [feature.offset or 0.0])
    if feature.offset is not None and feature.offset < 0:
        raise ModelError(f"feature {feature.name}: expected an offset of 0 or more, or none")
    if feature.min < feature.lowest:
        raise ModelError(f"feature {feature.name}: expected a min that has a logarithm")


def _is_date(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _check_segment(segment: Segment, features: list[Feature]) -> None:
    where = f"segment {segment.id}"
    _check_values(where, segment.centroid, features)
    _check_finite(where, [segment.share, segment.radius])
    _check_finite(f"{where}: spread", [value for row in segment.spread for value in row], LARGEST**2)
    if [len(row) for row in segment.spread] != [len(features)] * len(features):
        raise ModelError(f"{where}: expected a spread of {len(features)} x {len(features)}")
    _check_finite(where, [segment.value_share or 0.0])
    if segment.firmness is not None and not 0 <= segment.firmness <= 1:
        raise ModelError(f"{where}: expected a firmness from 0 to 1, or none")
    if segment.id < 0 or segment.size < 0 or segment.radius < 0 or not 0 <= segment.share <= 1:
        raise ModelError(f"{where}: id, size, share or radius out of bounds")


def _check_histogram(histogram: Histogram) -> None:
    _check_finite("histogram", [*histogram.edges, *histogram.shares])
    if len(histogram.shares) != len(histogram.edges) + 1 or histogram.edges != sorted(histogram.edges):
        raise ModelError("histogram: expected ascending edges and one share more than edges")
    if min(histogram.shares) < 0 or not math.isclose(sum(histogram.shares), 1):
        raise ModelError("histogram: expected shares that add up to 1")


def _check_golden(golden: Golden, features: list[Feature]) -> None:
    if golden.values.count(None) > most_gaps(len(features)):
        raise ModelError(f"golden: expected at most {most_gaps(len(features))} gaps")
    pairs = [(value, feature) for value, feature in zip(golden.values, features, strict=False) if value is not None]
    if len(golden.values) != len(features):
        raise ModelError(f"golden: expected {len(features)} values, found {len(golden.values)}")
    _check_values("golden", [value for value, _ in pairs], [feature for _, feature in pairs])


def _check_values(where: str, values: list[float], features: list[Feature]) -> None:
    _check_finite(where, values)
    if len(values) != len(features):
        raise ModelError(f"{where}: expected {len(features)} values, found {len(values)}")
    if any(value < feature.lowest for feature, value in zip(features, values, strict=True)):
        raise ModelError(f"{where}: expected values that have a logarithm")


def _check_finite(where: str, values: list[float], most: float = LARGEST) -> None:
    if not all(abs(value) <= most for value in values):
        raise ModelError(f"{where}: expected numbers of at most {most:g}")


def _check_distinct(where: str, values: list[Any]) -> None:
    if len(set(values)) < len(values):
        raise ModelError(f"{where}: expected each only once")
