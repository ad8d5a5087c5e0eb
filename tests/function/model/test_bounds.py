"""Bounds of a model file: what no model may hold is refused with its place, in one line, soon and in little memory."""

import random
import time
import tracemalloc
from typing import Any

import msgspec
import pytest
from hypothesis import settings

from function.model import ModelError, bounds, pickled
from function.model.file import loads
from tests.helpers import models

SECONDS = 1.0
"""Processor time that a file may take, whatever it holds."""
MEMORY = 100e6
N_CRAFTED = 3 * settings.default.max_examples
TEXTS = ["", "a" * 9_000, "a" * 10_001, "\x1b[31m", "\u202egnp", "\ud800", "a\nb", "\x00", "ü" * 5_000, "{0}", "%s"]
NUMBERS = [0, -1, 1, 2**63, 2**31, -(2**70), 1e308, -1e308, 5e-324, float("nan"), float("inf"), 1e15, 0.1, True, None]


def _plain(n_features: int = 2) -> dict[str, Any]:
    features = [models.feature(f"f{number}") for number in range(n_features)]
    segments = [models.segment(number, [2.0 + 6 * number] * n_features) for number in range(2)]
    return msgspec.json.decode(msgspec.json.encode(models.model(features, segments)))


def _at(content: Any, place: list[str | int], value: Any) -> Any:
    """Put a value at a place of a model."""
    target = content
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = value
    return content


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (["metrics", "inertia"], float("nan"), "metrics.inertia: expected a finite number"),
        (["metrics", "inertia"], float("inf"), "metrics.inertia: expected a finite number"),
        (["segments", 1, "name"], "Big\u202espenders", "segments[1].name: expected no control, direction or surrogate"),
        (["segments", 1, "name"], "Big\ud800", "found U+D800"),
        (["segments", 0, "action"], "Call\x07", "segments[0].action: expected no control"),
        (["warnings"], ["fine", "two\nlines"], "warnings[1]: expected no control"),
        (["features", 1, "label"], "\u2066x", "features[1].label: expected no control"),
        (["provenance", "so\x00urce"], "x", "provenance: keys: expected no control"),
        (["features", 1, "step"], 1e-300, "features[1].step: expected a step that tells"),
        (["features", 0, "step"], 1e-15, "features[0].step: expected a step that tells"),
        (["segments", 1, "spread"], [[1.0, 2.0], [2.0, 1.0]], "segments[1].spread: expected a positive semidefinite"),
        (["segments", 1, "spread"], [[1.0, 0.5], [0.4, 1.0]], "segments[1].spread: expected a symmetric matrix"),
        (["segments", 1, "spread"], [[-1.0, 0.0], [0.0, 1.0]], "segments[1].spread: expected variances of 0 or more"),
        (["segments", 1, "spread"], [[0.0, 1.0], [1.0, 1.0]], "segments[1].spread: expected a positive semidefinite"),
        (["segments", 1, "spread"], [[1.0]], "segments[1].spread: expected 2 x 2 numbers"),
    ],
    ids=range(15),
)
def test_what_no_model_may_hold_is_refused_with_its_place(place, value, message):
    with pytest.raises(ModelError) as caught:
        loads(pickled.dumps(_at(_plain(), place, value)))
    assert message in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    "spread",
    [[[0.0, 0.0], [0.0, 0.0]], [[1.0, 1.0], [1.0, 1.0]], [[1e12, 1e-3], [1e-3, 1e-18]], [[4.0, -2.0], [-2.0, 1.0]]],
)
def test_a_spread_may_have_features_that_do_not_vary_or_vary_together(spread):
    assert loads(pickled.dumps(_at(_plain(), ["segments", 0, "spread"], spread))).model.segments[0].spread == spread


def test_centroids_too_near_to_tell_distances_to_them_are_refused():
    with pytest.raises(ModelError, match=r"segments\[2\].centroid: expected another place than segments\[0\]"):
        bounds.check_distances([(0.0, 0.0), (1.0, 0.0), (0.0, 1e-13)])


def test_numbers_that_cannot_be_computed_with_are_refused():
    plain = _at(_at(_plain(), ["features", 0, "scale"], 1e-99), ["features", 0, "mean"], -1e15)
    with pytest.raises(ModelError):
        loads(pickled.dumps(plain))


@pytest.mark.unmeasured
def test_as_many_features_and_segments_as_documented_are_read_in_time_and_one_more_is_refused():
    features = [models.feature(f"f{number}") for number in range(bounds.MAX_FEATURES)]
    segments = [models.segment(number, [number / 5] * bounds.MAX_FEATURES) for number in range(bounds.MAX_SEGMENTS + 1)]
    content = models.model(features, segments[:-1])
    begun = time.process_time()
    assert len(loads(pickled.dumps(msgspec.to_builtins(content))).centroids) == bounds.MAX_SEGMENTS
    assert time.process_time() - begun < SECONDS
    with pytest.raises(ModelError, match="segments: expected at most 50, found 51"):
        loads(pickled.dumps(msgspec.to_builtins(models.model(features, segments))))
    with pytest.raises(ModelError, match="features: expected at most 30, found 31"):
        loads(pickled.dumps(_plain(31)))


@pytest.mark.slow
def test_crafted_files_are_read_or_refused_in_one_line_within_the_bounds():
    generator = random.Random(14)
    refused = 0
    for number in range(N_CRAFTED):
        data = _crafted(generator, number)
        tracemalloc.start()
        begun = time.process_time()
        message = _refusal(data)
        assert time.process_time() - begun < 3 * SECONDS  # with tracing of memory, which takes twice the time itself
        assert tracemalloc.get_traced_memory()[1] < MEMORY
        tracemalloc.stop()
        assert len(message.encode().splitlines()) <= 1, ascii(message)
        refused += bool(message)
    assert refused > N_CRAFTED * 0.8


def _refusal(data: bytes) -> str:
    try:
        loads(data)
    except ModelError as error:
        return str(error)
    return ""


def _crafted(generator: random.Random, number: int) -> bytes:
    """Return a sealed file: a model with one to three odd values, or a program of instructions in any order."""
    if number % 10 == 0:
        codes = [
            b"]",
            b"}",
            b"(",
            b"a",
            b"e",
            b"s",
            b"u",
            b"N",
            b"K\x01",
            b"\x8c\x01a",
            b"\x94",
            b"h\x00",
            b"h\x01",
            b"2",
        ]
        return pickled.seal(b"\x80\x04" + b"".join(generator.choices(codes, k=generator.randrange(1, 20_000))) + b".")
    content = _plain(generator.choice([1, 2, 5]))
    for _ in range(generator.randrange(1, 4)):
        _spoil(content, generator)
    return pickled.dumps(content)


def _spoil(content: Any, generator: random.Random) -> None:
    """Replace something, at any depth, by what is not expected there."""
    place = content
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return
        key = generator.choice(keys)
        if not isinstance(place[key], dict | list) or generator.random() < 0.15:
            break
        place = place[key]
    odd = [generator.choice(TEXTS), generator.choice(NUMBERS), [place[key]] * generator.choice([0, 2, 60, 3_000]), {}]
    place[key] = generator.choice(odd)
    if isinstance(place, dict) and generator.random() < 0.2:
        place[generator.choice(TEXTS)] = place.pop(key)
