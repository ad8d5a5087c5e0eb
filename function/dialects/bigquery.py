"""BigQuery's remote functions: a batch of argument lists in, one reply per row out, in the same order.

BigQuery repeats a batch that fails with 408, 429, 500, 503 or 504, so no fault of the data may end in one of these:
a row whose values cannot be assigned has the reply null, and an envelope that cannot be read, or a call with other
arguments than the model's features, is a 400.

References
----------
Google Cloud, *Work with remote functions*, BigQuery documentation (input and output format, error codes, quotas).
"""

import math
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any, Literal

import msgspec

from ..model.content import LARGEST
from ..operations import BATCH_BODY, PLAIN_BODY, Dialect, Headers, Operation
from ..parts import least_items, read_parts
from ..problems import Problem, RequestError
from ..repeats import repeat_problems
from ..replies import Steps, check_answer, reply_in_parts
from ..schemas import Answers, Customer, Scored
from ..validation import BYTE_ORDER_MARK, UNREADABLE, envelope_problems, kind, malformed, read, unread

_NUMBER = re.compile(r"\s*[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?\s*", re.ASCII | re.IGNORECASE)
_LONGEST_NUMBER = 400
"""Signs of a number in a text; the largest of BigQuery's BIGNUMERIC has 79."""
_ADVICE = "create the function with the option max_batching_rows = {rows}"
_Row = Customer | None
"""A row's values, or None for a row that cannot be assigned."""


class Context(msgspec.Struct):
    """The options of a remote function, set by whoever creates it in BigQuery.

    mode : the reply of a row is its segment's name, or all that is known as a JSON object
    """

    mode: Literal["name", "full"] = "name"


class _Unread(msgspec.Struct, rename="camel"):
    """What BigQuery sends, with rows that are still JSON."""

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
        accepts=(_request_type(len(answers.names)),),
        returns=(Replies,),
        examples={"BigQuery": {"calls": [*rows, [None] * len(answers.names)]}},
        max_body=BATCH_BODY,
    )
    return Dialect(keys={"calls": operation})


def _request_type(n_features: int) -> type[msgspec.Struct]:
    """Build the documented request: one argument list per row, in the order of the model's features."""
    arguments = Annotated[list[Any], msgspec.Meta(min_length=n_features, max_length=n_features)]
    fields: list[tuple[str, Any, Any]] = [
        ("calls", list[arguments], msgspec.NODEFAULT),
        ("user_defined_context", Context | None, None),
    ]
    return msgspec.defstruct("Calls", fields, rename="camel")


class _RemoteFunction:
    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._envelope = msgspec.json.Decoder(_Unread)
        # Most rows hold nothing but valid numbers: reading them as such is many times faster.
        self._valid: msgspec.json.Decoder[list[_Row]] = msgspec.json.Decoder(list[answers.row])  # type: ignore[name-defined]
        self._lowest = [feature.lowest for feature in answers.features]

    def answer(self, _headers: Headers, body: bytes) -> Steps:
        request = self._read(body.removeprefix(BYTE_ORDER_MARK))
        calls = memoryview(request.calls)
        full = request.user_defined_context == Context("full")
        check_answer(least_items(calls), self._answers.shortest(full=full), _ADVICE)
        encode = self._full if full else self._names
        return reply_in_parts("replies", read_parts(calls, self._rows), encode, _ADVICE)

    def _names(self, rows: Sequence[_Row]) -> bytes:
        return _fill(rows, self._answers.name_many([row for row in rows if row]))

    def _full(self, rows: Sequence[_Row]) -> bytes:
        return _fill(rows, self._answers.answer_many([row for row in rows if row]).segments)

    def _read(self, body: bytes) -> _Unread:
        try:
            request = self._envelope.decode(body)
        except UNREADABLE:
            return _read_leniently(body)
        if bytes(memoryview(request.calls)[:1]) != b"[":
            return _read_leniently(body)
        if problems := repeat_problems(body, {"userDefinedContext"}):
            raise _refusal(problems)
        return request

    def _rows(self, part: bytes, n_before: int) -> list[_Row] | None:
        """Return the rows of a part, None for a row that cannot be assigned; or None for what is not JSON."""
        try:
            return [row if row and self._answers.suffices(row) else None for row in self._valid.decode(part)]
        except UNREADABLE:
            pass
        try:
            calls = read(part)
        except RequestError:
            return None
        return [self._row(call, number) for number, call in enumerate(calls, n_before)]

    def _row(self, call: Any, number: int) -> _Row:
        """Return a row's values, or None where one is not a number or out of bounds, or too many are missing."""
        self._check_arguments(call, number)
        row = tuple(None if argument is None else _number(argument) for argument in call)
        bounded = all(v is None or least <= v <= LARGEST for v, least in zip(row, self._lowest, strict=True))
        return row if bounded and self._answers.suffices(row) else None

    def _check_arguments(self, call: Any, number: int) -> None:
        """Refuse a call that was declared with other arguments: null for a whole table would hide it."""
        n_features = len(self._lowest)
        if isinstance(call, list) and len(call) == n_features:
            return
        n_arguments = len(call) if isinstance(call, list) else kind(call)
        names = ", ".join(self._answers.names)
        problem = Problem(f"#/calls/{number}", f"expected {n_features} arguments ({names}), found {n_arguments}")
        detail = "A call does not have the model's arguments; declare the function in BigQuery with them."
        raise RequestError(HTTPStatus.BAD_REQUEST, detail, [problem])


def _fill(rows: Sequence[_Row], answers: Sequence[Scored | str]) -> bytes:
    """Return one reply per row: the next answer, or null for a row that has none."""
    rest = iter(answers)
    return msgspec.json.encode([next(rest) if row else None for row in rows])


def _number(argument: Any) -> float:
    """Return a number or a number in a string (BigQuery's NUMERIC and large INT64), and NaN for all else."""
    argument_type = type(argument)
    if argument_type is float or argument_type is int:
        return argument  # type: ignore[no-any-return]
    if argument_type is str and len(argument) <= _LONGEST_NUMBER and _NUMBER.fullmatch(argument):
        return float(argument)
    return math.nan


def _read_leniently(body: bytes) -> _Unread:
    """Read an envelope again that holds a word like NaN, which is not JSON; or say what is wrong with it."""
    if len(body) > PLAIN_BODY:
        raise malformed()
    data = read(body)
    problems = envelope_problems(data, "calls", "userDefinedContext", ("name", "full"))
    if problems:
        raise _refusal(problems)
    context = data.get("userDefinedContext") or {}
    return _Unread(unread(data["calls"]), Context(context.get("mode", "name")))


def _refusal(problems: list[Problem]) -> RequestError:
    return RequestError(HTTPStatus.BAD_REQUEST, "The body is not a call of a remote function; see errors.", problems)
