"""What leaves the browser of a table: running numbers, numbers, dates and few words, and no other cell."""

import datetime
import json
import re

import pytest
from playwright.sync_api import Error

from function.model.bounds import MAX_SEGMENTS
from tests.helpers.cases import load
from tests.page.helpers.modules import call_each
from training.files.layout.totals import WORDS
from training.tables.orders.columns import GUESTS
from training.tables.suggestion import _TOLD

RUN = """async ([tables]) => {
  const { Table } = await import('/customers/table/table.js');
  const { Numbering, pseudonymise } = await import('/customers/training/sent/pseudonyms.js');
  const { signal } = new AbortController();
  const context = { customers: new Numbering(), orders: new Numbering(), signal, report() {} };
  const parts = [];
  for (const [text, columns] of tables) {
    const part = await pseudonymise(await Table.open(new File([text], 'table.csv')), columns, context);
    parts.push({ ...part, text: await part.blob.text() });
  }
  return JSON.stringify({ parts, customers: context.customers.names });
}"""
MAY_BE_DATE = "customers/table/date_texts:mayBeDate"


def run(blank, *tables):
    """Pseudonymise tables, each a text and its columns; return what is sent and the customers by their numbers."""
    answer = json.loads(blank.evaluate(RUN, [tables]))
    return answer["parts"], answer["customers"]


def column(name, place, kind, **more):
    return {"name": name, "column": place, "kind": kind, **more}


def sent(blank, text, *columns):
    """Return the rows that are sent of one table."""
    [part], _ = run(blank, (text, columns))
    return part["text"].splitlines()


def test_customers_and_orders_become_running_numbers_and_no_other_column_leaves(blank):
    text = "id;name;order;date;total\nk7;Ada;#1;2024-05-01;9,50\nk2;Ben;#2;2024-05-02;1\nk7;Ada;#3;2024-05-03;2\n"
    columns = [
        column("customer", 0, "customer"),
        column("order", 2, "order"),
        column("date", 3, "date"),
        column("total", 4, "number"),
    ]
    [part], customers = run(blank, (text, columns))
    expected = 'customer;order;date;total\n1;1;2024-05-01;"9,50"\n2;2;2024-05-02;1\n1;3;2024-05-03;2\n'
    assert part["text"] == expected, "the delimiter is the file's, so that a comma stays a decimal sign"
    assert customers == ["k7", "k2"]
    assert (part["rows"], part["first"], part["unsent"]) == (3, ["1", "1", "2024-05-01", "9,50"], [0, 0, 0, 0])


def test_two_tables_share_the_numbers_of_customers(blank):
    assignment = "email,group\nb@x.org,held back\na@x.org,to contact\n"
    orders = "mail,date,amount\nAnn <a@x.org>,2024-01-01,5\nB@X.org,2024-01-02,6\nc@x.org,2024-01-03,7\n"
    parts, customers = run(
        blank,
        (
            assignment,
            [
                column("customer_id", 0, "customer", lower=True),
                column("group", 1, "word", words=["held back", "to contact"]),
            ],
        ),
        (
            orders,
            [
                column("customer_id", 0, "customer", lower=True),
                column("date", 1, "date"),
                column("amount", 2, "number"),
            ],
        ),
    )
    assert parts[0]["text"] == "customer_id,group\n1,held back\n2,to contact\n"
    assert parts[1]["text"] == "customer_id,date,amount\n2,2024-01-01,5\n1,2024-01-02,6\n3,2024-01-03,7\n"
    assert customers == ["b@x.org", "a@x.org", "c@x.org"]


def test_guests_are_told_apart_by_their_address_as_in_training(blank):
    text = "customer,mail,total\n7,a@x.org,1\n0,g1@x.org,2\n0,G2@x.org,3\nGuest,g1@x.org,4\n,,5\nn/a,g2@x.org,6\n"
    [part], customers = run(
        blank, (text, [column("customer", 0, "customer", otherwise=1), column("total", 2, "number")])
    )
    assert part["text"] == "customer,total\n1,1\n2,2\n3,3\n2,4\n,5\n3,6\n"
    assert customers == ["7", "g1@x.org", "g2@x.org"]


