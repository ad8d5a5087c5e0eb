"""Models made by hand for tests: small, with answers that can be worked out on paper."""

import math
from pathlib import Path

import msgspec
import numpy as np

from function.model import FORMAT_VERSION, Feature, Golden, Model, Segment, Segmenter, encode, loads


def feature(name: str = "x", **changes: object) -> Feature:
    """Return a feature of 0 to 10 whose standardised values are the values themselves."""
    plain = Feature(name=name, label=name.title(), unit="", min=0.0, max=10.0, step=1.0, mean=0.0, scale=1.0)
    return msgspec.structs.replace(plain, **changes)


def segment(number: int, centroid: list[float], radius: float = 3.0, **changes: object) -> Segment:
    """Return a segment of 10 customers around a centroid."""
    n = len(centroid)
    plain = Segment(
        id=number,
        slug=f"kind-{number}",
        name=f"Kind {number}",
        description=f"What kind {number} is.",
        action=f"What to do for kind {number}.",
        centroid=centroid,
        size=10,
        share=0.25,
        spread=[[1.0 if row == column else 0.0 for column in range(n)] for row in range(n)],
        radius=radius,
    )
    return msgspec.structs.replace(plain, **changes)


def model(features: list[Feature], segments: list[Segment], golden: list[Golden] | None = None) -> Model:
    """Return a model; its golden vectors are worked out here by the plainest means unless they are given."""
    if golden is None:
        points = [[float(f.min + (f.max - f.min) * i / 10) for f in features] for i in range(1, 11)]
        golden = [plain_answer(features, segments, point) for point in points]
    return Model(
        format_version=FORMAT_VERSION,
        features=features,
        segments=segments,
        variance=1.0,
        metrics={"n_clusters": float(len(segments))},
        provenance={"source": "made by hand"},
        warnings=[],
        golden=golden,
    )


def plain_answer(features: list[Feature], segments: list[Segment], values: list[float | None]) -> Golden:
    """Assign by the definition, of a variance of 1: sort all segments by their distance in what is known."""

    def distance(centroid: list[float]) -> float:
        pairs = zip(features, values, centroid, strict=True)
        return sum((f.standardise(a) - f.standardise(b)) ** 2 for f, a, b in pairs if a is not None) ** 0.5

    (d1, _, first), (d2, _, second) = sorted((distance(s.centroid), i, s) for i, s in enumerate(segments))[:2]
    confidence = d2 / (d1 + d2) if d2 else 0.5
    return Golden(values, first.id, second.id, confidence, d1 <= first.radius, 1 / (1 + math.exp((d1**2 - d2**2) / 2)))


def square() -> Model:
    """Return four segments on the corners of a square: (2, 2), (8, 2), (2, 8), (8, 8)."""
    corners = [[2.0, 2.0], [8.0, 2.0], [2.0, 8.0], [8.0, 8.0]]
    return model([feature("x"), feature("y")], [segment(i, corner) for i, corner in enumerate(corners)])


def random_segmenter(
    rng: np.random.Generator, n_features: int, n_segments: int, fixed: tuple[int, ...] = ()
) -> Segmenter:
    """Return a model of random centroids, ranges and scales: every other feature logged, half of these offset."""
    features, centroids = [], []
    for number in range(n_features):
        offset = (None, 0.0, None, 3.7)[number % 4]
        low, high = sorted(rng.uniform(1, 100, 2).tolist())
        low = 0.0 if offset else low
        ends = (low, high) if offset is None else (math.log(low + offset), math.log(high + offset))
        mean, scale = rng.uniform(*ends), rng.uniform(0.2, 1.0) * (ends[1] - ends[0])
        shape = {"min": low, "max": high, "mean": mean, "scale": scale, "offset": offset}
        features.append(feature(f"f{number}", **shape, fixed=number in fixed))
        centroids.append(rng.uniform(low, high, n_segments))
    segments = [segment(i, [float(c[i]) for c in centroids]) for i in range(n_segments)]
    return Segmenter(model(features, segments), "0" * 64)


def write(path: Path, content: Model | None = None) -> Segmenter:
    """Save a model (the square unless given) to a file."""
    data = encode(content or square())
    segmenter = loads(data)
    path.write_bytes(data)
    return segmenter
