"""The model: assignment by hand, its file, and everything a file must not be."""

import math
import os
from pathlib import Path

import joblib
import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from function.model import Golden, Histogram, Model, ModelError, Scores, Segmenter, load, loads, most_gaps, pickled
from function.model.segmenter import NUMPY_FROM
from tests.helpers import models
from tests.helpers.customers import customers, segmenter_with_offsets
from tests.helpers.service import ROOT

VALUES = st.floats(-20, 20)
EVERY = max(1, 700 // settings.default.max_examples)
"""Of the bytes of the shipped file one in seven is changed, by the weekly profile each."""


@pytest.fixture
def square() -> Segmenter:
    return Segmenter(models.square(), "0" * 64)


def _refusal(content: Model) -> str:
    with pytest.raises(ModelError) as caught:
        Segmenter(content, "0" * 64)
    return str(caught.value)


def test_half_of_the_features_may_be_missing():
    assert [most_gaps(n) for n in (1, 2, 3, 4, 5)] == [0, 1, 1, 2, 2]


def test_a_customer_belongs_to_the_nearest_centroid(square):
    assignment = square.assign((3.0, 2.0))
    assert (assignment.segment.id, assignment.runner_up.id) == (0, 1)


def test_confidence_is_the_second_distance_over_the_sum_of_both(square):
    # d1 = 1 to (2, 2); d2 = 5 to (8, 2)
    assert square.assign((3.0, 2.0)).confidence == pytest.approx(5 / 6)


def test_a_customer_on_a_border_has_confidence_one_half_and_the_first_segment(square):
    assignment = square.assign((5.0, 2.0))
    assert (assignment.segment.id, assignment.runner_up.id, assignment.confidence) == (0, 1, 0.5)
    assert assignment.borderline


def test_a_customer_on_a_centroid_has_confidence_one(square):
    assignment = square.assign((8.0, 8.0))
    assert (assignment.segment.id, assignment.confidence, assignment.borderline) == (3, 1.0, False)


def test_a_customer_is_typical_up_to_the_radius(square):
    assert square.assign((2.0, 5.0)).typical  # 3 away, radius 3
    assert not square.assign((2.0, -1.01)).typical


def test_values_outside_the_training_range_are_named(square):
    assert square.assign((-0.1, 10.0)).out_of_range == ["x"]
    assert square.assign((11.0, 12.0)).out_of_range == ["x", "y"]
    assert square.assign((0.0, 10.0)).out_of_range == []


def test_distances_are_measured_in_standard_deviations():
    wide = models.feature("wide", min=0.0, max=1000.0, mean=500.0, scale=100.0)
    narrow = models.feature("narrow", min=0.0, max=1.0, mean=0.5, scale=0.1)
    content = models.model([wide, narrow], [models.segment(0, [400.0, 0.5]), models.segment(1, [500.0, 0.7])])
    # from (500, 0.5): 1 deviation to the first, 2 to the second, though 100 is more than 0.2
    assignment = Segmenter(content, "0" * 64).assign((500.0, 0.5))
    assert (assignment.segment.id, assignment.confidence) == (0, pytest.approx(2 / 3))


def test_a_logged_feature_is_compared_by_its_ratio():
    spend = models.feature("spend", min=1.0, max=1000.0, offset=0.0)
    content = models.model([spend], [models.segment(0, [10.0]), models.segment(1, [1000.0])])
    segmenter = Segmenter(content, "0" * 64)
    assert segmenter.assign((99.0,)).segment.id == 0  # the border is the geometric mean, 100
    assert segmenter.assign((101.0,)).segment.id == 1
    assert segmenter.assign((100.0,)).confidence == pytest.approx(0.5)


@pytest.mark.parametrize("n_customers", [1, NUMPY_FROM - 1, NUMPY_FROM, 3 * NUMPY_FROM])
def test_many_customers_are_assigned_as_each_alone_to_the_last_bit(n_customers):
    segmenter = segmenter_with_offsets()
    rows = customers(segmenter, n_customers)
    alone = [segmenter.assign(row) for row in rows]
    assert segmenter.assign_many(rows) == alone
    assert segmenter.score_many(rows) == Scores(
        [answer.segment for answer in alone],
        [answer.confidence for answer in alone],
        [answer.probability for answer in alone],
    )


def test_many_customers_on_borders_fall_to_the_same_side_as_each_alone(square):
    rows = [(5.0, float(y)) for y in range(11)] * NUMPY_FROM + [(5.0, 5.0), (5.0, None), (None, 5.0)]
    alone = [square.assign(row) for row in rows]
    assert square.assign_many(rows) == alone
    assert square.score_many(rows).confidences == [answer.confidence for answer in alone]


def test_an_offset_gives_zero_a_logarithm():
    spend = models.feature("spend", max=1000.0, offset=10.0)
    content = models.model([spend], [models.segment(0, [0.0]), models.segment(1, [1000.0])])
    segmenter = Segmenter(content, "0" * 64)
    # ln 10 and ln 1010: halfway, in logarithms, is sqrt(10 * 1010) - 10 = 90.4988
    assert segmenter.assign((0.0,)).confidence == 1.0
    assert segmenter.assign((90.49,)).segment.id == 0
    assert segmenter.assign((90.50,)).segment.id == 1
    assert spend.restore(spend.standardise(0.0)) == pytest.approx(0.0, abs=1e-12)
    assert spend.restore(-1e9) == 0.0  # what no value is restored to is not below zero


def test_a_customer_is_assigned_by_the_features_that_are_known(square):
    answer = square.assign((None, 7.0))
    # (2, 8) and (8, 8) are 1 away in y, (2, 2) and (8, 2) are 5: ties go to the first
    assert (answer.segment.id, answer.runner_up.id, answer.confidence, answer.probability) == (2, 3, 0.5, 0.5)
    assert (answer.incomplete, answer.borderline, answer.out_of_range) == (True, True, [])
    assert not square.assign((2.0, 7.0)).incomplete


def test_a_customer_in_the_middle_of_all_that_is_known_has_confidence_one_half():
    content = models.model(
        [models.feature("x"), models.feature("y")], [models.segment(0, [2.0, 2.0]), models.segment(1, [2.0, 8.0])]
    )
    segmenter = Segmenter(content, "0" * 64)
    answer = segmenter.assign((2.0, None))  # both centroids are 0 away
    assert (answer.segment.id, answer.confidence, answer.probability, answer.typical) == (0, 0.5, 0.5, True)
    assert segmenter.assign_many([(2.0, None)] * NUMPY_FROM) == [answer] * NUMPY_FROM


def test_the_probability_weighs_the_squared_distances_by_the_variance():
    content = msgspec.structs.replace(models.square(), variance=0.5, golden=[])
    golden = [Golden([3.0, 2.0], 0, 1, 5 / 6, True, 1 / (1 + math.exp(-24)))] * 10  # (25 - 1) / (2 * 0.5)
    Segmenter(msgspec.structs.replace(content, golden=golden), "0" * 64)
    golden = [Golden([4.9, 2.0], 0, 1, 3.1 / 6.0, True, 1 / (1 + math.exp(-1.2)))] * 10  # (9.61 - 8.41) / 1
    segmenter = Segmenter(msgspec.structs.replace(content, golden=golden), "0" * 64)
    assert segmenter.assign((4.9, 2.0)).borderline  # 1.2 is below ln 4 = 1.386
    assert not segmenter.assign((4.88, 2.0)).borderline  # 3.12^2 - 2.88^2 = 1.44
    other = [msgspec.structs.replace(golden[0], probability=golden[0].probability + 1e-6)] * 10
    with pytest.raises(ModelError, match="the answer differs from the one that training computed"):
        Segmenter(msgspec.structs.replace(content, golden=other), "0" * 64)


def test_the_shipped_model_gives_the_worked_probabilities():
    segmenter = load(ROOT / "models" / "segmenter.joblib")
    assert segmenter.model.variance == pytest.approx(0.163921, abs=5e-7)
    clear, close = segmenter.assign((70.0, 60.0)), segmenter.assign((72.0, 66.0))
    assert (round(clear.probability, 3), clear.borderline) == (0.881, False)
    assert (round(close.probability, 3), close.borderline, round(close.confidence, 3)) == (0.587, True, 0.519)


def test_standardising_is_undone_by_restoring():
    for feature in (
        models.feature(mean=3.0, scale=2.0),
        models.feature(min=1.0, mean=1.0, scale=0.5, offset=0.0),
        models.feature(mean=1.0, scale=0.5, offset=2.5),
    ):
        assert feature.restore(feature.standardise(7.0)) == pytest.approx(7.0)


@given(VALUES, VALUES)
def test_assignment_agrees_with_the_plain_definition(x, y):
    content = models.square()
    expected = models.plain_answer(content.features, content.segments, [x, y])
    assignment = Segmenter(content, "0" * 64).assign((x, y))
    assert assignment.confidence == pytest.approx(expected.confidence)
    assert (assignment.segment.id == expected.segment_id) or assignment.confidence == pytest.approx(0.5)


def test_a_saved_model_loads_and_answers_alike(tmp_path):
    written = models.write(tmp_path / "m.joblib")
    read = load(tmp_path / "m.joblib")
    assert read.model == written.model == models.square()
    assert read.hash == written.hash
    assert len(read.hash) == 12


def test_what_a_model_may_say_besides_is_written_and_read(tmp_path):
    content = models.square()
    segments = [msgspec.structs.replace(content.segments[0], firmness=0.9, value_share=-0.1), *content.segments[1:]]
    features = [models.feature("x", fixed=True, day="2024-12-31"), models.feature("y")]
    full = msgspec.structs.replace(content, features=features, segments=segments, verdict="natural", incomplete=3)
    assert models.write(tmp_path / "m", full).model == load(tmp_path / "m").model == full


def test_the_same_content_gives_the_same_file(tmp_path):
    models.write(tmp_path / "a")
    models.write(tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_joblib_reads_the_file_as_plain_data(tmp_path):
    models.write(tmp_path / "m.joblib")
    content = joblib.load(tmp_path / "m.joblib")
    assert msgspec.convert(content, Model) == models.square()
    assert set(_types(content)) <= {dict, list, str, int, float, bool, type(None)}


def test_another_format_version_is_refused():
    wrong = msgspec.structs.replace(models.square(), format_version=99)
    assert _refusal(wrong) == "format_version: expected 2, found 99"


@pytest.mark.slow
def test_every_changed_byte_is_refused(tmp_path):
    path = tmp_path / "m.joblib"
    models.write(path)
    data = path.read_bytes()
    for position in range(len(data)):
        for bit in (0x01, 0x80):
            changed = bytearray(data)
            changed[position] ^= bit
            with pytest.raises(ModelError):
                loads(bytes(changed))


@pytest.mark.slow
def test_a_changed_byte_of_the_shipped_file_is_refused_wherever_it_is():
    data = (Path(__file__).parents[3] / "models" / "segmenter.joblib").read_bytes()
    for position in range(0, len(data), EVERY):
        byte = data[position] ^ (1 << position % 8)
        changed = data[:position] + bytes([byte]) + data[position + 1 :]
        with pytest.raises(ModelError):
            loads(changed)


def test_a_cut_or_extended_file_is_refused(tmp_path):
    path = tmp_path / "m.joblib"
    models.write(path)
    data = path.read_bytes()
    for wrong in (b"", data[:1], data[:-1], data[: len(data) // 2], data + b" ", data + data):
        with pytest.raises(ModelError):
            loads(wrong)


def test_a_file_that_holds_a_class_is_refused_by_name_of_the_instruction(tmp_path):
    path = tmp_path / "array.joblib"
    joblib.dump({"centroids": np.zeros(2)}, path)
    with pytest.raises(ModelError, match=rf"{path}: byte \d+: holds a class or a call \(STACK_GLOBAL\)"):
        load(path)


def test_a_missing_file_is_refused_with_its_path(tmp_path):
    with pytest.raises(ModelError, match=r"nowhere\.joblib: No such file"):
        load(tmp_path / "nowhere.joblib")


def test_what_is_no_file_is_refused_with_its_path_and_not_waited_for(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (tmp_path, pipe, Path("/dev/zero")):
        with pytest.raises(ModelError, match=f"^{path}: expected a file, found a folder, pipe or device$"):
            load(path)


def test_a_file_of_another_shape_is_refused():
    with pytest.raises(ModelError, match="Expected `object`, got `array`"):
        loads(_sealed([1, 2, 3]))


def test_an_unknown_field_is_refused():
    content = msgspec.to_builtins(models.square())
    with pytest.raises(ModelError, match="unknown field `extra`"):
        loads(_sealed({**content, "extra": 1}))


def test_a_model_that_answers_other_than_its_golden_vectors_is_refused():
    golden = models.square().golden
    for number, change in enumerate(
        ({"segment_id": 9}, {"runner_up_id": 9}, {"confidence": 0.4}, {"typical": None}, {"probability": 0.4})
    ):
        wrong = [msgspec.structs.replace(g, **change) if i == number else g for i, g in enumerate(golden)]
        reason = _refusal(msgspec.structs.replace(models.square(), golden=wrong))
        assert reason.startswith(f"golden[{number}]: the answer differs")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"segments": [models.segment(0, [1.0, 1.0])]}, "at least one feature and two segments"),
        ({"features": [models.feature(), models.feature()]}, "features: expected each only once"),
        ({"features": [models.feature(scale=0.0), models.feature("y")]}, "expected min < max, step > 0 and scale > 0"),
        ({"features": [models.feature(min=9.0, max=9.0), models.feature("y")]}, "expected min < max, step > 0"),
        ({"features": [models.feature(scale=9e-101), models.feature("y")]}, "expected a scale of at least 1e-100"),
        ({"features": [models.feature(mean=math.nan), models.feature("y")]}, "feature x: expected numbers of at most"),
        ({"features": [models.feature(offset=0.0), models.feature("y")]}, "expected a min that has a logarithm"),
        ({"features": [models.feature(offset=-1.0), models.feature("y")]}, "expected an offset of 0 or more, or none"),
        ({"features": [models.feature(min=-1.0, offset=2.0), models.feature("y")]}, "expected a min that has a"),
        ({"features": [models.feature(offset=math.inf), models.feature("y")]}, "offset: expected numbers of at most"),
        ({"variance": 0.0}, "variance: expected 1e-50 to 1e+15"),
        ({"variance": math.nan}, "variance: expected 1e-50 to 1e+15"),
        (
            {"features": [models.feature('a"b'), models.feature("y")]},
            "expected a name of 1 to 100 letters without quotes",
        ),
        (
            {"features": [models.feature("customers"), models.feature("y")]},
            "and none of calls, customers, inputs, instances",
        ),
        ({"features": [models.feature(day="31.12.2024"), models.feature("y")]}, "expected day to be an ISO date"),
        ({"features": [models.feature(day="20241231"), models.feature("y")]}, "expected day to be an ISO date"),
        ({"retired_ids": [7, 1]}, "ids, retired ones included: expected each only once"),
        ({"histograms": [Histogram([1.0], [1.5, -0.5])] * 2}, "histogram: expected shares that add up to 1"),
        ({"incomplete": 41}, "incomplete: expected a number of customers, no more than the segments have"),
        ({"golden": []}, "golden: expected at least 10 vectors, found 0"),
        ({"golden": [Golden([1.0], 0, 1, 0.5, True)] * 10}, "golden: expected 2 values, found 1"),
        ({"golden": [Golden([None, None], 0, 1, 0.5, True)] * 10}, "golden: expected at most 1 gaps"),
    ],
)
def test_a_model_that_contradicts_itself_is_refused(change, reason):
    assert reason in _refusal(msgspec.structs.replace(models.square(), **change))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": 1}, "segments: id: expected each only once"),
        ({"slug": "kind-1"}, "segments: slug: expected each only once"),
        ({"name": "Kind 1"}, "segments: name: expected each only once"),
        ({"centroid": [8.0, 2.0]}, "two have the same centroid"),
        ({"centroid": [8.0]}, "segment 0: expected 2 values, found 1"),
        ({"centroid": [math.inf, 1.0]}, "segment 0: expected numbers of at most 1e+15"),
        ({"spread": [[1.0]]}, "segment 0: expected a spread of 2 x 2"),
        ({"share": 1.5}, "out of bounds"),
        ({"radius": -1.0}, "out of bounds"),
        ({"firmness": 1.01}, "segment 0: expected a firmness from 0 to 1"),
        ({"value_share": math.nan}, "segment 0: expected numbers of at most 1e+15"),
    ],
)
def test_a_segment_that_contradicts_the_model_is_refused(changes, reason):
    content = models.square()
    segments = [msgspec.structs.replace(content.segments[0], **changes), *content.segments[1:]]
    assert reason in _refusal(msgspec.structs.replace(content, segments=segments))


def _sealed(content: object) -> bytes:
    return pickled.dumps(content)


def _types(content: object) -> list[type]:
    if isinstance(content, dict):
        return [dict, *(t for pair in content.items() for part in pair for t in _types(part))]
    if isinstance(content, list):
        return [list, *(t for part in content for t in _types(part))]
    return [type(content)]
