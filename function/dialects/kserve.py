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
from ..operations import (
    MODEL_NAME,
    SERVING_BODY,
    Dialect,
    Headers,
    Operation,
    Reply,
    Routes,
    constant,
    cut,
    encode_parts,
    json_reply,
)
from ..problems import Problem, RequestError
from ..schemas import Answers, Scored
from ..validation import (
    customer_problems,
    envelope_problems,
    first_problems,
    malformed,
    read,
    unprocessable,
    value_fault,
)
from .status import ModelReady, health


class Parameters(msgspec.Struct):
    """The options of a prediction.

    mode : a prediction is all that is known of an instance, or only its segment's name
    """

    mode: Literal["full", "name"] = "full"


class Predictions(msgspec.Struct):
    """One prediction an instance, in order."""

    predictions: list[Scored | str]


class ModelNames(msgspec.Struct):
    """The models there are."""

    models: list[str]


def dialect(answers: Answers, settings: Mapping[str, str]) -> Dialect:
    """Return the paths of KServe, and those that Vertex AI sets in AIP_PREDICT_ROUTE and AIP_HEALTH_ROUTE."""
    predict = _predict(answers)
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


def _predict(answers: Answers) -> Operation:
    request = _request_type(answers)
    decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(request)

    def answer(_headers: Headers, body: bytes) -> Reply:
        try:
            asked = decoder.decode(body)
        except (msgspec.DecodeError, RecursionError) as error:
            raise _diagnose(body, answers.features) from error
        rows = [one if isinstance(one, tuple) else msgspec.structs.astuple(one) for one in asked.instances]
        predictions = names if asked.parameters and asked.parameters.mode == "name" else full
        advice = "send at most {rows} instances a request"
        predicted, n_rows = encode_parts(cut(rows), predictions, advice)
        return json_reply({"predictions": predicted}, customers=n_rows)

    def names(rows: Sequence[tuple[float, ...]]) -> bytes:
        return msgspec.json.encode(answers.name_many(rows))

    def full(rows: Sequence[tuple[float, ...]]) -> bytes:
        return msgspec.json.encode(answers.answer_many(rows).segments)

    values = [list(example.values()) for example in answers.examples]
    examples = {
        "Vertex AI": {"instances": answers.examples, "parameters": {"mode": "name"}},
        "KServe": {"instances": values},
    }
    return Operation("Predict for Vertex AI and KServe", answer, (request,), (Predictions,), examples, SERVING_BODY)


def _request_type(answers: Answers) -> type[msgspec.Struct]:
    """Build the request: an instance is an object, or a list in the order of the model's features."""
    instance = answers.customer | answers.row
    fields: list[tuple[str, Any, Any]] = [
        ("instances", list[instance], msgspec.NODEFAULT),  # type: ignore[valid-type]
        ("parameters", Parameters | None, None),
    ]
    return msgspec.defstruct("Instances", fields)


def _diagnose(body: bytes, features: list[Feature]) -> RequestError:
    """Say what is wrong with a body that the request type refused."""
    data = read(body)
    problems = envelope_problems(data, "instances", "parameters", ("full", "name"))
    if problems:
        return RequestError(HTTPStatus.BAD_REQUEST, "The body is no request for predictions; see errors.", problems)
    instances = enumerate(data["instances"])
    problems = first_problems(_problems(one, features, f"#/instances/{number}") for number, one in instances)
    return unprocessable(problems) if problems else malformed()


def _problems(instance: Any, features: list[Feature], pointer: str) -> list[Problem]:
    if not isinstance(instance, list):
        return customer_problems(instance, features, pointer)
    if len(instance) != len(features):
        return [Problem(pointer, f"expected {len(features)} numbers, found {len(instance)}")]
    faults = [value_fault(value, feature) for value, feature in zip(instance, features, strict=True)]
    return [Problem(f"{pointer}/{number}", fault) for number, fault in enumerate(faults) if fault]
