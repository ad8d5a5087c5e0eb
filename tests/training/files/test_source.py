"""Dirty tables: each is repaired and reported, or refused with where, what and what to do; never silently misread."""

import re

import duckdb
import pytest

from tests.helpers.parquet import write_with_nan
from tests.helpers.tables import read
from training.engines.duckdb import DuckDB
from training.engines.engine import EngineError
from training.files.formats import open_table
from training.files.source import DataError
from training.tables import customers


@pytest.fixture
def table(tmp_path):
    def write(content, name="table.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def clean(engine, path, **options):
    """Return the clean rows of the columns a and b, and the notes."""
    cleaned = read(engine, path, ["a", "b"], **options)
    return engine.rows(f"SELECT a, b FROM {cleaned.table.sql}"), cleaned.notes


def refused(engine, path, **options):
    """Return the message that a table is refused with."""
    with pytest.raises(DataError) as caught:
        clean(engine, path, **options)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message.removeprefix(f"{path}: ")


WEB_PAGE = "expected a CSV, Parquet, JSON or Excel table, found a web page; open it in a spreadsheet and save it"
PLAIN = [(1.5, 2.0), (3.0, 4.0)]


def test_an_object_in_parquet_gives_a_column_for_each_of_its_values(engine, tmp_path):
    path = tmp_path / "table.parquet"
    customer = "{'id': 'c' || i, 'at': {'zip': encode('1')}}"
    duckdb.sql(f"SELECT {customer} AS customer, i AS b FROM range(2) AS t(i) UNION ALL SELECT NULL, 9").write_parquet(
        str(path)
    )
    source = open_table(engine, str(path))
    assert source.columns == {"customer.id": "VARCHAR", "customer.at.zip": "BLOB", "b": "BIGINT"}
    ids = f'SELECT "customer.id" FROM {source.sql} ORDER BY {source.row}'
    assert engine.rows(ids) == [("c0",), ("c1",), (None,)]


def test_an_object_whose_value_is_called_as_another_column_stays_one(engine, tmp_path):
    path = tmp_path / "table.parquet"
    duckdb.sql("SELECT {'id': 1} AS a, 2 AS \"A.ID\", encode('x') AS b").write_parquet(str(path))
    assert open_table(engine, str(path)).columns == {"a": "STRUCT(id INTEGER)", "A.ID": "INTEGER", "b": "BLOB"}


def test_bytes_of_parquet_that_are_text_are_read_as_such_and_others_stay_bytes(engine, tmp_path):
    path = tmp_path / "table.parquet"
    texts = "encode('José') AS name, NULL::BLOB AS note, '\\xFF\\x00'::BLOB AS hash"
    duckdb.sql(f"SELECT {texts} UNION ALL SELECT NULL, NULL, NULL").write_parquet(str(path))
    source = open_table(engine, str(path))
    assert source.columns == {"name": "VARCHAR", "note": "VARCHAR", "hash": "BLOB"}
    names = f"SELECT name FROM {source.sql} ORDER BY {source.row}"
    assert engine.rows(names) == [("José",), (None,)]


@pytest.mark.parametrize(
    "content",
    [
        "a,b\n1.5,2\n3,4\n",
        "a,b\r\n1.5,2\r\n3,4",
        "\ufeffa,b\n1.5,2\n3,4\n",
        "a;b\n1.5;2\n3.0;4\n",
        "a\tb\n1.5\t2\n3\t4\n",
        "a|b\n1.5|2\n3|4\n",
        '"a","b"\n"1.5","2"\n"3","4"\n',
        "\n\na,b\n\n1.5,2\n\n3,4\n\n",
        "  a , b \n 1.5 , 2 \n 3, 4\n",
        "a,b\r\n1.5,2\n3,4\r\n",
        "name,b,a\nAnn,2,1.5\nBob,4,3\n",
        '"b","note","a"\n2,"first\nsecond, third",1.5\n4,"",3\n',
        "a,b\n1.5,2\n3,4\n".encode("utf-16"),
        "sep=;\na;b\n1.5;2\n3.0;4\n",
    ],
    ids=["plain", "crlf", "bom", "semicolon", "tab", "bar", "quoted", "blank lines", "spaces", "mixed line ends",
         "other columns", "line break in a cell", "utf-16", "sep="],
)  # fmt: skip
def test_csv_is_read_however_it_was_written(engine, table, content):
    assert clean(engine, table(content)) == (PLAIN, [])


def test_an_address_is_no_file(engine):
    with pytest.raises(DataError, match=r"^https://shop\.example/x\.csv: expected a file, found an address; download"):
        open_table(engine, "https://shop.example/x.csv")


def test_parquet_is_read(engine, tmp_path):
    path = tmp_path / "table.parquet"
    duckdb.sql("SELECT 1.5::DECIMAL(9,2) AS a, 2::UTINYINT AS b UNION ALL SELECT 3, 4").write_parquet(str(path))
    assert clean(engine, path) == (PLAIN, [])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a;b\n1,5;2\n3;4\n", "A: 1 number with a decimal comma read."),
        ('a,b\n"1,5",2\n3,4\n', "A: 1 number with a decimal comma read."),
        ("a,b\n$1.50,2\n$3,4\n", "A: 2 numbers with a currency sign read."),
        ("a,b\n1.5 EUR,2\n3 eur,4\n", "A: 2 numbers with a currency sign read."),
        ("a;b\n€ 1,50;2\n€ 3,00;4\n", "A: 2 numbers with a currency sign read."),
    ],
)
def test_decorated_numbers_are_read_and_reported(engine, table, content, words):
    rows, notes = clean(engine, table(content))
    assert rows == PLAIN
    assert words in notes


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1,234.5", "2"], [1234.5, 2]),
        (["1,234", "2"], [1234, 2]),  # quoted, in a file that separates with commas
        (["12,34,567", "2"], [1234567, 2]),  # lakh
        (["1.234,5", "2"], [1234.5, 2]),
        (["1.234.567", "2"], [1234567, 2]),
        (["1 234,5", "2"], [1234.5, 2]),
        (["1\u202f234", "2\u00a0000"], [1234, 2000]),
        (["1'234.5", "2"], [1234.5, 2]),
        (["(12)", "2"], [-12, 2]),
        (["\u22121.5", "+2"], [-1.5, 2]),
        (["1.5e3", "2E-1"], [1500, 0.2]),
        (["0.125", "2"], [0.125, 2]),
        ([".5", "2."], [0.5, 2]),
    ],
)
def test_a_number_is_read_as_its_column_writes_it(engine, table, cells, values):
    path = table("a,b\n" + "".join(f'"{cell}",{row}\n' for row, cell in enumerate(cells)))
    assert [a for a, _ in clean(engine, path)[0]] == values


