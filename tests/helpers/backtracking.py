"""Counts the steps of a regular expression: a plain backtracking matcher over Python's own parse of the pattern.

`re` does not tell how long it took. This matcher tries the same choices in the same order, and counts them.
"""

import re
from collections.abc import Callable, Iterator
from re import _constants as constants  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

Follow = Callable[[int], Iterator[int]]


def steps(pattern: "re.Pattern[Any]", text: str, *, search: bool) -> int:
    """Return how many signs a search, or a match of the whole text, looks at until it succeeds or gives up.

    Parameters
    ----------
    pattern : compiled pattern, of text or bytes
    text : str, for a pattern of bytes decoded as Latin-1
    search : bool, whether the match may begin and end anywhere
    """
    source = pattern.pattern
    source = source.decode("latin-1") if isinstance(source, bytes) else source
    matcher = _Matcher(text)
    tree = parser.parse(source, pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags)
    for start in range(len(text) + 1) if search else [0]:
        ends = matcher.sequence(list(tree), start)
        if any(search or end == len(text) for end in ends):
            break
    return matcher.count


class _Matcher:
    def __init__(self, text: str) -> None:
        self._text = text
        self.count = 0

    def sequence(self, nodes: list[Any], start: int) -> Iterator[int]:
        """Yield every position at which the nodes may end, in the order in which they are tried."""
        stack = [iter([start])]
        while stack:
            position = next(stack[-1], None)
            if position is None:
                stack.pop()
            elif len(stack) > len(nodes):
                yield position
            else:
                stack.append(self._node(nodes[len(stack) - 1], position))

    def _node(self, node: Any, start: int) -> Iterator[int]:
        kind, argument = node
        self.count += 1
        if kind in (constants.MAX_REPEAT, constants.MIN_REPEAT):
            least, most, inner = argument
            yield from self._repeat(least, most, list(inner), start)
        elif kind is constants.SUBPATTERN:
            yield from self.sequence(list(argument[3]), start)
        elif kind is constants.BRANCH:
            for branch in argument[1]:
                yield from self.sequence(list(branch), start)
        elif start < len(self._text) and self._is(kind, argument, ord(self._text[start])):
            yield start + 1

    def _repeat(self, least: int, most: int, nodes: list[Any], start: int) -> Iterator[int]:
        """Yield the ends of as many repetitions as there may be, the most first."""
        ends = [start]
        while len(ends) <= most:
            end = next(self.sequence(nodes, ends[-1]), None)
            if end is None or end == ends[-1]:
                break
            ends.append(end)
        for end in reversed(ends[least:]):
            self.count += 1
            yield end

    def _is(self, kind: Any, argument: Any, sign: int) -> bool:
        if kind is constants.ANY:
            return sign != ord("\n")
        if kind is constants.LITERAL:
            return sign in (argument, ord(chr(argument).swapcase()))
        if kind is constants.NOT_LITERAL:
            return bool(sign != argument)
        if kind is constants.IN:
            negated = argument[0][0] is constants.NEGATE
            return any(self._is(item_kind, item, sign) for item_kind, item in argument[negated:]) != negated
        if kind is constants.RANGE:
            return bool(argument[0] <= sign <= argument[1])
        if kind is constants.CATEGORY:
            letter = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}[str(argument).rsplit("_", 1)[1]]
            return bool(re.match(letter, chr(sign), re.ASCII)) != ("_NOT_" in str(argument))
        raise NotImplementedError(str(kind))
