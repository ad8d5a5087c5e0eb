"""Names of months and weekdays in the languages of the headers that are known, for engines that read English."""
# ruff: noqa: RUF001 - letters of several scripts

import re

from ...engines.engine import matches, replaced

_MONTHS = (
    ("Nov", "marraskuuta marraskuu"),
    (
        "Sep",
        "september septembre septiembre setiembre setembro settembre sept sep sett set wrzesie[nń] "
        "wrze[sś]nia wrz eyl[uü]l eyl szeptember szept septembra září сентябр[ья] сент сен вересень вересня вер "
        "септември септ сеп σεπτέμβριος σεπτεμβρίου σεπ septembrie syyskuuta syyskuu",
    ),
    (
        "Feb",
        "february februari februar feber febr feb f[eé]vrier f[eé]vr f[eé]v fevereiro fev febbraio "
        "febrero luty lutego lut [sş]ubat şub februára február únor února феврал[ья] февр фев лютий лютого лют "
        "февруари φεβρουάριος φεβρουαρίου φεβ februarie veebruar veebr helmikuuta helmikuu",
    ),
    (
        "Mar",
        "march marzo mar[cç]o marzec marca mars mart maart mrt m[aä]rz maerz mrz m[aä]r marts március "
        "márc marec březen března март[а]? мар березень березня бер μάρτιος μαρτίου μαρ martie märts maaliskuuta "
        "maaliskuu",
    ),
    (
        "Apr",
        "april aprile apr avril avr abril abr kwiecie[nń] kwietnia kwi nisan nis április ápr apríla apríl "
        "duben dubna апрел[ья] апр квітень квітня квіт април απρίλιος απριλίου απρ aprilie aprill huhtikuuta huhtikuu",
    ),
    (
        "May",
        "may mai mayo maio maggio mag mei maj maja may[ıi]s május mája? květen května ма[йя] травень "
        "травня трав μάιος μαΐου μαΐ toukokuuta toukokuu",
    ),
    (
        "Jul",
        "july juli juillet juill juil julio julho jul luglio lug lipiec lipca lip temmuz tem július júla? "
        "červenec července июл[ья]? липень липня лип юли ιούλιος ιουλίου ιουλ iulie iul juuli julij heinäkuuta "
        "heinäkuu",
    ),
    (
        "Jan",
        "january january januari januar janvier janv janeiro gennaio gen enero ene stycze[nń] stycznia "
        "sty ocak oca j[aä]nner j[aä]n januára január leden ledna январ[ья] янв січень січня січ януари ιανουάριος "
        "ιανουαρίου ιαν ianuarie ian jaanuar jaan tammikuuta tammikuu",
    ),
    (
        "Jun",
        "june juni juin junio junho jun giugno giu czerwiec czerwca cze haziran haz június júna? červen "
        "června июн[ья]? червень червня черв юни ιούνιος ιουνίου ιουν iunie iun juuni junij kesäkuuta kesäkuu",
    ),
    (
        "Aug",
        "august augustus aug ao[uû]t ao[uû] agosto ago sierpie[nń] sierpnia sie a[gğ]ustos ağu augusti "
        "augusztus augusta srpen srpna август[а]? авг серпень серпня серп αύγουστος αυγούστου αυγ avgust avg elokuuta "
        "elokuu",
    ),
    (
        "Oct",
        "october oktober octobre octubre outubro ottobre oct okt ott out pa[zź]dziernika pa[zź]dziernik "
        "paź ekim eki október októbra říjen října октябр[ья] окт жовтень жовтня жовт октомври οκτώβριος οκτωβρίου οκτ "
        "octombrie oktoober lokakuuta lokakuu",
    ),
    (
        "Nov",
        "november novembre noviembre novembro nov listopada listopad lis kas[ıi]m kas novembra listopadu "
        "ноябр[ья] нояб ноя листопад[а]? лист ноември ноем νοέμβριος νοεμβρίου νοε noiembrie",
    ),
    (
        "Dec",
        "december dezember d[eé]cembre diciembre dezembro dicembre dec dez d[eé]c dic grudzie[nń] grudnia "
        "gru aral[ıi]k ara desember des decembra prosinec prosince декабр[ья] дек грудень грудня груд декември "
        "δεκέμβριος δεκεμβρίου δεκ decembrie detsember dets joulukuuta joulukuu",
    ),
)
"""In lower case, short forms too, of 23 languages: English, German, French, Spanish, Portuguese, Italian, Dutch,
Polish, Turkish, Swedish, Danish, Norwegian, Finnish, Hungarian, Czech, Slovak, Slovene, Estonian, Romanian, Greek,
Russian, Ukrainian and Bulgarian. Czech has no short ones here, as those are of other months in Croatian.

They are looked for in this order, as names of some hold short ones of others: wrzesień that of August, maaliskuu that
of November, and marraskuu that of March.
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
    måndag tisdag onsdag torsdag fredag lördag söndag mån tis ons tors tor fre lör sön
    mandag tirsdag lørdag søndag man tirs tir lør søn
    maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai
    maanantaina tiistaina keskiviikkona torstaina perjantaina lauantaina sunnuntaina
    hétfő kedd szerda csütörtök péntek szombat vasárnap
    pondělí úterý středa čtvrtek pátek neděle pondelok utorok streda štvrtok piatok nedeľa
    ponedeljek torek sreda četrtek petek nedelja esmaspäev teisipäev kolmapäev neljapäev reede laupäev pühapäev
    luni marți miercuri joi vineri sâmbătă duminică
    понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт пт сб вс
    понеділок вівторок середа четвер пʼятниця субота неділя нд понеделник сряда четвъртък петък събота
    δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή δευ τρί τετ πέμ παρ σάβ κυρ
    pazartesi sal[\u0131i] [cç]ar[sş]amba per[sş]embe cuma cumartesi pazar pzt sal çar per cum cmt paz
"""


def _any_of(words: str) -> str:
    """Return a pattern of words, of which the longest that fits is taken."""
    return "|".join(sorted(words.split(), key=lambda word: len(re.sub(r"\[.*?\]", ".", word)), reverse=True))


MONTH = _any_of(" ".join(words for _, words in _MONTHS))
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
    for month, words in _MONTHS:
        pattern = f"[ .,/'-]*(?:{_any_of(words)})[ .,/'-]*"
        text = replaced(text, pattern, f" {month} ")
    return f"trim({text})"
