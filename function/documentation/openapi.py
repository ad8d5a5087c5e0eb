"""The OpenAPI document: every operation, its types as JSON Schema, its examples with the answers they get.

References
----------
OpenAPI Initiative, *OpenAPI Specification* 3.1.1. https://spec.openapis.org/oas/v3.1.1
"""

import itertools
import re
from typing import Any

import msgspec

from ..model import VERSION
from ..operations import Operation, Routes
from ..problems import ProblemDetails
from ..replies import JSON, finish
from ..schemas import Answers

_REFUSALS = {
    400: "The body is not JSON, or not in the form of its dialect.",
    413: "The body is too large.",
    415: "The body is of another content type.",
    422: "A customer's value is not a number or is out of bounds, or more than half of them are missing.",
}
_COMBINED = 6
"""Features up to which the schema lists which of them suffice: of more there would be too many combinations."""
_EXPLAIN = {
    "name": "explain",
    "in": "query",
    "schema": {"enum": ["none"]},
    "description": "none leaves out what would change a customer's segment, which takes longest to find.",
}
_REFERENCE = "#/components/schemas/{name}"
_PROBLEM = {"application/problem+json": {"schema": {"$ref": _REFERENCE.format(name=ProblemDetails.__name__)}}}


def document(routes: Routes, answers: Answers) -> dict[str, Any]:
    """Return the document of some operations.

    Parameters
    ----------
    routes : Routes
    answers : Answers

    Returns
    -------
    dict : plain data
    """
    operations = [operation for methods in routes.values() for operation in methods.values()]
    types = {kind for operation in operations for kind in (*operation.accepts, *operation.returns)}
    _, components = msgspec.json.schema_components([*types, ProblemDetails], ref_template=_REFERENCE)
    components[answers.customer.__name__] |= _gaps(answers)
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Customer segments",
            "version": VERSION,
            "x-model": answers.hash,
            "description": "Says which segment a customer belongs to, how sure that is, and what to do.",
        },
        "paths": {
            path: {method.lower(): _operation(path, method, methods[method]) for method in sorted(methods)}
            for path, methods in routes.items()
        },
        "components": {"schemas": {name: _schema(schema) for name, schema in sorted(components.items())}},
    }


def _gaps(answers: Answers) -> dict[str, Any]:
    """Return what a customer's schema says of gaps; which values may be missing together only of few features."""
    enough = len(answers.names) - answers.most_gaps
    gaps: dict[str, Any] = {
        "description": f"One number per feature; up to {answers.most_gaps} of them may be null or left out, and the "
        "answer, flagged incomplete, then goes by the others.",
        "minProperties": enough,
    }
    if len(answers.names) > _COMBINED:
        return gaps
    known = itertools.combinations(answers.names, enough)
    number = {"type": "number"}
    return {
        **gaps,
        "anyOf": [{"required": list(names), "properties": dict.fromkeys(names, number)} for names in known],
    }


def _operation(path: str, method: str, operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": "_".join([method.lower(), *re.findall(r"\w+", path)]),
        "summary": operation.summary,
        "description": operation.description,
        "responses": {"200": {"description": "The answer.", "content": _answers(operation)}},
    }
    if operation.etag:
        described["parameters"] = [{"name": "If-None-Match", "in": "header", "schema": {"type": "string"}}]
        described["responses"]["200"]["headers"] = {"ETag": {"required": True, "schema": {"type": "string"}}}
        described["responses"]["304"] = {"description": "The client has this version already."}
    if operation.brief:
        described["parameters"] = [_EXPLAIN]
    if operation.accepts:
        examples = {name: {"value": body} for name, body in operation.examples.items()}
        content = {JSON: {"schema": _any_of(operation.accepts), "examples": examples}}
        described["requestBody"] = {"required": True, "content": content}
        described["responses"] |= {
            str(status): {"description": why, "content": _PROBLEM} for status, why in _REFUSALS.items()
        }
    return described


def _answers(operation: Operation) -> dict[str, Any]:
    """Return the content of the answers; the examples are what the operation answers to those of the request."""
    asked = operation.examples if operation.accepts else {"answer": None}
    content: dict[str, Any] = {kind.partition(";")[0]: {} for kind in operation.produces}
    if operation.returns:
        replies = {name: finish(operation.answer({}, msgspec.json.encode(body))) for name, body in asked.items()}
        examples = {name: {"value": msgspec.json.decode(reply.body)} for name, reply in replies.items()}
        content[JSON] = {"schema": _any_of(operation.returns), "examples": examples}
    return content


def _any_of(types: tuple[Any, ...]) -> dict[str, Any]:
    schemas, _ = msgspec.json.schema_components(types, ref_template=_REFERENCE)
    return schemas[0] if len(schemas) == 1 else {"anyOf": list(schemas)}


def _schema(schema: dict[str, Any]) -> dict[str, Any]:
    """Keep a docstring's first paragraph: what follows explains fields to programmers of the function."""
    if "description" not in schema:
        return schema
    return {**schema, "description": schema["description"].partition("\n\n")[0]}
