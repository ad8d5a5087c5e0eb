"""BigQuery's remote functions: a batch of argument lists in, one reply a row out, in the same order.

BigQuery repeats a batch that fails with 408, 429, 500, 503 or 504, so no fault of the data may end in one of these:
a row that cannot be assigned has the reply null, and an envelope that cannot be read is a 400.

References
----------
Google Cloud, *Work with remote functions*, BigQuery documentation (input and output format, error codes, quotas).
"""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Literal

import msgspec

from ..model.content import LARGEST
from ..operations import BATCH_BODY, PLAIN_BODY, Dialect, Headers, Operation, Reply, encode_parts, json_reply
from ..problems import RequestError
from ..schemas import Answers, Scored
from ..validation import envelope_problems, malformed, read

_NUMBER = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*", re.ASCII | re.IGNORECASE)
_ROW_END = re.compile(rb"\]\s*,")
_PART_BYTES = 128 * 1024
_LONGEST_PART = 1024 * 1024
_Row = tuple[float, ...] | None
"""A row's values, or None for a row that cannot be assigned."""


class Context(msgspec.Struct):
    """The options of a remote function, set by whoever creates it in BigQuery.

    mode : the reply of a row is its segment's name, or all that is known as a JSON object
    """

    mode: Literal["name", "full"] = "name"


class Calls(msgspec.Struct, rename="camel"):
    """What BigQuery sends; one argument list a row, in the order of the model's features."""

    calls: list[Any]
    user_defined_context: Context | None = None


class _Unread(msgspec.Struct, rename="camel"):
    """`Calls` whose rows are still JSON."""

    calls: msgspec.Raw
    user_defined_context: Context | None = None


class Replies(msgspec.Struct):
    """What BigQuery expects."""

    replies: list[Scored | str | None]


def dialect(answers: Answers, _settings: Mapping[str, str]) -> Dialect:
    """Return the remote function: it has the field calls and no path of its own."""
    rows = [list(example.values()) for example in answers.examples]
    operation = Operation(
        "Answer BigQuery's remote function",
        _RemoteFunction(answers).answer,
        accepts=(Calls,),
        returns=(Replies,),
        examples={"BigQuery": {"calls": [*rows, [None] * len(answers.names)]}},
        max_body=BATCH_BODY,
    )
    return Dialect(keys={"calls": operation})


class _RemoteFunction:
    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._envelope = msgspec.json.Decoder(_Unread)
        # Most rows hold nothing but valid numbers: reading them as such is many times faster.
        self._valid: msgspec.json.Decoder[list[_Row]] = msgspec.json.Decoder(list[answers.row])  # type: ignore[name-defined]
        # The smallest number above 0 stands for "above 0".
        self._lowest = [math.ulp(0.0) if feature.log else -LARGEST for feature in answers.features]

    def answer(self, _headers: Headers, body: bytes) -> Reply:
        request = self._read(body)
        encode = self._full if request.user_defined_context == Context("full") else self._names
        advice = "create the function with the option max_batching_rows = {rows}"
        replies, n_rows = encode_parts(self._parts(memoryview(request.calls)), encode, advice)
        return json_reply({"replies": replies}, customers=n_rows)

    def _names(self, rows: Sequence[_Row]) -> bytes:
        return _fill(rows, self._answers.name_many([row for row in rows if row]))

    def _full(self, rows: Sequence[_Row]) -> bytes:
        return _fill(rows, self._answers.answer_many([row for row in rows if row]).segments)

    def _read(self, body: bytes) -> _Unread:
        try:
            request = self._envelope.decode(body)
        except (msgspec.DecodeError, RecursionError):
            return _read_leniently(body)
        return request if bytes(memoryview(request.calls)[:1]) == b"[" else _read_leniently(body)

    def _parts(self, calls: memoryview) -> Iterator[list[_Row]]:
        """Read the rows part by part: all at once take thirty times the memory of their JSON.

        A part ends after any closing bracket before a comma. Where that is no row's end, what stands before is no
        complete JSON, and the part is read anew with more; so parts that can be read are the whole that was sent.
        """
        start, last = 1, len(calls) - 1
        reach = _PART_BYTES
        while start < last:
            bracket = _ROW_END.search(calls, start + reach, last)
            end = bracket.start() + 1 if bracket else last
            rows = self._rows(b"[" + calls[start:end] + b"]")
            if rows is not None:
                yield rows
                start, reach = bracket.end() if bracket else last, _PART_BYTES
            elif bracket and reach < _LONGEST_PART:
                reach *= 2
            else:
                raise malformed()

    def _rows(self, part: bytes) -> list[_Row] | None:
        """Return the rows of a part, None for a row that cannot be assigned; or None for what is no JSON."""
        try:
            return self._valid.decode(part)
        except (msgspec.DecodeError, RecursionError):
            pass
        try:
            return [self._row(call) for call in read(part)]
        except RequestError:
            return None

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


def _read_leniently(body: bytes) -> _Unread:
    """Read an envelope again that holds a word like NaN, which is no JSON; or say what is wrong with it."""
    if len(body) > PLAIN_BODY:
        raise malformed()
    data = read(body)
    problems = envelope_problems(data, "calls", "userDefinedContext", ("name", "full"))
    if problems:
        raise RequestError(HTTPStatus.BAD_REQUEST, "The body is no call of a remote function; see errors.", problems)
    context = data.get("userDefinedContext") or {}
    return _Unread(msgspec.Raw(json.dumps(data["calls"])), Context(context.get("mode", "name")))
