"""BigQuery's remote functions: a batch of argument lists in, one reply a row out, in the same order.

BigQuery repeats a batch that fails with 408, 429, 500, 503 or 504, so no fault of the data may end in one of these:
a row that cannot be assigned has the reply null, and an envelope that cannot be read is a 400.

References
----------
Google Cloud, *Work with remote functions*, BigQuery documentation (input and output format, error codes, quotas).
"""

import math
import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, Literal

import msgspec

from .format import LARGEST
from .operations import PLATFORM_BODY, Dialect, Operation, Reply, json_reply
from .problems import RequestError, envelope_problems, read
from .schemas import Schemas, Scored

MAX_ANSWER = 10_000_000
"""Largest answer that BigQuery takes, in bytes."""

_NUMBER = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*", re.ASCII | re.IGNORECASE)


class Context(msgspec.Struct):
    """The options of a remote function, set by whoever creates it in BigQuery.

    mode : the reply of a row is its segment's name, or all that is known as a JSON object
    """

    mode: Literal["name", "full"] = "name"


class Calls(msgspec.Struct, rename="camel"):
    """What BigQuery sends; one argument list a row, in the order of the model's features."""

    calls: list[Any]
    user_defined_context: Context | None = None


class Replies(msgspec.Struct):
    """What BigQuery expects."""

    replies: list[Scored | str | None]


def dialect(schemas: Schemas, _settings: Mapping[str, str]) -> Dialect:
    """Return the remote function: it has the field calls and no path of its own."""
    rows = [list(example.values()) for example in schemas.examples]
    operation = Operation(
        "Answer BigQuery's remote function",
        _RemoteFunction(schemas).answer,
        accepts=(Calls,),
        returns=(Replies,),
        examples={"BigQuery": {"calls": [*rows, [None] * len(schemas.names)]}},
        max_body=PLATFORM_BODY,
    )
    return Dialect(keys={"calls": operation})


class _RemoteFunction:
    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._decoder = msgspec.json.Decoder(Calls)
        # The smallest number above 0 stands for "above 0".
        self._lowest = [math.ulp(0.0) if feature.log else -LARGEST for feature in schemas.features]

    def answer(self, _headers: Mapping[str, str], body: bytes) -> Reply:
        request = self._read(body)
        rows = [self._row(call) for call in request.calls]
        good = [row for row in rows if row]
        context = request.user_defined_context or Context()
        named = context.mode == "name"
        found: Iterator[Scored | str] = iter(
            self._schemas.name_many(good) if named else self._schemas.answer_many(good).segments
        )
        reply = json_reply(Replies([next(found) if row else None for row in rows]), customers=len(rows))
        if len(reply.body) > MAX_ANSWER:
            raise _too_large(len(rows), len(reply.body))
        return reply

    def _read(self, body: bytes) -> Calls:
        try:
            return self._decoder.decode(body)
        except (msgspec.DecodeError, RecursionError):
            return _read_leniently(body)

    def _row(self, call: Any) -> tuple[float, ...] | None:
        """Return a row's values, or None where one is missing, no number or out of bounds."""
        if not isinstance(call, list) or len(call) != len(self._lowest):
            return None
        row = tuple(_number(argument) for argument in call)
        return row if all(low <= value <= LARGEST for low, value in zip(self._lowest, row, strict=True)) else None


def _number(argument: Any) -> float:
    """Return a number or a number in a string (BigQuery's NUMERIC and large INT64), and NaN for all else."""
    if isinstance(argument, str) and _NUMBER.fullmatch(argument):
        return float(argument)
    return argument if type(argument) in (int, float) else math.nan


def _read_leniently(body: bytes) -> Calls:
    """Read a batch again that has a number like 1e999 or NaN: that row is null; or say what is wrong."""
    data = read(body)
    problems = envelope_problems(data, "calls", "userDefinedContext", ("name", "full"))
    if problems:
        raise RequestError(HTTPStatus.BAD_REQUEST, "The body is no call of a remote function; see errors.", problems)
    context = data.get("userDefinedContext") or {}
    return Calls(data["calls"], Context(**{name: context[name] for name in ("mode",) if name in context}))


def _too_large(n_rows: int, n_bytes: int) -> RequestError:
    rows = n_rows * MAX_ANSWER // n_bytes // 2  # half, because rows differ
    advice = f"create the function with the option max_batching_rows = {rows}"
    return RequestError(HTTPStatus.BAD_REQUEST, f"The answer to {n_rows} rows is larger than BigQuery takes; {advice}.")
