"""Choosing the dialect of a body: by the path, or at the shared paths by its key."""

import json
from collections.abc import Callable

import msgspec
import numpy as np
import pytest

from function.dialects.routes import DIALECTS, NOTED, remembering, routes
from function.model import Segmenter
from function.model.content import RESERVED
from function.problems import RequestError
from function.replies import Reply, finish, make_reply
from function.schemas import Answers
from tests.helpers import models

ANSWERS = Answers(Segmenter(models.square(), "0" * 64))


def _post(content: object, path: str = "/", **settings: str) -> object:
    operation = routes(ANSWERS, settings)[path]["POST"]
    return json.loads(finish(operation.answer({}, json.dumps(content).encode())).body)


@pytest.mark.parametrize("path", ["/", "/segment"])
@pytest.mark.parametrize(
    ("content", "answer"),
    [
        ({"x": 2, "y": 2}, "segment_name"),
        ({"customers": [{"x": 2, "y": 2}]}, "segments"),
        ({"calls": [[2, 2]]}, "replies"),
        ({"instances": [[2, 2]]}, "predictions"),
    ],
)
def test_every_dialect_is_understood_at_the_shared_paths(path, content, answer):
    assert answer in _post(content, path)


def test_a_key_within_a_text_is_none():
    sent = {"sessionUser": '"instances": [', "userDefinedContext": {"note": '"customers": ['}, "calls": [[8, 8]]}
    assert _post(sent) == {"replies": ["Kind 3"]}


@pytest.mark.parametrize(
    "context",
    [
        {"customers": "new"},
        {"instances": []},
        [{"inputs": [], "calls": 5}],
        {"deep": {"customers": [{"x": 2, "y": 2}]}},
    ],
)
@pytest.mark.parametrize("calls_first", [True, False])
def test_a_key_below_the_top_level_chooses_nothing(context, calls_first):
    parts = [("calls", [[8, 8]]), ("sessionContext", context)]
    assert _post(dict(parts if calls_first else reversed(parts))) == {"replies": ["Kind 3"]}


def test_a_key_below_the_top_level_chooses_nothing_where_a_value_is_not_json_either():
    sent = {"sessionContext": {"customers": []}, "calls": [[8, 8], [float("nan"), 8]]}
    assert _post(sent) == {"replies": ["Kind 3", None]}


def test_a_body_that_two_dialects_could_read_is_refused():
    with pytest.raises(RequestError, match="Expected only one of the fields customers and calls") as caught:
        _post({"calls": [[8, 8]], "customers": [{"x": 2, "y": 2}]})
    assert caught.value.status == 400


def test_a_key_is_found_whatever_its_place_and_spaces():
    operation = routes(ANSWERS, {})["/"]["POST"]
    body = b'{"requestId": "1",\n  "calls" \t:\r\n [[8, 8]]}'
    assert json.loads(finish(operation.answer({}, body)).body) == {"replies": ["Kind 3"]}


def test_no_feature_may_have_the_name_of_a_key():
    keys = {key for dialect in DIALECTS for key in dialect(ANSWERS, {}).keys}
    assert keys == {"calls", "customers", "instances"}
    assert keys <= RESERVED


def test_plain_customers_keep_their_smaller_limit_where_larger_batches_of_platforms_are_read():
    operation = routes(ANSWERS, {})["/"]["POST"]
    with pytest.raises(RequestError) as caught:
        operation.answer({}, b'{"x": 2, "y": 2}' + b" " * 1024 * 1024)
    assert caught.value.status == 413
    batch = json.dumps({"calls": [[2, 2]]}).encode()
    assert finish(operation.answer({}, batch + b" " * 1024 * 1024)).status == 200
    assert operation.max_body == 10 * 1024 * 1024


def test_a_platform_may_name_its_paths():
    settings = {"AIP_PREDICT_ROUTE": "/v1/endpoints/7/deployedModels/8:predict", "AIP_HEALTH_ROUTE": "/alive/"}
    paths = routes(ANSWERS, settings)
    assert "GET" in paths["/alive"]
    answer = _post({"instances": [[2, 2]]}, settings["AIP_PREDICT_ROUTE"], **settings)
    assert answer["predictions"][0]["segment_name"] == "Kind 0"


def test_a_path_that_a_platform_chose_takes_none_away():
    paths = routes(ANSWERS, {"AIP_PREDICT_ROUTE": "/segment", "AIP_HEALTH_ROUTE": "/segment"})
    assert set(paths["/segment"]) == {"GET", "POST"}
    reply = finish(paths["/segment"]["POST"].answer({}, b'{"x": 2, "y": 2}'))
    assert json.loads(reply.body)["segment_name"] == "Kind 0"


def test_of_many_features_the_same_answer_comes_in_steps_however_often_it_is_asked_for():
    answers = Answers(models.random_segmenter(np.random.default_rng(0), n_features=9, n_segments=5))
    body = json.dumps(answers.examples[0]).encode()
    operation = routes(answers, {})["/segment"]["POST"]
    replies = [operation.answer({}, body) for _ in range(3)]
    assert not any(isinstance(reply, Reply) for reply in replies)
    expected = msgspec.json.encode(answers.answer(answers.decode(body)))
    assert [finish(reply).body for reply in replies] == [expected] * 3


def _counting(asked: list[bytes]) -> Callable[[bytes], Reply]:
    """Return what remembers two answers to bodies of at most nine bytes, and notes for which it has to look."""

    def look(body: bytes) -> Reply:
        asked.append(body)
        return make_reply(body)

    return remembering(look, 2, 9)


@pytest.mark.parametrize(("body", "looks"), [(b"short", 2), (b"too long to keep", 4)])
def test_an_answer_is_kept_from_the_second_time_that_it_is_asked_for(body, looks):
    asked: list[bytes] = []
    ask = _counting(asked)
    assert [ask(body).body for _ in range(4)] == [body] * 4
    assert len(asked) == looks


def test_an_answer_that_is_kept_is_found_again_when_the_notes_begin_anew():
    asked: list[bytes] = []
    ask = _counting(asked)
    ask(b"again")
    for number in range(NOTED - 1):
        ask(b"%d" % number)
    ask(b"again")
    ask(b"once")  # one more than can be noted
    for body in (b"again", b"again", b"again"):
        assert ask(body).body == body
    assert asked.count(b"again") == 3
