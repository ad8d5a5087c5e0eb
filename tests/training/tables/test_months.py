"""Names of months in the languages of the headers that are known."""

import pytest

from training.engines.duckdb import DuckDB
from training.engines.engine import literal
from training.tables.months import has_month, in_english

ENGLISH = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
YEARS = {
    "English": "January February March April May June July August September October November December",
    "German": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "Austrian": "Jänner Feber MÄRZ April Mai Juni Juli August Sept. Okt. Nov. Dez.",
    "French": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "French, short": "janv. févr. mars avr. mai juin juil. AOÛT sept. oct. nov. DÉC.",
    "Spanish": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "Portuguese": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "Italian": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "Dutch": "januari februari maart april mei juni juli augustus september oktober november december",
    "Polish": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "Turkish": "Ocak Şubat Mart Nisan May\u0131s Haziran Temmuz Ağustos Eylül Ekim Kas\u0131m Aral\u0131k",
}


@pytest.fixture(scope="module")
def engine():
    with DuckDB() as engine:
        yield engine


@pytest.mark.parametrize("language", YEARS)
def test_each_month_of_a_year_is_read(engine, language):
    texts = [literal(f"5 {name} 2024") for name in YEARS[language].split()]
    row = engine.rows(f"SELECT {', '.join(map(in_english, texts))}")[0]
    assert list(row) == [f"5 {month} 2024" for month in ENGLISH]


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("5. März 2024", "5 Mar 2024"),
        ("5 de marzo de 2024", "5 Mar 2024"),
        ("mardi, 5 mars 2024", "5 Mar 2024"),
        ("05-Dez-24", "05 Dec 24"),
        ("März 5, 2024", "Mar 5, 2024"),
        ("2024年3月5日", "2024-3-5"),
    ],
)
def test_what_stands_around_a_month_is_left_out(engine, text, english):
    assert engine.rows(f"SELECT {in_english(literal(text))}") == [(english,)]


@pytest.mark.parametrize("text", ["2024-03-05T10:00:00Z", "3/5/2024 3:15 PM", "2024-03-05 10:00 UTC", "05.03.2024", ""])
def test_dates_of_numbers_have_no_month(engine, text):
    assert engine.rows(f"SELECT {has_month(literal(text))}, {in_english(literal(text))}") == [(False, text)]
