"""How text is compared: spaces as browsers have them, invisible signs, and the words of a name."""

import re
import unicodedata

SPACE = "\t\n\x0b\x0c\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
"""The signs that JavaScript takes for spaces, for a class of a pattern."""

_JOINERS = "\u200c\u200d"  # which some scripts need
_LETTERS = str.maketrans({"ł": "l", "\u0131": "i", "ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d"})


def listed(words: str) -> frozenset[str]:
    """Return the words of a list."""
    return frozenset(words.split())


_SMALL = listed(
    "the of and und et y e i de del della delle di da do das dos la las le les los l d du des der die el il o van het "
    "en a"
)


def trim(text: str) -> str:
    """Return a text without spaces around."""
    return re.sub(f"^[{SPACE}]+|[{SPACE}]+$", "", text)


def tidy(text: str) -> str:
    """Return a text in lower case, without spaces around, invisible signs and more than one space within."""
    return re.sub(f"[{SPACE}]+", " ", trim(visible(unicodedata.normalize("NFC", text)))).lower()


def visible(text: str) -> str:
    """Return a text without invisible signs, but for those that join letters."""
    return "".join(sign for sign in text if sign in _JOINERS or unicodedata.category(sign) != "Cf")


def bag(text: str) -> str:
    """Return the words of a name in alphabetical order, without accents and small words: "Korea, Republic of"."""
    plain = unicodedata.normalize("NFKD", visible(text).lower())
    letters = "".join(sign for sign in plain if not unicodedata.category(sign).startswith("M")).translate(_LETTERS)
    words = "".join(sign if unicodedata.category(sign).startswith("L") else " " for sign in letters).split()
    if all(len(word) == 1 for word in words):
        return "".join(words)
    chosen = {word for word in words if word not in _SMALL} if len(words) > 1 else set(words)
    return " ".join(sorted(chosen))
