"""Delimiters, headers, titles above and totals below: found, left out and said, or asked for."""

import csv
import os
import threading

import pytest

from tests.helpers.cases import load
from training.files.formats import open_table
from training.files.layout.layout import find_layout
from training.files.source import DataError, FileOptions


@pytest.fixture
def opened(engine, tmp_path):
    def open_text(text, name="table.csv", **options):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
        return open_table(engine, str(path), FileOptions(**options))

    return open_text


@pytest.fixture
def rows(engine, opened):
    def read(text, name="table.csv", **options):
        source = opened(text, name, **options)
        return list(source.columns), engine.rows(f"SELECT * FROM {source.sql}"), list(source.notes)

    return read


AB = (["a", "b"], [("1", "2"), ("3", "4")], [])


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\r\na;b\n1;2\n3;4\n",
        "\r\na,b\n1,2\n3,4\n",
        "a,b\r\n1,2\n3,4\r",
        "a,b\r1,2\r3,4\r",
        '"a",b\r\n1,2\r\n3,4\r\n',
        'a,b\n"1",2\n3,4',
        "a,b\n1,2\n   \n3,4\n\n",
        '"a"^b\n"1"^2\n3^4\n',
    ],
)
def test_rows_are_those_of_the_file_whatever_ends_its_lines(rows, text):
    assert rows(text, delimiter="^" if "^" in text else "") == AB


def test_a_header_may_span_lines_and_text_may_follow_a_quote(rows):
    text = '"a\nlong",b\r\n"12"34,"Al" Smith\r\n5,x"y\r\n'
    assert rows(text) == (["a\nlong", "b"], [("1234", "Al Smith"), ("5", 'x"y')], [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('a,b\n1,"2\n3,4\n', "line 2: expected quotes that close, found one that does not"),
        ('a,b\n1,"2\n3,"4\n', "line 2: expected quotes that close"),
        ("a,b\n1,2\n3\n", "line 3: expected 2 fields as in the header, found 1"),
        ("a,b\n1,2\r3,4,5\n", "line 3: expected 2 fields as in the header, found 3"),
        ('a,b\n1,"' + "x" * (2 << 20) + "\n", "line 2: expected quotes that close, found one that does not"),
        (
            "Ann,40\nBea,50\n",
            "line 1: expected the columns' names, found numbers; add a header line, or say --no-header",
        ),
        (
            "Nachname, Vorname;Umsatz (k$, brutto);Score\nMuster, Anna;80,5;50\n",
            "expected one delimiter, found that comma",
        ),
    ],
)
def test_what_cannot_be_read_in_one_way_is_refused_with_the_line(opened, text, message):
    with pytest.raises(DataError) as caught:
        opened(text)
    assert message in str(caught.value)
    assert str(caught.value).isprintable()


def test_a_delimiter_that_was_asked_for_is_used(rows):
    text = "Nachname, Vorname;Umsatz (k$, brutto);Score\nMuster, Anna;80,5;50\n"
    assert rows(text, delimiter=";")[1] == [("Muster, Anna", "80,5", "50")]


def test_decimal_commas_in_every_row_do_not_make_a_delimiter(rows):
    assert rows("Name;Umsatz\nAnn;1,5\nBea;2,5\n")[:2] == (["Name", "Umsatz"], [("Ann", "1,5"), ("Bea", "2,5")])


@pytest.mark.parametrize(
    ("above", "lines"),
    [("Customer report 2024\n", 1), ('"Report, all shops"\n\n', 1), ("Report,,\nDate:,2024-01-01,\n,,\n", 3)],
)
def test_lines_above_the_header_are_left_out_and_said(rows, above, lines):
    headers, cells, notes = rows(above + "id,age,visits\n1,20,3\n2,30,5\n")
    assert (headers, cells) == (["id", "age", "visits"], [("1", "20", "3"), ("2", "30", "5")])
    assert notes == [f"{lines} line{'s' if lines > 1 else ''} above the header left out."]


@pytest.mark.parametrize(("header", "names"), [(",a", ["column_1", "a"]), ("a,", ["a", "column_2"])])
def test_a_header_with_one_name_is_no_title(rows, header, names):
    assert rows(f"{header}\n1,2\n3,4\n") == (names, [("1", "2"), ("3", "4")], [])


