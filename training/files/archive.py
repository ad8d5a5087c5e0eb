"""A table in an archive: a gzip file, or a zip file that holds a single file."""

import gzip
import zipfile
import zlib
from pathlib import Path
from typing import IO

from .errors import DataError
from .source import list_names

GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"

_ROOM, _TIMES = 1 << 30, 100
"""Bytes that any archive may hold, and how many times its own size a larger one may."""

_PART = 1 << 20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_OF_WORKBOOKS = {"[Content_Types].xml", "mimetype"}
_DAMAGED = (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, NotImplementedError)


def is_archive(head: bytes, file: Path) -> bool:
    """Return True for gzip, and for a zip that is no workbook; a damaged zip may be one."""
    if head.startswith(GZIP):
        return True
    if not head.startswith(ZIP):
        return False
    try:
        with zipfile.ZipFile(file) as archive:
            return not _OF_WORKBOOKS.intersection(archive.namelist())
    except _DAMAGED:
        return False


def unpack(path: object, file: Path, out: Path) -> str:
    """Unpack the file that an archive holds.

    Parameters
    ----------
    path : what messages call the archive
    file, out : Path, the archive and where what it holds goes

    Returns
    -------
    str, what the file in it is called; empty for gzip

    Raises
    ------
    DataError
        It is damaged or locked, holds several files or none, or more bytes than a table takes that is packed so small.
    """
    try:
        if _is_gzip(file):
            with gzip.open(file) as packed:
                _copy(path, file, packed, out)
            return ""
        with zipfile.ZipFile(file) as archive:
            part = _only_part(path, archive)
            with archive.open(part) as packed:
                _copy(path, file, packed, out)
            return _shown(part.filename)
    except _DAMAGED as error:
        raise DataError(f"{path}: starts like an archive but cannot be unpacked; is it complete?") from error


def _is_gzip(file: Path) -> bool:
    with file.open("rb") as stream:
        return stream.read(len(GZIP)) == GZIP


def _only_part(path: object, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """Return the single file of an archive; what systems add to it, such as __MACOSX, is none."""
    parts = [part for part in archive.infolist() if not _is_folder_or_added(part.filename)]
    if len(parts) != 1:
        names = list_names([_shown(part.filename) for part in parts]) or "none"
        raise DataError(f"{path}: expected one file in the archive, found {names}; unpack it, and name one of them")
    if parts[0].flag_bits & 1:
        raise DataError(f"{path}: expected an archive without a password; unpack it")
    if parts[0].compress_type not in _METHODS:
        raise DataError(f"{path}: expected an archive that is packed by deflate, as most are; unpack it")
    return parts[0]


def _is_folder_or_added(name: str) -> bool:
    *folders, last = name.split("/")
    return not last or last.startswith(".") or "__MACOSX" in folders


def _shown(name: str) -> str:
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in name)


def _copy(path: object, file: Path, packed: IO[bytes] | gzip.GzipFile, out: Path) -> None:
    """Copy what is packed, as long as it is no more than a table may be that is packed so small."""
    most = max(_ROOM, _TIMES * file.stat().st_size)
    with out.open("wb") as unpacked:
        while part := packed.read(_PART):
            if unpacked.tell() + len(part) > most:
                raise DataError(
                    f"{path}: expected a table, found an archive that holds more than {most:,} bytes; unpack it"
                )
            unpacked.write(part)