def test_numbers_that_could_be_thousands_or_fractions_are_refused_and_settled_by_an_option(engine, table):
    path = table("a;b\n1.234;1\n2.345;2\n")
    message = refused(engine, path)
    assert message.startswith('column "a": numbers such as 1.234 could mean a thousand or a fraction')
    assert message.endswith("say which with --decimal point or --decimal comma")
    with DuckDB() as other:
        assert [a for a, _ in clean(other, path, decimal="comma")[0]] == [1234, 2345]
    with DuckDB() as other:
        assert [a for a, _ in clean(other, path, decimal="point")[0]] == [1.234, 2.345]


def test_another_column_with_decimal_commas_settles_it(engine, table):
    assert clean(engine, table("a;b\n1.234;0,5\n2.345;0,25\n"))[0] == [(1234, 0.5), (2345, 0.25)]


def test_a_column_with_two_ways_of_writing_numbers_is_refused(engine, table):
    message = refused(engine, table('a,b\n"1,5",2\n1.5,4\n'))
    assert message == (
        'column "a": expected one way of writing numbers, found 1 with a decimal point and 1 with a decimal comma; '
        "make them alike"
    )


def test_a_column_with_two_currencies_is_refused(engine, table):
    assert refused(engine, table("a,b\n$1,2\n€2,3\n")).startswith('column "a": expected one currency, found 2')


def test_missing_and_infinite_values_are_left_out_and_counted_by_column(engine, table):
    rows, notes = clean(engine, table("a,b\n1.5,2\n,1\nNA,1\n1,n/a\ninf,3\n1,-Infinity\n1e16,1\nNA,-\n3,4\n"))
    assert rows == PLAIN
    assert notes == [
        "3 rows left out: a is missing.",
        "2 rows left out: b is missing.",
        "2 rows left out: a is infinite or beyond 1e15.",
        "1 row left out: b is infinite or beyond 1e15.",
    ]


