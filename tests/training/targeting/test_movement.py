"""Two scored tables compared: the matrix of the worked example, as files."""

import csv

import numpy as np
import pytest

from training.files.formats import open_table
from training.files.source import DataError
from training.targeting.movement import compare, write_movers
from training.targeting.scored import open_scored

MATRIX = {
    ("a", "a"): 80, ("a", "b"): 12, ("a", "c"): 3, ("a", ""): 5,
    ("b", "a"): 8, ("b", "b"): 140, ("b", "c"): 12, ("b", ""): 10,
    ("c", "a"): 1, ("c", "b"): 6, ("c", "c"): 90, ("c", ""): 3,
    ("", "a"): 10, ("", "b"): 5, ("", "c"): 2,
}  # fmt: skip
VALUES = {"a": 1000, "b": 400, "c": 100}
HEADER = ["customer_id", "email", "monetary", "segment_id", "segment", "segment_name", "borderline", "model"]


def write(path, rows, header=HEADER):
    """Write a scored table of (customer, segment letter) pairs, or of whole rows."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def row(customer, letter, value=None, near="false", model="m1"):
    """Return a row of a scored table."""
    number = "abc".index(letter) if letter else ""
    worth = VALUES.get(letter, 0) if value is None else value
    return [customer, f"{customer}@shop.example", worth, number, letter, f"Kind {letter.upper()}", near, model]


@pytest.fixture
def tables(tmp_path):
    then, now, number = [], [], 0
    for (before, after), count in MATRIX.items():
        for _ in range(count):
            number += 1
            near = "true" if before and after and before != after and number % 2 else "false"
            if before:
                then.append(row(f"c{number}", before))
            if after:
                now.append(row(f"c{number}", after, near=near))
    return write(tmp_path / "then.csv", then), write(tmp_path / "now.csv", reversed(now))


def test_a_segment_of_another_name_then_is_refused(engine, tmp_path):
    then, now = write(tmp_path / "then.csv", [row("c1", "a")]), write(tmp_path / "now.csv", [row("c1", "a")])
    now.write_text(now.read_text().replace("Kind A", "Kind Z"))
    scored = [open_scored(engine, open_table(engine, str(path))) for path in (then, now)]
    with pytest.raises(DataError, match="segment 0: expected one name, found Kind A and Kind Z"):
        compare(engine, *scored)


def opened(engine, path, **options):
    return open_scored(engine, open_table(engine, str(path)), **options)


@pytest.mark.parametrize("without", ["then", "now"])
def test_what_moves_are_worth_is_told_where_both_tables_say_it(engine, tmp_path, without):
    scored = {}
    for name in ("then", "now"):
        kept = [place for place, header in enumerate(HEADER) if (name, header) != (without, "monetary")]
        cells, header = ([whole[place] for place in kept] for whole in (row("c1", "a"), HEADER))
        scored[name] = opened(engine, write(tmp_path / f"{name}.csv", [cells], header))
    assert compare(engine, scored["then"], scored["now"]).worth is None


def test_the_worked_example(engine, tables):
    then, now = (opened(engine, path) for path in tables)
    movement = compare(engine, then, now)
    assert movement.segments == [(0, "a", "Kind A"), (1, "b", "Kind B"), (2, "c", "Kind C")]
    assert movement.matrix.tolist() == [[80, 12, 3], [8, 140, 12], [1, 6, 90]]
    assert (movement.lost.tolist(), movement.new.tolist()) == ([5, 10, 3], [10, 5, 2])
    assert (then.rows, now.rows) == (370, 369)
    assert (movement.parts.moved, movement.parts.exchange, movement.parts.net) == (42, 30, 12)
    assert movement.worth.means == pytest.approx([1000, 400, 100])
    assert movement.worth.expected.sum() == pytest.approx(-6000)
    assert (movement.worth.lost, movement.worth.new) == (9300, 12_200)
    assert movement.worth.then[0, 1] == 12_000
    assert movement.worth.now[0, 1] == 4800
    assert movement.near == sum(1 for line in tables[1].read_text().splitlines() if ",true," in line)
    assert movement.unassigned == (0, 0)


def test_who_was_near_a_border_then_counts_as_who_is_now(engine, tmp_path):
    then = write(
        tmp_path / "then.csv", [row(f"c{n}", "a", near=near) for n, near in enumerate(["true", "false", "false"])]
    )
    now = write(
        tmp_path / "now.csv", [row(f"c{n}", "b", near=near) for n, near in enumerate(["false", "true", "false"])]
    )
    assert compare(engine, *(open_scored(engine, open_table(engine, str(path))) for path in (then, now))).near == 2


def test_a_scored_table_whose_ids_were_rounded_is_refused(engine, tmp_path):
    path = write(tmp_path / "scored.csv", [row("1.23457E+16", "a"), row("17", "b")])
    with pytest.raises(DataError, match="line 2"):
        open_scored(engine, open_table(engine, str(path)))


def test_who_is_near_a_border_is_read_as_a_spreadsheet_writes_it(engine, tmp_path):
    said = ["true", "FALSE", "WAHR", "Falsch", "VERO", "faux"]
    rows = [row(str(number), "a", near=near) for number, near in enumerate(said)]
    scored = opened(engine, write(tmp_path / "scored.csv", rows))
    near = engine.rows(f'SELECT "#near" FROM {scored.table.sql} ORDER BY "#customer"')
    assert near == [(True,), (False,)] * 3


def test_the_same_table_twice_moves_nobody(engine, tables):
    movement = compare(engine, opened(engine, tables[0]), opened(engine, tables[0]))
    assert movement.parts.moved == 0
    assert movement.matrix.sum() == 370
    assert movement.worth.expected.sum() == 0


def test_the_movers_are_written_with_their_contacts(engine, tables, tmp_path):
    then, now = (opened(engine, path) for path in tables)
    out = tmp_path / "movers.csv"
    assert write_movers(engine, compare(engine, then, now), now, str(out)) == 42
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert len(rows) == 42
    assert list(rows[0]) == [*HEADER, "segment_then", "near_border", "value_then"]
    assert {(line["segment_then"], line["segment_name"]) for line in rows} == {
        (f"Kind {a}", f"Kind {b}") for a in "ABC" for b in "ABC" if a != b
    }
    assert all(line["email"] == f"{line['customer_id']}@shop.example" for line in rows)
    assert {line["near_border"] for line in rows} == {"true", "false"}
    movers, again = opened(engine, out), tmp_path / "again.csv"
    write_movers(engine, compare(engine, then, movers), movers, str(again))
    assert again.read_text().splitlines()[0] == out.read_text().splitlines()[0]


def test_rows_without_a_segment_are_a_line_of_their_own(engine, tmp_path):
    then = write(tmp_path / "then.csv", [row("1", "a"), row("2", ""), row("3", "b")])
    now = write(tmp_path / "now.csv", [row("1", ""), row("2", "a"), row("3", "b")])
    movement = compare(engine, opened(engine, then), opened(engine, now))
    assert movement.unassigned == (1, 1)
    assert movement.matrix.sum() == 1
    assert (movement.lost.sum(), movement.new.sum()) == (0, 0)


def test_customers_of_unknown_worth_do_not_lower_the_mean_of_their_segment(engine, tmp_path):
    then = [row("1", "a", 100), row("2", "a", ""), row("3", "a", 300), row("4", "b", 10)]
    now = [row("1", "a"), row("2", "b"), row("3", "a"), row("4", "b")]
    tables = (write(tmp_path / f"{name}.csv", rows) for name, rows in (("then", then), ("now", now)))
    worth = compare(engine, *(opened(engine, path) for path in tables)).worth
    assert worth.means == pytest.approx([200, 10])
    assert worth.expected.tolist() == [[0, -190], [0, 0]]


def test_tables_without_values_say_nothing_of_worth(engine, tmp_path):
    header = [name for name in HEADER if name != "monetary"]
    rows = [[cell for cell, name in zip(row("1", "a"), HEADER, strict=True) if name != "monetary"]]
    path = write(tmp_path / "then.csv", rows, header)
    assert compare(engine, opened(engine, path), opened(engine, path)).worth is None


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([row("1", "a"), row("1", "b")], "expected each customer once, found 1 again"),
        ([row("1", "a"), row("2", "b", model="m2")], "expected one model, found several"),
        ([row("1", "a", model=""), row("2", "b", model="")], "expected one model, found none"),
        ([row("", "a")], "expected customers, found no row"),
        ([row("1", "a", value="much")], "expected numbers, found words"),
    ],
)
def test_a_table_that_cannot_be_compared_is_refused(engine, tmp_path, rows, message):
    with pytest.raises(DataError, match=message):
        opened(engine, write(tmp_path / "scored.csv", rows))


def test_a_table_that_was_not_scored_is_refused(engine, tmp_path):
    with pytest.raises(DataError, match=r"expected the columns segment_id, .* and model, found none; score the table"):
        opened(engine, write(tmp_path / "plain.csv", [["1", "x"]], ["customer_id", "segment"]))


def test_tables_of_two_models_are_refused(engine, tmp_path):
    one = opened(engine, write(tmp_path / "one.csv", [row("1", "a")]))
    two = opened(engine, write(tmp_path / "two.csv", [row("1", "a", model="m2")]))
    with pytest.raises(DataError, match="score both with one model"):
        compare(engine, one, two)


def test_tables_without_a_customer_in_common_are_refused(engine, tmp_path):
    then = opened(engine, write(tmp_path / "then.csv", [row("7", "a")]))
    now = opened(engine, write(tmp_path / "now.csv", [row("7.0", "a")]))
    with pytest.raises(DataError, match=r"expected customers of then\.csv, found none: check that both tables name"):
        compare(engine, then, now)


def test_the_order_of_rows_does_not_matter(engine, tables, tmp_path):
    then, now = (opened(engine, path) for path in tables)
    lines = tables[1].read_text().splitlines()
    shuffled = tmp_path / "shuffled.csv"
    order = np.random.default_rng(0).permutation(len(lines) - 1) + 1
    shuffled.write_text("\n".join([lines[0], *(lines[position] for position in order)]) + "\n")
    first, second = compare(engine, then, now), compare(engine, then, opened(engine, shuffled))
    assert first.matrix.tolist() == second.matrix.tolist()
    assert first.worth.interval == second.worth.interval
