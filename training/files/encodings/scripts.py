"""How likely words are in encodings of scripts other than Latin: by alphabets, or by the most common characters."""

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from .alphabets import is_cased_alike

_RUSSIAN = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_CYRILLIC = (
    _RUSSIAN + "ё",
    "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",  # Ukrainian
    "абвгдежзийклмнопрстуфхцчшщъьюя",  # Bulgarian
    "абвгдеёжзійклмнопрстуўфхцчшыьэюя",  # Belarusian
    "абвгдђежзијклљмнњопрстћуфхцчџш",  # Serbian
)
_GREEK = ("αβγδεζηθικλμνξοπρστυφχψωάέήίόύώϊϋΐΰς",)
_HEBREW = ("אבגדהוזחטיכלמנסעפצקרשתךםןףץ",)
_ARABIC = ("ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأؤإئةى", "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنهویءآئأ")
_THAI = ("".join(map(chr, [*range(0x0E01, 0x0E3B), *range(0x0E40, 0x0E4D)])),)

_VOWELS = set("аеёиоуыэюяіїєў")
_NEVER_FIRST = set("ьъы") | {chr(code) for code in (0x0E30, 0x0E32, 0x0E33, 0x0E45, 0x0E46)}
_ONLY_LAST, _NEVER_LAST = set("ςךםןףץةى"), set("σמנצ")
_LONGEST_WITHOUT_VOWEL = 3

_FOREIGN = re.compile(r"[^\x00-\x7f][A-Za-z\\^_`\[\]{|}]|[A-Za-z\\^_`\[\]{|}][^\x00-\x7f]")
"""A letter of the script next to one of ASCII: second bytes of pairs, not words."""

_SYMBOL = re.compile(r"[№«»“”„’–—…°€\u00a0]")  # noqa: RUF001

_MIXED = re.compile(r"[^\x00-\x7f][a-z]|[a-z][^\x00-\x7f]")
"""A small letter of ASCII next to a character of two bytes: rare in a word of these, usual in words of Latin script."""

_HALF = re.compile(r"[\uff61-\uff9f][A-Za-z\\^_`]|[A-Za-z\\^_`][\uff61-\uff9f]")
"""A letter of half width next to one of ASCII: pairs of bytes that are read as single ones."""

_UNLIKELY = 400.0
"""A byte that an encoding does not explain is as unlikely as one of so many."""

_RARER = 20.0
"""A character outside of the most common ones is so many times less likely than one of them."""

_KANA = 250.0

MARGIN = math.log(20)
"""Log odds from which on one reading leaves no doubt."""


@dataclass(frozen=True)
class _Characters:
    """Pairs of bytes: how many common characters there are, and which those are, by lead and trail byte."""

    size: float
    common: Callable[[int, int], bool]
    kana: Callable[[int, int], bool] = lambda _lead, _trail: False


_ALPHABETS = {
    "cp1251": _CYRILLIC,
    "koi8_r": _CYRILLIC[:1],
    "koi8_u": _CYRILLIC[1:2],
    "cp866": _CYRILLIC[:1],
    "iso8859_5": _CYRILLIC[:2],
    "mac_cyrillic": _CYRILLIC[:2],
    "cp1253": _GREEK,
    "iso8859_7": _GREEK,
    "cp737": _GREEK,
    "mac_greek": _GREEK,
    "cp1255": _HEBREW,
    "cp862": _HEBREW,
    "cp1256": _ARABIC,
    "cp874": _THAI,
}
_PAIRS = {
    "gb18030": _Characters(3755, lambda lead, trail: 0xB0 <= lead <= 0xD7 and trail >= 0xA1),
    "big5": _Characters(5401, lambda lead, _: 0xA4 <= lead <= 0xC6),
    "cp932": _Characters(2965, lambda lead, _: 0x88 <= lead <= 0x98, lambda lead, _: lead in (0x82, 0x83)),
    "euc_jp": _Characters(
        2965, lambda lead, trail: 0xB0 <= lead <= 0xCF and trail >= 0xA1, lambda lead, _: lead in (0xA4, 0xA5)
    ),
    "cp949": _Characters(2350, lambda lead, trail: 0xB0 <= lead <= 0xC8 and trail >= 0xA1),
}
SCRIPTS = (*_ALPHABETS, *_PAIRS)
"""Encodings that are told apart here."""


def likelihoods(words: list[bytes]) -> dict[str, float]:
    """Return the log likelihood of words with letters beyond ASCII in each encoding that explains at least half.

    Letters of an alphabet, or the common characters of a script of thousands, count as equally likely.
    """
    logs = {}
    for name in SCRIPTS:
        each = [_log_likelihood(word, name) for word in words]
        if 2 * sum(log is not None for log in each) >= len(words):
            logs[name] = sum(_unexplained(word) if log is None else log for word, log in zip(words, each, strict=True))
    return logs


def _unexplained(word: bytes) -> float:
    return -math.log(_UNLIKELY) * sum(byte > 0x7F for byte in word)


@cache
def _log_likelihood(word: bytes, encoding: str) -> float | None:
    """Return the log likelihood of a word; None if nobody writes such a word."""
    try:
        text = word.decode(encoding)
    except UnicodeDecodeError:
        return None
    if encoding in _PAIRS:
        return _of_characters(text, encoding)
    fitting = [alphabet for alphabet in _ALPHABETS[encoding] if _is_written(text, alphabet)]
    if not fitting:
        return None
    symbols = len(_SYMBOL.findall(text))
    letters = sum(not sign.isascii() for sign in text) - symbols
    return -letters * math.log(min(map(len, fitting))) - 2 * symbols * math.log(_UNLIKELY)


def _is_written(text: str, alphabet: str) -> bool:
    """Whether all runs of letters beyond ASCII are words of an alphabet: cased alike, with first and last letters."""
    if _FOREIGN.search(text):
        return False
    runs = re.findall(r"[^\x00-\x7f]+", text)
    return all(_is_word(run, alphabet) for part in runs for run in _SYMBOL.split(part) if run)


def _is_word(run: str, alphabet: str) -> bool:
    lower = run.lower()
    if not set(lower) <= set(alphabet) or not is_cased_alike(run):
        return False
    if len(run) > 1 and (lower[0] in _NEVER_FIRST or unicodedata.category(run[0]) == "Mn"):
        return False
    if len(run) > _LONGEST_WITHOUT_VOWEL and _VOWELS & set(alphabet) and not _VOWELS & set(lower):
        return False
    return not set(lower[:-1]) & _ONLY_LAST and lower[-1] not in _NEVER_LAST


def _of_characters(text: str, encoding: str) -> float | None:
    characters, log = _PAIRS[encoding], 0.0
    if _HALF.search(text) or _MIXED.search(text):
        return None
    for sign in text:
        code = sign.encode(encoding)
        if sign.isascii():
            continue
        if unicodedata.category(sign) in ("Co", "Cn", "Cc"):
            return None
        if len(code) != 2 or not sign.isalpha():  # of half width, or punctuation
            log -= 2 * math.log(_UNLIKELY)
        elif characters.kana(*code):
            log -= math.log(_KANA)
        else:
            log -= math.log(characters.size * (1 if characters.common(*code) else _RARER))
    return log
