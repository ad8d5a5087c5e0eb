r"""A day in a cell however it is written: what stands around it is taken off, months are put into English.

What is left is read by the formats of `dates`, so whatever is not known here, in whatever language, keeps a cell from
being a date.
"""

from ...engines.engine import matches, replaced
from .months import MONTH, WEEKDAY, in_english

_WEEK = r"\d{4}-?W\d{2}-?[1-7]"
_DAY = r"\d{4}-\d{3}"
_PLAIN = rf"\d{{1,4}}[-/.]?\d{{1,2}}[-/.]?\d{{1,4}}|{_WEEK}"
_WORDS = r"(?:[^\d ]{1,12} ){0,2}"  # at, um, klo, à, a las, alle ore, godz., 오후
_HALF = r"[ap] ?[.]? ?m\b"

_AROUND = (
    (r"[\s\x0b\p{Z}\x{feff}\x{200e}\x{200f}]+", " "),
    (r"\p{M}+", ""),  # accents that are letters of their own
    (r" ?[(\x{ff08}][^\d ()\x{ff08}\x{ff09}]{1,4}[)\x{ff09}]", ""),  # the day of the week, or the zone, in brackets
    (r" \d{1,2}:\d{2}(?::\d{2})?(?: [a-z]{1,5}[-+:\d]*)?( \d{4})$", "$1"),  # Tue Mar  5 10:30:00 CET 2024
    (rf"(?:, ?| ?[-\x{{2013}}|] ?|[ _:]){_WORDS}\d{{1,2}} ?(?::|h(?:[\d ]|$)).*$", ""),  # 10:30, 10h30, 10 h
    (r"(\d) ?t ?\d{1,2}:.*$", "$1"),
    (rf",? {_WORDS}\d{{1,2}} ?{_HALF}.*$", ""),  # 3 PM
    (r"(\d)t\d{2}(?:\d{2}){0,2}(?:[.,]\d+)?(?:z|[-+]\d{2}:?(?:\d{2})?)?$", "$1"),  # 20240305T1030Z
    (r"^(\d{4}-\d{2}-\d{2})(?:z|[-+]\d{2}:\d{2})$", "$1"),  # XML's days
    (r"^(\d{8})(?:[01]\d|2[0-3])[0-5]\d[0-5]\d$", "$1"),  # 20240305103000
    (r"-\d{2}[.]\d{2}[.]\d{2}(?:[.]\d+)?$", ""),  # DB2's 2024-03-05-10.30.00
    (rf"^(?:{WEEKDAY})(?:[.,]+ ?| )", ""),
    ("^den ", ""),  # 9. marts
    (rf"^mar[.,]* (\d+(?:[-/.]+ ?\d+[-/.]+ ?\d|[ .,]+(?:de )?(?:{MONTH})).*)$", "$1"),  # Tuesday, not March
    (rf",? (?:{WEEKDAY})[.]?$", ""),
    (r"(\d)(?:st|nd|rd|th|er|[.]?[º°])([ ,])", "$1$2"),
    (" (?:de|del|of) ", " "),
    ("[年月년월] ?", "-"),
    ("[日일]", ""),
    ("([/.-]) ", "$1"),  # 5. 3. 2024
    (" ([/-])", "$1"),
    (
        rf",? {_WORDS}\d{{1,2}}[.]\d{{2}}(?:[.]\d{{2}}(?:[.,]\d+)?)?(?: uhr| utc| gmt| [ce]es?t| ?{_HALF}[.]?)?$",
        "",
    ),  # 10.30
    (r" ?(?:[r\x{433}\x{440}][.])?[., ]*$", ""),
)
"""What is taken off, in this order, of a text in lower case."""

_BETWEEN = (r"([A-Z][a-z]{2}) (\d+)[-/., ]+(\d+)$", "$1 $2 $3")


def without_time(text: str) -> str:
    """Return SQL of a cell without what follows a day: a time with a colon."""
    return replaced(text, r",?(T|[\s\p{Z}]+)\d{1,2}:\d{1,2}.*$")


def is_plain(day: str) -> str:
    """Return SQL of whether a text without a time is three numbers, or one, as `in_plain_words` would leave it."""
    return matches(day, _PLAIN)


def in_plain_words(text: str) -> str:
    """Return SQL of a cell's day as numbers, or with an English month: "mar. 5 mars 2024 à 10 h" is "5 Mar 2024"."""
    text = f"lower({text})"
    for pattern, new in _AROUND:
        text = replaced(text, pattern, new)
    return replaced(in_english(text), *_BETWEEN)


def day_of_week(text: str) -> str:
    """Return SQL of the day that ISO 8601 writes as year, week and day of the week: 2024-W10-2; null if it is none."""
    digits = replaced(text, "[^0-9]")
    year, weeks, days = (
        f"TRY_CAST(substr({digits}, {start}, {size}) AS INT)" for start, size in ((1, 4), (5, 2), (7, 1))
    )
    thursday = f"CAST(date_trunc('week', make_date({year}, 1, 4)) AS DATE) + {weeks} * 7 - 4"
    return f"CASE WHEN {matches(text, _WEEK)} AND year({thursday}) = {year} THEN {thursday} + {days} - 4 END"


def day_of_year(text: str) -> str:
    """Return SQL of the day that ISO 8601 writes as year and number in the year: 2024-065; null if it is none."""
    year, days = (f"TRY_CAST(substr({text}, {start}, {size}) AS INT)" for start, size in ((1, 4), (6, 3)))
    day = f"make_date({year}, 1, 1) + {days} - 1"
    return f"CASE WHEN {matches(text, _DAY)} AND year({day}) = {year} THEN {day} END"
