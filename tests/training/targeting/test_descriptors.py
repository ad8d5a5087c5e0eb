"""What columns say of segments: by hand, against scipy, and where there is nothing to say."""

import math

import numpy as np
import pytest
from scipy import stats

from training.targeting.descriptors import adjust_for_number, describe_numbers, describe_values, sentences

NAMES = ["Savers", "Spenders"]


def test_shares_and_indices_by_hand():
    descriptor = describe_values("Gender", ["f", "m"], np.array([[60, 40], [20, 80]]))
    assert [(cell.share, cell.overall, cell.index) for cell in descriptor.cells[0]] == [
        (0.6, 0.4, pytest.approx(150)),
        (0.4, 0.6, pytest.approx(100 * 2 / 3)),
    ]
    statistic = 4 * 20**2 * (1 / 40 + 1 / 60) / 2
    assert descriptor.effect == pytest.approx(math.sqrt(statistic / 200))
    assert descriptor.p_value == pytest.approx(stats.chi2.sf(statistic, 1))
    assert descriptor.expected == 40


def test_values_equal_scipy():
    counts = np.array([[40, 12, 0, 9], [0, 0, 0, 0], [31, 30, 0, 8], [11, 2, 0, 15]])
    used = counts[[0, 2, 3]][:, [0, 1, 3]]
    theirs = stats.chi2_contingency(used, correction=False)
    descriptor = describe_values("Channel", ["a", "b", "c", "d"], counts)
    assert descriptor.p_value == pytest.approx(theirs.pvalue, rel=1e-12)
    assert descriptor.effect == pytest.approx(stats.contingency.association(used), rel=1e-12)
    assert descriptor.expected == pytest.approx(theirs.expected_freq.min())


def test_numbers_by_hand():
    descriptor = describe_numbers("Age", np.array([2, 2]), np.array([30.0, 50.0]), np.array([2.0, 2.0]))
    assert [mean.difference for mean in descriptor.means] == pytest.approx(
        [-10 / math.sqrt(404 / 3), 10 / math.sqrt(404 / 3)]
    )
    assert descriptor.effect == pytest.approx(math.sqrt(400 / 404))
    assert descriptor.p_value == pytest.approx(stats.f_oneway([29, 31], [49, 51]).pvalue)


def test_numbers_equal_scipy():
    rng = np.random.default_rng(41)
    groups = [rng.normal(mean, 2, size) for mean, size in ((0, 40), (0.3, 90), (1, 15))]
    counts = np.array([len(group) for group in groups])
    means = np.array([group.mean() for group in groups])
    variances = np.array([group.var(ddof=1) for group in groups])
    descriptor = describe_numbers("x", counts, means, variances)
    assert descriptor.p_value == pytest.approx(stats.f_oneway(*groups).pvalue)


def test_what_is_over_and_under_represented_is_said_of_each_segment():
    gender = describe_values("Gender", ["f", "m"], np.array([[600, 400], [200, 800]]))
    age = describe_numbers("Age", np.array([1000, 1000]), np.array([30.0, 50.0]), np.array([100.0, 100.0]))
    said = sentences(adjust_for_number([gender, age]), NAMES)
    assert said[0][0] == "Gender f: 60% here, 40% of all (index 150)."
    assert said[0][1].startswith("Gender m: 40% here")
    assert said[0][2] == "Age: 30 on average here, 40 of all (0.7 standard deviations below)."
    assert said[1][2].endswith("(0.7 standard deviations above).")


def test_three_values_are_said_at_most_those_that_differ_most_and_none_from_80_to_125():
    counts = np.array([[10, 20, 30, 40, 200], [200, 40, 30, 20, 10]])
    said = sentences([describe_values("Plan", list("abcde"), counts)], NAMES)
    assert [line.partition(":")[0] for line in said[0]] == ["Plan a", "Plan e", "Plan b"]
    within = describe_values("Plan", ["a", "b", "c"], np.array([[500, 400, 100], [300, 600, 100]]))
    assert within.matters
    assert [cell.index for cell in within.cells[0]] == pytest.approx([125, 80, 100])
    assert sentences([within], NAMES) == [[], ["Plan a: 30% here, 40% of all (index 75)."]]


