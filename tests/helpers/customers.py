"""A model with offsets, and customers that tell one arithmetic from another: on borders, and with gaps."""

import random
from collections.abc import Sequence

import numpy as np

from function.model import LARGEST, Feature, Segmenter, most_gaps
from tests.helpers import models

Row = tuple[float | None, ...]


def segmenter_with_offsets() -> Segmenter:
    """Return a model of five features: plain, logged, twice logged with an offset, yes or no; of awkward numbers."""
    features = [
        models.feature("visits", min=-50.0, max=50.0, mean=1 / 3, scale=np.pi),
        models.feature("price", min=0.01, max=900.0, mean=1.2345678901, scale=0.777, offset=0.0),
        models.feature("spent", max=1e6, mean=2.1, scale=3.3, offset=7.13),
        models.feature("returns", max=40.0, mean=0.1, scale=0.9, offset=0.123),
        models.feature("club", max=1.0, mean=0.3, scale=0.4583),
    ]
    dice = random.Random(5)
    centroids = [[_anywhere(feature, dice) for feature in features] for _ in range(7)]
    segments = [models.segment(10 + i, centroid, radius=2.0) for i, centroid in enumerate(centroids)]
    return Segmenter(models.model(features, segments), "0" * 64)


def customers(segmenter: Segmenter, count: int, seed: int = 3) -> list[Row]:
    """Return customers: a third on a border of two segments, every fourth with gaps, some outside the ranges."""
    dice = random.Random(seed)
    features = segmenter.model.features
    centroids = [segment.centroid for segment in segmenter.model.segments]
    rows: list[Row] = []
    for number in range(count):
        row = [_anywhere(feature, dice) for feature in features]
        gaps = dice.sample(range(len(row)), dice.randint(0, most_gaps(len(row)))) if number % 4 == 0 else []
        if number % 3 == 1:
            known = [i for i in range(len(row)) if i not in gaps]
            row = _on_border(features, row, dice.sample(centroids, 2), known)
        elif number % 3 == 2:
            row = [max(float(round(value)), 1.0) for value in row]  # whole numbers often lie on borders
        rows.append(tuple(None if i in gaps else value for i, value in enumerate(row)))
    return rows


def _anywhere(feature: Feature, dice: random.Random) -> float:
    """Return a value in the feature's range or as far beyond it, as likely on its own scale as any other."""
    low, high = feature.standardise(feature.min), feature.standardise(feature.max)
    return feature.restore(dice.uniform(low - (high - low) / 2, high + (high - low) / 2))


def _on_border(
    features: Sequence[Feature], row: list[float], pair: list[list[float]], known: Sequence[int]
) -> list[float]:
    """Move a customer to where two centroids are equally far in what is known, as nearly as doubles can say it."""
    point, a, b = ([f.standardise(x) for f, x in zip(features, values, strict=True)] for values in (row, *pair))
    across = [b[i] - a[i] if i in known else 0.0 for i in range(len(row))]
    beyond = sum((point[i] - (a[i] + b[i]) / 2) * across[i] for i in known)
    length = sum(step * step for step in across)
    moved = [p - beyond / length * u for p, u in zip(point, across, strict=True)] if length else point
    restored = [feature.restore(value) for feature, value in zip(features, moved, strict=True)]
    return [min(max(value, -LARGEST), LARGEST) for value in restored]
