"""Which rows of an order table count, and for how much."""

import pytest

from tests.helpers.parquet import write_with_nan
from training.files.formats import open_table
from training.files.source import DataError
from training.tables.orders.columns import Choice, find_order_columns
from training.tables.orders.rfm import summarise_orders
from training.tables.orders.rows import read_rows

SHOPIFY = """Name,Email,Financial Status,Currency,Total,Created at,Lineitem name,Refunded Amount
#1,Ada@x.org,paid,EUR,10,2024-03-01 10:00:00 +0200,A,0
#1,Ada@x.org,,,,2024-03-01 10:00:00 +0200,B,
#2,ada@x.org,partially_refunded,EUR,20,2024-03-05 10:00:00 +0200,A,5
#3,ben@x.org,refunded,EUR,30,2024-03-06 10:00:00 +0200,A,30
#4,ben@x.org,voided,EUR,40,2024-03-07 10:00:00 +0200,A,0
#5,ben@x.org,paid,EUR,50,2024-03-08 10:00:00 +0200,A,0
"""


def test_orders_of_shopify_are_counted_once_and_net(read):
    customers, summary = read(SHOPIFY)
    assert customers == {"ada@x.org": (2, 25.0), "ben@x.org": (1, 50.0)}
    assert summary.notes[:5] == [
        "Customers come from Email, as there is no customer id; days from Created at; amounts from Total.",
        "1 row without amount: they continue the order above and belong to it.",
        "1 row left out: cancelled by Financial Status.",
        "1 row left out: refunded by Financial Status.",
        "1 row lowered by Refunded Amount: 5.00 in all.",
    ]
    assert summary.customers.left_out == 0  # nothing was at fault


def test_a_customer_and_a_date_that_only_an_orders_first_row_has_hold_for_the_others(read):
    text = "order,customer,date,amount\n1,a,2024-01-01,1\n1,,,2\n2,b,2024-01-02,4\n,,,8\n"
    customers, summary = read(text)
    assert customers == {"a": (1, 3.0), "b": (1, 4.0)}
    assert "1 row left out: no customer." in summary.notes


def test_a_row_whose_amount_is_not_a_number_is_left_out(engine, tmp_path):
    path = tmp_path / "orders.parquet"
    rows = "('a', DATE '2024-01-01', -2::DOUBLE), ('a', DATE '2024-01-02', MARK), ('a', DATE '2024-01-03', 7::DOUBLE)"
    write_with_nan(f"SELECT * FROM (VALUES {rows}) AS t(customer, date, amount)", path)
    summary = summarise_orders(engine, open_table(engine, str(path)), Choice())
    assert engine.rows(f"SELECT frequency, monetary FROM {summary.table.sql}") == [(1, 5.0)]
    assert "1 row left out: no amount." in summary.notes


def test_an_order_with_two_customers_gives_its_rows_to_neither(read):
    assert read("order,customer,date,amount\n1,a,2024-01-01,1\n1,b,2024-01-01,2\n1,,2024-01-01,4\n")[0] == {
        "a": (1, 1.0),
        "b": (1, 2.0),
    }


@pytest.mark.parametrize(
    "text",
    [
        "order,customer,date,quantity,price\n1,a,2024-01-01,2,3\n1,a,2024-01-01,,3\n",
        "order,customer,date,amount\n1,a,2024-01-01,2\n1,a,2024-01-01,4\n1,a,2024-01-01,\n",
    ],
)
def test_a_row_without_amount_in_an_order_whose_amounts_are_of_rows_lacks_it(read, text):
    customers, summary = read(text)
    assert customers == {"a": (1, 6.0)}
    assert "1 row left out: no amount." in summary.notes


LINES = "order,customer,date,{}\n1,a,2024-01-01,30\n1,a,2024-01-01,30\n2,a,2024-01-02,5\n2,a,2024-01-02,5\n"