UNCLEAR = [
    ("order,customer,total\n1,12,5\n2,12.0,6\n", "with .0 behind them and without"),
    ("order,customer,total\n7,a,5\n7.00,b,6\n", "with .0 behind them and without"),
    ("order,customer,total\n1,1.23457E+16,5\n2,b,6\n", "that a spreadsheet shortened"),
    ('order,customer,total\n1,"say \\"hi\\", a",6\n', "Line 2 has 4 cells where the names of the columns are 3"),
]


@pytest.mark.parametrize(("text", "message"), UNCLEAR)
def test_what_does_not_tell_whose_a_row_is_is_refused_as_in_training(blank, text, message):
    columns = [column("order", 0, "order"), column("customer", 1, "customer"), column("total", 2, "number")]
    with pytest.raises(Error, match=re.escape(message)):
        sent(blank, text, *columns)


def test_ids_with_a_point_that_are_no_other_ids_are_sent(blank):
    text = "customer,total\n12.0,5\n13.0,6\n1.1,7\n11,8\n"
    assert len(sent(blank, text, column("customer", 0, "customer"), column("total", 1, "number"))) == 5


def test_an_id_of_0_with_one_address_is_a_customer(blank):
    text = "customer,mail,total\n0,a@x.org,1\n0,a@x.org,2\n1,b@x.org,3\n"
    columns = [column("customer", 0, "customer", otherwise=1), column("total", 2, "number")]
    assert sent(blank, text, *columns) == ["customer,total", "1,1", "1,2", "2,3"]


def test_words_for_guests_are_those_of_training(blank):
    words = blank.evaluate("async () => (await import('/customers/training/sent/pseudonyms.js')).GUESTS")
    assert tuple(words) == GUESTS


@pytest.mark.parametrize("cell", ["Ada", "12 Baker Street", "ada@example.com", "+1 (212) 555-0100 ext 7", "=1+1"])
def test_what_is_no_number_is_not_sent_but_counted(blank, cell):
    [part], _ = run(blank, (f"age,name\n31,x\n{cell},y\n", [column("age", 0, "number")]))
    assert (part["text"], part["unsent"]) == ('age\n31\n""\n', [1]), "the row stays, so that rows keep their places"


def test_numbers_are_sent_as_they_stand_also_those_to_be_read_in_two_ways(blank):
    cells = ["1,234", "$ 1,234.50", "(12)", "12%", "1e3", "15 k$", "yes", "N/A", "-0.5"]
    text = "x (k$);name\n" + "".join(f"{cell};n\n" for cell in cells)
    assert sent(blank, text, column("x (k$)", 0, "number")) == [
        "x (k$)", '"1,234"', '"$ 1,234.50"', "(12)", "12%", "1e3", "15 k$", "yes", '""', "-0.5",
    ]  # fmt: skip


DATES = [
    *("2024-05-01", "2024/5/1", "01.05.2024", "5/1/24", "20240501", "2024-05-01 10:11:12", "2024-05-01T10:11:12.123Z"),
    *("2024-05-01 10:11:12 +0200", "1 May 2024", "May 1, 2024", "5. März 2024", "1 de mayo de 2024", "3 févr. 2024"),
    *("Mon, 5 May 2024 10:00", "5 Mar 24 3:04 pm", "2024年5月1日", "45413", "1714521600", "1714521600000", "1-Sep-24"),
    *("15 marca 2024", "4 şubat 2024", "12 dez. 2023", "2 ottobre 2022", "9 augustus 2021"),
]
NO_DATES = [
    *("Ada", "Martinez 12", "12 Baker Street 1990", "ada@example.com", "+1 212 555 0100", "May", "1 2 3 4", "A-2024"),
    *(
        "06.12.34.56.78",
        "06-12-34-56-78",
        "06 12 34 56 78",
        "030/1234567",
        "+49 30 1234567",
        "555-123-4567",
        "1-800-555-0100",
    ),
    *(
        "192.168.1.1",
        "123-45-6789",
        "2024-065-12",
        "06/12/34 56-78",
        "12.03.1990 Anna",
        "Anna 12. 3. 1990",
        "12 Mai Sato",
    ),
    *(
        "5 mai 2024 (Ada)",
        "1990-03-12 um Ada",
        "3 PM",
        "10:30",
        "2024-W10-2 Ada",
        "26. 3. Ada 2024",
        "4111111111111111",
    ),
    *("12345678901234567", "2024-05-01 Ada", "1", "10115 Berlin"),
]