def test_missing_and_infinite_values_of_parquet_are_left_out(engine, tmp_path):
    path = tmp_path / "table.parquet"
    values = "('1.5', 2), (NULL, 1), ('nan', 1), ('inf', 1), ('3', 4)"
    duckdb.sql(f"SELECT a::DOUBLE AS a, b::INT AS b FROM (VALUES {values}) t(a, b)").write_parquet(str(path))
    rows, notes = clean(engine, path)
    assert rows == PLAIN
    assert notes == ["2 rows left out: a is missing.", "1 row left out: a is infinite or beyond 1e15."]


def test_a_parquet_file_that_does_not_tell_of_nan_has_missing_values_all_the_same(engine, tmp_path):
    path = tmp_path / "table.parquet"
    values = "(1.5::DOUBLE, 2), (MARK, 1), (-4::DOUBLE, NULL), (3::DOUBLE, 4)"
    write_with_nan(f"SELECT a, b::INT AS b FROM (VALUES {values}) t(a, b)", path)
    rows, notes = clean(engine, path)
    assert rows == PLAIN
    assert notes == ["1 row left out: a is missing.", "1 row left out: b is missing."]


def test_the_same_customer_twice_is_counted_once_and_reported(engine, table):
    rows, notes = clean(engine, table("CustomerID,a,b\n1,1.5,2\n2,3,4\n1,1.5,2\n"))
    assert sorted(rows) == PLAIN
    assert notes == ["1 row left out: the same customer with the same values once more."]


@pytest.mark.parametrize("last", [1, 2, 3, 4, 5, 6])
def test_the_same_customer_is_found_however_many_parts_the_table_is_looked_through_in(engine, table, monkeypatch, last):
    monkeypatch.setattr(customers, "PART", 2)
    assert len(clean(engine, table("id,a,b\n" + "".join(f"c{i},{i},2\n" for i in (1, 2, 3, 4, 5, 6))))[0]) == 6
    with DuckDB() as other:
        assert len(clean(other, table("id,a,b\n" + "".join(f"c{i},{i},2\n" for i in (1, 2, 3, 4, 5, 6, last))))[0]) == 6


@pytest.mark.parametrize("last", ["6", "-1", "9223372036854775807", "NULL"])
def test_the_same_customer_is_found_by_whole_numbers_too(engine, tmp_path, monkeypatch, last):
    monkeypatch.setattr(customers, "PART", 2)
    path = tmp_path / "customers.parquet"
    ids = f"range(-1, 7) AS t(i) UNION ALL SELECT {last}"
    rows = engine.keep(
        f"SELECT CAST(i AS BIGINT) AS id, CAST(coalesce(i % 10, 3) AS DOUBLE) AS a, 2 AS b FROM (SELECT i FROM {ids})"
    )
    engine.write(f"SELECT * FROM {rows.sql}", str(path))
    assert len(clean(engine, path)[0]) == (8 if last in ("6", "-1") else 9)


def test_one_customer_with_two_sets_of_values_is_refused_with_the_line(engine, table):
    message = refused(engine, table("CustomerID,a,b\n1,1.5,2\n\n2,3,4\n1,1.5,3\n"))
    assert message == (
        'line 5: column "CustomerID": expected each customer once, found one again with other values (1 row like it); '
        "keep one row per customer, or use --orders if each row is an order"
    )


def test_customers_without_an_id_are_not_the_same_customer(engine, table):
    assert clean(engine, table("CustomerID,a,b\n,1.5,2\n,3,4\n"))[0] == PLAIN


def test_zero_padded_ids_stay_apart(engine, table):
    assert clean(engine, table("CustomerID,a,b\n01,1.5,2\n1,3,4\n"))[0] == PLAIN


def test_text_in_a_column_of_numbers_is_refused_with_its_line_and_without_its_content(engine, table):
    message = refused(engine, table('a,b\n1,2\n\n"3\n",4\nsecret,6\nsecret,8\n'))
    assert message == (
        'line 6: column "a": expected a number, found text (2 of 4 cells); '
        "correct it, or leave the cell empty to leave the row out"
    )


def test_text_in_parquet_is_refused_with_its_row(engine, tmp_path):
    path = tmp_path / "table.parquet"
    duckdb.sql("SELECT '1' AS a, 2 AS b UNION ALL SELECT 'secret', 3").write_parquet(str(path))
    assert refused(engine, path).startswith('row 2: column "a": expected a number, found text')


