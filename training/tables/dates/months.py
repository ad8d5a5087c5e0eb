"""Names of months and weekdays in the languages of the headers that are known, for engines that read English."""

import re

from ...engines.engine import matches, replaced

_MONTHS = {
    "Sep": "september septembre septiembre setiembre setembro settembre sept sep sett set wrzesie[nń] wrze[sś]nia wrz "
    "eyl[uü]l eyl",
    "Jan": "january january januari januar janvier janv janeiro gennaio gen enero ene stycze[nń] stycznia sty ocak oca "
    "j[aä]nner j[aä]n",
    "Feb": "february februari februar feber febr feb f[eé]vrier f[eé]vr f[eé]v fevereiro fev febbraio febrero luty "
    "lutego lut [sş]ubat şub",
    "Mar": "march marzo mar[cç]o marzec marca mars mart maart mrt m[aä]rz maerz mrz m[aä]r",
    "Apr": "april aprile apr avril avr abril abr kwiecie[nń] kwietnia kwi nisan nis",
    "May": "may mai mayo maio maggio mag mei maj maja may[\u0131i]s",
    "Jun": "june juni juin junio junho jun giugno giu czerwiec czerwca cze haziran haz",
    "Jul": "july juli juillet juill juil julio julho jul luglio lug lipiec lipca lip temmuz tem",
    "Aug": "august augustus aug ao[uû]t ao[uû] agosto ago sierpie[nń] sierpnia sie a[gğ]ustos ağu",
    "Oct": "october oktober octobre octubre outubro ottobre oct okt ott out pa[zź]dziernika pa[zź]dziernik "
    "paź ekim eki",
    "Nov": "november novembre noviembre novembro nov listopada listopad lis kas[\u0131i]m kas",
    "Dec": "december dezember d[eé]cembre diciembre dezembro dicembre dec dez d[eé]c dic grudzie[nń] grudnia gru "
    "aral[\u0131i]k ara",
}
"""In lower case, English, German, French, Spanish, Portuguese, Italian, Dutch, Polish and Turkish, short forms too.

September comes first, as its names hold short ones of Turkish July and Polish August.
"""

_WEEKDAYS = """
    monday mon tuesday tues tue wednesday wed thursday thurs thur thu friday fri saturday sat sunday sun
    montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so
    lundi mardi mercredi jeudi vendredi samedi dimanche lun mer jeu ven sam dim lu ma me je ve
    lunes martes mi[eé]rcoles jueves viernes s[aá]bado domingo mi[eé] jue vie s[aá]b dom
    segunda-feira ter[cç]a-feira quarta-feira quinta-feira sexta-feira segunda ter[cç]a quarta quinta sexta
    seg ter qua qui sex
    luned[iì] marted[iì] mercoled[iì] gioved[iì] venerd[iì] sabato domenica gio
    maandag dinsdag woensdag donderdag vrijdag zaterdag zondag wo vr za zo
    poniedzia[lł]ek wtorek [sś]roda czwartek pi[aą]tek sobota niedziela pon pn wt śr czw cz pt sob sb niedz ndz nd
    pazartesi sal[\u0131i] [cç]ar[sş]amba per[sş]embe cuma cumartesi pazar pzt sal çar per cum cmt paz
"""


def _any_of(words: str) -> str:
    """Return a pattern of words, of which the longest that fits is taken."""
    return "|".join(sorted(words.split(), key=lambda word: len(re.sub(r"\[.*?\]", ".", word)), reverse=True))


MONTH = _any_of(" ".join(_MONTHS.values()))
"""A pattern of all months' names."""

WEEKDAY = _any_of(_WEEKDAYS)
"""A pattern of all weekdays' names, but for "mar", which is a month too."""


_OPEN = "lip|lis|listopada?"
"""Polish July and November, and Croatian June and October."""


def names_open_month(text: str) -> tuple[str, str]:
    """Return SQL of whether a text has a month of `_OPEN`, and of whether it has one that is not Croatian."""
    edges, text = r"(?:.*[^\p{L}])?(?:%s)(?:[^\p{L}].*)?", f"lower({text})"
    is_open, is_month = (matches(text, edges % names) for names in (_OPEN, MONTH))
    return is_open, f"{is_month} AND NOT {is_open}"


def in_english(text: str) -> str:
    """Return SQL of a text in lower case with the month in English between spaces: "5. märz 2024" is "5 Mar 2024"."""
    for month, words in _MONTHS.items():
        pattern = f"[ .,/'-]*(?:{_any_of(words)})[ .,/'-]*"
        text = replaced(text, pattern, f" {month} ")
    return f"trim({text})"
