"""Lays out a model's pictures, which templates draw as SVG: no customer, only what the model itself holds.

Names stand beside the pictures as text, so that they wrap, can be read aloud, and are in whatever letters.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from function.model import Feature, Model, Segment

from ..clustering.features import standardise
from ..clustering.n_clusters import Selection
from .colours import COLOURS, colours_of
from .findings import titled
from .tables import mean, number

WIDTH, HEIGHT = 360, 270
"""Size of the map within its axes, in units of its picture."""

SHOWN = 8
"""So many bars of a profile are shown at first; of more features those farthest from the average come first."""

_ELLIPSES = (1.0, 2.0)
_MARGIN = 0.05
_APART = (44, 24)
"""Units between two labels of an axis at least: across and up."""


@dataclass(frozen=True)
class Mark:
    """A segment on the map: its id, its colours on a light and on a dark ground, its middle, and outlines around it."""

    id: int
    colour: str
    x: float
    y: float
    outlines: list[str]


@dataclass(frozen=True)
class Map:
    """The centroids over the two features that separate the segments best.

    across, up : what the axes are
    x_ticks, y_ticks : lists of (place, label)
    marks : list of Mark
    """

    across: str
    up: str
    x_ticks: list[tuple[float, str]]
    y_ticks: list[tuple[float, str]]
    marks: list[Mark]


@dataclass(frozen=True)
class Bar:
    """How far a segment's mean customer is from the average one in per feature.

    label, value : of the feature
    deviations : standard deviations, above 0 for more
    start, length : of the bar, of a width of 100 with the average at 50
    """

    label: str
    value: str
    deviations: float
    start: float
    length: float


def css_colours(model: Model) -> dict[int, str]:
    """Return each segment's colour by id, as CSS: one for a light and one for a dark ground."""
    colours = colours_of(segment.id for segment in model.segments)
    return {number_: "light-dark({}, {})".format(*COLOURS[colour]) for number_, colour in colours.items()}


def draw_map(model: Model) -> Map:
    """Lay out centroids with one and two standard deviations around them."""
    pair = separating(model)
    features = [model.features[i] for i in pair]
    colours = css_colours(model)
    return Map(
        titled(features[0]),
        titled(features[1]),
        _ticks(features[0], WIDTH, _APART[0]),
        [(HEIGHT - place, label) for place, label in _ticks(features[1], HEIGHT, _APART[1])],
        [_mark(features, segment, pair, colours[segment.id]) for segment in model.segments],
    )


def draw_profiles(model: Model) -> list[list[Bar]]:
    """Lay out for each segment how far its centroid lies from the average customer, feature by feature."""
    Z = standardise(model.features, np.array([segment.centroid for segment in model.segments]))
    limit = max(1.0, float(np.abs(Z).max()))
    profiles = [
        [
            Bar(titled(feature), mean(value, feature), z, 50 + min(z, 0) / limit * 50, abs(z) / limit * 50)
            for feature, value, z in zip(model.features, segment.centroid, deviations, strict=True)
        ]
        for segment, deviations in zip(model.segments, Z.tolist(), strict=True)
    ]
    if len(model.features) <= SHOWN:
        return profiles
    return [sorted(bars, key=lambda bar: -abs(bar.deviations)) for bars in profiles]


def draw_selection(selection: Selection) -> dict[str, list[tuple[float, float]]]:
    """Lay out silhouette and stability over the number of segments, of a width and height of 100."""
    candidates = selection.candidates
    across = np.linspace(4, 96, len(candidates)).tolist()
    return {
        "silhouette": [(x, 96 - 92 * max(c.silhouette, 0)) for x, c in zip(across, candidates, strict=True)],
        "stability": [(x, 96 - 92 * max(c.stability, 0)) for x, c in zip(across, candidates, strict=True)],
    }


def separating(model: Model) -> tuple[int, int]:
    """Return the positions of the two features that separate the segments best, by variance between over within."""
    if len(model.features) < 3:
        return 0, len(model.features) - 1
    Z = standardise(model.features, np.array([segment.centroid for segment in model.segments]))
    shares = np.array([segment.share for segment in model.segments])
    scale = np.array([feature.scale for feature in model.features])
    within = np.array([np.diag(segment.spread) / scale**2 for segment in model.segments])
    ratio = (shares @ Z**2) / np.maximum(shares @ within, 1e-12)
    first, second = sorted(np.argsort(-ratio, kind="stable")[:2].tolist())
    return first, second


def _place(feature: Feature, standardised: float, length: float) -> float:
    """Return where a value stands on an axis of a length that has a twentieth to spare on either side."""
    low, high = feature.standardise(feature.min), feature.standardise(feature.max)
    return (_MARGIN + (standardised - low) / ((high - low) or 1.0)) / (1 + 2 * _MARGIN) * length


def _ticks(feature: Feature, length: float, apart: float) -> list[tuple[float, str]]:
    """Return places and labels of round values, as many as there is room for."""
    ticks: list[tuple[float, str]] = []
    for value in _round_values(feature):
        place = _place(feature, feature.standardise(value), length)
        if not ticks or place - ticks[-1][0] >= apart:
            ticks.append((place, number(value)))
    return ticks


def _round_values(feature: Feature) -> list[float]:
    low, high = feature.min, feature.max
    if feature.offset is not None:
        least = max(low, feature.offset) or math.ulp(0.0)
        powers = range(math.floor(math.log10(least)), math.ceil(math.log10(max(high, least))) + 1)
        values = [leading * 10.0**power for power, leading in itertools.product(powers, (1, 2, 5))]
        return [*([0.0] if low == 0 else []), *(value for value in values if least <= value <= high)]
    rough = (high - low) / 5 or 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * leading for leading in (1, 2, 5, 10) if power * leading >= rough * 0.999)
    return [step * i for i in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _mark(features: Sequence[Feature], segment: Segment, pair: tuple[int, int], colour: str) -> Mark:
    scale = np.array([feature.scale for feature in features])
    centre = [feature.standardise(segment.centroid[i]) for feature, i in zip(features, pair, strict=True)]
    values, vectors = np.linalg.eigh(np.array(segment.spread)[np.ix_(pair, pair)] / np.outer(scale, scale))
    angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    circle = (vectors @ (np.sqrt(np.maximum(values, 0))[:, None] * np.array([np.cos(angle), np.sin(angle)]))).T

    def at(x: float, y: float) -> tuple[float, float]:
        return _place(features[0], x, WIDTH), HEIGHT - _place(features[1], y, HEIGHT)

    outlines = [
        " ".join("{:.1f},{:.1f}".format(*at(*point)) for point in (centre + deviations * circle).tolist())
        for deviations in _ELLIPSES
    ]
    return Mark(segment.id, colour, *at(*centre), outlines)
