"""Writes files whole or not at all: the old file stays until the new one is on disk."""

import contextlib
import errno
import os
from collections.abc import Mapping
from pathlib import Path

from .unfinished import naming, whole


class OutputError(Exception):
    """A place where nothing may be written; the message says why and what to do."""


def check_out(table: str, out: str) -> None:
    """Refuse to write where something else would be lost, or what its name says it is not.

    Raises
    ------
    OutputError
        OUT is the table itself, through links too, has another ending than .csv or .parquet, or is a device or a pipe.
    """
    path = Path(out)
    if path.suffix.lower().rstrip("/") not in {".csv", ".parquet"}:
        raise OutputError(f"{out}: expected a name that ends in .csv or .parquet; a spreadsheet opens CSV")
    if path.exists() and Path(table).exists() and path.samefile(table):
        raise OutputError(f"{out}: is the table that is read; give the result another name")
    if _is_device(path):
        raise OutputError(f"{out}: expected a file, found a device or a pipe; give the result another name")


def check_csv(path: Path) -> None:
    """Refuse to write CSV under another name, as a program that opens it goes by that; raises OutputError."""
    if path.suffix.lower() != ".csv" and not _is_device(path):
        raise OutputError(f"{path}: expected a name that ends in .csv")


def check_folder(path: Path) -> None:
    """Find out whether a file can be written in its folder, through links too; raises OSError that names the file."""
    folder = Path(os.path.realpath(path)).parent
    if path.is_dir():
        code = errno.EISDIR
    elif not folder.is_dir():
        code = errno.ENOTDIR if folder.exists() else errno.ENOENT
    elif not os.access(folder, os.W_OK | os.X_OK):
        code = errno.EACCES
    else:
        return
    raise OSError(code, os.strerror(code), str(path))


def check_page(path: Path | None) -> None:
    """Find out whether `write_whole` can write a page, if one is asked for; raises OSError that names it."""
    if path and not _is_device(path):
        check_folder(path)


def check_card(path: Path) -> None:
    """Refuse to write a model's card over a README that is none; raises OutputError."""
    if path.exists() and not path.read_bytes().startswith(b"# Customer segments `"):
        raise OutputError(f"{path}: is not a model's card and would be lost; name another folder with --out")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, or into a device or a pipe, which stays what it is.

    Raises
    ------
    OSError
        It cannot be written; names the file.
    """
    if _is_device(path):
        with naming(path):
            path.write_bytes(content)
        return
    write_together({path: content})


def write_together(contents: Mapping[Path, bytes]) -> None:
    """Write files that speak of each other: all are on disk before the first takes its place.

    Raises
    ------
    OSError
        One cannot be written; names the file, and all that were there stay.
    """
    with contextlib.ExitStack() as stack:
        for path, content in contents.items():
            partial = stack.enter_context(whole(path))
            with naming(path):
                partial.write_bytes(content)


def _is_device(path: Path) -> bool:
    """Return whether a path is of a device or a pipe."""
    return path.exists() and not (path.is_file() or path.is_dir())
