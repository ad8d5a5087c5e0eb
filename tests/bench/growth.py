"""How the cost grows with segments, features and batch size: the function's own work, without HTTP."""

import time
from collections.abc import Callable
from functools import partial

import msgspec
import numpy as np

from function.model import Model, Segmenter
from function.schemas import Answers
from tests.helpers import models

SEGMENTS = (2, 5, 10, 20, 50)
FEATURES = (2, 5, 10, 30)
BATCHES = (1, 10, 100, 499, 500, 1000, 10_000)


def table(*, quick: bool) -> list[tuple[int, int, float, float]]:
    """Return (segments, features, microseconds for one answer, thousand customers a second in batches of 10,000)."""
    shapes = [(k, 2) for k in SEGMENTS] + [(5, n) for n in FEATURES[1:]] + [(SEGMENTS[-1], FEATURES[-1])]
    return [(k, n, *_cost(k, n, repeats=5 if quick else 30)) for k, n in shapes]


def batches(*, quick: bool) -> list[tuple[int, float]]:
    """Return (customers in a batch, microseconds a customer) for 5 segments and 2 features."""
    content = model(5, 2)
    answers = Answers(Segmenter(content, "0" * 64))
    costs = []
    for size in BATCHES:
        body = batch(content, size)
        costs.append((size, _best(partial(_many, answers, body), 5 if quick else 30) / size * 1e6))
    return costs


def _cost(n_segments: int, n_features: int, repeats: int) -> tuple[float, float]:
    content = model(n_segments, n_features)
    answers = Answers(Segmenter(content, "0" * 64))
    ones = [msgspec.json.encode(customer) for customer in _customers(content, 50)]
    one = _best(lambda: [_one(answers, body) for body in ones], repeats) / len(ones)
    many = _best(partial(_many, answers, batch(content, BATCHES[-1])), repeats)
    return one * 1e6, BATCHES[-1] / many / 1e3


def model(n_segments: int, n_features: int) -> Model:
    """Return a model with random centroids."""
    rng = np.random.default_rng(n_segments * 100 + n_features)
    features = [models.feature(f"feature_{number}") for number in range(n_features)]
    segments = [models.segment(i, rng.uniform(0, 10, n_features).tolist()) for i in range(n_segments)]
    return models.model(features, segments)


def batch(content: Model, n_customers: int) -> bytes:
    """Return a request about random customers of a model."""
    return msgspec.json.encode({"customers": _customers(content, n_customers)})


def _customers(content: Model, number: int) -> list[dict[str, float]]:
    rows = np.random.default_rng(0).uniform(0, 10, (number, len(content.features))).round(3).tolist()
    return [dict(zip([feature.name for feature in content.features], row, strict=True)) for row in rows]


def _one(answers: Answers, body: bytes) -> bytes:
    return msgspec.json.encode(answers.answer(answers.decode(body)))


def _many(answers: Answers, body: bytes) -> bytes:
    return msgspec.json.encode(answers.answer_many(answers.decode_many(body)))


def _best(work: Callable[[], object], repeats: int) -> float:
    """Return the seconds of the fastest run: the one least disturbed by the rest of the machine."""
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return min(times)
