"""Which encoding a file has: its bytes decide, and where they leave it open the user is asked."""

import pytest

from training.files.formats import open_table
from training.files.source import DataError, FileOptions

NAMES = {
    "gb18030": "会员编号 年龄 消费金额 城市 北京 上海 广州",
    "cp949": "고객번호 나이 금액 도시 서울 부산 대구 인천",
    "cp932": "名前 都市 田中 東京 鈴木 大阪 なごや サッポロ",
    "big5": "姓名 城市 王小明 台北 高雄 臺中 新竹 桃園",
    "cp1251": "Имя Возраст Город Иван Москва Казань Самара",
    "cp1253": "Γιώργος Αθήνα Θεσσαλονίκη Πάτρα Ηράκλειο",
    "cp1254": "Ayşe İstanbul Çağlar Eskişehir Yılmaz Uşak",  # noqa: RUF001
    "cp1256": "الاسم العمر المدينة أحمد القاهرة الجيزة",
    "cp1250": "Łukasz Łódź Kraków Żaneta Gdańsk Wrocław Poznań",
    "iso8859-2": "Łukasz Żółć Małgorzata Wójcik Świątek",
    "cp852": "Jiří Čech Lukáš Dvořák Plzeň",
    "cp857": "Ayşe İstanbul Çağlar Eskişehir Yılmaz Uşak",  # noqa: RUF001
    "cp1252": "José Müller Zoë François Núñez Ærø Straße 9€ d’Or",  # noqa: RUF001
    "cp1257": "Jānis Rīga Liepāja Šiauliai Klaipėda Panevėžys",
    "mac_roman": "José García Núñez Müller Zürich Düsseldorf",
    "cp850": "José García Núñez Müller Zürich Düsseldorf",
    "utf-8": "José 北京 Москва القاهرة",
    "utf-16": "José 北京 Москва القاهرة",
    "utf-32": "José 北京 Москва القاهرة",
}


def table(names):
    return "name,visits\n" + "".join(f"{name},{number}\n" for number, name in enumerate(names))


