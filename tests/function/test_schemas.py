"""Request types: what msgspec takes and what the slow second reading finds must be the same."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from function.dialects.routes import routes
from function.model import Segmenter
from function.problems import RequestError
from function.schemas import Answers
from tests.helpers import models

ODD_NAMES = ["annual income (k$)", "it's", "a/b~c", "class", "größe", "customers?"]
VALUE = st.floats() | st.integers() | st.text(max_size=3) | st.booleans() | st.none() | st.just([]) | st.just({})
CUSTOMER = st.dictionaries(st.sampled_from(["x", "y", "z", "customers"]), VALUE, max_size=4)
BODY = CUSTOMER | VALUE | st.fixed_dictionaries({"customers": st.lists(CUSTOMER, max_size=3) | VALUE})
ANSWERS = Answers(Segmenter(models.square(), "0" * 64))
SHARED = routes(ANSWERS, {})["/segment"]["POST"]


def _valid(customer: object) -> bool:
    """Say whether JSON is a customer of the square model, by the plainest means."""
    return (
        isinstance(customer, dict)
        and set(customer) <= {"x", "y"}
        and sum(value is not None for value in customer.values()) >= 1
        and all(type(v) in (int, float) and abs(v) <= 1e15 for v in customer.values() if v is not None)
    )


def _number(value: int | float | None) -> float | None:
    return None if value is None else float(value)


@given(BODY)
def test_a_body_is_decoded_exactly_when_it_is_valid_and_else_all_its_faults_are_named(content):
    body = json.dumps(content).encode()
    many = isinstance(content, dict) and set(content) == {"customers"} and isinstance(content["customers"], list)
    customers = content["customers"] if many else [content]
    if customers and all(map(_valid, customers)):
        decoded = ANSWERS.decode_many(body) if many else [ANSWERS.decode(body)]
        assert decoded == [(_number(c.get("x")), _number(c.get("y"))) for c in customers]
        assert ("segments" in json.loads(SHARED.answer({}, body).body)) == many
    else:
        with pytest.raises(RequestError) as caught:
            SHARED.answer({}, body)
        assert caught.value.status == 422
        assert caught.value.problems


def test_features_may_have_any_name():
    features = [models.feature(name) for name in ODD_NAMES]
    segments = [models.segment(i, [float(i)] * len(features)) for i in range(2)]
    answers = Answers(Segmenter(models.model(features, segments), "0" * 64))
    body = json.dumps(dict(zip(ODD_NAMES, range(6), strict=True))).encode()
    assert answers.decode(body) == (0.0, 1.0, 2.0, 3.0, 4.0, 5.0)
    with pytest.raises(RequestError) as caught:
        answers.decode(b"{}")
    assert caught.value.problems[2].pointer == "#/a~1b~0c"


def test_a_logged_feature_takes_only_values_above_zero():
    spend = models.feature("spend", min=1.0, offset=0.0)
    answers = Answers(Segmenter(models.model([spend], [models.segment(0, [1.0]), models.segment(1, [9.0])]), "0" * 64))
    assert answers.decode(b'{"spend": 0.001}') == (0.001,)
    for value in (0, -1):
        with pytest.raises(RequestError) as caught:
            answers.decode(json.dumps({"spend": value}).encode())
        assert [problem.detail for problem in caught.value.problems] == ["expected a number above 0"]


def test_a_logged_feature_with_an_offset_takes_zero_too():
    spend = models.feature("spend", offset=2.5)
    answers = Answers(Segmenter(models.model([spend], [models.segment(0, [1.0]), models.segment(1, [9.0])]), "0" * 64))
    assert answers.decode(b'{"spend": 0}') == (0.0,)
    with pytest.raises(RequestError) as caught:
        answers.decode(b'{"spend": -0.1}')
    assert [problem.detail for problem in caught.value.problems] == ["expected a number between 0 and 1e+15"]
    with pytest.raises(RequestError) as caught:  # of one feature none may be missing
        answers.decode(b'{"spend": null}')
    assert [problem.detail for problem in caught.value.problems] == ["expected a number, found null"]
