"""The columns of orders on the page are those that training finds."""

import random
from pathlib import Path

import pytest

from tests.helpers.cases import load
from tests.page.helpers.modules import call, call_each
from tests.training.tables.orders.test_columns import EXPORTS
from training.engines.engine import Table
from training.files.source import DataError, Source
from training.tables import headers
from training.tables.orders import columns as order_columns
from training.tables.orders import words as order_words
from training.tables.orders.columns import Choice, find_order_columns


def in_training(header: list[str]) -> dict[str, object] | None:
    """Return the numbers of columns that training finds, or None where it refuses."""
    path = Path("orders.csv")
    source = Source(path, Table("t", dict.fromkeys(header, "VARCHAR"), "1"), 0, str, path, ",")
    try:
        columns = find_order_columns(source, Choice())
    except DataError:
        return None
    return {
        "roles": {role: header.index(name) for role, name in columns.roles.items()},
        "statuses": [header.index(name) for name in columns.statuses],
        "kinds": [header.index(name) for name in columns.kinds],
        "email": header.index(columns.contacts["email"]) if "email" in columns.contacts else -1,
    }


def test_the_words_are_those_of_training(blank):
    lists = blank.evaluate(
        "Promise.all(['order_columns', 'order_words', 'headers'].map((name) => import(`/customers/table/${name}.js`)))"
        ".then(([columns, words, headers]) => [columns.ALIASES, columns.STATUSES, words.MADE_OF, headers.MAIL,"
        " headers.BESIDE_MAIL, words.SMALL_WORDS, words.TAXES, words.INCLUDED, words.NET_OR_GROSS, words.CURRENCIES,"
        " words.PAID_BACK, words.BESIDE_PAID_BACK])"
    )
    made_of = {role: [list(needed), besides] for role, (needed, besides) in order_words.MADE_OF.items()}
    sets = (
        order_words.SMALL_WORDS,
        order_words.TAXES,
        order_words.INCLUDED,
        order_words.NET_OR_GROSS,
        order_words.CURRENCIES,
    )
    texts = [headers.MAIL, headers.BESIDE_MAIL]
    of_kinds = [order_words.PAID_BACK, order_words._BESIDE_PAID_BACK]
    statuses = list(order_columns._STATUSES)
    assert lists == [order_columns._ALIASES, statuses, made_of, *texts, *map(sorted, sets), *of_kinds]


def test_the_kind_of_a_row_that_pays_something_back_is_sent_for_training_to_read(blank):
    steps = ["Sale", "Sale Line", "Payment", "authorization", "Capture", "Received", "Authorised"]
    others = ["Refund policy", "Jeans", "Ann Lee", "ann@example.org", "7", ""]
    cells = [*load("row_kinds")["pays_back"], *steps, *others]
    answers = call_each(blank, "customers/table/order_words:isOfKind", [(cell,) for cell in cells])
    assert [cell for cell, sent in zip(cells, answers, strict=True) if not sent] == others


@pytest.mark.parametrize("shop", EXPORTS)
def test_the_columns_of_an_export_are_those_that_training_finds(blank, shop):
    header = EXPORTS[shop][0].split(",")
    assert call(blank, "customers/table/order_columns:findOrderColumns", header) == in_training(header)


def test_of_thousands_of_headers_the_page_and_training_find_the_same_columns(blank):
    chance = random.Random(3)
    words = [alias for aliases in order_columns._ALIASES.values() for alias in aliases.split()]
    odd = [
        "Email",
        "Billing Email",
        "name",
        "Id",
        "Purchase Point",
        "Amount Refunded",
        "item-price",
        "Gesamtbetrag (brutto)",
    ]
    odd += [
        "Financial Status",
        "Status",
        "Prix TTC",
        "ID do cliente",
        "Data de la compra",
        "Total of the order",
        "De la",
        "Total incl. VAT",
        "Größe",
        "№",
        "Kunden-Nr.",
        "N. Revenue (formatted)",
        "N. Revenue",
        "Total VAT",
        "E-mail klienta",
        "Estado de la orden",
        "Sales CLP",
        "Total INR",
        "Amount USD",
        "Total (EUR)",
        "Total (USD)",
        "Refund JPY",
        "USD",
        "Type",
        "Transaction Type",
        "Tipo de pago",
    ]
    made = [" ".join(needed).split() + besides.split() for needed, besides in order_words.MADE_OF.values()]
    odd += [" ".join(chance.choices(chance.choice(made), k=2)) for _ in range(400)]
    headers = [list(dict.fromkeys(chance.choices(words + odd, k=chance.randint(3, 12)))) for _ in range(5000)]
    pairs = [(header, columns) for header in headers if (columns := in_training(header))]
    assert len(pairs) > 800
    answers = call_each(blank, "customers/table/order_columns:findOrderColumns", [(header,) for header, _ in pairs])
    assert answers == [columns for _, columns in pairs]


def test_of_two_columns_of_one_name_none_is_taken(blank):
    headers = [
        ["Customer ID", "Email", "Date", "Total", "total"],
        ["customer", "date", "date_2", "amount"],
        ["customer", "Customer", "Email", "date", "amount"],
    ]
    answers = call_each(blank, "customers/table/order_columns:findOrderColumns", [(header,) for header in headers])
    assert [answer["roles"] for answer in answers] == [
        {"customer": 0, "date": 2},
        {"customer": 0, "amount": 3},
        {"date": 3, "amount": 4},
    ]