def test_an_order_total_that_is_repeated_on_each_row_counts_once(read):
    customers, summary = read(LINES.format("Order Total"))
    assert customers == {"a": (2, 35.0)}
    assert "Order Total is the order's total, on each of its rows: counted once for each order." in summary.notes


def test_amounts_of_lines_are_summed(read):
    assert read(LINES.format("Line Total"))[0] == {"a": (2, 70.0)}
    assert read(LINES.format("Order Total").replace("5\n2", "4\n2").replace("30\n1", "29\n1"))[0] == {"a": (2, 68.0)}


@pytest.mark.parametrize(
    ("alike", "several", "refused"), [(18, 20, True), (17, 20, False), (9, 10, True), (8, 9, False)]
)
def test_amounts_that_nine_of_ten_orders_repeat_are_asked_about(read, alike, several, refused):
    rows = "".join(f"{n},a,2024-01-01,5\n{n},a,2024-01-01,{5 if n < alike else 6}\n" for n in range(several))
    if refused:
        with pytest.raises(DataError, match=f"{alike} of {several} orders of several rows repeat one amount"):
            read("order,customer,date,total\n" + rows)
    else:
        assert read("order,customer,date,total\n" + rows)[0] == {"a": (several, 11.0 * several - alike)}


@pytest.mark.parametrize(("amount_per", "total"), [("order", 35.0), ("line", 70.0)])
def test_amounts_that_may_be_of_orders_or_of_lines_are_refused_and_settled_by_an_option(read, amount_per, total):
    with pytest.raises(
        DataError, match=r'column "amount": 2 of 2 orders of several rows repeat one amount: .* --amount-per'
    ):
        read(LINES.format("amount"))
    assert read(LINES.format("amount"), amount_per=amount_per)[0] == {"a": (2, total)}


MONEY = "customer,date,amount,Currency,Status\na,2024-01-01,1,EUR,ok\na,2024-01-02,2,eur,ok\nb,2024-01-03,4,USD,ok\n"


def test_several_currencies_are_refused_with_the_option_that_picks_one(read):
    with pytest.raises(
        DataError, match=r"expected one currency, found EUR \(2 rows\), USD \(1 row\); pick one with --currency EUR"
    ):
        read(MONEY)
    customers, summary = read(MONEY, currency="eur")
    assert customers == {"a": (2, 3.0)}
    assert "1 row left out: in other currencies than EUR." in summary.notes
    with pytest.raises(DataError, match=r"expected orders in GBP, found EUR \(2 rows\), USD"):
        read(MONEY, currency="GBP")


def test_a_currency_of_orders_that_do_not_count_is_no_second_currency(read):
    assert read(MONEY.replace("USD,ok", "USD,failed"))[0] == {"a": (2, 3.0)}


def test_a_currency_without_a_column_of_currencies_is_refused(read):
    with pytest.raises(DataError, match="expected a column of currencies for --currency EUR, found none"):
        read("customer,date,amount\na,2024-01-01,1\n", currency="EUR")


def test_a_currency_in_the_amounts_header_is_the_one_asked_for(read):
    text = "customer,date,Amount USD,Amount EUR\na,2024-01-01,10,9\n"
    assert read(text, currency="EUR")[0] == {"a": (1, 9.0)}
    with pytest.raises(DataError, match="found none for amount"):
        read(text, currency="GBP")
    with pytest.raises(DataError, match="expected a column of currencies for --currency GBP, found none"):
        read(text.replace("Amount USD", "note"), currency="GBP")


def test_a_row_that_pays_something_back_is_a_return_though_its_state_is_refunded(read):
    text = "customer,date,amount,status\na,2024-01-01,10,paid\na,2024-01-02,-4,refunded\n"
    assert read(text)[0] == {"a": (1, 6.0)}


def test_a_refund_of_all_leaves_the_order_out_whatever_its_state(read):
    text = "customer,date,amount,amount refunded\na,2024-01-01,10,10\na,2024-01-02,8,-3\na,2024-01-03,1,\n"
    assert read(text)[0] == {"a": (2, 6.0)}


