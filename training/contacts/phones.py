"""Phone numbers in E.164, or nothing: what can be read in two ways, or fits no plan, is left out.

The page reads them by the same rules (static/customers/contacts/phones.js); tests/cases/phones.json holds both to it.
The numbering plans stand in phone_plans.json, made by tests/helpers/phone_table.py.

References
----------
ITU-T (2010). Recommendation E.164: The international public telecommunication numbering plan.
"""

import functools
import json
import re
import unicodedata
from pathlib import Path
from typing import Any

from ..files.digits import DIGITS

_PLAIN_DIGITS = str.maketrans(DIGITS)
_BEFORE = re.compile(r"^[\s'\"=]*(?:tel|phone)\s*[.:]\s*", re.IGNORECASE)
_EXTENSION = re.compile(
    r"[\s,;]*(?:;\s*ext\s*=|ext(?:n|ension)?\s*[.:]?|x|#|~|доб\.?|int\.?|anexo|poste|durchwahl)\s*[0-9]{1,7}\s*#?\s*$",
    re.IGNORECASE,
)
_FLOAT = re.compile(r"^(\+?[0-9]+)[.,]0+$")
_SEVERAL = re.compile(r"[,;|\n]|[0-9].*\+|(?:[0-9][^0-9]*){6}[/\\&](?:[^0-9]*[0-9]){6}", re.DOTALL)
_OPTIONAL = re.compile(r"\(\s*0\s*\)")
_ABROAD = "00"
"""What is dialled before calls abroad in most countries."""


def phone(cell: str, country: str) -> str:
    """Return a phone number in E.164, such as +12125650000, or "".

    Parameters
    ----------
    cell : str, as somebody wrote it
    country : str, of the customer, two letters or ""; for numbers without a country code
    """
    text = _plain(cell)
    if _SEVERAL.search(text) or any(sign.isalpha() for sign in text):
        return ""
    readings = {number for written in (text, _OPTIONAL.sub("", text)) for number in _readings(written, country)}
    return readings.pop() if len(readings) == 1 else ""


def _plain(cell: str) -> str:
    """Return a number without invisible signs, what a spreadsheet made of it, and its extension."""
    text = unicodedata.normalize("NFKC", cell).translate(_PLAIN_DIGITS)
    text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf").strip()
    return _FLOAT.sub(r"\1", _EXTENSION.sub("", _BEFORE.sub("", text)))


def _readings(text: str, country: str) -> set[str]:
    """Return the numbers that a text may mean: with a calling code, dialled abroad, or at home."""
    digits, plan = re.sub(r"[^0-9]", "", text), _region(country)
    if "+" in text:
        return {_international(digits, country)} - {""}
    readings = {_dialled_abroad(digits, country, plan)}
    if plan:
        at_home = {digits, _without_trunk(digits, plan)}
        readings |= {f"+{plan[0]}{number}" for number in at_home if _exists(plan[0], number)}
        if digits.startswith(plan[0]):
            readings.add(_international(digits, country))
    return readings - {""}


def _dialled_abroad(digits: str, country: str, plan: list[str] | None) -> str:
    """Return the number behind the prefix for calls abroad, the country's own or, if that reads none, 00."""
    numbers = []
    for prefix in (plan[1] if plan else _ABROAD, _ABROAD):
        dialled = _pattern(prefix).match(digits)
        numbers.append(_international(digits[dialled.end() :], country) if dialled else "")
    own, usual = numbers
    fixed = plan is not None and plan[1].isdecimal()  # else it may end in more than one place
    if own and (fixed or usual in (own, "")):
        return own
    return "" if own else usual


def _international(digits: str, country: str) -> str:
    """Return the number that begins with a calling code; the prefix that is dialled at home is taken off behind it."""
    code = next((digits[:size] for size in (1, 2, 3) if digits[:size] in _plans()["codes"]), "")
    if not code:
        return ""
    number, plan = digits[len(code) :], _region(country)
    if not plan or plan[0] != code:
        plan = next((other for other in _plans()["regions"].values() if other[0] == code), None)
    if not _exists(code, number) and plan and not number.startswith(code):  # +1 1 212 is a slip, not a prefix
        number = _without_trunk(number, plan)
    return f"+{code}{number}" if _exists(code, number) else ""


def _without_trunk(digits: str, plan: list[str]) -> str:
    """Return a number without the prefix that is dialled at home."""
    if len(plan) < 3:
        return digits
    prefix = _pattern(plan[2]).match(digits)
    if not prefix:
        return digits
    rest = digits[prefix.end() :]
    if len(plan) < 4 or prefix.lastindex is None:
        return rest
    return re.sub(r"\$([0-9])", lambda group: prefix[int(group[1])] or "", plan[3]) + rest


def _exists(code: str, number: str) -> bool:
    """Whether a plan allows a number, given without its country's code."""
    return _pattern(_plans()["codes"][code]).fullmatch(number) is not None


def _region(country: str) -> list[str] | None:
    plan: list[str] | None = _plans()["regions"].get(country)
    return plan


@functools.cache
def _plans() -> dict[str, dict[str, Any]]:
    plans: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("phone_plans.json").read_bytes())
    return plans


@functools.cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