@pytest.mark.parametrize("cell", ["12k", "45%5", "1-2", "12,34.5,6", "1_000", "0x10", "true"])
def test_what_is_not_quite_a_number_is_refused_not_guessed(engine, table, cell):
    assert "expected" in refused(engine, table(f'a,b\n1,2\n"{cell}",3\n'))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,b\n1,2\n3\n", "line 3: expected 2 fields as in the header, found 1"),
        ("a,b\n1,2\n\n3,4,5\n", "line 4: expected 2 fields as in the header, found 3"),
        ('a,b\n1,2\n"3,4\n5,6\n', "line 3: expected quotes that close, found one that does not"),
        ("", "expected a customer table, found an empty file"),
        (" \n\n", "expected a customer table, found an empty file"),
        ("a,b\n", 'expected customers, found no row with all of "a" and "b".'),
        (
            "a,b\n,1\n1,9007199254740993\n",
            'expected customers, found no row with all of "a" and "b". 1 row left out: a is missing. '
            "1 row left out: b is infinite or beyond 1e15.",
        ),
        ("1,2\n3,4\n", "line 1: expected the columns' names, found numbers; add a header line"),
        (
            b"PK\x03\x04whatever",
            "expected a CSV, Parquet, JSON or Excel table, found a zip archive or a damaged workbook",
        ),
        (b"\x28\xb5\x2f\xfd\x00", "expected a CSV, Parquet, JSON or Excel table, found a Zstandard archive; unpack it"),
        (b"BZh91AY", "expected a CSV, Parquet, JSON or Excel table, found a bzip2 archive; unpack it"),
        ('[{"a": 1}]'.encode("utf-16"), "expected JSON in UTF-8, found other letters"),
        (
            b"\n<TABLE border=1>",
            WEB_PAGE,
        ),
        (
            b'<meta charset="utf-8"><table>',
            WEB_PAGE,
        ),
        (
            "<style>td{}</style>\n".encode("utf-16"),
            WEB_PAGE,
        ),
        (
            b"\xef\xbb\xbf<?xml version='1.0'?><table>",
            "expected a CSV, Parquet, JSON or Excel table, found XML; open it in a spreadsheet and save it as CSV",
        ),
        (
            b"\x89PNG\r\n\x1a\n\x00",
            "expected a CSV, Parquet, JSON or Excel table, found a picture; export the table as CSV",
        ),
        (b"'id','a'\n'x','1'\n", "line 1: expected double quotes around cells, found single ones"),
        (b"ID;PWXL;N;E", "expected a CSV, Parquet, JSON or Excel table, found a SYLK file; save it as CSV"),
        (b"%PDF-1.7", "expected a CSV, Parquet, JSON or Excel table, found a PDF; export it as CSV"),
        (b"\x7fELF\x00\x01\x02", "expected a CSV, Parquet, JSON or Excel table, found a binary file"),
        (b"PAR1\x00\x00", "starts like a Parquet file but cannot be read; is it complete?"),
    ],
)
def test_what_is_no_table_is_refused_with_its_reason(engine, table, content, message):
    assert refused(engine, table(content)).startswith(message)


def test_a_folder_is_no_table(engine, tmp_path):
    with pytest.raises(DataError, match="cannot be read: is a directory"):
        open_table(engine, str(tmp_path))


def test_columns_without_a_name_or_with_the_same_name_are_told_apart(engine, table):
    source = open_table(engine, str(table("a,A,,b\n1,2,3,4\n")))
    assert list(source.columns) == ["a", "A_2", "column_3", "b"]
    assert engine.rows(f"SELECT * FROM {source.sql}") == [("1", "2", "3", "4")]


def test_a_name_with_quotes_is_only_a_name(engine, table):
    path = table("""a,b,"x""); DROP TABLE t; --'"\n1.5,2,0\n3,4,0\n""", name='it\'s "quoted".csv')
    assert clean(engine, path)[0] == PLAIN


LAID_OUT_AS_THE_MALL = "CustomerID,Gender,Age,Annual Income (k$),Spending Score (1-100)\r\n" + "".join(
    f"{number},{('Female', 'Male')[number % 2]},{18 + number},{14 + number},{(2 + 37 * number) % 100}\r\n"
    for number in range(1, 201)
)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("Gender", "Genre"),
        lambda text: "\ufeff" + text.replace("Gender", "Gendre"),
        lambda text: re.sub(r"(?m)^(\d+)", lambda found: found[0].zfill(4), text),
        lambda text: text.replace(",", ";"),
        lambda text: re.sub(r"(?m),(\d+),(\d+)(?=\r?$)", r',"$ \1.00","\2"', text),
        lambda text: text + "9998,Male,30,,50\r\n9999,Female,30,40,\r\n1,Male,19,15,39\r\n",
    ],
    ids=["Genre", "BOM", "zero-padded ids", "semicolons", "currency", "missing values and a duplicate"],
)
def test_variants_of_the_mall_table_hold_the_same_customers(engine, table, change):
    customers = read(engine, table(change(LAID_OUT_AS_THE_MALL)))
    expected = [tuple(map(float, line.split(",")[3:])) for line in LAID_OUT_AS_THE_MALL.splitlines()[1:]]
    names = ", ".join(column.name for column in customers.columns)
    assert sorted(engine.rows(f"SELECT {names} FROM {customers.table.sql}")) == sorted(expected)


