"""Numbers as people type them: the cases that training reads too."""

import pytest

from tests.helpers.cases import load
from tests.page.helpers.modules import call, call_each
from training.files.missing import MISSING
from training.tables.number_cells import NO, YES

CASES = load("numbers")
SIGNS = {"point": ".", "comma": ",", "open": None}
WORDS = {"missing": "empty", "text": "not-a-number", "open": "ambiguous", "infinite": None}  # JSON has no infinity


@pytest.mark.parametrize("decimal", SIGNS)
def test_a_cell_means_what_the_cases_say(blank, decimal):
    cells = CASES["cells"]
    answers = call_each(
        blank,
        "customers/table/numbers:parseNumber",
        [(case["cell"], SIGNS[decimal], case["unit"]) for case in cells],
    )
    for case, answer in zip(cells, answers, strict=True):
        expected = case[decimal]
        assert answer == (WORDS[expected] if isinstance(expected, str) else expected), case


@pytest.mark.parametrize("case", CASES["columns"], ids=lambda case: case["delimiter"].join(case["cells"]))
def test_a_column_settles_its_decimal_sign(blank, case):
    answer = call(blank, "customers/table/numbers:detectDecimalSign", case["cells"], "", case["delimiter"])
    assert answer == case["decimal"]


def test_a_column_of_several_currencies_or_of_percent_and_not_is_told(blank):
    columns = CASES["columns"]
    answers = call_each(blank, "customers/table/numbers:mixesUnits", [(case["cells"],) for case in columns])
    assert answers == ["refused" in case for case in columns]


@pytest.mark.parametrize(("words", "number"), [("yes", 1), ("no", 0), ("neither", None)])
def test_answers_are_ones_and_zeros(blank, words, number):
    answers = CASES["answers"][words]
    numbers = call_each(blank, "customers/table/numbers:parseAnswer", [(answer,) for answer in answers])
    assert numbers == [number] * len(answers)


def test_an_infinite_value_is_too_large_for_the_function(blank):
    feature = {"unit": "", "offset": None, "min": 0, "max": 9}
    read = call(blank, "customers/table/batches:readValue", "inf", {"decimal": ".", "factor": 1}, feature)
    assert read == "too-large"


@pytest.mark.parametrize(
    ("cell", "largest", "value"), [("Yes", 1, 1), ("nein", 1, 0), ("0.5", 1, 0.5), ("yes", 9, "not-a-number")]
)
def test_an_answer_is_a_number_where_the_model_knows_only_zero_to_one(blank, cell, largest, value):
    feature = {"unit": "", "offset": None, "min": 0, "max": largest}
    assert call(blank, "customers/table/batches:readValue", cell, {"decimal": ".", "factor": 1}, feature) == value


def test_the_words_for_missing_yes_and_no_are_those_of_training(blank):
    module = "import('/customers/table/numbers.js')"
    assert blank.evaluate(f"{module}.then(({{ MISSING, YES, NO }}) => [MISSING, YES, NO])") == [
        list(MISSING),
        list(YES),
        list(NO),
    ]
