"""The one place that knows every dialect and chooses one: by the path or, at the shared paths, by a field of the body.

A new dialect is a module with a function ``dialect(answers, settings)`` and an entry in `DIALECTS`.
"""

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec

from ..operations import PLAIN_BODY, Handler, Headers, Operation, Routes, check_length
from ..problems import RequestError
from ..replies import Reply, Steps, finish
from ..schemas import Answers
from ..validation import BYTE_ORDER_MARK, UNREADABLE, malformed, read
from . import bigquery, kserve, native, oip

DIALECTS = (native.dialect, bigquery.dialect, kserve.dialect, oip.dialect)
"""Where two want the same path, the first has it; a body with the keys of two is refused."""
REMEMBERED = 6 * 1024 * 1024
"""Bytes of answers kept for customers asked about again, as sliders do; finding one is a twentieth of the work."""
NOTED = 10_000
"""Bodies noted as asked once; only what is asked a second time is kept, as programs ask about each customer once."""
OVERHEAD = 1200
"""What a kept answer takes besides its body, in bytes."""
_SHARED_PATHS = ("/segment", "/")
Chosen = Operation | Reply | Steps
"""The operation that a body's key chooses, or the answer for one customer."""
Result = TypeVar("Result")


def routes(answers: Answers, settings: Mapping[str, str]) -> Routes:
    """Return all operations of the function.

    Parameters
    ----------
    answers : Answers
    settings : mapping of str, the environment, where platforms name the paths that they will call

    Returns
    -------
    Routes
    """
    dialects = [dialect(answers, settings) for dialect in DIALECTS]
    keyed = [pair for dialect in dialects for pair in dialect.keys.items()]
    customer = native.assign(answers)
    brief = customer.brief and _shared(customer.brief, keyed, 0)  # asked by programs, each time a new customer
    bytes_kept = REMEMBERED if answers.quick else 0  # of many features no values come again
    shared = msgspec.structs.replace(_shared(customer, keyed, bytes_kept), brief=brief)
    by_path: Routes = {path: {"POST": shared} for path in _SHARED_PATHS}
    for dialect in dialects:
        for path, operations in dialect.routes.items():
            by_path[path] = {**operations, **by_path.get(path, {})}
    return by_path


def _shared(customer: Operation, keyed: list[tuple[str, Operation]], bytes_kept: int) -> Operation:
    """Return one operation that answers what `customer` does and, by their key, the bodies of the others."""
    operations = [customer, *(operation for _, operation in keyed)]
    return Operation(
        customer.summary,
        _choose(customer, keyed, bytes_kept),
        accepts=tuple(kind for operation in operations for kind in operation.accepts),
        returns=tuple(kind for operation in operations for kind in operation.returns),
        examples={name: body for operation in operations for name, body in operation.examples.items()},
        max_body=max(operation.max_body for operation in operations),
        description="A field of the body chooses the dialect: "
        + ", ".join(f"{key} ({operation.summary})" for key, operation in keyed)
        + "; a body with none of these fields is one customer, and one with two of them is refused.",
    )


def _choose(customer: Operation, keyed: list[tuple[str, Operation]], bytes_kept: int) -> Handler:
    operations = dict(keyed)
    pattern = key_pattern(operations)
    fields = [(key, msgspec.Raw | msgspec.UnsetType, msgspec.UNSET) for key in operations]
    top_level: msgspec.json.Decoder[Any] = msgspec.json.Decoder(msgspec.defstruct("TopLevel", fields))

    def look(body: bytes) -> Chosen:
        if pattern.search(body):
            keys = _keys(body, operations, top_level)
            if len(keys) > 1:
                raise RequestError(HTTPStatus.BAD_REQUEST, f"Expected only one of the fields {' and '.join(keys)}.")
            if keys:
                return operations[keys[0]]
        check_length(len(body), customer.max_body)
        return customer.answer({}, body)

    example = msgspec.json.encode(customer.examples["customer"])
    size = len(finish(customer.answer({}, example)).body) + OVERHEAD
    ask = remembering(look, bytes_kept // size, 2 * len(example)) if bytes_kept else look

    def answer(headers: Headers, body: bytes) -> Reply | Steps:
        body = body.removeprefix(BYTE_ORDER_MARK)
        chosen = ask(body)
        if not isinstance(chosen, Operation):
            return chosen
        check_length(len(body), chosen.max_body)
        return chosen.answer(headers, body)

    return answer


def remembering(look: Callable[[bytes], Result], most: int, longest: int) -> Callable[[bytes], Result]:
    """Return what looks at a body, and keeps the latest results for bodies asked more than once.

    Parameters
    ----------
    look : callable
    most : int, results kept
    longest : int, bytes of a body whose result may be kept
    """
    kept = functools.lru_cache(most)(look)
    noted: set[int] = set()

    def ask(body: bytes) -> Result:
        if len(body) > longest:
            return look(body)
        mark = hash(body)
        if mark in noted:
            return kept(body)
        if len(noted) == NOTED:
            noted.clear()
        noted.add(mark)
        return look(body)

    return ask


def key_pattern(keys: Iterable[str]) -> re.Pattern[bytes]:
    """Return what finds one of the keys anywhere in a body.

    No feature has the name of a key (see `model.content.RESERVED`), so a body without one is a customer.
    """
    return re.compile(rb'"(%b)"\s*:' % "|".join(keys).encode())


def _keys(body: bytes, operations: Mapping[str, Operation], top_level: msgspec.json.Decoder[Any]) -> list[str]:
    """Return the keys at the top level of a body: what a context or a text within it says chooses nothing."""
    try:
        present: Any = msgspec.structs.asdict(top_level.decode(body))
    except UNREADABLE:  # it may still hold a word like NaN, of which the dialect says where it stands
        if len(body) > PLAIN_BODY:
            raise malformed() from None
        present = read(body)
    if not isinstance(present, dict):
        return []
    return [key for key in operations if present.get(key, msgspec.UNSET) is not msgspec.UNSET]
