"""Who was written to and who was held back, read back from a file."""

import datetime

import pytest

from training.files.formats import open_table
from training.files.source import DataError
from training.targeting.assignment import open_assignment

HEADER = "customer_id,segment_id,segment,segment_name,campaign,group,findable,share,day"
ROWS = [
    "c1,0,a,Kind A,spring,treated,true,0.2,2026-05-01",
    "c2,0,a,Kind A,spring,control,true,0.2,2026-05-01",
    "c3,1,b,Kind B,spring,treated,false,0.2,2026-05-01",
]


def opened(engine, tmp_path, rows, header=HEADER, key=""):
    path = tmp_path / "assignment.csv"
    path.write_text("\n".join([header, *rows]) + "\n")
    return open_assignment(engine, open_table(engine, str(path)), key)


def test_the_findable_are_read_with_their_groups(engine, tmp_path):
    assignment = opened(engine, tmp_path, ROWS)
    rows = engine.rows(f"SELECT customer, segment_id, control FROM {assignment.table.sql} ORDER BY customer")
    assert rows == [("c1", 0, False), ("c2", 0, True)]
    assert (assignment.campaign, assignment.share, assignment.left_out) == ("spring", 0.2, 1)
    assert assignment.day == datetime.date(2026, 5, 1)


@pytest.mark.parametrize(("cell", "number"), [("0", 0), ("0.0", 0), ("", None), ("NA", None)])
def test_a_segments_id_is_read_as_programs_write_it_again(engine, tmp_path, cell, number):
    rows = [ROWS[0].replace(",0,a", f",{cell},a"), ROWS[1]]
    assignment = opened(engine, tmp_path, rows)
    assert engine.rows(f"SELECT segment_id FROM {assignment.table.sql} WHERE customer = 'c1'") == [(number,)]


@pytest.mark.parametrize("cell", ["x", "0.7", "1e99"])
def test_a_segments_id_that_is_none_is_refused_with_its_line(engine, tmp_path, cell):
    rows = [ROWS[0], ROWS[1].replace(",0,a", f",{cell},a")]
    with pytest.raises(
        DataError, match=r"assignment\.csv: line 3: column segment_id: expected whole numbers.*in 1 row;"
    ):
        opened(engine, tmp_path, rows)


def test_customers_known_by_their_addresses_are_named_as_in_orders_whatever_their_case(engine, tmp_path):
    header = HEADER.replace("customer_id", "E-Mail")
    rows = [ROWS[0].replace("c1", "Ada@X.de"), ROWS[1].replace("c2", "<mailto:bob@x.de>")]
    assignment = opened(engine, tmp_path, rows, header, key="E-Mail")
    assert engine.rows(f"SELECT customer FROM {assignment.table.sql} ORDER BY customer") == [
        ("ada@x.de",),
        ("bob@x.de",),
    ]
    again = [*rows, rows[0].replace("Ada@X.de", "ada@x.DE").replace("treated", "control")]
    with pytest.raises(DataError, match="found 1 in both"):
        opened(engine, tmp_path, again, header, key="E-Mail")


def test_a_campaign_may_have_no_name(engine, tmp_path):
    assert opened(engine, tmp_path, [row.replace("spring", "") for row in ROWS]).campaign == ""


@pytest.mark.parametrize(
    ("answers", "share", "day"),
    [
        (("TRUE", "FALSE"), "0.2", "2026-05-01"),
        (("WAHR", "FALSCH"), "0,2", "01.05.2026"),
        (("VRAI", "FAUX"), "0,2", "1 mai 2026"),
    ],
)
def test_what_a_spreadsheet_makes_of_the_file_is_read_alike(engine, tmp_path, answers, share, day):
    rows = [row.replace(",", ";").replace("true", answers[0]).replace("false", answers[1]) for row in ROWS]
    rows = [row.replace("0.2", share).replace("2026-05-01", day) for row in rows]
    assignment = opened(engine, tmp_path, rows, HEADER.replace(",", ";"))
    assert (assignment.share, assignment.day, assignment.left_out) == (0.2, datetime.date(2026, 5, 1), 1)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([row.replace("2026-05-01", "05/01/2026") for row in ROWS], "such as 2026-12-31, found them in another way"),
        ([row.replace("2026-05-01", "soon") for row in ROWS], "such as 2026-12-31, found them in another way"),
        ([ROWS[0], ROWS[1].replace("true", "perhaps")], "expected true or false, found something else in 1 row"),
        ([*ROWS, ROWS[0]], "expected each customer once, found 1 again"),
        ([*ROWS, ROWS[0].replace("treated", "control")], "found 1 in both"),
        ([*ROWS, ROWS[0].replace("c1", "")], "found none in 1"),
        ([ROWS[0], ROWS[1].replace("spring", "summer")], "expected one campaign, drawn once, found several"),
        ([ROWS[0], ROWS[1].replace("0.2", "0.3")], "expected one campaign, drawn once, found several"),
        ([ROWS[0], ROWS[1].replace("05-01", "05-02")], "expected one campaign, drawn once, found several"),
        ([ROWS[0], ROWS[1].replace("spring", "")], "expected one campaign, drawn once, found several"),
        ([ROWS[0].replace("treated", "written to")], "expected treated or control, found something else in 1 row"),
        (
            [ROWS[0], ROWS[1].replace("0.2", "")],
            "columns share and day: expected both in each row, found 1 cell without",
        ),
        (
            [row.replace("2026-05-01", "") for row in ROWS],
            "found 3 cells without; measure the file that `holdout` wrote",
        ),
        ([row.replace("0.2", "0") for row in ROWS], "above 0 and below 1, found 0"),
        ([row.replace("0.2", "20") for row in ROWS], "above 0 and below 1, found 20"),
        ([row.replace("0.2", "1") for row in ROWS], "above 0 and below 1, found 1"),
    ],
)
def test_a_file_that_cannot_be_measured_is_refused(engine, tmp_path, rows, message):
    with pytest.raises(DataError, match=message):
        opened(engine, tmp_path, rows)


def test_another_file_is_refused_with_what_it_should_be(engine, tmp_path):
    with pytest.raises(DataError, match="measure the file that `holdout` wrote"):
        opened(engine, tmp_path, ["c1,0"], "customer_id,segment_id")


def test_the_column_that_names_customers_can_be_chosen(engine, tmp_path):
    header = HEADER.replace("customer_id", "who is it")
    with pytest.raises(DataError, match="name it with --key"):
        opened(engine, tmp_path, ROWS, header)
    assert opened(engine, tmp_path, ROWS, header, "who is it").left_out == 1
    with pytest.raises(DataError, match='found no "nobody"'):
        opened(engine, tmp_path, ROWS, header, "nobody")


def test_an_assignment_in_parquet_is_read_as_one_in_csv(engine, tmp_path):
    opened(engine, tmp_path, ROWS)
    engine.write(f"SELECT * FROM read_csv('{tmp_path / 'assignment.csv'}')", str(tmp_path / "spring.parquet"))
    assignment = open_assignment(engine, open_table(engine, str(tmp_path / "spring.parquet")))
    rows = engine.rows(f"SELECT customer, segment_id, control FROM {assignment.table.sql} ORDER BY customer")
    assert rows == [("c1", 0, False), ("c2", 0, True)]
    assert (assignment.share, assignment.day, assignment.left_out) == (0.2, datetime.date(2026, 5, 1), 1)