@pytest.mark.parametrize(("apart", "is_said"), [(0.19, False), (0.21, True)])
def test_a_number_is_spoken_of_from_a_fifth_of_a_standard_deviation_on(apart, is_said):
    means = np.array([10 - apart, 10 + apart])
    descriptor = describe_numbers("Age", np.array([5000, 5000]), means, np.array([1.0, 1.0]))
    assert descriptor.matters
    assert bool(sentences([descriptor], NAMES)[0]) is is_said


@pytest.mark.parametrize(
    "counts",
    [
        [[52, 48], [48, 52]],  # chance
        [[51_500, 48_500], [48_500, 51_500]],  # significant, and too small to matter
        [[3, 1], [1, 3]],  # too few customers
        [[100, 0], [0, 0]],  # one segment only
    ],
)
def test_what_is_chance_or_a_trifle_or_too_few_is_not_said(counts):
    descriptors = adjust_for_number([describe_values("Gender", ["f", "m"], np.array(counts))])
    assert sentences(descriptors, NAMES) == [[], []]


def test_a_rare_value_or_none_at_all_does_not_silence_a_column():
    plain = describe_values("Gender", ["f", "m"], np.array([[300, 200], [100, 400]]))
    values = ["f", "m", "x", "F ", "no value"]
    rare = describe_values("Gender", values, np.array([[300, 200, 1, 0, 3], [100, 400, 0, 1, 40]]))
    assert (rare.effect, rare.p_value, rare.expected) == (plain.effect, plain.p_value, plain.expected)
    assert (rare.values, rare.untold, rare.left_out) == (["f", "m"], set(), 3)
    assert rare.cells[0][0].share == 300 / 500
    assert {line.split(":")[0] for line in sentences([rare], NAMES)[1]} == {"Gender f", "Gender m"}


def test_how_many_have_no_value_is_shown_where_each_segment_has_enough_of_them():
    counts = np.array([[300, 200, 10], [100, 400, 40], [0, 0, 0]])
    told = describe_values("Gender", ["f", "m", "no value"], counts)
    assert (told.values, told.untold, told.left_out) == (["f", "m", "no value"], {2}, 0)
    assert told.cells[0][2].share == 10 / 510


def test_values_too_rare_to_be_tested_each_are_tested_as_one():
    towns = np.array([[40, 3, 4, 3], [10, 3, 4, 3]])
    theirs = stats.chi2_contingency([[40, 10], [10, 10]], correction=False)
    descriptor = describe_values("Town", ["Bonn", "Ulm", "Jena", "Cham"], towns)
    assert descriptor.p_value == pytest.approx(theirs.pvalue)
    assert descriptor.expected == pytest.approx(theirs.expected_freq.min())


def test_cells_of_few_customers_are_hidden():
    descriptor = describe_values("Plan", ["a", "b", "c"], np.array([[500, 10, 9], [100, 700, 40]]))
    assert [cell.hidden for cell in descriptor.cells[0]] == [True, False, True]
    means = describe_numbers("Age", np.array([9, 10, 40]), np.array([30.0, 50.0, 5.0]), np.array([2.0] * 3)).means
    assert [mean.hidden for mean in means] == [True, True, False]
    assert "Plan c" not in " ".join(sentences(adjust_for_number([descriptor]), NAMES)[0])


@pytest.mark.slow
def test_twenty_columns_that_say_nothing_are_seldom_spoken_of():
    rng, spoken = np.random.default_rng(42), 0
    for _ in range(300):
        segment = rng.integers(0, 5, 2000)
        descriptors = []
        for number in range(20):
            value = rng.integers(0, 2 + number % 4, 2000)
            counts = np.zeros((5, 2 + number % 4), int)
            np.add.at(counts, (segment, value), 1)
            descriptors.append(describe_values(str(number), [str(v) for v in range(counts.shape[1])], counts))
        spoken += any(descriptor.matters for descriptor in adjust_for_number(descriptors))
    assert spoken / 300 <= 0.05
