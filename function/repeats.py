"""Fields that an object has twice: JSON readers take the last, and say nothing; which is meant nobody can say.

References
----------
Bray, T. (2017). The JavaScript Object Notation (JSON) Data Interchange Format. RFC 8259, 4.
https://doi.org/10.17487/RFC8259
"""

import json
from collections.abc import Collection, Iterator

import msgspec

from .problems import Problem
from .validation import UNREADABLE, malformed

_LEVELS = 3
"""How deep objects are looked into: a request, an input in it, the input's parameters."""
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ITEMS = msgspec.json.Decoder(list[msgspec.Raw])


def repeats(text: bytes, n_values: int) -> bool:
    """Whether one of many customers has a field twice.

    Parameters
    ----------
    text : bytes, JSON that was read: customers, with features as names and numbers or null as values
    n_values : int, numbers with a name that were read, and names of what is around the customers

    Notes
    -----
    A name has two quotes, nothing else has any: more of them are of a null or of a name that was there before.
    """
    if text.count(b'"') <= 2 * n_values:
        return False
    repeated = []
    json.loads(text, parse_int=float, object_pairs_hook=lambda pairs: repeated.append(len(dict(pairs)) < len(pairs)))
    return any(repeated)


def repeat_problems(text: bytes, parts: Collection[str], pointer: str = "#", levels: int = _LEVELS) -> list[Problem]:
    """Say where an object is that has a field twice, without reading what its fields hold.

    Parameters
    ----------
    text : bytes, JSON that was read: an object
    parts : names of the fields whose objects are looked at too, alone or in an array
    pointer : str, where the object is
    levels : int, how many objects deep to look

    Raises
    ------
    RequestError
        400 for what is not JSON.

    Notes
    -----
    All quotes of an object are those of its names and of its values: more are of a name that was there before.
    """
    try:
        fields = {name: bytes(memoryview(value)) for name, value in _OBJECT.decode(text).items()}
    except UNREADABLE:  # a name of a field that is passed over may be no UTF-8
        raise malformed() from None
    n_quotes = sum(msgspec.json.encode(name).count(b'"') + value.count(b'"') for name, value in fields.items())
    if text.count(b'"') > n_quotes:
        return [Problem(pointer, "expected each field once")]
    if levels == 1:
        return []
    return [
        problem
        for name in fields
        if name in parts
        for place, part in _objects(fields[name], f"{pointer}/{name}")
        for problem in repeat_problems(part, parts, place, levels - 1)
    ]


def _objects(text: bytes, pointer: str) -> Iterator[tuple[str, bytes]]:
    """Return an object, or the objects of an array, and where they are."""
    if text.startswith(b"{"):
        yield pointer, text
    elif text.startswith(b"["):
        for number, item in enumerate(_ITEMS.decode(text)):
            if bytes(memoryview(item)[:1]) == b"{":
                yield f"{pointer}/{number}", bytes(memoryview(item))
