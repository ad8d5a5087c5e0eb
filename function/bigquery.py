"""BigQuery's remote functions: a batch of argument lists in, one reply a row out, in the same order.

BigQuery repeats a batch that fails with 408, 429, 500, 503 or 504, so no fault of the data may end in one of these:
a row that cannot be assigned has the reply null, and an envelope that cannot be read is a 400.

References
----------
Google Cloud, *Work with remote functions*, BigQuery documentation (input and output format, error codes, quotas).
"""

import math
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Literal

import msgspec

from .format import LARGEST
from .operations import PLATFORM_BODY, Dialect, Operation, Reply, encode_parts, json_reply
from .problems import RequestError, envelope_problems, read
from .schemas import Schemas, Scored

_NUMBER = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*", re.ASCII | re.IGNORECASE)
_Row = tuple[float, ...] | None
"""A row's values, or None for a row that cannot be assigned."""


class Context(msgspec.Struct):
    """The options of a remote function, set by whoever creates it in BigQuery.

    mode : the reply of a row is its segment's name, or all that is known as a JSON object
    """

    mode: Literal["name", "full"] = "name"


class Options(msgspec.Struct, rename="camel", kw_only=True):
    """What BigQuery sends besides the rows, as far as it matters here."""

    user_defined_context: Context | None = None


class Calls(Options, kw_only=True):
    """What BigQuery sends; one argument list a row, in the order of the model's features."""

    calls: list[Any]


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
        # Most batches hold nothing but valid numbers: reading them as such is many times faster.
        valid = msgspec.defstruct("ValidCalls", [("calls", list[schemas.row])], bases=(Options,), rename="camel")  # type: ignore[name-defined]
        self._valid: msgspec.json.Decoder[Any] = msgspec.json.Decoder(valid)
        self._any = msgspec.json.Decoder(Calls)
        # The smallest number above 0 stands for "above 0".
        self._lowest = [math.ulp(0.0) if feature.log else -LARGEST for feature in schemas.features]

    def answer(self, _headers: Mapping[str, str], body: bytes) -> Reply:
        rows, context = self._read(body)
        replies = self._full if context and context.mode == "full" else self._names
        advice = "create the function with the option max_batching_rows = {rows}"
        return json_reply({"replies": encode_parts(rows, replies, advice)}, customers=len(rows))

    def _names(self, rows: Sequence[_Row]) -> bytes:
        return _fill(rows, self._schemas.name_many([row for row in rows if row]))

    def _full(self, rows: Sequence[_Row]) -> bytes:
        return _fill(rows, self._schemas.answer_many([row for row in rows if row]).segments)

    def _read(self, body: bytes) -> tuple[list[_Row], Context | None]:
        """Return the rows, None for one that cannot be assigned, and the options."""
        try:
            request = self._valid.decode(body)
        except (msgspec.DecodeError, RecursionError):
            request = self._read_any(body)
            return [self._row(call) for call in request.calls], request.user_defined_context
        return request.calls, request.user_defined_context

    def _read_any(self, body: bytes) -> Calls:
        try:
            return self._any.decode(body)
        except (msgspec.DecodeError, RecursionError):
            return _read_leniently(body)

    def _row(self, call: Any) -> _Row:
        """Return a row's values, or None where one is missing, no number or out of bounds."""
        if not isinstance(call, list) or len(call) != len(self._lowest):
            return None
        row = []
        for argument, lowest in zip(call, self._lowest, strict=True):
            value = _number(argument)
            if not lowest <= value <= LARGEST:
                return None
            row.append(value)
        return tuple(row)


def _fill(rows: Sequence[_Row], answers: Sequence[Scored | str]) -> bytes:
    """Return one reply a row: the next answer, or null for a row that has none."""
    rest = iter(answers)
    return msgspec.json.encode([next(rest) if row else None for row in rows])


def _number(argument: Any) -> float:
    """Return a number or a number in a string (BigQuery's NUMERIC and large INT64), and NaN for all else."""
    kind = type(argument)
    if kind is float or kind is int:
        return argument  # type: ignore[no-any-return]
    return float(argument) if kind is str and _NUMBER.fullmatch(argument) else math.nan


def _read_leniently(body: bytes) -> Calls:
    """Read a batch again that has a number like 1e999 or NaN: that row is null; or say what is wrong."""
    data = read(body)
    problems = envelope_problems(data, "calls", "userDefinedContext", ("name", "full"))
    if problems:
        raise RequestError(HTTPStatus.BAD_REQUEST, "The body is no call of a remote function; see errors.", problems)
    context = data.get("userDefinedContext") or {}
    return Calls(
        calls=data["calls"],
        user_defined_context=Context(**{name: context[name] for name in ("mode",) if name in context}),
    )