@pytest.mark.parametrize(
    "last", ["Total,61,603", "Summe:,61,603.2", ",61,603", "TOTAL,,603", "Total général,61,603", '"Total",61,"603.00"']
)
def test_a_row_of_totals_is_left_out_and_said(rows, last):
    _, cells, notes = rows(f"id,age,spend\nC0,20,100\nC1,41,503\n{last}\n")
    assert cells == [("C0", "20", "100"), ("C1", "41", "503")]
    assert notes == ["Line 4 left out: it holds the totals of the rows above."]


TABLE = "id,age,spend\nC0,20,100\nC1,41,503\n"


@pytest.mark.parametrize(
    ("foot", "said"),
    [
        ("Generated on 2024-03-05", "Line 4 left out"),
        ("\nGenerated on 2024-03-05\n", "Line 5 left out"),
        ("Generated on 2024-03-05,,\n", "Line 4 left out"),
        ("Generated on:,2024-03-05\n", "Line 4 left out"),
        ("\nThis list is confidential.\nFinance", "Lines 5 to 6 left out"),
        (",,\nPrepared by finance,,\n,,\nPage 1 of 1,,\n", "Lines 4 to 7 left out"),
        ("\n\nKontakt: Anna", "Line 6 left out"),
        ("\nTotal,603\n", "Line 5 left out"),
        ("Quelle: Kasse 3\n", "Line 4 left out"),
        ("© Shop\n* preliminary\n", "Lines 4 to 5 left out"),
        (",,\n2,records downloaded\nSeller: shop\n", "Lines 4 to 6 left out"),
        ("\nFrom,2024-01-01\n", "Line 5 left out"),
    ],
)
def test_notes_below_the_data_are_left_out_and_said(rows, foot, said):
    names, cells, notes = rows(TABLE + foot)
    assert (names, cells) == (["id", "age", "spend"], [("C0", "20", "100"), ("C1", "41", "503")])
    assert notes == [f"{said}: below the data, and no part of them."]


def test_totals_and_notes_below_them_are_both_left_out(rows):
    _, cells, notes = rows(f"{TABLE},,\nTotal,61,603\n\nGenerated on 2024-03-05\n")
    assert len(cells) == 2
    assert notes == [
        "Line 4 left out: it is blank.",
        "Line 5 left out: it holds the totals of the rows above.",
        "Line 7 left out: below the data, and no part of them.",
    ]


@pytest.mark.parametrize("last", ["C2,,", "C2,,\n", ",,\nC2,,", "\nC2,,", "Anna Smith,,", "Page,,", "note,,", "C2,5,"])
def test_a_customer_of_whom_little_is_known_is_none(rows, last):
    _, cells, notes = rows(TABLE + last)
    assert cells[-1][0] == last.split(",,")[0].strip() or cells[-1][0] in last
    assert notes == (["Line 4 left out: it is blank."] if last.startswith(",,") else [])


@pytest.mark.parametrize("blank", [",,", ", ,", '"",,""'])
def test_blank_rows_are_no_rows_wherever_they_are(rows, blank):
    text = f"a,b,c\n1,2,3\n{blank}\n4,5,6\n{blank}\n{blank}\n"
    _, cells, notes = rows(text)
    assert cells == [("1", "2", "3"), ("4", "5", "6")]
    assert notes == ["3 lines left out, the first of them line 3: they are blank."]


@pytest.mark.parametrize("text", ["a,b\n1,2\n3,4\n\x1a", "a,b\r\n1,2\r\n3,4\x1a", 'a,b\n"1",2\n3,4\n\x1a\x1a'])
def test_the_sign_that_dos_ends_a_file_with_is_no_row(rows, text):
    assert rows(text) == AB


def test_marks_of_files_that_were_put_together_are_part_of_no_cell(rows):
    names, cells, notes = rows("\ufeff\ufeffa,b\n1,2\n\ufeff3,4\n\ufeffa,b\n5,6\n")
    assert (names, cells) == (["a", "b"], [("1", "2"), ("3", "4"), ("5", "6")])
    assert notes == ["Line 4 left out: it repeats the header."]


def test_the_line_of_a_row_behind_blank_ones_is_its_own(opened):
    assert opened("a,b\n1,2\n,\n3,4\n").where(2).endswith("line 4")


@pytest.mark.parametrize("last", ["C2", "C2,5", "Anna Smith", "C2\n", "Page"])
def test_a_last_line_that_was_cut_off_is_refused(opened, last):
    with pytest.raises(DataError, match="line 4: expected 3 fields"):
        opened(TABLE + last)