def test_letters_that_another_encoding_has_as_signs_speak_for_their_own(engine, tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes("Name,Visits\nJörg Müller,3\nZoë Weiß,4\nAnaïs Çelik,5\n".encode("mac_roman"))
    source = open_table(engine, str(path))
    assert source.notes[0].startswith("Not UTF-8; read as Mac Roman, with the letters ö ü ë ß ï Ç")


@pytest.mark.parametrize("encoding", NAMES)
def test_names_are_read_as_they_were_written(engine, tmp_path, encoding):
    names = NAMES[encoding].split()
    path = tmp_path / "table.csv"
    path.write_bytes(table(names).encode(encoding))
    source = open_table(engine, str(path))
    assert [name for name, _ in engine.rows(f"SELECT * FROM {source.sql}")] == names
    assert len(source.notes) == (0 if encoding.startswith("utf") else 1)


@pytest.mark.parametrize("encoding", ["mac_latin2", "cp860"])
def test_words_with_plain_letters_are_not_taken_for_characters_of_two_bytes(engine, tmp_path, encoding):
    names = {"mac_latin2": "Jiří Čech Lukáš Dvořák Plzeň", "cp860": "João Gonçalves Conceição Antônio"}[encoding]
    path = tmp_path / "table.csv"
    path.write_bytes(table(names.split()).encode(encoding))
    with pytest.raises(DataError, match="found letters of no encoding that is known here; say which with --encoding"):
        open_table(engine, str(path))
    assert open_table(engine, str(path), FileOptions(encoding=encoding)).rows == len(names.split())


def test_what_was_read_is_shown(engine, tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes("name,plan\nJosé,9 €\n".encode("cp1252"))
    assert open_table(engine, str(path)).notes == (
        "Not UTF-8; read as Windows-1252 (Western Europe), with the letters é €; if they are wrong, say how the file "
        "is written with --encoding.",
    )


@pytest.mark.parametrize(
    ("encoding", "row", "letters"),
    [
        ("cp1252", "Währung;Betrag\nEUR;5\n", "ä"),
        ("cp850", "Währung;Betrag\nEUR;5\n", "ä"),
        ("mac_roman", "Währung;Betrag\nEUR;5\n", "ä"),
        ("cp1252", "Kunde;Betrag\n7;1.234,50 €\n8;9,90€\n", "€"),
        ("cp1252", "Kunde;Betrag\n7;£5\n", "£"),
        ("cp850", "Kunde;Betrag\n7;£5\n", "£"),
        ("cp1250", "Zamówienie;Wartość\n7;5\n", "ó ś ć"),
        ("cp1252", "Customer;Month\n7;5 août 2024\n", "û"),
    ],
)
def test_a_word_that_many_tables_have_or_a_sign_of_money_settles_a_few_letters(
    engine, tmp_path, encoding, row, letters
):
    path = tmp_path / "table.csv"
    path.write_bytes(row.encode(encoding))
    source = open_table(engine, str(path))
    assert f"with the letters {letters};" in source.notes[0]


def test_letters_that_could_be_of_two_alphabets_are_asked_for(engine, tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(table(["北京"]).encode("gb18030"))
    with pytest.raises(DataError, match=r"found letters that could be .* or .*; say which with --encoding$"):
        open_table(engine, str(path))
    source = open_table(engine, str(path), FileOptions(encoding="gb18030"))
    assert engine.rows(f"SELECT name FROM {source.sql}") == [("北京",)]


@pytest.mark.parametrize(
    ("names", "encoding", "other"),
    [
        ("Plzeň", "cp1250", "Windows-1252"),
        ("Peña", "cp1252", "Windows-1250"),
        ("Zürich", "mac_roman", "Windows-1250"),
        ("Évora François", "cp850", "Mac Roman"),
        ("Jūrmala", "cp1257", "Windows-1252"),
    ],
)
def test_a_few_words_that_two_languages_of_latin_script_could_write_are_asked_for(
    engine, tmp_path, names, encoding, other
):
    path = tmp_path / "table.csv"
    path.write_bytes(table(names.split()).encode(encoding))
    with pytest.raises(DataError, match=rf"could be .*{other}.*; say which with --encoding$"):
        open_table(engine, str(path))


@pytest.mark.parametrize("names", ["Ann Ben", "José Zoë", "北京 上海", "Москва Казань"])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark_is_known_by_its_zeros(engine, tmp_path, encoding, names):
    path = tmp_path / "table.csv"
    path.write_bytes(table(names.split()).encode(encoding))
    source = open_table(engine, str(path))
    assert [name for name, _ in engine.rows(f"SELECT * FROM {source.sql}")] == names.split()
    assert source.notes == ("Read as UTF-16, though the file does not begin with its mark.",)


@pytest.mark.parametrize(
    "data", [b"\0\0\0\0", bytes(range(256)) * 9, b"id,a\n1," + b"x" * 40 + b"\0y\n", b"id,\0,a,\0"]
)
def test_other_zeros_are_no_utf_16(engine, tmp_path, data):
    path = tmp_path / "table.csv"
    path.write_bytes(data)
    with pytest.raises(DataError):
        open_table(engine, str(path))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["cp1252", "cp1250", "koi8_r", "big5", "gb18030"])
def test_delimiters_are_no_part_of_words(engine, tmp_path, encoding, delimiter):
    names = {"koi8_r": "Пётр Ольга Казань Иванов Омск"}.get(encoding) or NAMES[encoding]
    path = tmp_path / "table.csv"
    path.write_bytes(table(names.split()).replace(",", delimiter).encode(encoding))
    source = open_table(engine, str(path))
    assert [name for name, _ in engine.rows(f"SELECT * FROM {source.sql}")] == names.split()


def test_a_file_in_two_encodings_is_refused_with_the_line(engine, tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(table(["José", "Zoë", "Chloé"]).encode() + "Jörg,9\n".encode("cp1252"))
    with pytest.raises(DataError, match="line 5: expected UTF-8 as in other lines, found letters that are not"):
        open_table(engine, str(path))


def test_an_encoding_that_does_not_fit_is_refused_with_the_line(engine, tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(table(["Ann", "José"]).encode("cp1252"))
    with pytest.raises(DataError, match="line 3: expected utf-8, found bytes that are not"):
        open_table(engine, str(path), FileOptions(encoding="utf-8-sig"))
