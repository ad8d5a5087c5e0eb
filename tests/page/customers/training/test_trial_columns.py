"""What the page finds in a table before segments are made: columns to offer, orders, and who their customers are."""

import json

import pytest

from tests.page.helpers.modules import call

SURVEY = """async ([table]) => {
  const { surveyColumns } = await import('/customers/training/columns.js');
  return JSON.stringify(surveyColumns(table));
}"""


def survey(blank, header, rows, delimiter=","):
    """Return what is known of each column, by its name."""
    table = {"header": header, "sample": rows, "delimiter": delimiter, "empty": []}
    columns = json.loads(blank.evaluate(SURVEY, [table]))
    return {column["name"]: column for column in columns}


def test_numbers_are_offered_and_ids_contacts_constants_and_words_are_not(blank):
    header = ["Customer ID", "E-mail", "row", "Age", "Shop", "Colour", "Country code", "Visits", "VIP"]
    rows = [
        [f"{900 - n}", f"a{n}@x.org", str(n), str(20 + n % 7), "3", "red", "49", str(n % 5), "yes" if n % 2 else "no"]
        for n in range(40)
    ]
    columns = survey(blank, header, rows)
    assert {name: column["why"] for name, column in columns.items()} == {
        "Customer ID": "only tells rows apart",
        "E-mail": "is personal",
        "row": "only tells rows apart",
        "Age": None,
        "Shop": "is the same in every row",
        "Colour": "has no numbers",
        "Country code": "is personal",
        "Visits": None,
        "VIP": None,
    }
    assert {name for name, column in columns.items() if column["usual"]} == {"Age", "Visits"}, "two values divide alone"


def test_a_column_says_what_is_missing_what_is_no_number_and_whether_few_values_are_far_above_the_rest(blank):
    rows = [
        [value, str(place % 9)] for place, value in enumerate(["1", "2", "n/a", "2", "3", "", "x", "900"] + ["2"] * 32)
    ]
    spend = survey(blank, ["Spend", "Visits"], rows)["Spend"]
    assert spend["missing"] == pytest.approx(2 / 40)
    assert (spend["unread"], spend["skewed"], spend["why"]) == (1, True, None)
    assert spend["examples"] == ["1", "2", "2"]
    assert not survey(blank, ["Spend", "Visits"], rows)["Visits"]["skewed"]


def test_dates_are_offered_where_the_page_reads_them_but_not_chosen_for_the_user(blank):
    header = ["Signup", "Last visit", "Birthday", "Created", "Visits"]
    rows = [
        [f"2024-03-{n + 1:02}", f"{n % 9 + 1}/3/2024", f"{n + 1} March 1980", "2024-03-05", str(n % 5)]
        for n in range(20)
    ]
    columns = survey(blank, header, rows)
    assert {
        name: (column["why"], column["dates"], column["unread"], column["usual"]) for name, column in columns.items()
    } == {
        "Signup": (None, ["%Y-%m-%d"], 0, False),
        "Last visit": (None, ["%d/%m/%Y", "%m/%d/%Y"], 0, False),
        "Birthday": ("holds dates in words or short years", [], 20, False),
        "Created": ("is the same in every row", ["%Y-%m-%d"], 0, False),
        "Visits": (None, [], 0, True),
    }


def test_dates_are_sent_as_dates_with_the_day_that_they_count_to(blank):
    table = {
        "header": ["Id", "age", "signup", "visit"],
        "sample": [["1", "2", "2024-03-05", "5/6/2024"]],
        "delimiter": ",",
        "empty": [],
    }
    choices = {
        "of": "customers",
        "columns": [1, 2, 3],
        "k": "auto",
        "decimal": None,
        "formats": {"2": "%Y-%m-%d", "3": "%m/%d/%Y"},
        "dates": "month",
        "asOf": "2024-12-31",
    }
    plan = call(blank, "customers/training/plan:planFit", table, choices)
    assert [sent["kind"] for sent in plan["columns"]] == ["customer", "number", "date", "date"]
    assert plan["options"]["as-of"] == "2024-12-31"
    assert plan["options"]["date-format"] == ["%Y-%m-%d", "%m/%d/%Y"]


def test_what_settles_orders_of_days_to_come_is_called_as_the_page_has_it(blank):
    said = "2 rows left out: dated after 2026-01-01, which is still to come by this machine's clock; with "
    note = f"{said}--as-of 2099-01-02 they count too."
    words = f"{said}2099-01-02 under “Orders before this day count” they count too."
    assert call(blank, "customers/training/faults:inPageWords", note, "orders.csv") == words


def test_at_most_twelve_columns_are_chosen_for_the_user(blank):
    header = [f"measure {number}" for number in range(15)]
    rows = [[str((row + 1) * (column + 2) % 41 / 2) for column in range(15)] for row in range(40)]
    assert [column["usual"] for column in survey(blank, header, rows).values()] == [True] * 12 + [False] * 3