@pytest.mark.parametrize("note", ["", '"x, y",1,2\n'])  # as DuckDB reads the file itself, and as Python does
def test_a_header_that_comes_again_is_left_out_and_said(rows, note):
    _, cells, notes = rows(f"{TABLE}id,age,spend\nC2,30,40\nid,age,spend\n{note}")
    assert [cell[0] for cell in cells] == ["C0", "C1", "C2", *(["x, y"] if note else [])]
    assert notes == ["2 lines left out, the first of them line 4: they repeat the header."]


def test_a_row_that_is_alike_in_part_or_a_table_without_header_repeats_nothing(rows):
    _, cells, notes = rows("id,age\nid,5\nC1,age\n")
    assert (len(cells), notes) == (2, [])
    _, cells, notes = rows("a,b\na,b\n", header=False)
    assert (len(cells), notes) == (2, [])


def test_quotes_behind_a_backslash_are_refused(opened):
    with pytest.raises(DataError, match="line 2: expected quotes within cells written twice, found one behind a back"):
        opened('id,note\nC0,"say \\"yes\\" to all"\n')
    assert opened('id,note\nC0,"C:\\"\n').rows == 1


@pytest.mark.parametrize(("sign", "option"), [("^", "'^'"), ("~", "'~'"), ("\x01", r"$'\x01'"), ("¦", "'¦'")])
def test_another_sign_that_parts_all_lines_alike_is_asked_about(opened, rows, sign, option):
    text = TABLE.replace(",", sign)
    with pytest.raises(DataError) as caught:
        opened(text)
    assert str(caught.value).endswith(f"if that parts the columns, say --delimiter {option}")
    assert rows(text, delimiter=sign)[0] == ["id", "age", "spend"]


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        (
            "id age\nc1 5\nc2 7\n",
            "if these part the columns, say --delimiter ' ', or say --delimiter comma if",
        ),
        ("id      age\nc1        5\nc2       17\n", "found none but 2 words .*; if these part the columns, save the"),
    ],
)
def test_columns_that_spaces_part_are_asked_about(opened, text, advice):
    with pytest.raises(DataError, match=advice):
        opened(text)


def test_a_list_of_texts_with_spaces_is_one_column(rows):
    assert len(rows("Full name\nAnn Smith\nBea Jones\n")[1]) == 2
    assert len(rows("street and number\nHigh Street 5\nLong Lane 7\n", delimiter=",")[1]) == 2
    assert len(rows('"Last, first"\n"Smith, Ann"\n"Jones, Bea"\n', delimiter="\t")[1]) == 2


@pytest.mark.parametrize("header", ["id,note,spend", '"id,note,spend"'])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_in_quotes_are_rows_where_the_delimiter_is_said(rows, opened, header, end):
    text = end.join([header, '"C0,""x, y"",100"', '"C1,""say """"no"""""",503"', "C2,z,7", ""])
    names, cells, notes = rows(text, delimiter=",")
    assert (names, cells) == (
        ["id", "note", "spend"],
        [("C0", "x, y", "100"), ("C1", 'say "no"', "503"), ("C2", "z", "7")],
    )
    assert notes == ["Quotes around whole lines left out."]
    assert opened(text, delimiter=",").where(2).endswith("line 3")
    with pytest.raises(DataError, match="say --delimiter comma"):
        opened(text.replace("C2,z,7" + end, ""))


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("customer_id,age\n1,20,100\n2,41,503\n", "if rows begin with a name or number, give that column a name"),
        ("name,age\nAnn,20,100\nBea,41,503\n", "if rows begin with a name or number, give that column a name"),
        ("age,spend\n20,100,5\n41,503,7\n", "if rows begin with a name or number, give that column a name"),
        ("age,spend\nx,20,100\nx,41,503\n", "if rows begin with a name or number, give that column a name"),
        ('a,b,c\n"1,""x, y"",2"\n', "the whole line is in quotes; if so, say --delimiter comma, which reads lines in"),
        ('"a\tb"\n"1\t2"\n"3\t4"\n', "found them around whole lines, each with as many cells between tabs"),
        ("id,note,spend\n1,y,2\n" * 20_000 + '2, "x, y",3\n', "remove the space before the quote"),
        ("age,spend\n" + "20,100,\n" * 40_000 + "41,503,5\n", "look for a missing or unquoted delimiter"),
        ("age,spend\n20,100,\n41,503\n", "remove the delimiter at the end of the rows"),
        ("age,spend\n20,100\n41,503,\n", "look for a missing or unquoted delimiter, or a quote that is not closed"),
    ],
)
def test_rows_of_one_cell_more_than_the_header_are_refused_with_what_is_likely(opened, text, advice):
    with pytest.raises(DataError, match=advice):
        opened(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('"CustomerID","age"\n"1",20,100\n"2",41,503\n', "1"),
        ('"CustomerID";"age"\n"1";20;100\n"17";41;503\n', "1"),
        ('"mpg"\t"age"\n"Mazda"\t20\t100\n"Fiat"\t41\t503\n', "Mazda"),
        ("spend,age\n0,20,100\n1,41,503\n", "0"),
    ],
)
def test_a_header_that_lacks_the_name_of_the_rows_is_read_as_r_and_pandas_do(rows, text, name):
    names, cells, notes = rows(text)
    assert (names[0], names[2]) == ("column_1", "age")
    assert cells[0] == (name, "20", "100")
    assert notes == ["The header is one name short: each row begins with a name of its own, called column_1."]