def test_dates_in_words_may_leave_and_nothing_else(blank):
    assert call_each(blank, MAY_BE_DATE, [(cell,) for cell in DATES]) == [True] * len(DATES)
    refusals = call_each(blank, MAY_BE_DATE, [(cell,) for cell in NO_DATES])
    assert refusals == [False] * len(NO_DATES)


def test_whatever_training_reads_as_a_date_may_leave(blank):
    cells = [cell for column in load("dates")["columns"] if "days" in column for cell in column["cells"] if cell]
    may_leave = call_each(blank, MAY_BE_DATE, [(cell,) for cell in cells])
    assert [cell for cell, may in zip(cells, may_leave, strict=True) if not may] == []


def test_the_dates_of_a_whole_year_may_leave_in_each_language(blank):
    days = [datetime.date(2024, month, 28).isoformat() for month in range(1, 13)]
    written = blank.evaluate(
        "(days) => 'en de fr es pt it nl pl tr sv da nb fi hu cs sk sl et ro el ru uk bg'.split(' ')"
        ".flatMap((language) => days.map((day) => "
        "new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(day))))",
        days,
    )
    assert call_each(blank, MAY_BE_DATE, [(day,) for day in written]) == [True] * len(written)


def test_a_column_of_many_words_holds_no_states_and_is_not_sent(blank):
    text = "status\n" + "".join(f"Customer {number}\n" for number in range(40))
    [part], _ = run(blank, (text, [column("status", 0, "word")]))
    assert part["unsent"] == [40]
    assert part["text"] == "status\n" + '""\n' * 40


def test_segments_are_sent_as_many_as_a_model_may_have_and_no_more(blank):
    for count in (MAX_SEGMENTS, MAX_SEGMENTS + 1):
        text = "segment,id\n,0\n" + "".join(f"kind-{number},1\n" for number in range(count))
        [part], _ = run(blank, (text, [column("segment", 0, "segment")]))
        assert part["unsent"] == [0 if count == MAX_SEGMENTS else count]


def test_few_words_are_sent_and_only_short_ones(blank):
    text = "status\n" + "paid\nrefunded\n" * 600 + f"voided\n{'x' * 41}\n"
    [part], _ = run(blank, (text, [column("status", 0, "word")]))
    assert part["unsent"] == [1]
    assert set(part["text"].split()) == {"status", "paid", "refunded", "voided", '""'}


def test_of_kinds_of_rows_those_in_known_words_are_sent_and_the_others_are_not_missed(blank):
    text = "type\nRefund\nSale Line\nJeans\nann@example.org\n"
    [part], _ = run(blank, (text, [column("type", 0, "kind")]))
    assert (part["text"], part["unsent"]) == ('type\nRefund\nSale Line\n""\n""\n', [0])


def test_a_row_of_totals_says_so_in_what_is_sent_so_that_training_leaves_it_out(blank):
    text = "id,region,spend\n7,North,1\n8,South,2\n,Total:,3\n"
    assert sent(blank, text, column("id", 0, "customer"), column("spend", 2, "number"))[-1] == "Total:,3"


def test_words_for_totals_and_for_what_tells_rows_apart_are_those_of_training(blank):
    words = blank.evaluate("async () => { const { TOLD, TOTALS } = await import('/customers/training/words.js'); "
                           "return [TOLD.split(' '), TOTALS]; }")  # fmt: skip
    assert [set(part) for part in words] == [_TOLD, WORDS]


def test_a_flag_says_yes_where_its_cell_says_anything_but_no(blank):
    text = "id,cancelled\n1,2024-05-01\n2,\n3,false\n4,0\n5,ja\n"
    rows = sent(blank, text, column("id", 0, "customer"), column("cancelled", 1, "flag"))
    assert rows[1:] == ["1,yes", "2,", "3,", "4,", "5,yes"]
