"""A model's file: written whole or not at all, read within bounds, re-scored before it is trusted."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from . import pickled
from .content import Model, ModelError
from .segmenter import Segmenter


def save(model: Model, path: Path, dump: Callable[[Any, Any], object]) -> Segmenter:
    """Write a model, whole or not at all: the old file stays until the new one is on disk and has been read back.

    Parameters
    ----------
    model : Model
    path : Path of the file to write
    dump : callable, ``joblib.dump``; passed in so that the function itself never imports joblib

    Returns
    -------
    Segmenter : the model as it will be loaded

    Raises
    ------
    ModelError
        The model would not load.
    """
    data = pickled.dumps(msgspec.json.decode(msgspec.json.encode(model)), dump)
    segmenter = loads(data)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    temporary = Path(name)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor is no path
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:  # a full disk must not be left fuller; what it says names no file
        temporary.unlink()
        raise OSError(error.errno, error.strerror, str(path)) from error
    return segmenter


def load(path: Path) -> Segmenter:
    """Read, validate and re-score a model file.

    Raises
    ------
    ModelError
        The file is missing, damaged, holds anything but plain data, or contradicts itself; the message names the file.
    """
    try:
        with path.open("rb") as file:
            return loads(file.read(pickled.MAX_BYTES + 1))
    except (OSError, ModelError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ModelError(f"{path}: {reason}") from error


def loads(data: bytes) -> Segmenter:
    """Validate and re-score the content of a model file; raises ModelError as `load` does."""
    try:
        content, digest = pickled.loads(data)
        return Segmenter(msgspec.convert(content, Model), digest)
    except (pickled.PickleError, msgspec.ValidationError) as error:
        raise ModelError(str(error)) from error