@pytest.mark.parametrize("quoted", ["", '"C, 2",30,7\n'])  # as DuckDB reads the file itself, and as Python does
@pytest.mark.parametrize("ends", [",", ",,", ', ,""'])
def test_delimiters_at_the_end_of_the_header_alone_are_no_columns(rows, ends, quoted):
    names, cells, notes = rows(f"id,age,spend{ends}\nC0,20,100\nC1,41,503\n{quoted}")
    assert (names, notes) == (["id", "age", "spend"], [])
    assert cells[:2] == [("C0", "20", "100"), ("C1", "41", "503")]


@pytest.mark.parametrize("quoted", ["", '"C, 2",30,7,\n'])
@pytest.mark.parametrize("above", ["", "Sales of May\n\n"])
def test_a_delimiter_at_the_end_of_all_rows_is_left_out_and_said(rows, opened, above, quoted):
    text = f"{above}id,age,spend\nC0,20,100,\nC1,41,503, \n{quoted}"
    names, cells, notes = rows(text)
    assert (names, cells[:2]) == (["id", "age", "spend"], [("C0", "20", "100"), ("C1", "41", "503")])
    assert notes[-1] == "Delimiters at the end of rows left out, as the header has none there."
    assert opened(text).where(2).endswith(f"line {5 if above else 3}")


@pytest.mark.parametrize("more", ["", "C2, 'z', 9\n", '"C2", "a ""b""",9\n'])
def test_spaces_before_quotes_are_left_out_and_said(rows, more):
    text = f'id, note, spend\nC0, "x, y", 5\nC1,z , 7\n{more}'
    names, cells, notes = rows(text)
    assert (names, cells) == (
        ["id", "note", "spend"],
        [tuple(row) for row in list(csv.reader(text.splitlines(), skipinitialspace=True))[1:]],
    )
    assert notes == ["Spaces before cells left out, as quotes follow them."]


def test_spaces_and_quotes_within_quotes_are_as_they_are(rows):
    _, cells, notes = rows('id,kinds\n C0,"[""a"", ""b""]"\n')
    assert (cells, notes) == ([(" C0", '["a", "b"]')], [])


@pytest.mark.parametrize(
    "units", ["(no),(years),(k$)", ",[years],[EUR]", "string,int,float", ",Jahre,€", "VARCHAR,INTEGER,DECIMAL", ",,%"]
)
@pytest.mark.parametrize("quoted", ["", '"a, b",1,2\n'])  # as DuckDB reads the file itself, and as Python does
def test_a_row_of_units_or_types_below_the_header_is_left_out_and_said(rows, opened, units, quoted):
    _, cells, notes = rows(f"Report\nid,age,spend\n{units}\nC0,20,100\nC1,41,503\n{quoted}")
    assert cells[:2] == [("C0", "20", "100"), ("C1", "41", "503")]
    assert notes == ["1 line above the header left out.", "Line 3 left out: it says units or types."]
    assert opened(f"id,age,spend\n{units}\nC0,20,100\n").where(1).endswith("line 3")


