"""What is answered where a job cannot be done: problem details (RFC 9457), never with a value of the table."""

import sys
import traceback
from http import HTTPStatus
from pathlib import Path
from typing import Literal

Kind = Literal["request", "data", "memory", "time", "busy", "key", "ended"]
"""Why: the request, the table, too much memory, too long, too many jobs, no key, or a job that ended by itself."""


class JobError(Exception):
    """A job that is refused or has failed.

    Parameters
    ----------
    kind : Kind
    status : HTTPStatus
    detail : str, what was expected and found, and what to do
    headers : dict of str, sent with a refusal
    """

    def __init__(self, kind: Kind, status: HTTPStatus, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.kind = kind
        self.status = status
        self.detail = detail
        self.headers = headers or {}
        self.place = ""
        """Where a fault of our own is, for the log."""

    def details(self) -> dict[str, str | int]:
        """Return the problem details."""
        return {
            "type": "about:blank",
            "title": self.status.phrase,
            "status": self.status.value,
            "detail": self.detail,
            "kind": self.kind,
        }


def unexpected() -> JobError:
    """Return what is answered to a fault of our own; where it happened stands in the log, without what was said."""
    kind, _, trace = sys.exc_info()
    frames = " < ".join(f"{Path(part.filename).name}:{part.lineno}" for part in reversed(traceback.extract_tb(trace)))
    error = JobError("ended", HTTPStatus.INTERNAL_SERVER_ERROR, "The job ended by a fault of the service.")
    error.place = f"{kind.__name__ if kind else ''} at {frames}"
    return error