@pytest.mark.parametrize(
    ("refunded", "left", "note"),
    [
        ("4", 6.0, "1 row lowered by refunded: 4.00 in all."),
        ("-4", 6.0, "1 row lowered by refunded: 4.00 in all."),
        ("10", 0.0, "1 row left out: refunded in full by refunded."),
        ("12", 0.0, "1 row left out: refunded in full by refunded."),
    ],
)
def test_a_refund_is_taken_off_its_order_whatever_its_sign(read, refunded, left, note):
    customers, summary = read(f"customer,date,amount,refunded\na,2024-01-01,10,{refunded}\na,2024-01-02,8,0\n")
    assert customers == {"a": (2 if left else 1, 8 + left)}
    assert note in summary.notes


def test_an_answer_in_the_column_of_refunds_is_all_or_nothing(read):
    text = "customer,date,amount,refunded\na,2024-01-01,10,no\na,2024-01-02,8,yes\n"
    assert read(text)[0] == {"a": (1, 10.0)}


def test_partly_refunded_orders_without_a_column_of_refunds_are_counted_in_full_and_said(read):
    customers, summary = read("customer,date,amount,status\na,2024-01-01,10,partially refunded\n")
    assert customers == {"a": (1, 10.0)}
    assert summary.notes[1].startswith("1 row partly refunded by status: counted in full")


def test_cancelled_and_test_orders_may_have_columns_of_their_own(read):
    text = (
        "customer,date,amount,Cancelled at,test\n"
        "a,2024-01-01,1,,false\na,2024-01-02,2,2024-01-03,false\na,2024-01-03,4,,true\n"
    )
    assert read(text)[0] == {"a": (1, 1.0)}


def test_a_column_of_many_words_is_no_column_of_states(read):
    rows = "".join(f"a,2024-01-01,1,note {number} cancelled\n" for number in range(300))
    assert read("customer,date,amount,status\n" + rows)[0] == {"a": (1, 300.0)}


@pytest.mark.parametrize("word", ["", "NULL", "NA", "n/a", "nan", "None", "\\N", "#N/A", "-"])
def test_a_word_for_missing_is_no_customer_and_no_order_id(read, word):
    text = f"order,customer,date,amount\n{word},a,2024-01-01,1\n{word},a,2024-01-02,2\n7,{word},2024-01-02,4\n"
    assert read(text)[0] == {"a": (2, 3.0)}


def test_orders_of_guests_are_known_by_their_e_mail(read):
    text = "customer,email,date,amount\n7,ada@x.org,2024-01-01,1\n,Ben@x.org,2024-01-01,2\n,ben@x.org,2024-01-02,4\n"
    customers, summary = read(text)
    assert customers == {"7": (1, 1.0), "ben@x.org": (2, 6.0)}
    assert "2 rows without customer: the customer is known by email." in summary.notes


@pytest.mark.parametrize("header", ["email", "customer,email"])
def test_customers_known_by_their_e_mail_are_one_however_it_is_written(read, header):
    cells = [
        "ada@x.org",
        "mailto:Ada@x.org",
        '"Lee, Ada <ada@x.org>"',
        "ada@x.org;",
        "ada\uff20x.org",
        "a\u200bda@x.org",
    ]
    ids = "," * header.count(",")
    rows = [f"{ids}{cell},2024-01-0{day},1" for day, cell in enumerate([*cells, "bob@x.org"], start=1)]
    customers, _ = read("\n".join([f"{header},date,amount", *rows, ""]))
    assert customers == {"ada@x.org": (6, 6.0), "bob@x.org": (1, 1.0)}


def test_a_guests_id_of_zero_is_nobody_where_addresses_differ(read):
    text = (
        "order_id,customer_id,billing_email,order_date,order_total\n1,0,ada@x.org,2024-01-01,5\n"
        "2,0,Ben@x.org,2024-01-02,7\n3,7,eve@x.org,2024-01-03,9\n4,0,ben@x.org,2024-01-04,1\n"
    )
    customers, summary = read(text)
    assert customers == {"ada@x.org": (1, 5.0), "ben@x.org": (2, 8.0), "7": (1, 9.0)}
    assert "3 rows without customer_id: the customer is known by billing_email." in summary.notes