def test_a_customer_below_the_header_is_no_row_of_units(rows):
    assert len(rows("id,kind,spend\nC0,kg,100\nC1,km,503\n")[1]) == 2
    assert len(rows("kind,city\n(a),(b)\nc,d\n")[1]) == 2


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("| id | age |\n|----|----:|\n| C0 | 20 |\n| C1 | 41 |\n", "Line 2 left out: it is"),
        ("id | age\n----+-----\nC0 | 20\nC1 | 41\n(2 rows)\n", "Line 2 left out: it is"),
        (
            "+----+-----+\n| id | age |\n+----+-----+\n| C0 | 20 |\n| C1 | 41 |\n+----+-----+\n2 rows in set (0 s)\n",
            "2 lines left out, the first of them line 3: they are",
        ),
        ("id\tage\n---\t---\nC0\t20\nC1\t41\n", "Line 2 left out: it is"),
    ],
)
def test_lines_of_dashes_of_tables_that_were_drawn_are_left_out_and_said(rows, text, lines):
    names, cells, notes = rows(text)
    place = names.index("id")
    assert [[cell.strip() for cell in row[place : place + 2]] for row in cells] == [["C0", "20"], ["C1", "41"]]
    assert f"{lines} drawn with dashes." in notes
    assert ("1 line above the header left out." in notes) == text.startswith("+")


def test_a_list_of_one_column_has_no_notes(rows):
    _, cells, notes = rows("name\nAnna\nGenerated on 2024-03-05\n")
    assert (len(cells), notes) == (2, [])


def test_a_customer_called_total_is_a_customer(rows):
    _, cells, notes = rows("id,age,spend\nC0,20,100\nC1,41,503\nTotal,33,90\n")
    assert len(cells) == 3
    assert notes == ["The last row is called a total but does not hold the sums of the rows above: read as any other."]


def test_a_table_without_a_header_can_be_used(opened, engine):
    source = opened("1,2\n3,4\n", header=False)
    assert list(source.columns) == ["column_1", "column_2"]
    assert engine.rows(f"SELECT * FROM {source.sql}") == [("1", "2"), ("3", "4")]
    assert source.where(2).endswith("table.csv: line 2")


def test_names_that_are_years_are_names(rows):
    assert rows("id,2022,2023\na,1,2\n")[0] == ["id", "2022", "2023"]


@pytest.mark.parametrize("name", ["data[1].csv", "q?.csv", "st*r.csv", "annual_income=7/x.csv", "x.csv.gz", "it's.csv"])
def test_the_name_of_a_file_is_only_a_name(rows, tmp_path, name):
    for other in ("data1.csv", "qq.csv", "star.csv"):
        (tmp_path / other).write_text("annual_income,b\n9,9\n")
    assert rows("annual_income,b\n1,2\n", name) == (["annual_income", "b"], [("1", "2")], [])


@pytest.mark.parametrize("name", [b"a\nb.csv", b"b\xff\xfe.csv", "\u202egnp.csv".encode(), b"\x1b[31mred.csv"])
def test_a_name_of_signs_that_are_no_letters_is_read_and_shown_with_marks(engine, tmp_path, name):
    path = tmp_path / os.fsdecode(name)
    path.write_text("a,b\n1,2\n3,4\n")
    source = open_table(engine, str(path))
    assert engine.rows(f"SELECT * FROM {source.sql}") == [("1", "2"), ("3", "4")]
    assert source.name.isprintable()
    assert len(engine.digest(str(source.file))) == 64


def test_a_pipe_is_read(engine, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=["a,b\n1,2\n3,x\n"])
    writer.start()
    source = open_table(engine, str(pipe))
    writer.join()
    assert engine.rows(f"SELECT * FROM {source.sql}") == [("1", "2"), ("3", "x")]
    assert source.where(2) == f"{pipe}: line 3"
    assert len(engine.digest(str(source.file))) == 64


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize("columns", [1, 60, 2000])
def test_a_wide_table_and_long_names_are_read(engine, tmp_path, quoting, columns):
    with (tmp_path / "made.csv").open("w", newline="") as file:
        writer = csv.writer(file, quoting=quoting)
        names = [f"{'x' * 60_000 if number == 0 else 'c'}{number}" for number in range(columns)]
        writer.writerows([names, *([f"{row}.{number}" for number in range(columns)] for row in range(3))])
    source = open_table(engine, str(tmp_path / "made.csv"))
    assert (list(source.columns), source.rows) == (names, 3)
    assert engine.rows(f'SELECT "{names[-1]}" FROM {source.sql}') == [(f"{row}.{columns - 1}",) for row in range(3)]


@pytest.mark.parametrize("case", load("title_rows")["files"], ids=lambda case: case["name"])
def test_titles_above_the_names_are_left_out_as_on_the_page(case):
    layout = find_layout("x.csv", case["text"])
    names = [name or f"column_{number}" for number, name in enumerate(case["names"], 1)]
    assert (layout.delimiter, layout.above, layout.names) == (case["delimiter"], case["above"], names)
