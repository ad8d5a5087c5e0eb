import datetime

import pytest

from tests.helpers.real_tables import CDNOW, needs_cdnow
from training.files.formats import open_table
from training.files.source import DataError
from training.tables.orders.columns import Choice, find_order_columns
from training.tables.orders.rfm import summarise_orders


@pytest.fixture
def orders(tmp_path):
    def write(text):
        path = tmp_path / "orders.csv"
        path.write_text(text)
        return path

    return write


def rfm(engine, path, **choice):
    summary = summarise_orders(engine, open_table(engine, str(path)), Choice(**choice))
    columns = "customer_id, recency_days, frequency, monetary"
    return summary.customers, engine.rows(f"SELECT {columns} FROM {summary.table.sql} ORDER BY customer_id")


def test_recency_frequency_and_monetary_are_worked_out_by_hand(engine, orders):
    path = orders(
        "customer_id,order_date,amount\n"
        "a,2024-01-01,10.50\n"
        "a,2024-01-05,20\n"
        "a,2024-01-05,5\n"  # the same day: one order
        "b,2024-01-09,7\n"
    )
    customers, rows = rfm(engine, path)
    assert rows == [("a", 5, 2, 35.5), ("b", 1, 1, 7.0)]  # days to 10 January
    assert customers.rows == 2
    assert customers.notes == [
        "Customers come from customer_id; days from order_date; amounts from amount.",
        "4 rows from 2024-01-01 to 2024-01-09: 3 orders of 2 customers, 42.50 in total.",
        "Recency counts to 2024-01-10; frequency counts days with an order, as there is no order id.",
    ]


def test_with_an_order_id_frequency_counts_orders_not_lines_or_days(engine, orders):
    path = orders("Invoice,Customer,Date,Total\n1,a,2024-01-01,1\n1,a,2024-01-01,2\n2,a,2024-01-01,3\n")
    customers, rows = rfm(engine, path)
    assert rows == [("a", 1, 2, 6.0)]
    assert "frequency counts distinct Invoice" in customers.notes[2]


def test_returns_lower_the_total_and_are_no_orders_and_zero_amounts_are_orders(engine, orders):
    path = orders("customer,date,amount\na,2024-01-01,30\na,2024-01-08,-10\nb,2024-01-03,0\nc,2024-01-04,-5\n")
    customers, rows = rfm(engine, path)
    assert rows == [("a", 8, 1, 20.0), ("b", 6, 1, 0.0)]
    assert engine.rows(f"SELECT recency_days, frequency, monetary FROM {customers.table.sql}") == [(8, 1, 20.0)]
    assert customers.notes[3:] == [
        "2 rows with a negative amount: returns, taken off the total and not counted as orders.",
        "1 row with an amount of zero: counted as orders.",
        "1 customer left out: returns only.",
        "1 customer left out of the fit: nothing spent in total.",
    ]


def test_rows_without_customer_date_or_amount_are_counted_and_left_out(engine, orders):
    path = orders("customer,date,amount\na,2024-01-01,1\n,2024-01-01,1\na,,1\na,2024-01-01,\na,2024-01-01,inf\n")
    customers, rows = rfm(engine, path)
    assert rows == [("a", 1, 1, 1.0)]
    assert customers.notes[1:5] == [
        "1 row left out: no customer.",
        "1 row left out: no date.",
        "1 row left out: no amount.",
        "1 row left out: an amount beyond 1e15.",
    ]
    assert customers.left_out == pytest.approx(0.8)


def test_customers_who_spent_more_than_distances_can_hold_are_named_so_and_left_out_of_the_fit(engine, orders):
    text = "customer,date,amount\na,2024-01-01,6e14\na,2024-01-02,6e14\n"
    with pytest.raises(DataError, match=r"expected customers who spent at most 1e15 in total, found 1 who spent more"):
        rfm(engine, orders(text))
    customers, rows = rfm(engine, orders(text + "b,2024-01-01,1\nc,2024-01-01,0\n"))
    assert [customer for customer, *_ in rows] == ["a", "b", "c"]
    assert "1 customer left out of the fit: more than 1e15 spent in total." in customers.notes
    assert "1 customer left out of the fit: nothing spent in total." in customers.notes


