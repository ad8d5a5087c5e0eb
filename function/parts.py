"""Reads a long JSON array part by part, so that the memory it takes does not grow with its length."""

import re
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import TypeVar

from .problems import RequestError
from .validation import malformed

_ITEM_END = re.compile(rb"[\]}]\s*,")
_PART_BYTES = 64 * 1024
_LONGEST_PART = 256 * 1024

Row = TypeVar("Row")


def read_parts(array: memoryview, read: Callable[[bytes, int], list[Row] | None]) -> Iterator[list[Row]]:
    """Read the items of an array, some at a time: all at once take up to thirty times the memory of their JSON.

    A part ends after any closing bracket before a comma. Where that is not the end of an item, what stands before is
    not complete JSON, and the part is read anew with more; so the parts that can be read are the whole that was sent.

    Parameters
    ----------
    array : memoryview, the JSON of an array of arrays or objects, brackets included
    read : callable, takes the JSON array of a part and the number of items before it; returns the part's items, or None
        for what is not JSON

    Raises
    ------
    RequestError
        400 for what is not JSON, and for items that are not arrays or objects or are very long.
    """
    start, last = 1, len(array) - 1
    reach, n_items = _PART_BYTES, 0
    while start < last:
        end = _ITEM_END.search(array, start + reach, last)
        stop = end.start() + 1 if end else last
        if stop - start > 2 * _LONGEST_PART:
            detail = f"Expected a list of arrays or objects, none of them longer than {_LONGEST_PART} bytes."
            raise RequestError(HTTPStatus.BAD_REQUEST, detail)
        items = read(b"[" + array[start:stop] + b"]", n_items)
        if items is not None:
            yield items
            n_items += len(items)
            start, reach = end.end() if end else last, _PART_BYTES
        elif end and reach < _LONGEST_PART:
            reach *= 2
        else:
            raise malformed()


def least_items(array: memoryview) -> int:
    """Return how many arrays and objects an array holds, in one pass that reads none of them.

    Brackets within items count too: then the array holds what no request of ours has.
    """
    data = bytes(array)
    return data.count(b"[") - 1 + data.count(b"{")
