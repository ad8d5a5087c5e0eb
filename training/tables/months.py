"""Names of months in the languages of the headers that are known, for engines that read English."""

from ..engines.engine import literal

_STEMS = {
    "Jan": "jan|j[äÄ]n|ene|gen|sty|oca",
    "Feb": "feb|f[éÉ]v|fev|lut|[şŞ]ub",
    "Mar": "mar|m[äÄ]r|maa|mrt",
    "Apr": "apr|avr|abr|kwi|nis",
    "May": "ma[iyjg]|mei",
    "Jun": "jun|juin|giu|cze|haz",
    "Jul": "jul|juil|lug|lip|tem",
    "Aug": "aug|ao[uûÛ]|ago|a[ğĞ]u|sie",
    "Sep": "sep|set|wrz|eyl",
    "Oct": "oct|okt|ott|out|pa[źŹ]|eki",
    "Nov": "nov|lis|kas",
    "Dec": "dec|dez|d[éÉ]c|dic|gru|ara",
}
"""How months begin in English, German, French, Spanish, Portuguese, Italian, Dutch, Polish and Turkish."""

_STEPS = (
    (r"^\p{L}+[.]?,\s*", ""),  # a day of the week
    (r"\s+de\s+", " "),
    ("[年月]", "-"),
    ("日", ""),
    *((rf"(?i)(^|[^\p{{L}}\d]+)({stems})\p{{L}}*[^\p{{L}}\d]*", f" {month} ") for month, stems in _STEMS.items()),
)


def has_month(text: str) -> str:
    """Return SQL of whether a cell has the name of a month, or a sign of Chinese dates."""
    pattern = rf"(?i)(.*[^\p{{L}}])?({'|'.join(_STEMS.values())}).*|.*[年月].*"
    return f"regexp_full_match({text}, {literal(pattern)})"


def in_english(text: str) -> str:
    """Return SQL of a cell with the month in English between spaces: "5. März 2024" is 5 Mar 2024."""
    for pattern, new in _STEPS:
        text = f"replace_all({text}, {literal(pattern)}, {literal(new)})"
    return f"trim({text})"
