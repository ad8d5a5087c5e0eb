"""A model's file: what is written to it, and how it is read: within bounds, re-scored before it is trusted."""

from pathlib import Path

import msgspec

from . import bounds, pickled
from .content import Model, ModelError
from .segmenter import Segmenter
from .upgrade import upgrade


def encode(model: Model) -> bytes:
    """Return the content of a model's file, as `loads` reads it."""
    return pickled.dumps(msgspec.json.decode(msgspec.json.encode(model)))


def load(path: Path) -> Segmenter:
    """Read, validate and re-score a model file.

    Raises
    ------
    ModelError
        The file is missing, damaged, holds anything but plain data, or contradicts itself; the message names the file.
    """
    try:
        return loads(_read(path))
    except (OSError, ModelError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ModelError(f"{path}: {reason}") from error


def loads(data: bytes) -> Segmenter:
    """Validate and re-score the content of a model file; raises ModelError as `load` does."""
    try:
        content, digest = pickled.loads(data)
        bounds.check_plain(content)
        model = msgspec.convert(upgrade(content), Model)
        bounds.check_model(model)
        segmenter = Segmenter(model, digest)
    except (pickled.PickleError, msgspec.ValidationError) as error:
        raise ModelError(str(error)) from error
    except ArithmeticError as error:
        raise ModelError("its numbers are too large or too small to compute with") from error
    bounds.check_distances(segmenter.centroids)
    return segmenter


def _read(path: Path) -> bytes:
    if path.exists() and not path.is_file():  # a pipe would be waited for, for ever
        raise ModelError("expected a file, found a folder, pipe or device")
    with path.open("rb") as file:
        return file.read(pickled.MAX_BYTES + 1)
