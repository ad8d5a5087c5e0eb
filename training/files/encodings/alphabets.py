"""Which letters the languages of Latin script have beyond ASCII, by the encodings made for them."""

import re
from functools import cache

_WESTERN = (
    "äöüß",  # German
    "àâæçèéêëîïôœùûüÿ",  # French
    "áéíóúñüªº",  # Spanish
    "àáâãçéêíóôõúüªº",  # Portuguese
    "àèéìíîòóùú",  # Italian
    "áéèëíïóöúü",  # Dutch
    "åäöéæøü",  # Danish, Finnish, Norwegian, Swedish
    "àçèéíïòóúü",  # Catalan
)
_CENTRAL = (
    "ąćęłńóśźż",  # Polish
    "áčďéěíňóřšťúůýž",  # Czech
    "áäčďéíĺľňóôŕšťúýž",  # Slovak
    "áéíóöőúüű",  # Hungarian
    "čćđšž",  # Croatian, Serbian, Slovene
    "ăâîşţ",  # Romanian
    "äöüß",
)
_TURKISH = ("çğıöşüâîû\u0307",)  # the last is the dot of a small i that was a capital
_BALTIC = (
    "ąčęėįšųūž",  # Lithuanian
    "āčēģīķļņšūž",  # Latvian
    "äõöüšž",  # Estonian
)
LATIN = {
    "cp1252": _WESTERN,
    "cp1250": _CENTRAL,
    "cp1254": _TURKISH,
    "cp1257": _BALTIC,
    "iso8859_15": _WESTERN,
    "iso8859_2": _CENTRAL,
    "mac_roman": _WESTERN,
    "cp850": _WESTERN,
    "cp852": _CENTRAL,
    "cp857": _TURKISH,
}
"""Encoding -> alphabets, the most common encoding first."""

_SYMBOLS = "€£¥¢§©®™°²³¹¼½¾×÷±µ·•–—‘’‚“”„«»‹›…¡¿\u00a0"  # noqa: RUF001
_INSIDE = re.compile(
    r"[£¥¢§±²³¹¼½¾®©ªº][^\W\d_]|[°µ×÷•™…][^\W\d_a-zA-Z]|[^\W\d_][“„«¡¿‚°®][^\W\d_]"  # noqa: RUF001
    r"|[^\x00-\xbf][\\^`\[\]{|}]|[\\^`{|}][^\x00-\xbf]"
)
_LETTERS = re.compile(r"[^\W\d_]+")


@cache
def languages(word: bytes, encoding: str) -> frozenset[str]:
    """Return the alphabets of an encoding that a word with letters beyond ASCII may be written in."""
    try:
        text = word.decode(encoding)
    except UnicodeDecodeError:
        return frozenset()
    beyond = {sign for sign in text if not sign.isascii()}
    symbols = {sign for sign in beyond if not sign.isalpha()}
    runs = _LETTERS.findall(text)
    if not symbols <= set(_SYMBOLS) or _INSIDE.search(text) or not all(map(is_cased_alike, runs)):
        return frozenset()
    letters = {part for letter in beyond - symbols for part in letter.lower() if not part.isascii()}
    return frozenset(alphabet for alphabet in LATIN[encoding] if letters <= set(alphabet))


def has_plain_letters(word: bytes, encoding: str) -> bool:
    """Return True where each run of letters has one of a to z: in these languages most words do, in others none."""
    text = word.decode(encoding, errors="replace")
    runs = [run for run in _LETTERS.findall(text) if len(run) > 1]
    return all(re.search("[a-zA-Z]", run) for run in runs) and (len(text) == 1 or bool(re.search("[a-zA-Z0-9]", text)))


def has_sign_at_letter(word: bytes, encoding: str) -> bool:
    """Return True where a sign beyond ASCII touches a letter, as ® in ®ilina; quotes and dashes may."""
    text = word.decode(encoding, errors="replace")
    return re.search(r"[€£¥¢§©®™°²³¹¼½¾×÷±µ·•…¡¿–—][^\W\d_]|[^\W\d_][€£¥¢§¼½¾×÷±µ·•…¡¿–—]", text) is not None  # noqa: RUF001


def is_cased_alike(letters: str) -> bool:
    """Return True where capitals come first or throughout."""
    return letters in (letters.lower(), letters.upper(), letters.capitalize())