ORDERS = ["Order ID", "Email", "Created at", "Total"]


@pytest.mark.parametrize(
    ("header", "row", "orders"),
    [
        (ORDERS, ["1", "a@x.org", "2024-05-01", "9.90"], True),
        (ORDERS, ORDERS, False),
        (["Order ID", "Email", "Created at", "Quantity", "Unit price"], ["1", "a@x.org", "2024-05-01", "2", "3"], True),
        (ORDERS, ["1", "a@x.org", "soon", "9.90"], False),
        (["Customer ID", "Age", "Visits"], ["1", "20", "3"], False),
    ],
)
def test_a_row_is_an_order_where_it_has_customer_date_and_amount(blank, header, row, orders):
    columns = call(blank, "customers/training/orders:orderColumns", header)
    drawn = ["--------"] * len(header)
    table = {"header": header, "sample": [drawn, row, header, row]}
    assert call(blank, "customers/training/orders:looksLikeOrders", table, columns) is orders


def test_names_that_are_sent_stand_in_one_line_and_once(blank):
    names = call(
        blank, "customers/training/plan:sentNames", ["Total", "two\nlines", "Total", "Total 2", " ", "a\u202eb"]
    )
    assert names == ["Total", "two lines", "Total 2", "Total 2 2", "Column", "a b"]


def test_columns_are_named_to_training_as_csv_names_them(blank):
    table = {"header": ['spend, in "k$"', "age"], "sample": [["1", "2"]], "delimiter": ";", "empty": []}
    choices = {"of": "customers", "columns": [0, 1], "k": "3", "decimal": ","}
    assert call(blank, "customers/training/plan:planFit", table, choices)["options"] == {
        "k": "3",
        "features": '"spend, in ""k$""","age"',
        "delimiter": "semicolon",
        "decimal": "comma",
    }


def test_what_a_customer_is_worth_is_sent_once_and_named(blank):
    table = {"header": ["Id", "age", "spend"], "sample": [["1", "2", "3"]], "delimiter": ",", "empty": []}
    for columns in ([1], [1, 2]):
        choices = {"of": "customers", "columns": columns, "value": 2, "k": "auto", "decimal": None}
        plan = call(blank, "customers/training/plan:planFit", table, choices)
        assert [sent["name"] for sent in plan["columns"]][-2:] == ["age", "spend"]
        assert plan["options"]["value"] == "spend"


JOIN = """async ([text, rows, customers]) => {
  const { Table } = await import('/customers/table/table.js');
  const { joinCustomers } = await import('/customers/training/sent/join.js');
  const customer = { name: 'Customer', column: 0, kind: 'customer', otherwise: 1 };
  const table = await Table.open(new File([text], 'orders.csv'));
  const { signal } = new AbortController();
  try {
    return await (await joinCustomers(table, customer, 2, rows, customers, signal)).text();
  } catch ({ name, constructor, message }) {
    return `${constructor.name}: ${message}`;
  }
}"""
ROWS = {"customer_id": ["2", "1"], "recency_days": [3, 9], "frequency": [2, 1], "monetary": [10.5, None]}


def test_customers_of_orders_get_the_newest_of_each_contact(blank):
    text = (
        "Customer,Email,Date,City\n7,old@x.org,2024-01-01,Ulm\n8,b@x.org,2024-01-02,Bonn\n"
        "7,new@x.org,2024-03-01,\n7,older@x.org,2023-01-01,Köln\n"
    )
    assert blank.evaluate(JOIN, [text, ROWS, ["7", "8"]]).splitlines() == [
        "Customer,Email,City,recency_days,frequency,monetary",
        "7,new@x.org,Ulm,9,1,",
        "8,b@x.org,Bonn,3,2,10.5",
    ]


def test_the_id_of_an_order_is_not_taken_for_its_customer_and_an_empty_column_not_for_a_contact(blank):
    text = (
        "Email,Name,Date,Phone,Billing Phone,Id\na@x.org,#1,2024-01-01,,0221 1,5501\n"
        "b@x.org,#2,2024-01-02,,0221 2,5502\na@x.org,#3,2024-01-03,,0221 3,5503\n"
    )
    assert blank.evaluate(JOIN, [text, ROWS, ["a@x.org", "b@x.org"]]).splitlines() == [
        "Email,Billing Phone,recency_days,frequency,monetary",
        "a@x.org,0221 3,9,1,",
        "b@x.org,0221 2,3,2,10.5",
    ]


def test_customers_that_were_not_sent_are_no_answer(blank):
    assert blank.evaluate(JOIN, ["Customer,Date\n7,2024-01-01\n", ROWS, ["7"]]).startswith("ContractError: rows:")
