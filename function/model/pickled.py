"""Read and write a pickle of plain data, sealed with its SHA-256.

A pickle is a program: reading one from a stranger can run anything. The files read here may hold only dicts, lists,
strings, numbers, booleans and None; every other instruction is refused before the unpickler sees it, so reading cannot
run code, import a library or take more memory than a small multiple of the file.

References
----------
Python Software Foundation, *pickle: Restricting Globals*, The Python Standard Library.
"""

import hashlib
import io
import pickle
import pickletools
import warnings
from typing import Any

PROTOCOL = 4
"""Of pickles written: every Python since 3.4 reads it."""

MAX_BYTES = 4 * 1024 * 1024
"""Largest file read, in bytes; a model of 50 segments and 30 features takes a tenth of it."""

_SEAL = b"\nsha256:%s\n"
_STRINGS = {"SHORT_BINUNICODE", "BINUNICODE"}
_NUMBERS = {"BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT", "NEWTRUE", "NEWFALSE", "NONE"}
_CONTAINERS = {"EMPTY_DICT", "EMPTY_LIST", "MARK", "SETITEM", "SETITEMS", "APPEND", "APPENDS"}
_REFERENCES = {"BINGET", "LONG_BINGET"}
_PLAIN = _STRINGS | _NUMBERS | _CONTAINERS | _REFERENCES | {"PROTO", "FRAME", "MEMOIZE", "STOP"}
_CLASSES = {"GLOBAL", "STACK_GLOBAL", "INST", "OBJ", "NEWOBJ", "NEWOBJ_EX", "REDUCE", "BUILD", "EXT1", "EXT2", "EXT4"}
# what unpickling raises for instructions that are each allowed but make no sense together
_MALFORMED = (pickle.UnpicklingError, AttributeError, EOFError, IndexError, TypeError, ValueError, OverflowError)


class PickleError(Exception):
    """A file that is not a sealed pickle of plain data; the message says why."""


def dumps(content: Any) -> bytes:
    """Pickle plain data (dict, list, str, int, float, bool or None, nested) and seal it."""
    return seal(pickle.dumps(content, PROTOCOL))


def seal(pickled: bytes) -> bytes:
    """Return a pickle followed by one line with its SHA-256; ``pickle.load`` and ``joblib.load`` stop before it."""
    return pickled + _SEAL % hashlib.sha256(pickled).hexdigest().encode()


def loads(data: bytes) -> tuple[Any, str]:
    """Read what `dumps` wrote.

    Parameters
    ----------
    data : bytes, the whole file

    Returns
    -------
    content : the plain data
    digest : str, the SHA-256 of the pickle in hexadecimal

    Raises
    ------
    PickleError
        The file is too large, no pickle, holds anything but plain data, or does not match its seal.
    """
    if len(data) > MAX_BYTES:
        raise PickleError(f"expected at most {MAX_BYTES} bytes, found {len(data)}")
    with warnings.catch_warnings(action="ignore"):  # of escapes in strings of a kind that is refused anyway
        length = _check_instructions(data)
    pickled, seal = data[:length], data[length:]
    digest = hashlib.sha256(pickled).hexdigest()
    if seal != _SEAL % digest.encode():
        raise PickleError("content and SHA-256 differ: the file was changed, cut or not written by training")
    try:
        return _PlainUnpickler(io.BytesIO(pickled)).load(), digest
    except _MALFORMED as error:
        raise PickleError("not a pickle") from error


def _check_instructions(data: bytes) -> int:
    """Return the length of the pickle in bytes, or raise PickleError at the first instruction that is not plain data.

    A reference may only repeat a string: a list that refers to itself or to one list a million times is a memory bomb.
    """
    memo: list[bool] = []
    previous = ""
    end = 0
    try:
        for instruction, argument, position in pickletools.genops(data):
            name, end = instruction.name, (position or 0) + 1
            if name in _CLASSES:
                raise PickleError(f"byte {position}: holds a class or a call ({name}), expected plain data")
            if name not in _PLAIN:
                raise PickleError(f"byte {position}: holds {name}, expected plain data")
            if name == "MEMOIZE":
                memo.append(previous in _STRINGS)
            elif name in _REFERENCES and not (int(argument or 0) < len(memo) and memo[int(argument or 0)]):
                raise PickleError(f"byte {position}: refers to something that is not a string")
            previous = name
    except ValueError as error:  # pickletools' word for every malformed pickle, a cut one included
        raise PickleError("not a pickle") from error
    return end


class _PlainUnpickler(pickle.Unpickler):
    """The second lock: no class can be found even if an instruction that asks for one got this far."""

    def find_class(self, _module: str, _name: str, /) -> object:
        raise PickleError("holds a class, expected plain data")
