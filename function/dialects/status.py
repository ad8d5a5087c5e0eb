"""What several dialects say about the function: that it is up, that its model is ready."""

import msgspec

from ..operations import Operation, constant
from ..schemas import Answers


class Health(msgspec.Struct, frozen=True):
    """The answer of ``GET /health``."""

    status: str
    model: str


def health(answers: Answers) -> Operation:
    """Return what says that the function is up: one whose golden vectors failed did not start."""
    return constant("Say that the function is up", Health("ok", answers.hash))


class ModelReady(msgspec.Struct):
    """A model that can be asked."""

    name: str
    ready: bool = True
