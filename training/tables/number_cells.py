"""What a number looks like in the text of a cell, and SQL of the number that it is.

With decimal points and commas, thousands, currencies, brackets, digits of other scripts; `numbers` decides for a whole
column which of its two readings holds.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..engines.engine import identifier, literal, matches, one_of, replaced
from ..files.digits import DIGITS
from ..files.missing import MISSING, SPACE, trimmed

TRUE = ("true", "wahr", "vrai", "verdadero", "verdadeiro", "vero", "waar", "prawda", "do\u011fru")
FALSE = ("false", "falsch", "faux", "falso", "onwaar", "fa\u0142sz", "yanl\u0131\u015f")
"""What spreadsheets make of true and false, in nine languages."""

YES = (*TRUE, "yes", "y", "t", "ja", "j", "oui", "o", "sí", "sì", "si", "s", "sim", "tak", "evet")
NO = (*FALSE, "no", "n", "f", "nein", "non", "não", "nao", "nee", "nie", "hay\u0131r", "hayir")
"""Answers that a column may hold instead of 1 and 0, in lower case."""

_CODES = (
    "aed|ars|aud|bgn|brl|cad|chf|clp|cny|cop|czk|dkk|egp|euros?|eur|gbp|hkd|huf|idr|ils|inr|jpy|kes|krw|kzt|mad|mxn|myr|ngn|"
    "nok|nzd|pen|php|pkr|pln|qar|ron|rsd|rub|sar|sek|sgd|thb|try|twd|uah|usd|uyu|vnd|zar|"
    "rs\\.?|rp\\.?|rm|ksh|kr\\.?|zł|tl|kč|ft|lei|лв\\.?|грн\\.?|руб\\.?|р\\.|円|元|원|đ|r"  # noqa: RUF001
)
"""What currencies are called in cells, besides their signs, the longer of two that begin alike first."""

CURRENCY = rf"(?:(?:us|au?|ca?|nz|nt|hk|r|s|mx|ar|cl|co)?\p{{Sc}}|{_CODES})"
_SIGN = "[-+\u2212\u2013]"
_MINUS = "[-\u2212\u2013]"
_THOUSANDS = rf"[1-9]\d{{0,2}}(?:{SPACE}\d{{3}})+|[1-9]\d{{0,2}}(?:['\x{{2019}}]\d{{3}})+"
_ARABIC_POINT = "\u066b"  # never a sign of thousands
_DOT = f"[.{_ARABIC_POINT}]"
_ROUND = "[-\u2013\u2014]{1,2}"
"""What stands for no cents: 12,- or 12.--."""

POINT = (
    rf"(?:(?:\d+|{_THOUSANDS}|[1-9]\d{{0,2}}(?:,\d{{3}})+|[1-9]\d?(?:,\d{{2}})+,\d{{3}})"
    rf"(?:{_DOT}(?:\d*|{_ROUND}))?|{_DOT}\d+"
    r"|(?:\d+(?:\.\d*)?|\.\d+)e[-+]?0*\d{1,3})"
)
COMMA = (
    rf"(?:(?:\d+|{_THOUSANDS}|[1-9]\d{{0,2}}(?:\.\d{{3}})+)(?:,(?:\d*|{_ROUND}))?|,\d+"
    r"|(?:\d+(?:,\d*)?|,\d+)e[-+]?0*\d{1,3})"
)
_MARK = re.compile(r"\D*[^\s\d.,'\u2019+\u2212\u2013()%eE-]\D*")
"""Units that may stand beside a number: none that could be a part of it, such as [-]."""

_SIGNS = {"\u066c": "'", "\u066a": "%", **dict(zip("．，－＋％（）", ".,-+%()", strict=True))}  # noqa: RUF001
"""Thousands separator and per cent of Arabic, and signs in full width."""

_ELSEWHERE, _HERE = ("".join(signs) for signs in zip(*(DIGITS | _SIGNS).items(), strict=True))
"""Where one of these signs is. To translate takes DuckDB microseconds a cell, so others are left as they are."""


@dataclass(frozen=True)
class Census:
    """How many cells of a column can be read in which way."""

    filled: int
    point: int
    comma: int
    point_or_comma_dot: int
    point_or_comma_comma: int
    currencies: int
    decorated: int
    brackets: int
    behind: int
    rounded: int
    percent: int
    without_percent: int
    answers: int


class Cells:
    """SQL of what the cells of a text column are.

    text : in lower case, with digits of other scripts as 0 to 9; never null
    missing : whether nothing but a word for "missing" is in it
    """

    def __init__(self, header: str, unit: str = "") -> None:
        self.header = header
        column = identifier(header)
        here = f"translate(coalesce({column}, ''), {literal(_ELSEWHERE)}, {literal(_HERE)})"
        self.text = f"lower(CASE WHEN {matches(column, f'[^{_ELSEWHERE}]*')} THEN {column} ELSE {here} END)"
        self.mark = f"(?:{CURRENCY}|{re.escape(unit.lower())})" if _MARK.fullmatch(unit) else CURRENCY
        words = "|".join(map(re.escape, MISSING))
        self.missing = self._full(rf"{SPACE}*(?:{self.mark})?{SPACE}*(?:{words}){SPACE}*(?:{self.mark})?{SPACE}*")

    def matches(self, number: str) -> str:
        """Return SQL of whether a cell is a number of this form, with what may stand around it."""
        mark = f"(?:{self.mark}{SPACE}*)?"
        signed = rf"(?:{mark}{_SIGN}?|{_SIGN}{SPACE}*{mark}){SPACE}*{number}{SPACE}*{mark}%?"
        bracketed = rf"{mark}\({SPACE}*{mark}{number}{SPACE}*{mark}%?{SPACE}*\){SPACE}*{mark}"
        behind = rf"{mark}{number}{_MINUS}{SPACE}*{mark}"
        infinite = f"{_SIGN}?inf(?:inity)?"
        return self._full(rf"{SPACE}*(?:{signed}|{bracketed}|{behind}|{infinite}){SPACE}*")

    @property
    def rounded(self) -> str:
        """SQL of whether a cell that is a number has a dash for its cents."""
        return matches(self.text, rf".*[.,]{_ROUND}.*")

    @property
    def behind(self) -> str:
        """SQL of whether a cell that is a number has its minus behind it."""
        return matches(self.text, rf".*\d[.,]?\d*{_MINUS}{SPACE}*{self.mark}?{SPACE}*")

    def number(self, census: Census, style: str) -> str:
        """Return SQL of the number in a cell that is one; null if it is missing."""
        text = f"replace(replace({self.text}, '\u2212', '-'), '\u2013', '-')"
        if census.rounded:
            text = replaced(text, rf"[.,]{_ROUND}")
        if census.behind:
            text = replaced(text, r"^([^-]*)-([^-]*)$", "-$1$2")
        if census.brackets:
            text = f"CASE WHEN contains({text}, '(') THEN concat('-', {text}) ELSE {text} END"
        junk = rf"{self.mark}|{SPACE}|[()%'\x{{2019}}{',' if style == 'point' else '.'}]"
        digits = replaced(text, junk)
        digits = f"replace({digits}, '{',' if style == 'comma' else _ARABIC_POINT}', '.')"
        return f"CASE WHEN NOT {self.missing} THEN TRY_CAST({digits} AS DOUBLE) END"

    def _full(self, pattern: str) -> str:
        return matches(self.text, pattern)


def says(header: str, words: Sequence[str]) -> str:
    """Return SQL of whether a cell is one of some words, such as `TRUE`, in whatever case."""
    cell = f"CAST({identifier(header)} AS STRING)"
    quick = " ".join(f"WHEN '{word}' THEN {str(word in words).lower()}" for word in ("true", "false"))
    return f"CASE {cell} {quick} ELSE coalesce({one_of(trimmed(f'lower({cell})'), words)}, false) END"
