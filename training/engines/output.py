"""Writes files whole or not at all: the old file stays until the new one is on disk."""

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file.

    Raises
    ------
    OSError
        It cannot be written; names the file.
    """
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    partial = Path(name)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor is no path
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        partial.chmod(0o644)
        partial.replace(path)
    except OSError as error:  # a full disk must not be left fuller; what it says names no file
        partial.unlink()
        raise OSError(error.errno, error.strerror, str(path)) from error
