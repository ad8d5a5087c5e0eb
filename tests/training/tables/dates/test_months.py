"""Names of months and weekdays in the languages of the headers that are known; CLDR is the reference."""

import datetime

import babel.dates
import pytest

from training.engines.engine import literal
from training.tables.dates.day_texts import in_plain_words

ENGLISH = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
YEARS = {
    "Austrian": "Jänner Feber MÄRZ April Mai Juni Juli August Sept. Okt. Nov. Dez.",
    "German, without accents": "Januar Februar Maerz April Mai Juni Juli August September Oktober November Dezember",
    "French, without accents": "janv fevrier mars avr mai juin juill aout sept oct nov decembre",
    "Polish, to be named": "styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad "
    "grudzień",
    "Czech, to be named": "leden únor březen duben květen červen červenec srpen září říjen listopad prosinec",
    "Czech": "ledna února března dubna května června července srpna září října listopadu prosince",
    "Finnish": "tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu "
    "joulukuu",
    "Russian, to be named": "Январь Февраль Март Апрель Май Июнь Июль Август Сентябрь Октябрь Ноябрь Декабрь",
    "Ukrainian, to be named": "Січень Лютий Березень Квітень Травень Червень Липень Серпень Вересень Жовтень Листопад "
    "Грудень",
    "Turkish, in capitals": "OCAK ŞUBAT MART N\u0130SAN MAYIS HAZ\u0130RAN TEMMUZ AĞUSTOS EYLÜL EK\u0130M KASIM ARALIK",
}
LOCALES = [
    "en_US",
    "en_GB",
    "de",
    "de_AT",
    "fr",
    "fr_CA",
    "es",
    "es_MX",
    "pt",
    "pt_PT",
    "it",
    "nl",
    "nl_BE",
    "pl",
    "tr",
    *("sv", "da", "nb", "fi", "hu", "cs", "sk", "sl", "et", "ro", "el", "ru", "uk", "bg"),
]
DAYS = [datetime.datetime(2024, month, 12 + month, 15, 5, 6) for month in range(1, 13)]


def plain(engine, texts):
    selects = " UNION ALL ".join(f"SELECT {number} AS n, {literal(text)} AS d" for number, text in enumerate(texts))
    return [day for (day,) in engine.rows(f"SELECT {in_plain_words('d')} FROM ({selects}) AS texts ORDER BY n")]


@pytest.mark.parametrize("language", YEARS)
def test_each_month_of_a_year_is_read(engine, language):
    texts = [f"5 {name} 2024" for name in YEARS[language].split()]
    assert plain(engine, texts) == [f"5 {month} 2024" for month in ENGLISH]


@pytest.mark.parametrize("form", ["full", "long", "medium"])
@pytest.mark.parametrize("locale", LOCALES)
def test_each_day_that_cldr_writes_is_read(engine, locale, form):
    numbers = [f"{day:%Y} {day.day} {day.month}" for day in DAYS]
    texts = [babel.dates.format_date(day, form, locale) for day in DAYS]
    has_zone_in_words = form == "full" and locale in {"da", "fi"}  # and no colon before it
    times = [babel.dates.format_datetime(day, "long" if has_zone_in_words else form, locale=locale) for day in DAYS]
    for days in (plain(engine, texts), plain(engine, times)):
        assert [as_numbers(day) for day in days] == numbers


def as_numbers(day):
    """Return year, day and month of what is left of a day later than the 12th."""
    parts = day.replace(".", " ").replace("/", " ").replace("-", " ").split()
    parts = [str(ENGLISH.index(part) + 1) if part in ENGLISH else str(int(part)) for part in parts]
    return " ".join(sorted(parts, key=int, reverse=True))
