"""Makes the tables of what countries are called: `.venv/bin/python -m tests.helpers.country_table`.

Names are those of ISO 3166 and of CLDR in the languages that the page knows, and the country's own.
"""

import functools
import gettext
import json
from collections.abc import Iterator

import pycountry
from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages

from tests.helpers.service import ROOT
from training.contacts.words import bag

PYTHON = ROOT / "training/contacts/country_names.json"
PAGE = ROOT / "static/customers/contacts/country_names.js"
ABOUT = "Names of countries, of ISO 3166 and CLDR, made by tests/helpers/country_table.py and not by hand."
SHAPE = "Record<string, readonly string[]>"
LANGUAGES = ("en", "de", "es", "fr", "it", "nl", "pl", "pt", "tr")
MORE = {
    "AE": "UAE",
    "AT": "Oesterreich",
    "BA": "Bosnia",
    "CD": "DRC|DR Congo|Zaire",
    "CH": "Switzerland|Suisse|Schweiz|Svizzera",
    "CI": "Ivory Coast",
    "CV": "Cape Verde",
    "CZ": "Czech Republic",
    "DE": "BRD",
    "GB": "UK|Great Britain|Britain|England|Scotland|Wales|Northern Ireland|Großbritannien",
    "GR": "EL|Hellas|Hellenic Republic",
    "HK": "Hong Kong SAR",
    "IE": "Republic of Ireland|Eire",
    "KP": "DPRK",
    "KR": "Republic of Korea|ROK",
    "LA": "Lao",
    "MK": "Macedonia|Republic of North Macedonia|FYROM",
    "MM": "Burma",
    "MO": "Macau SAR|Macao|Macau",
    "MX": "Méjico",
    "NL": "Holland",
    "PS": "State of Palestine|Palestine",
    "RU": "Russia|Russian Federation",
    "SY": "Syria",
    "SZ": "Swaziland",
    "TL": "East Timor",
    "TR": "Turkey|Turkiye",
    "TW": "Taiwan ROC",
    "TZ": "Tanzania",
    "US": "America|U S of America|Vereinigte Staaten von Amerika|EE UU|EUA|"
    "Estados Unidos de América|Stati Uniti d America|États-Unis d Amérique",
    "VA": "Vatican|Holy See",
    "VC": "St Vincent",
    "VN": "Vietnam",
    "XK": "XKX|Kosova|Republic of Kosovo",
}
"""What else people write."""


@functools.cache
def names() -> dict[str, list[str]]:
    """Return, of each country, its name in English and its names' words, separated by bars; no name of two."""
    known = {code: list(_names(code)) for code in [*sorted(country.alpha_2 for country in pycountry.countries), "XK"]}
    bags = {code: dict.fromkeys(filter(None, map(bag, [code, *names]))) for code, names in known.items()}
    counts: dict[str, int] = {}
    for words in bags.values():
        for name in words:
            counts[name] = counts.get(name, 0) + 1
    return {
        code: [known[code][0], "|".join(name for name in words if counts[name] == 1)]
        for code, words in sorted(bags.items())
    }


def _names(code: str) -> Iterator[str]:
    yield str(Locale("en").territories[code])
    country = pycountry.countries.get(alpha_2=code)
    titles = [str(getattr(country, part, "")) for part in ("alpha_3", "name", "official_name", "common_name")]
    yield from filter(None, titles)
    own = get_official_languages(code, de_facto=True)
    for language in (*LANGUAGES, *own):
        try:
            yield str(Locale.parse(language).territories.get(code, ""))
        except UnknownLocaleError:
            continue
    for language in own:
        words = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, [language], fallback=True)
        yield from (words.gettext(title) for title in titles[1:] if title)
    yield from MORE.get(code, "").split("|")


def texts() -> dict[str, str]:
    """Return what stands in each file, by its path from the root."""
    lines = (f"{json.dumps(code)}: {json.dumps(words, ensure_ascii=False)}" for code, words in names().items())
    table = "{\n" + ",\n".join(lines) + "\n}"
    script = f"/**\n * {ABOUT}\n */\n\n/** @type {{{SHAPE}}} */\nexport const NAMES = {table};\n"
    return {str(PYTHON.relative_to(ROOT)): f"{table}\n", str(PAGE.relative_to(ROOT)): script}


if __name__ == "__main__":
    for path, text in texts().items():
        (ROOT / path).write_text(text, encoding="utf-8")
