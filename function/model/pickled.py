"""Read and write a pickle of plain data, sealed with its SHA-256.

A pickle is a program: reading one from a stranger can run anything. The files read here may hold only dicts, lists,
strings, numbers, booleans and None. They are never given to an unpickler: the few instructions that plain data needs
are followed here, within bounds of number, length and depth, so reading cannot run code, import a library or take more
time or memory than a model does.

References
----------
Python Software Foundation, *pickle: Restricting Globals* and *pickletools*, The Python Standard Library.
"""

import hashlib
import pickle
import pickletools
import warnings
from typing import Any

PROTOCOL = 4
"""Of pickles written: every Python since 3.4 reads it."""

MAX_BYTES = 4 * 1024 * 1024
"""Largest file read, in bytes; a model of 50 segments and 30 features takes a tenth of it."""
MAX_INSTRUCTIONS = 150_000
"""Most instructions, about one a value; a model of 50 segments and 30 features takes half of them."""
MAX_TEXT = 10_000
"""Most characters of a text."""
MAX_KEY = 200
"""Most characters of a key."""
MAX_DEPTH = 10
"""How deep containers may stand within each other."""

_PROTOCOL = b"\x80"  # how every pickle since protocol 2 begins
_SEAL = b"\nsha256:%s\n"
_WORDS = {"NEWTRUE": True, "NEWFALSE": False, "NONE": None}
_SCALARS = {"SHORT_BINUNICODE", "BINUNICODE", "BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT", *_WORDS}
_CONTAINERS: dict[str, type[dict[str, Any] | list[Any]]] = {"EMPTY_DICT": dict, "EMPTY_LIST": list}
_FILLS = {"APPEND": 1, "SETITEM": 2, "APPENDS": None, "SETITEMS": None}
"""How many items an instruction puts into a container; None for those after the last mark."""
_REFERENCES = {"BINGET", "LONG_BINGET"}
_IDLE = {"PROTO", "FRAME", "STOP"}
_CLASSES = {"GLOBAL", "STACK_GLOBAL", "INST", "OBJ", "NEWOBJ", "NEWOBJ_EX", "REDUCE", "BUILD", "EXT1", "EXT2", "EXT4"}
_LARGEST_INTEGER = 2**63 - 1
_Item = tuple[Any, int]
"""A value and how deep containers stand within it: 0 for none, 1 for an empty one."""


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
        raise PickleError(f"expected at most {MAX_BYTES} bytes, found more")
    if not data.startswith(_PROTOCOL):
        raise PickleError("not a model file as training writes it: it is empty or of another kind")
    with warnings.catch_warnings(action="ignore"):  # of escapes in strings of a kind that is refused anyway
        content, length = _Reader().read(data)
    digest = hashlib.sha256(data[:length]).hexdigest()
    if data[length:] != _SEAL % digest.encode():
        raise PickleError("content and SHA-256 differ: the file was changed, cut or not written by training")
    return content, digest


class _Reader:
    """Follows the instructions of a pickle that make plain data.

    Only strings are remembered for references: a list that refers to itself, or to one list a million times, is a
    memory bomb, and no model needs either.
    """

    def __init__(self) -> None:
        self._stack: list[_Item] = []
        self._marks: list[int] = []
        self._memo: list[_Item | None] = []

    def read(self, data: bytes) -> tuple[Any, int]:
        """Return the content and the length of the pickle in bytes."""
        end = 0
        try:
            for number, (instruction, argument, position) in enumerate(pickletools.genops(data)):
                if number == MAX_INSTRUCTIONS:
                    raise PickleError(f"expected at most {MAX_INSTRUCTIONS} instructions")
                end = (position or 0) + 1
                self._follow(instruction.name, argument, position or 0)
            (content,) = self._stack
        except (ValueError, IndexError, AttributeError, TypeError) as error:  # or instructions make no sense together
            raise PickleError("not a model file: it is cut or something else") from error
        return content[0], end

    def _follow(self, name: str, argument: Any, position: int) -> None:
        if name in _SCALARS:
            self._stack.append((_scalar(name, argument, position), 0))
        elif name in _CONTAINERS:
            self._stack.append((_CONTAINERS[name](), 1))
        elif name == "MARK":
            self._marks.append(len(self._stack))
        elif name in _FILLS:
            self._fill(self._taken(_FILLS[name]), position)
        elif name == "MEMOIZE":
            item = self._stack[-1]
            self._memo.append(item if type(item[0]) is str else None)
        elif name in _REFERENCES:
            self._stack.append(self._remembered(argument, position))
        elif name == "FRAME" and argument > MAX_BYTES:
            raise PickleError(f"byte {position}: expected a frame within the file")
        elif name not in _IDLE:
            what = f"a class or a call ({name})" if name in _CLASSES else name
            raise PickleError(f"byte {position}: holds {what}, expected plain data")

    def _taken(self, count: int | None) -> list[_Item]:
        """Take the items that a container is to get off the stack: so many, or those after the last mark."""
        start = self._marks.pop() if count is None else len(self._stack) - count
        items = self._stack[start:]
        del self._stack[start:]
        return items

    def _fill(self, items: list[_Item], position: int) -> None:
        """Put items, keys and values in turn for a dict, into the container on top of the stack."""
        container, height = self._stack[-1]
        height = max([height, *(inner + 1 for _, inner in items)])
        if height > MAX_DEPTH:
            raise PickleError(f"byte {position}: expected containers at most {MAX_DEPTH} deep")
        if type(container) is list:
            container.extend(value for value, _ in items)
        else:
            for (key, _), (value, _) in zip(items[::2], items[1::2], strict=True):
                if type(key) is not str or len(key) > MAX_KEY or key in container:
                    raise PickleError(f"byte {position}: expected keys of up to {MAX_KEY} characters, each once")
                container[key] = value
        self._stack[-1] = container, height

    def _remembered(self, number: int, position: int) -> _Item:
        item = self._memo[number] if number < len(self._memo) else None
        if item is None:
            raise PickleError(f"byte {position}: refers to something that is not a string")
        return item


def _scalar(name: str, argument: Any, position: int) -> Any:
    if type(argument) is str and len(argument) > MAX_TEXT:
        raise PickleError(f"byte {position}: expected texts of at most {MAX_TEXT} characters, found {len(argument)}")
    if type(argument) is int and abs(argument) > _LARGEST_INTEGER:
        raise PickleError(f"byte {position}: expected integers of at most 64 bits")
    return _WORDS.get(name, argument)