def test_as_of_leaves_out_later_orders_and_counts_recency_to_that_day(engine, orders):
    path = orders("customer,date,amount\na,2024-01-01,1\na,2024-02-01,1\nb,2024-01-20,1\n")
    customers, rows = rfm(engine, path, as_of=datetime.date(2024, 2, 1))
    assert rows == [("a", 31, 1, 1.0), ("b", 12, 1, 1.0)]
    assert "1 row on or after 2024-02-01: left out." in customers.notes


BEGUN = "".join(f"a,2024-01-{day:02},1,EUR\n" for day in range(1, 31)) + "b,2024-01-31,1,EUR\n,2099-01-01,1,EUR\n"
AHEAD = "a,2024-03-01,2,EUR\n"


def orders_ahead(number):
    return f"customer,date,amount,currency\n{BEGUN}{AHEAD * number}b,2099-12-31,4,USD\n"


def test_a_few_orders_of_days_to_come_are_left_out_counted_and_settled_by_as_of(engine, orders):
    path = orders(orders_ahead(0))
    customers, rows = rfm(engine, path, latest=datetime.date(2024, 2, 1))
    assert rows == [("a", 2, 30, 30.0), ("b", 1, 1, 1.0)]
    assert customers.notes[1:3] == [
        "1 row left out: no customer.",
        "1 row left out: dated after 2024-02-01, which is still to come by this machine's clock; with --as-of "
        "2100-01-01 they count too.",
    ]
    assert customers.left_out == pytest.approx(1 / 33)
    choice = {"latest": datetime.date(2024, 2, 1), "as_of": datetime.date(2100, 1, 1), "currency": "EUR"}
    assert rfm(engine, path, **choice)[1] == [("a", 27730, 30, 30.0), ("b", 27729, 1, 1.0)]


def test_where_orders_of_days_to_come_are_many_the_clock_may_be_wrong_so_they_count(engine, orders):
    path = orders(orders_ahead(2))
    clock = {"latest": datetime.date(2024, 2, 1), "currency": "EUR"}
    customers, rows = rfm(engine, path, **clock)
    assert rows == [("a", 1, 31, 34.0), ("b", 31, 1, 1.0)]
    said = "3 rows dated after 2024-02-01, which is still to come by this machine's clock: they count; "
    assert f"{said}with --as-of 2024-02-02 they do not." in customers.notes
    assert rfm(engine, path, **clock, as_of=datetime.date(2024, 2, 2))[1] == [("a", 3, 30, 30.0), ("b", 2, 1, 1.0)]


def test_as_of_before_all_orders_is_refused(engine, orders):
    path = orders("customer,date,amount\na,2024-01-01,1\n")
    found = "found none; they are from 2024-01-01 to 2024-01-01$"
    with pytest.raises(DataError, match=f"expected orders before 2023-01-01, {found}"):
        rfm(engine, path, as_of=datetime.date(2023, 1, 1))
    with pytest.raises(DataError, match=f"expected orders from 2025-01-01 on before 2024-01-02, {found}"):
        rfm(engine, path, since=datetime.date(2025, 1, 1))


def test_without_an_amount_it_is_quantity_times_unit_price(engine, orders):
    path = orders(
        "InvoiceNo,Quantity,InvoiceDate,UnitPrice,CustomerID\n"
        "536365,6,12/1/2010 8:26,2.55,17850\n"
        "C1,-1,12/13/2010 9:00,2.55,17850\n"
    )
    customers, rows = rfm(engine, path)
    assert rows == [("17850", 13, 1, 12.75)]
    assert customers.notes[0].endswith("amounts from Quantity times UnitPrice.")


def test_columns_are_named_by_hand_where_names_do_not_tell(engine, orders):
    path = orders("who,when,how much\na,2024-01-01,1\n")
    with pytest.raises(
        DataError,
        match="found none for customer and date and amount among who, when, how much",
    ):
        rfm(engine, path)
    assert rfm(engine, path, customer="who", date="WHEN", amount="how_much")[1] == [("a", 1, 1, 1.0)]


