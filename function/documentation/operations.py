"""The function's documentation of itself: OpenAPI for programs, a page for people, both made when first asked for."""

import functools
from typing import Any

import msgspec

from ..operations import Headers, Operation, Routes
from ..replies import HTML, JSON, Reply, encode_headers, make_reply
from ..schemas import Answers


def add(routes: Routes, answers: Answers) -> Routes:
    """Return the operations and two more, which document them all.

    Parameters
    ----------
    routes : Routes
    answers : Answers

    Returns
    -------
    Routes
    """
    documentation = _Documentation(routes, answers)
    return documentation.routes


class _Documentation:
    def __init__(self, routes: Routes, answers: Answers) -> None:
        self._answers = answers
        page = Operation("Read about the function", self._answer_page, produces=(HTML,))
        document = Operation("Describe every operation (OpenAPI 3.1)", self._answer_document)
        self.routes: Routes = {
            **routes,
            "/": {**routes["/"], "GET": page},
            "/openapi.json": {"GET": document},
        }

    @functools.cached_property
    def _document(self) -> dict[str, Any]:
        from . import openapi  # noqa: PLC0415  no other answer needs it

        return openapi.document(self.routes, self._answers)

    @functools.cached_property
    def _page(self) -> Reply:
        from . import page  # noqa: PLC0415

        body, policy = page.render(self._document, self._answers.model())
        headers = {
            "Content-Type": HTML,
            "Cache-Control": "no-cache",
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
        }
        return make_reply(body, headers=encode_headers(headers))

    def _answer_document(self, _headers: Headers, _body: bytes) -> Reply:
        headers = encode_headers({"Content-Type": JSON, "Cache-Control": "no-cache"})
        return make_reply(msgspec.json.encode(self._document), headers=headers)

    def _answer_page(self, _headers: Headers, _body: bytes) -> Reply:
        return self._page
