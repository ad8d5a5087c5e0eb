"""Inference of the Open Inference Protocol v2: tensors of customers in, tensors of segments out.

References
----------
Open Inference Protocol, version 2 (REST): inference; binary tensor data extension.
"""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import msgspec

from ..model.assignment import Scores
from ..model.content import LARGEST, Feature, most_gaps
from ..operations import MODEL_NAME, SERVING_BODY, Headers, Operation
from ..repeats import repeat_problems
from ..replies import (
    BYTES,
    JSON,
    PLATFORM_ANSWER,
    Reply,
    Steps,
    begin_log,
    check_answer,
    encode_headers,
    json_reply,
    make_reply,
    too_large,
)
from ..schemas import Answers
from ..validation import BYTE_ORDER_MARK, malformed
from . import oip_tensors
from .oip_tensors import Input, Scalar, Tensor, refusal

OUTPUTS = {
    "segment_id": "INT64",
    "segment_name": "BYTES",
    "confidence": "FP64",
    "probability": "FP64",
    "incomplete": "BOOL",
}
"""Names and datatypes of the outputs; the names are fields of `schemas.Scored`."""

_EACH_ONCE = [
    {"contains": {"properties": {"name": {"const": name}}, "required": ["name"]}, "minContains": 0, "maxContains": 1}
    for name in OUTPUTS
]
_JSON_LENGTH = "Inference-Header-Content-Length"
_ADVICE = "send at most {rows} customers a request"
_LENGTH = re.compile(rb"[0-9]{1,9}")
_SHAPES = (
    "The input is one tensor of any name: for c customers it has the shape [c, {n}] and c x {n} values, row by row, in "
    "the order of the model's features. Or it is one tensor per feature, with the feature's name and the shape [c]. "
    "Values may follow the JSON as bytes (binary tensor data extension). A customer may lack up to {gaps} of the "
    "values: they are null, or NaN among bytes."
)


class OutputParameters(msgspec.Struct):
    """What else is said of an output; parameters of other names are passed over."""

    binary_data: Annotated[Scalar, msgspec.Meta(description="whether its values follow as bytes")] = None


class RequestedOutput(msgspec.Struct):
    """An output that the client wants."""

    name: Annotated[str, msgspec.Meta(extra_json_schema={"enum": list(OUTPUTS)})]
    parameters: OutputParameters | None = None


class RequestParameters(msgspec.Struct):
    """What else is said of a request; parameters of other names are passed over."""

    binary_data_output: Annotated[Scalar, msgspec.Meta(description="whether all values follow as bytes")] = None


class InferOptions(msgspec.Struct, kw_only=True):
    """What a request may say besides its inputs."""

    outputs: Annotated[list[RequestedOutput], msgspec.Meta(extra_json_schema={"allOf": _EACH_ONCE})] = []
    id: str | None = None
    parameters: RequestParameters | None = None


class InferRequest(InferOptions, kw_only=True):
    """One tensor of the shape [customers, features], or one tensor per feature."""

    inputs: list[Input]


class InferResponse(msgspec.Struct, omit_defaults=True):
    """The outputs, each of the shape [customers]."""

    model_name: str
    model_version: str
    outputs: list[Tensor]
    id: str | None = None


def operation(answers: Answers) -> Operation:
    """Return what answers an inference request."""
    decoder = msgspec.json.Decoder(InferRequest)

    def answer(headers: Headers, body: bytes) -> Steps:
        length = _json_length(headers, body)
        head = body[:length].removeprefix(BYTE_ORDER_MARK)
        asked = _decode(decoder, head)
        wanted = _wanted(asked)
        held = oip_tensors.columns(asked.inputs, answers.features)
        if problems := repeat_problems(head, {"inputs", "outputs", "parameters"}):
            raise refusal(problems[0].pointer, problems[0].detail)
        check_answer(asked.inputs[0].shape[0], _shortest(answers, list(wanted)), _ADVICE)
        return _answer(answers, asked, wanted, held, body[length:])

    values = list(answers.examples[0].values())
    customer = {"name": "customers", "shape": [1, len(values)], "datatype": "FP64", "data": values}
    return Operation(
        "Infer (Open Inference Protocol)",
        answer,
        accepts=(_documented(answers.features),),
        returns=(InferResponse,),
        examples={"one customer": {"inputs": [customer]}},
        max_body=SERVING_BODY,
        media=frozenset({JSON, BYTES, ""}),  # some clients name none
        produces=(JSON, BYTES),
        description=_SHAPES.format(n=len(values), gaps=answers.most_gaps),
    )


def _documented(features: list[Feature]) -> type[msgspec.Struct]:
    """Return `InferRequest` with a JSON Schema of one customer: that n rows need n times the values it cannot say."""
    floats = _tensor_schema(features, oip_tensors.FLOATS, "number")
    integers = _tensor_schema(features, oip_tensors.INTEGERS, "integer")
    single = msgspec.Meta(extra_json_schema={"minItems": 1, "maxItems": 1, "items": {"anyOf": [floats, integers]}})
    return msgspec.defstruct(
        "InferRequest", [("inputs", Annotated[list[Any], single])], bases=(InferOptions,), kw_only=True
    )