def test_a_column_named_by_hand_that_is_not_there_is_refused(engine, orders):
    path = orders("customer,date,amount\na,2024-01-01,1\n")
    with pytest.raises(DataError, match='expected a column "price", found customer, date, amount'):
        rfm(engine, path, amount="price")


@pytest.mark.parametrize(
    ("headers", "amount"),
    [
        ("customer,date,amount,quantity,price", "amount"),
        ("customer,date,quantity,total", "total"),
        ("client,day,sales", "sales"),
    ],
)
def test_order_columns_are_found_by_name(engine, orders, headers, amount):
    path = orders(f"{headers}\n" + ",".join("1" for _ in headers.split(",")) + "\n")
    text = path.read_text().replace("1", "x")  # a header line and one of text, so that neither looks like numbers
    path.write_text(text)
    assert find_order_columns(open_table(engine, str(path)), Choice()).roles["amount"] == amount


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2024-01-31", "2024-02-01"),
        ("2024-01-31T10:00:00Z", "2024-02-01T00:10:00Z"),
        ("2024-01-31 10:00:00.123", "2024-02-01 9:10"),
        ("20240131", "20240201"),
        ("2024/01/31", "2024/02/01"),
        ("31.01.2024", "01.02.2024"),
        ("31/01/2024", "01/02/2024"),
        ("1/31/2024 8:26", "2/1/2024 14:01"),
        ("1/31/24", "2/1/24"),
        ("31-Jan-2024", "01-Feb-2024"),
        ("31 January 2024", "1 February 2024"),
        ('"Jan 31, 2024"', '"Feb 1, 2024"'),
    ],
)
def test_dates_are_read_as_the_column_writes_them(engine, orders, first, second):
    path = orders(f"customer,date,amount\na,{first},1\nb,{second},1\n")
    assert rfm(engine, path)[1] == [("a", 2, 1, 1.0), ("b", 1, 1, 1.0)]


def test_dates_that_could_be_either_way_round_are_refused_and_settled_by_an_option(engine, orders):
    path = orders("customer,date,amount\na,01/02/2024,1\nb,03/02/2024,1\n")
    with pytest.raises(
        DataError, match=r'column "date": every date could be %d/%m/%Y or %m/%d/%Y; say which with --date-format'
    ):
        rfm(engine, path)
    assert [row[1] for row in rfm(engine, path, date_format=("%m/%d/%Y",))[1]] == [61, 1]  # 2 January, 2 March


def test_a_cell_that_is_no_date_is_refused_with_its_line_and_without_its_content(engine, orders):
    path = orders("customer,date,amount\na,2024-01-01,1\n\nb,yesterday,1\n")
    with pytest.raises(DataError, match=r'orders.csv: line 4: column "date": expected a date') as caught:
        rfm(engine, path)
    assert "yesterday" not in str(caught.value)


@needs_cdnow
def test_the_published_customers_and_total_of_the_cdnow_orders_are_found(engine):
    customers, rows = rfm(engine, CDNOW)
    assert len(rows) == 23_570
    assert sum(row[3] for row in rows) == pytest.approx(2_500_315.63, abs=0.005)
    assert "67,591 orders of 23,570 customers, 2,500,315.63 in total" in customers.notes[1]
    assert rows[:2] == [("00001", 546, 1, 11.77), ("00002", 535, 1, 89.0)]


@pytest.mark.parametrize(("of_one", "is_said"), [(30, True), (10, False)])
def test_one_customer_with_far_more_orders_than_anyone_else_is_told(engine, orders, of_one, is_said):
    rows = [("0", day) for day in range(of_one)] + [(f"c{number}", number) for number in range(20) for _ in range(2)]
    days = "".join(f"{who},{n},2024-01-{1 + day % 28:02},5\n" for n, (who, day) in enumerate(rows))
    path = orders("customer,order,date,amount\n" + days)
    notes = summarise_orders(engine, open_table(engine, str(path)), Choice()).notes
    said = "One customer has 30 orders of 70, and nobody else more than 2: if that id stands for guests"
    assert any(note.startswith(said) for note in notes) == is_said
