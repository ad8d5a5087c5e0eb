"""The engines read what is written plainly, and the rules of contacts all else, to the same end."""

import hashlib
import itertools

import numpy as np
import pytest

from tests.helpers.cases import load
from training.contacts.person import KINDS, Home, all_marks, customer_key, is_findable, with_country
from training.engines.duckdb import DuckDB
from training.engines.engine import Table, literal
from training.targeting import draw
from training.targeting.plan import SPAN, beginning, place

CASES = load("control_group")

ADDRESSES = (
    "", " ", "ada@shop.example", "Ada@Shop.Example", " ada@shop.example ", "a.d.a+x@gmail.com",
    "A.D.A@GoogleMail.com", "+x@gmail.com", "ada..b@shop.example", ".ada@shop.example", "ada.@shop.example",
    "ada@shop", "ada@-shop.example", "ada@shop-.example", "ada@shop.e", "ada@shop.x1", "ada@xn--shop-x.xn--p1ai",
    "mailto:ada@shop.example", "ada@shop.example?subject=x", "Ada <ada@shop.example>", "\"ada\"@shop.example",
    "'ada@shop.example'", "a'b@shop.example", "ad\u200ba@shop.example", "ad\u00e4@shop.example",
    "ada@sh\u00f6p.example", "\u212aate@shop.example", "ada@@shop.example", "ada@shop.example\n", "ada @shop.example",
    f"{'a' * 241}@shop.example", f"{'a' * 242}@shop.example", "n/a", "a_b-c@x.io",
    "d.e@notgmail.com", "a.da+x@shop.googlemail.com",
)  # fmt: skip
PHONES = ("", "+12125650000", "0151 23456789", "none")
NUMBERS = ("", "12347", " 12347 ", "c-1", "c 1", "\u00e41", "=1+1")
PEOPLE = (("", "", "", ""), ("Ada", "Lovelace", "53113", "DE"), ("", "Lovelace", "53113", ""))


def people():
    """Return every address with some of the rest, and some of the rest without an address."""
    rng = np.random.default_rng(73)
    rest = list(itertools.product(PHONES, NUMBERS, PEOPLE))
    for address in ADDRESSES:
        for place_ in rng.choice(len(rest), 12, replace=False):
            phone, number, person = rest[place_]
            yield (address, phone, number, *person)
    for phone, number, person in rest:
        yield ("", phone, number, *person)


@pytest.fixture(scope="module")
def rows():
    return list(people())


@pytest.fixture
def engine(rows):
    with DuckDB() as engine:
        values = ", ".join(f"({n}, {', '.join(map(literal, row))})" for n, row in enumerate(rows))
        yield engine, engine.keep(f"SELECT * FROM (VALUES {values}) AS t(n, {', '.join(KINDS)})")


NOWHERE = Home()


def person_of(table, home=NOWHERE):
    contacts = {kind: kind for kind in KINDS if kind != "customer_id"}
    return draw.find_person(Table(table.sql, table.columns), contacts, "customer_id", home)


@pytest.mark.parametrize("home", [NOWHERE, Home("DE"), Home("DE", also_of_unknown=True)])
def test_groups_are_those_of_the_rules(engine, rows, home):
    engine, table = engine
    group = draw.group(engine, person_of(table, home), "'nobody'", "Fr\u00fchling", 0.3)
    groups = [row[0] for row in engine.rows(f"SELECT {group} FROM {table.sql} ORDER BY n")]
    keys = [customer_key(*with_country(row, home)) for row in rows]
    assert groups == ["control" if place(key or "nobody", "Fr\u00fchling") < 0.3 else "treated" for key in keys]
    assert {"control", "treated"} == set(groups)


def test_a_plain_id_is_drawn_as_by_the_rules():
    with DuckDB() as engine:
        for number in ("12347", "c-1", "=1+1", "0", "c'1", "a" * 300):
            (group,) = engine.rows(f"SELECT {draw.plain_group(literal(number), 'spring', 0.3)}")[0]
            key = customer_key("", "", number, "", "", "", "")
            assert group == ("control" if place(key, "spring") < 0.3 else "treated")


def test_who_can_be_found_is_who_the_rules_find(engine, rows):
    engine, table = engine
    findable = draw.findable(engine, person_of(table))
    answers = [row[0] == "true" for row in engine.rows(f"SELECT {findable} FROM {table.sql} ORDER BY n")]
    assert answers == [is_findable(*row) for row in rows]


def test_who_is_on_the_list_is_who_the_rules_find_there(engine, rows):
    engine, table = engine
    texts = ("ada@shop.example", "ada@gmail.com", "a.d.a@googlemail.com", "+12125650000", "a_b-c@x.io")
    digests = frozenset(hashlib.sha256(text.encode()).hexdigest() for text in texts)
    listed = draw.suppressed(engine, person_of(table), digests)
    answers = [row[0] == "true" for row in engine.rows(f"SELECT {listed} FROM {table.sql} ORDER BY n")]
    assert answers == [not digests.isdisjoint(all_marks(*row)) for row in rows]
    assert {True, False} == set(answers)


def test_the_engine_has_the_places_of_the_cases():
    plain = [case for case in CASES if case["customer"].isascii() and case["customer"]]
    with DuckDB() as engine:
        for case in plain:
            value = f"place_of({literal(case['customer'])}, {beginning(case['campaign'])})"
            assert engine.rows(f"SELECT {value}")[0][0] / SPAN == case["place"]