@pytest.mark.parametrize("ending", ["\n", pytest.param("\r\n", marks=pytest.mark.unmeasured)])
def test_letters_that_are_not_utf_8_far_down_the_file_are_read(engine, table, ending):
    lines = ["a,b,note", *["1.5,2,plain"] * 20_000, "3,4,Größe für Straße über Brücke: 5\u00a3", "3,4,end"]
    path = table(("\n".join(lines) + ending).encode("latin-1"))
    rows, notes = clean(engine, path)
    assert len(rows) == 20_002
    assert len(notes) == 1
    assert notes[0].startswith("Not UTF-8; read as Windows-1252 (Western Europe), with the letters ")
    assert "\u00a3" in notes[0]
    assert engine.rows(f"SELECT note FROM {open_table(engine, str(path)).sql} WHERE b = '4'") == [
        ("Größe für Straße über Brücke: 5\u00a3",),
        ("end",),
    ]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("[1, 2]", r"INTEGER\[\]"),
        ("[1.5::DECIMAL(5,1)]", r"DECIMAL\(5,1\)\[\]"),
        ("[{'x': 1}]", r"STRUCT\(x INTEGER\)\[\]"),
        ("to_days(1)", "INTERVAL"),
    ],
)
def test_a_parquet_column_of_another_type_is_refused_with_its_type(engine, tmp_path, value, kind):
    path = tmp_path / "table.parquet"
    duckdb.sql(f"SELECT {value} AS a, i AS b FROM range(5) AS t(i)").write_parquet(str(path))
    with pytest.raises(DataError, match=f'column "a": expected numbers, found {kind}'):
        clean(engine, path)


@pytest.mark.parametrize("a", ["i::DECIMAL(10, 2)", "i::UTINYINT", "i::HUGEINT", "i::FLOAT", "i % 2 = 0", "i::VARCHAR"])
def test_parquet_numbers_of_any_type_are_read(engine, tmp_path, a):
    path = tmp_path / "table.parquet"
    duckdb.sql(f"SELECT {a} AS a, i AS b, [i] AS l, {{'x': i}} AS s FROM range(5) AS t(i)").write_parquet(str(path))
    assert read(engine, path, ["a", "b"]).rows == 5


def test_a_column_may_be_called_row(engine, table):
    path = table("row,nth\n1,2\nx,3\n")
    with pytest.raises(DataError, match='line 3: column "row": expected a number, found text'):
        read(engine, path, ["row", "nth"])


@pytest.mark.parametrize(
    "name", ["file_row_number", "File_Row_Number", "filename", "file_index", "rowid", "#row", "#key"]
)
def test_a_column_of_parquet_may_be_called_as_the_engine_calls_its_own(tmp_path, name):
    path = tmp_path / "table.parquet"
    duckdb.sql(f'SELECT 7 * i AS "{name}", i AS n FROM range(3) AS t(i)').write_parquet(str(path))
    with DuckDB() as engine:
        source = open_table(engine, str(path))
        assert list(source.columns) == [name, "n"]
        assert engine.rows(f'SELECT "{name}", {source.row} FROM {source.sql}') == [(0, 1), (7, 2), (14, 3)]


def test_a_parquet_whose_values_are_damaged_is_said_to_be_perhaps(engine, tmp_path):
    path = tmp_path / "table.parquet"
    duckdb.sql("SELECT i AS id, i * 7 % 40 AS age FROM range(5000) AS t(i)").write_parquet(str(path))
    data = path.read_bytes()
    path.write_bytes(data[:4] + b"\xff" * 3000 + data[3004:])
    source = open_table(engine, str(path))
    with pytest.raises(EngineError, match=r"DuckDB gave up \(.*\): is a file that it reads damaged\? Write it again"):
        engine.rows(f"SELECT sum(id), sum(age) FROM {source.sql}")