def _tensor_schema(features: list[Feature], datatypes: Mapping[str, str], kind: str) -> dict[str, Any]:
    limits = [{"exclusiveMinimum": 0} if f.offset == 0 else {"minimum": f.lowest} for f in features]
    values = [{"type": [kind, "null"], "maximum": LARGEST, **limit} for limit in limits]
    data = {
        "type": "array",
        "prefixItems": values,
        "minItems": len(values),
        "maxItems": len(values),
        "contains": {"type": "number"},
        "minContains": len(values) - most_gaps(len(values)),
    }
    properties = {
        "name": {"type": "string"},
        "shape": {"const": [1, len(values)]},
        "datatype": {"enum": list(datatypes)},
        "data": data,
    }
    return {"type": "object", "required": list(properties), "properties": properties}


def _json_length(headers: Headers, body: bytes) -> int:
    text = headers.get(_JSON_LENGTH.lower().encode(), b"%d" % len(body))
    if not (_LENGTH.fullmatch(text) and int(text) <= len(body)):
        raise refusal("#", f"expected the header {_JSON_LENGTH} to be a number of bytes within the body")
    return int(text)


def _wanted(asked: InferRequest) -> dict[str, bool]:
    """Return the names of the outputs to send, and whether to send their values as bytes."""
    as_bytes = asked.parameters is not None and asked.parameters.binary_data_output is True
    wanted: dict[str, bool] = {}
    for number, output in enumerate(asked.outputs):
        if output.name not in OUTPUTS:
            raise refusal(f"#/outputs/{number}/name", f"expected one of {', '.join(OUTPUTS)}")
        if output.name in wanted:
            raise refusal(f"#/outputs/{number}/name", "expected each output once")
        said = output.parameters.binary_data if output.parameters else None
        wanted[output.name] = as_bytes if said is None else said is True
    return wanted or dict.fromkeys(OUTPUTS, as_bytes)


def _decode(decoder: msgspec.json.Decoder[InferRequest], head: bytes) -> InferRequest:
    try:
        return decoder.decode(head)
    except msgspec.DecodeError as error:  # msgspec's words quote no value of these types
        raise refusal("#", str(error)) from error
    except UnicodeDecodeError as error:  # it counts bytes from where the text begins
        raise malformed() from error
    except RecursionError as error:
        raise malformed(error) from error


def _shortest(answers: Answers, names: list[str]) -> int:
    """Return the length in bytes of the shortest answer to a customer, in JSON or as bytes."""
    lengths = {
        "segment_id": 2,
        "segment_name": answers.shortest(full=False),
        "confidence": 4,
        "probability": 4,
        "incomplete": 1,
    }
    return sum(lengths[name] for name in names)


def _answer(
    answers: Answers, asked: InferRequest, wanted: dict[str, bool], held: list[list[Feature]], extra: bytes
) -> Steps:
    tensors = []
    for number, values in enumerate(oip_tensors.read(asked.inputs, extra)):
        yield
        yield from oip_tensors.check(values, held[number], f"#/inputs/{number}/data")
        tensors.append(values)
        yield
    scores: list[Scores] = []
    incomplete: list[bool] = []
    for part in oip_tensors.rows(tensors, held, answers.features):
        scores.append(answers.score_many(part))
        incomplete += [None in customer for customer in part]
        yield
    del tensors, values
    outputs = _outputs(list(wanted), scores, incomplete)
    yield
    reply = _reply(InferResponse(MODEL_NAME, answers.hash, outputs, asked.id), list(wanted.values()))
    if len(reply.body) > PLATFORM_ANSWER:
        raise too_large(len(incomplete) * PLATFORM_ANSWER // len(reply.body) // 2, _ADVICE)  # half, because rows differ
    return reply


def _outputs(names: list[str], scores: list[Scores], incomplete: list[bool]) -> list[Tensor]:
    values: dict[str, Callable[[], list[Any]]] = {
        "segment_id": lambda: [segment.id for part in scores for segment in part.segments],
        "segment_name": lambda: [segment.name for part in scores for segment in part.segments],
        "confidence": lambda: [confidence for part in scores for confidence in part.confidences],
        "probability": lambda: [probability for part in scores for probability in part.probabilities],
        "incomplete": lambda: incomplete,
    }
    return [Tensor(name, [len(incomplete)], OUTPUTS[name], values[name]()) for name in names]


def _reply(response: InferResponse, as_bytes: list[bool]) -> Reply:
    log = begin_log(customers=response.outputs[0].shape[0])
    if not any(as_bytes):
        return json_reply(response, log)
    outputs = zip(response.outputs, as_bytes, strict=True)
    pairs = [oip_tensors.write(tensor) if raw else (tensor, b"") for tensor, raw in outputs]
    head = msgspec.json.encode(msgspec.structs.replace(response, outputs=[tensor for tensor, _ in pairs]))
    headers = encode_headers(
        {"Content-Type": BYTES, _JSON_LENGTH: str(len(head)), "Access-Control-Expose-Headers": _JSON_LENGTH}
    )
    return make_reply(head + b"".join(data for _, data in pairs), headers=headers, log=log)
