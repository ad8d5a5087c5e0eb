"""The prediction protocol of Vertex AI and of KServe v1: instances in, predictions out, in the same order.

References
----------
Google Cloud, *Custom container requirements for prediction*, Vertex AI documentation.
KServe, *V1 inference protocol*, KServe documentation.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Literal

import msgspec

from ..model.content import Feature
from ..operations import MODEL_NAME, PLAIN_BODY, SERVING_BODY, Dialect, Headers, Operation, Routes, constant
from ..parts import least_items, read_parts
from ..problems import Problem, RequestError
from ..repeats import repeat_problems, repeats
from ..replies import Steps, check_answer, reply_in_parts
from ..schemas import Answers, Customer, Scored
from ..validation import (
    BYTE_ORDER_MARK,
    UNREADABLE,
    customer_problems,
    envelope_problems,
    first_problems,
    malformed,
    read,
    unprocessable,
    unread,
    value_faults,
)
from .status import ModelReady, health

_ADVICE = "send at most {rows} instances a request"


class Parameters(msgspec.Struct):
    """The options of a prediction.

    mode : a prediction is all that is known of an instance, or only its segment's name
    """

    mode: Literal["full", "name"] = "full"


class _Unread(msgspec.Struct):
    """A request whose instances are still JSON."""

    instances: msgspec.Raw
    parameters: Parameters | None = None


class Predictions(msgspec.Struct):
    """One prediction an instance, in order."""

    predictions: list[Scored | str]


class ModelNames(msgspec.Struct):
    """The models there are."""

    models: list[str]


def dialect(answers: Answers, settings: Mapping[str, str]) -> Dialect:
    """Return the paths of KServe, and those that Vertex AI sets in AIP_PREDICT_ROUTE and AIP_HEALTH_ROUTE."""
    predict = _operation(answers)
    routes: Routes = {
        "/v1/models": {"GET": constant("List the models (KServe v1)", ModelNames([MODEL_NAME]))},
        f"/v1/models/{MODEL_NAME}": {
            "GET": constant("Say that the model is ready (KServe v1)", ModelReady(MODEL_NAME))
        },
        f"/v1/models/{MODEL_NAME}:predict": {"POST": predict},
    }
    for setting, operations in (("PREDICT", {"POST": predict}), ("HEALTH", {"GET": health(answers)})):
        path = settings.get(f"AIP_{setting}_ROUTE", "").rstrip("/")
        if path:
            routes[path] = {**operations, **routes.get(path, {})}
    return Dialect(routes, {"instances": predict})


def _operation(answers: Answers) -> Operation:
    values = [list(example.values()) for example in answers.examples]
    return Operation(
        "Predict for Vertex AI and KServe",
        _Predict(answers).answer,
        accepts=(_request_type(answers),),
        returns=(Predictions,),
        examples={
            "Vertex AI": {"instances": answers.examples, "parameters": {"mode": "name"}},
            "KServe": {"instances": values},
        },
        max_body=SERVING_BODY,
    )


class _Predict:
    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._envelope = msgspec.json.Decoder(_Unread)
        self._valid: msgspec.json.Decoder[list[Any]] = msgspec.json.Decoder(list[answers.customer | answers.row])  # type: ignore[name-defined]

    def answer(self, _headers: Headers, body: bytes) -> Steps:
        request = self._read(body.removeprefix(BYTE_ORDER_MARK))
        instances = memoryview(request.instances)
        full = not (request.parameters and request.parameters.mode == "name")
        check_answer(least_items(instances), self._answers.shortest(full=full), _ADVICE)
        encode = self._full if full else self._names
        return reply_in_parts("predictions", read_parts(instances, self._rows), encode, _ADVICE)

    def _names(self, rows: Sequence[Customer]) -> bytes:
        return msgspec.json.encode(self._answers.name_many(rows))

    def _full(self, rows: Sequence[Customer]) -> bytes:
        return msgspec.json.encode(self._answers.answer_many(rows).segments)

    def _read(self, body: bytes) -> _Unread:
        try:
            request = self._envelope.decode(body)
        except UNREADABLE:
            return _read_leniently(body)
        if bytes(memoryview(request.instances)[:1]) != b"[":
            return _read_leniently(body)
        if problems := repeat_problems(body, {"parameters"}):
            raise _refusal(problems)
        return request

    def _rows(self, part: bytes, n_before: int) -> list[Customer] | None:
        """Return the rows of a part, or None for what is not JSON."""
        try:
            instances = self._valid.decode(part)
        except UNREADABLE:
            self._diagnose(part, n_before)
            return None
        rows = [
            instance if isinstance(instance, tuple) else msgspec.structs.astuple(instance) for instance in instances
        ]
        pairs = zip(rows, instances, strict=True)
        n_values = sum(len(row) - row.count(None) for row, instance in pairs if row is not instance)
        if not all(map(self._answers.suffices, rows)) or repeats(part, n_values):
            self._diagnose(part, n_before)
        return rows

    def _diagnose(self, part: bytes, n_before: int) -> None:
        """Say what is wrong with a part that the type of an instance refused."""
        try:
            instances = read(part)
        except RequestError:
            return
        features = self._answers.features
        problems = first_problems(
            _problems(instance, features, f"#/instances/{number}")
            for number, instance in enumerate(instances, n_before)
        )
        if problems:
            raise unprocessable(problems)


def _read_leniently(body: bytes) -> _Unread:
    """Read an envelope again that holds a word like NaN, which is not JSON; or say what is wrong with it."""
    if len(body) > PLAIN_BODY:
        raise malformed()
    data = read(body)
    problems = envelope_problems(data, "instances", "parameters", ("full", "name"))
    if problems:
        raise _refusal(problems)
    parameters = data.get("parameters") or {}
    return _Unread(unread(data["instances"]), Parameters(parameters.get("mode", "full")))


def _refusal(problems: list[Problem]) -> RequestError:
    return RequestError(HTTPStatus.BAD_REQUEST, "The body is not a request for predictions; see errors.", problems)


def _request_type(answers: Answers) -> type[msgspec.Struct]:
    """Build the documented request: an instance is an object, or a list in the order of the model's features."""
    instance = answers.customer | answers.row
    fields: list[tuple[str, Any, Any]] = [
        ("instances", list[instance], msgspec.NODEFAULT),  # type: ignore[valid-type]
        ("parameters", Parameters | None, None),
    ]
    return msgspec.defstruct("Instances", fields)


def _problems(instance: Any, features: list[Feature], pointer: str) -> list[Problem]:
    if not isinstance(instance, list):
        return customer_problems(instance, features, pointer)
    if len(instance) != len(features):
        return [Problem(pointer, f"expected {len(features)} numbers, found {len(instance)}")]
    faults = value_faults(instance, features)
    return [Problem(f"{pointer}/{number}", fault) for number, fault in enumerate(faults) if fault]
