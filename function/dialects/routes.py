"""The one place that knows every dialect and chooses one: by the path, or at the shared paths by a key of the body.

A new dialect is a module with a function ``dialect(answers, settings)`` and an entry in `DIALECTS`.
"""

import functools
import re
from collections.abc import Mapping

import msgspec

from ..operations import Handler, Headers, Operation, Reply, Routes, check_length
from ..schemas import Answers
from . import bigquery, kserve, native, oip

DIALECTS = (native.dialect, bigquery.dialect, kserve.dialect, oip.dialect)
"""Where two want the same path, the first has it; of a body with the keys of two, the key that comes first decides."""
REMEMBERED = 6 * 1024 * 1024
"""Bytes of answers kept for customers asked about again, as sliders do; finding one is a twentieth of the work."""
OVERHEAD = 1200
"""What a kept answer takes besides its body, in bytes."""
_SHARED_PATHS = ("/segment", "/")


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
    shared = _shared(native.assign(answers), keyed)
    found: Routes = {path: {"POST": shared} for path in _SHARED_PATHS}
    for dialect in dialects:
        for path, operations in dialect.routes.items():
            found[path] = {**operations, **found.get(path, {})}
    return found


def _shared(customer: Operation, keyed: list[tuple[str, Operation]]) -> Operation:
    """Return one operation that answers what `customer` does and, by their key, the bodies of the others."""
    operations = [customer, *(operation for _, operation in keyed)]
    return Operation(
        customer.summary,
        _choose(customer, keyed),
        accepts=tuple(kind for operation in operations for kind in operation.accepts),
        returns=tuple(kind for operation in operations for kind in operation.returns),
        examples={name: body for operation in operations for name, body in operation.examples.items()},
        max_body=max(operation.max_body for operation in operations),
        description="A field of the body chooses the dialect: "
        + ", ".join(f"{key} ({operation.summary})" for key, operation in keyed)
        + "; a body with none of these fields is one customer.",
    )


def _choose(customer: Operation, keyed: list[tuple[str, Operation]]) -> Handler:
    # No feature has the name of a key (see `model.content.RESERVED`), so finding it needs no reading of the JSON.
    operations = {key.encode(): operation for key, operation in keyed}
    pattern = re.compile(b'"(%s)"\\s*:' % b"|".join(operations))

    def look(body: bytes) -> Operation | Reply:
        """Return the operation that a key chooses, or the answer for one customer."""
        key = pattern.search(body)
        if key:
            return operations[key[1]]
        check_length(len(body), customer.max_body)
        return customer.answer({}, body)

    example = msgspec.json.encode(customer.examples["customer"])
    size = len(customer.answer({}, example).body) + OVERHEAD
    remembered = functools.lru_cache(REMEMBERED // size)(look)

    def answer(headers: Headers, body: bytes) -> Reply:
        found = (remembered if len(body) < 2 * len(example) else look)(body)
        if isinstance(found, Reply):
            return found
        check_length(len(body), found.max_body)
        return found.answer(headers, body)

    return answer