def test_an_id_of_zero_with_one_address_is_a_customer(read):
    text = "order_id,customer_id,email,date,total\n1,0,ada@x.org,2024-01-01,5\n2,1,ben@x.org,2024-01-02,7\n"
    assert read(text)[0] == {"0": (1, 5.0), "1": (1, 7.0)}


@pytest.mark.parametrize("word", ["Guest", "GAST", "invité"])
def test_a_word_for_a_guest_is_no_customer(read, word):
    customers, summary = read(f"order,customer,date,amount\n1,{word},2024-01-01,1\n2,b,2024-01-02,4\n")
    assert customers == {"b": (1, 4.0)}
    assert "1 row left out: no customer." in summary.notes


def test_of_rows_that_are_not_asked_for_nothing_is_said_or_refused(engine, tmp_path):
    (tmp_path / "orders.csv").write_text(
        "customer,order,date,amount,currency,status,refunded\n"
        "a,1,2024-01-01,5,USD,paid,2\n,2,2024-01-02,6,GBP,failed,0\n n/a,3,2024-01-03,,USD,test order,0\n"
        "a,4,2024-05-01,7,EUR,paid,0\n b ,5,2024-05-02,8,EUR,cancelled,0\nguest,6,2024-05-03,9,EUR,paid,0\n"
    )
    source = open_table(engine, str(tmp_path / "orders.csv"))
    columns, within = find_order_columns(source, Choice()), "day BETWEEN DATE '2024-05-01' AND DATE '2024-05-31'"
    rows = read_rows(engine, source, columns, Choice(), within)
    assert rows.notes[1:] == ["1 row left out: no customer.", "1 row left out: cancelled by status."]
    assert engine.rows(f"SELECT customer, amount FROM {rows.table.sql} WHERE {within}") == [("a", 7.0)]
    assert engine.rows(f"SELECT min(day) FROM {rows.table.sql}")[0][0].month == 1
    with pytest.raises(DataError, match="expected one currency"):
        read_rows(engine, source, columns, Choice())


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("Email,date,total,Billing Phone\n,2024-01-01,1,+49 30 1\n,2024-01-02,2,+49 30 2\n",
         r'"Email": expected each order\'s customer, found no value.*name another column with --customer COLUMN, such '
         'as --customer "Billing Phone"$'),
        ("customer,date,paid at,total\na,,2024-01-01,1\n", '"date": .*; name another column with --date COLUMN$'),
        ("customer,date,total,value\na,2024-01-01,one,1\n", '"total": expected numbers.*with --amount COLUMN'),
        ("customer,date,total,refund\na,2024-01-01,1,yes please\n", "another column with --refunded COLUMN"),
    ],
)  # fmt: skip
def test_a_column_without_a_value_that_can_be_used_is_named_with_the_option_that_picks_another(read, text, advice):
    with pytest.raises(DataError, match=advice):
        read(text)


def test_where_most_rows_lack_a_customer_the_phone_is_offered(read):
    text = "order,email,phone,date,amount\n1,a@x.org,1,2024-01-01,5\n2,,2,2024-01-02,6\n3,,3,2024-01-03,7\n"
    assert 'Most rows have no email: where phone has more, say --customer "phone".' in read(text)[1].notes
    assert not any("Most rows" in note for note in read(text.replace("2,,2", "2,b@x.org,2"))[1].notes)


def test_rows_that_lack_several_are_said_to_be_fewer_than_the_gaps(read):
    text = "customer,date,amount\na,2024-01-01,5\nb,,\n,,6\n"
    notes = read(text)[1].notes
    assert "2 rows left out: no date." in notes
    assert "Some of them lack several: 2 rows in all." in notes
