"""Money that an order table tells more than once is counted once, or asked about."""

import pytest

from training.files.source import DataError

DAYS = "customer,date,{},note\n" + "".join(f"{c},2024-01-0{d},{d}0,x\n" * 2 for c in "ab" for d in range(1, 4))


def test_totals_that_customers_repeat_within_days_are_asked_about_where_there_is_no_order_id(read):
    text = DAYS.format("Total")
    with pytest.raises(DataError, match=r'"Total": 6 of 6 days on which a customer has several rows repeat one amount'):
        read(text)
    assert read(text, amount_per="line")[0] == {"a": (3, 120.0), "b": (3, 120.0)}
    with pytest.raises(DataError, match=r"name the order's id with --order COLUMN \(found shop_order_ref\), or say"):
        read(text.replace("note", "shop_order_ref"))


def test_amounts_of_which_the_name_says_no_total_are_of_rows(read):
    text = DAYS.format("amount")
    assert read(text)[0] == {"a": (3, 120.0), "b": (3, 120.0)}
    with pytest.raises(DataError, match="name the order's id with --order"):
        read(text, amount_per="order")


def test_a_few_days_with_one_amount_say_nothing(read):
    text = "customer,date,total\na,2024-01-01,5\na,2024-01-01,5\na,2024-01-02,5\n"
    assert read(text)[0] == {"a": (2, 15.0)}


def test_an_id_that_many_customers_share_is_none_of_orders(read):
    rows = "".join(f"Sale,{customer},2024-01-0{day},{day}\n" for customer in "abcdef" for day in (1, 2))
    customers, summary = read("transaction,customer,date,amount\n" + rows)
    assert customers == dict.fromkeys("abcdef", (2, 3.0))
    assert "transaction is no order id: each of its values is of 6 customers on average." in summary.notes
    assert summary.notes[-1].endswith("frequency counts days with an order, as there is no order id.")


def test_numbers_that_two_shops_gave_to_orders_of_their_own_are_order_ids(read):
    rows = "".join(f"{number},{shop}{number % 3},2024-01-01,5\n" for number in range(12) for shop in "ab")
    assert set(read("order,customer,date,amount\n" + rows)[0].values()) == {(4, 20.0)}


def test_an_order_id_without_a_value_is_none(read):
    customers, summary = read("order,customer,date,amount\n,a,2024-01-01,5\n,a,2024-01-01,6\n")
    assert customers == {"a": (1, 11.0)}
    assert "order has no value: no order id." in summary.notes


KINDS = "order,customer,date,amount,{}\n" + "".join(
    f"{n},a,2024-01-01,{n},Sale\n{n},a,2024-01-01,{n - 1},Sale Line\n{n},a,2024-01-01,1,Sale Line\n"
    f"{n},a,2024-01-01,{n},Payment\n"
    for n in range(11, 17)
)


@pytest.mark.parametrize("header", ["Line Type", "Kind"])
def test_rows_of_two_kinds_that_add_up_to_the_same_are_refused(read, header):
    text = KINDS.format(header)
    with pytest.raises(DataError, match=f'"{header}": in 6 of 6 orders the rows with .Payment. add up to those with'):
        read(text)
    assert read(text, amount_per="line")[0] == {"a": (6, 243.0)}
    sales = "".join(line for line in text.splitlines(keepends=True) if "Line\n" not in line and "Payment" not in line)
    assert read(sales)[0] == {"a": (6, 81.0)}


def test_kinds_that_seldom_add_up_to_the_same_are_kinds_of_what_was_bought(read):
    rows = "".join(f"{n},a,2024-01-01,{n},Shoe\n{n},a,2024-01-01,{n + (n % 5 > 0)},Sock\n" for n in range(1, 11))
    assert read("order,customer,date,amount,type\n" + rows)[0] == {"a": (10, 118.0)}


def test_rows_of_an_amount_and_nothing_else_are_refused_where_they_are_many(read):
    text = "order,customer,date,amount\n" + "".join(f"{n},a,2024-01-01,5\n,,,7\n" for n in range(5))
    with pytest.raises(
        DataError, match=r"found 5 of 10 rows with an amount and neither; if they continue the row above"
    ):
        read(text)
    few = "order,customer,date,amount\n" + "".join(f"{n},a,2024-01-01,5\n" for n in range(5)) + ",,,25\n"
    assert read(few)[0] == {"a": (5, 25.0)}
