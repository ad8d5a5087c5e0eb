"""The one place that knows every dialect and chooses one: by the path, or at the shared paths by a key of the body.

A new dialect is a module with a function ``dialect(schemas, settings)`` and an entry in `DIALECTS`.
"""

import re
from collections.abc import Mapping

from . import bigquery, documentation, kserve, oip, plain
from .operations import Handler, Headers, Operation, Reply, Routes, check_length
from .schemas import Schemas

DIALECTS = (plain.dialect, bigquery.dialect, kserve.dialect, oip.dialect)
"""Where two want the same path, the first has it; of a body with the keys of two, the key that comes first decides."""
_SHARED_PATHS = ("/segment", "/")


def routes(schemas: Schemas, settings: Mapping[str, str]) -> Routes:
    """Return all operations of the function.

    Parameters
    ----------
    schemas : Schemas
    settings : mapping of str, the environment, where platforms name the paths that they will call

    Returns
    -------
    Routes
    """
    dialects = [dialect(schemas, settings) for dialect in DIALECTS]
    keyed = [pair for dialect in dialects for pair in dialect.keys.items()]
    shared = _shared(plain.assign(schemas), keyed)
    found: Routes = {path: {"POST": shared} for path in _SHARED_PATHS}
    for dialect in dialects:
        for path, operations in dialect.routes.items():
            found[path] = {**operations, **found.get(path, {})}
    return documentation.add(found, schemas)


def _shared(customers: Operation, keyed: list[tuple[str, Operation]]) -> Operation:
    """Return one operation that answers what `customers` does and, by their key, the bodies of the others."""
    operations = [customers, *(operation for _, operation in keyed)]
    return Operation(
        customers.summary,
        _choose(customers, keyed),
        accepts=tuple(kind for operation in operations for kind in operation.accepts),
        returns=tuple(kind for operation in operations for kind in operation.returns),
        examples={name: body for operation in operations for name, body in operation.examples.items()},
        max_body=max(operation.max_body for operation in operations),
        description="A field of the body chooses the dialect: "
        + ", ".join(f"{key} ({operation.summary})" for key, operation in [("customers", customers), *keyed])
        + "; a body with none of these fields is one customer.",
    )


def _choose(customers: Operation, keyed: list[tuple[str, Operation]]) -> Handler:
    # No feature has the name of a key (see `format.RESERVED`), so finding it needs no reading of the JSON.
    operations = {key.encode(): operation for key, operation in keyed}
    pattern = re.compile(b'"(%s)"\\s*:' % b"|".join(operations))

    def answer(headers: Headers, body: bytes) -> Reply:
        key = pattern.search(body)
        operation = operations[key[1]] if key else customers
        check_length(len(body), operation.max_body)
        return operation.answer(headers, body)

    return answer
