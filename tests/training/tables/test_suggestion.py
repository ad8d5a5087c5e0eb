"""The command that is suggested where nobody said which columns to fit: it can be run as it is."""

import shlex

import pytest
from click.testing import CliRunner

from tests.helpers.parquet import write_with_nan
from training.clustering.n_clusters import CANDIDATES, RFM_CANDIDATES
from training.commands import main
from training.files.formats import open_table
from training.tables.suggestion import FEWEST, FEWEST_OF_ORDERS, MOST, find_useful


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def write(path, columns, rows=60):
    """Write a table whose columns are functions of the row's number."""
    lines = [",".join(columns)] + [",".join(str(cell(row)) for cell in columns.values()) for row in range(rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


SHOP = {
    "Unnamed: 0": lambda row: row,
    "CLIENTNUM": lambda row: 700_000_000 + row * 7919 % 99_991,
    "age": lambda row: 20 + row * 7 % 40,
    "Year_Birth": lambda row: 1950 + row * 7 % 40,
    "Phone": lambda row: 49_151_000_000 + row * 7919 % 9_999,
    "Postal Code": lambda row: "W1" if row == 9 else 10_000 + row * 37 % 50,
    "Z_Const": lambda _: 3,
    "spend": lambda row: row * 37 % 100 + 0.5,
    "order_no": lambda row: 5 + row % 30,
    "email": lambda row: f"a{row}@x.org",
    "is_member": lambda row: row % 2,
}


def test_numbers_some_of_which_are_none_are_suggested(engine, tmp_path):
    cells = "CASE WHEN n = 7 THEN MARK ELSE n * 37 % 100 END AS spend, n * 7 % 40 AS age"
    write_with_nan(f"SELECT {cells} FROM range(60) AS rows(n)", tmp_path / "shop.parquet")
    assert set(find_useful(engine, open_table(engine, str(tmp_path / "shop.parquet")))[0]) == {"spend", "age"}


def test_what_says_nothing_of_kinds_of_customers_is_not_suggested(engine, tmp_path):
    useful, left_out = find_useful(engine, open_table(engine, str(write(tmp_path / "shop.csv", SHOP))))
    assert useful == ["spend", "age"]
    assert left_out == {
        "left out as numbers that only tell rows apart": ["Unnamed: 0", "CLIENTNUM", "order_no"],
        "left out as years": ["Year_Birth"],
        "left out as contacts": ["Phone", "Postal Code"],
        "left out as the same in every row": ["Z_Const"],
        "left out as two values divide the customers by themselves; --describe says how they are spread": ["is_member"],
    }


def test_the_suggested_command_runs_as_it_is(tmp_path):
    table = write(tmp_path / "shop.csv", SHOP)
    done = run("fit", table, "--k", "2", "--decimal", "point", "--out", tmp_path / "out")
    assert done.exit_code == 1
    command = done.stderr.partition("choose among them: ")[2].partition(";")[0]
    words = shlex.split(command)
    assert words[:4] == ["python", "-m", "training", "fit"]
    assert {"--k", "--decimal", "--out"} <= set(words)
    assert run(*words[3:]).exit_code == 0


def test_a_command_without_a_folder_gets_one_of_its_own(tmp_path):
    done = run("fit", write(tmp_path / "shop.csv", SHOP))
    assert "--features spend,age --out shop-segments" in done.stderr


def test_at_most_twelve_columns_are_suggested_the_most_telling_first(engine, tmp_path):
    columns = {f"q{number}": (lambda row, n=number: row * (n + 3) % 11 + 0.5) for number in range(20)}
    table = write(tmp_path / "t.csv", columns | {"total spend": lambda row: row * 7 % 23 + 0.25})
    useful, _ = find_useful(engine, open_table(engine, str(table)))
    assert useful[0] == "total spend"
    words = shlex.split(run("fit", table).stderr.partition("choose among them: ")[2])
    assert len(words[words.index("--features") + 1].split(",")) == MOST


def test_codes_of_two_values_are_never_suggested(engine, tmp_path):
    columns = {"sex": lambda row: row % 2, "married": lambda row: row // 2 % 2}
    assert find_useful(engine, open_table(engine, str(write(tmp_path / "a.csv", columns))))[0] == []
    more = columns | {"age": lambda row: 20 + row % 9, "visits": lambda row: row % 7}
    assert find_useful(engine, open_table(engine, str(write(tmp_path / "b.csv", more))))[0] == ["visits", "age"]


def test_a_command_with_a_header_of_several_lines_runs_as_it_is(tmp_path):
    columns = {
        '"Density\n(P/Km2)"': lambda row: row * 7 % 23 + 0.5,
        '"size, ""gross"""': lambda row: row * 5 % 19 + 0.5,
    }
    done = run("fit", write(tmp_path / "t.csv", columns), "--out", tmp_path / "out")
    words = shlex.split(done.stderr.partition("choose among them: ")[2])
    assert words[words.index("--features") + 1] == 'Density (P/Km2),"size, ""gross"""'
    assert run(*words[3:]).exit_code == 0


def test_a_pair_of_which_one_is_words_is_no_pair(tmp_path):
    columns = {"income": lambda row: row * 7 % 23, "spending_score": lambda row: ["low", "high"][row % 2]}
    done = run(
        "fit", write(tmp_path / "t.csv", columns | {"age": lambda row: 20 + row % 30}), "--out", tmp_path / "out"
    )
    assert "choose among them: python -m training fit" in done.stderr


def test_orders_are_recognised(tmp_path):
    orders = {"order_id": lambda row: row, "customer_id": lambda row: f"C{row % 20}",
              "order_date": lambda row: f"2024-01-{row % 28 + 1:02}", "amount": lambda row: row % 9 + 1}  # fmt: skip
    done = run("fit", write(tmp_path / "sales.csv", orders))
    assert "each row looks like an order: python -m training fit" in done.stderr
    assert "--orders --out sales-segments" in done.stderr


@pytest.mark.parametrize(
    ("changed", "rows", "why"),
    [
        ({"order_date": lambda row: f"{row % 12 + 1}/3/2024"}, 60, "say which with --date-format"),
        ({"customer_id": lambda row: f"C{row % 5}"}, 60, "of 4 different customers: segments need 8"),
        ({"customer_id": lambda row: f"{row % 5}.2E+16"}, 60, "expected ids with all their digits"),
    ],
)
def test_orders_that_cannot_be_fitted_are_said_to_be_with_the_reason(tmp_path, changed, rows, why):
    orders = {"order_id": lambda row: row, "customer_id": lambda row: f"C{row % 20}",
              "order_date": lambda row: f"2024-01-{row % 28 + 1:02}", "amount": lambda row: row % 9 + 1}  # fmt: skip
    done = run("fit", write(tmp_path / "sales.csv", orders | changed, rows))
    assert "each row looks like an order, but " in done.stderr
    assert why in done.stderr
    assert "python -m training fit" not in done.stderr


def test_what_the_user_says_of_orders_settles_what_kept_them_from_being_fitted(tmp_path):
    orders = {"order_id": lambda row: row, "customer_id": lambda row: f"C{row % 20}",
              "order_date": lambda row: f"{row % 12 + 1}/3/2024", "amount": lambda row: row % 9 + 1}  # fmt: skip
    done = run("fit", write(tmp_path / "sales.csv", orders), "--date-format", "%m/%d/%Y")
    assert "each row looks like an order: python -m training fit" in done.stderr
    assert "--orders --date-format %m/%d/%Y" in done.stderr


def test_the_fewest_customers_are_those_that_a_fit_needs():
    assert 2 * min(CANDIDATES) == FEWEST
    assert 2 * min(RFM_CANDIDATES) == FEWEST_OF_ORDERS


def test_columns_that_few_rows_have_or_that_are_the_same_where_others_are_there_are_not_suggested(tmp_path):
    columns = {
        "age": lambda row: 20 + row % 30,
        "visits": lambda row: row * 7 % 23,
        "spend_online": lambda row: "" if row % 3 else row * 5 % 17 + 0.5,
        "spend_abroad": lambda row: 5 if row % 9 else 7 if row == 36 else "",
    }
    done = run("fit", write(tmp_path / "shop.csv", columns))
    assert "--features visits,age --out" in done.stderr


def test_a_table_of_few_rows_is_said_to_be(tmp_path):
    done = run("fit", write(tmp_path / "t.csv", {"age": lambda row: 20 + row, "spend": lambda row: row + 0.5}, 3))
    assert "the table has 3 different rows of numbers: segments need 4" in done.stderr


def test_whole_numbers_that_differ_are_amounts_where_they_have_few_or_many_digits(engine, tmp_path):
    columns = {"population": lambda row: int(1.2**row) + row * 7, "code": lambda row: 100_000 + row * 7919 % 99_991}
    assert find_useful(engine, open_table(engine, str(write(tmp_path / "t.csv", columns))))[0] == ["population"]


def test_a_line_that_is_no_row_is_the_reason_that_is_given(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("id,age,visits\n1,2,3\n1,2,3,4\n")
    assert "line 3: expected 3 fields as in the header, found 4" in run("fit", path).stderr


def test_a_table_without_numbers_says_so(tmp_path):
    path = write(tmp_path / "t.csv", {"name": lambda row: f"x{row}", "id": lambda row: row})
    assert "no other column of numbers that tells kinds of customers apart" in run("fit", path).stderr


def test_customers_in_several_rows_are_said_instead_of_a_command_that_fails(tmp_path):
    visits = {
        "id": lambda row: row // 3,
        "age": lambda row: 20 + row // 3 % 30,
        "weight": lambda row: row * 37 % 31 + 0.5,
    }
    done = run("fit", write(tmp_path / "visits.csv", visits), "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert 'column "id" has 20 customers in rows of 60 different values: make it one row per customer' in done.stderr
    assert "python -m training fit" not in done.stderr


def test_a_customer_who_is_there_twice_with_the_same_values_is_no_hindrance(tmp_path):
    twice = {
        "id": lambda row: row // 2,
        "age": lambda row: 20 + row // 2 % 30,
        "weight": lambda row: row // 2 * 37 % 61,
    }
    done = run("fit", write(tmp_path / "twice.csv", twice, 80), "--out", tmp_path / "out")
    assert "python -m training fit" in done.stderr


def test_a_cell_that_keeps_a_column_from_being_numbers_is_named(tmp_path):
    rows = [f"c{number},{20 + number % 40},{number * 7 % 90}" for number in range(60)]
    rows[30] = "c30,unclear,5"
    text = "\n".join(rows)
    (tmp_path / "shop.csv").write_text(f"id,age,spend\n{text}\n")
    done = run("fit", tmp_path / "shop.csv")
    assert "numeric columns: spend; choose" in done.stderr
    assert 'age: line 32: column "age": expected a number, found text (1 of 60 cells)' in done.stderr


def test_a_table_without_rows_and_one_of_one_column_are_called_that(tmp_path):
    path = tmp_path / "shop.csv"
    path.write_text("id,age\n")
    assert "expected customers, found no row below" in run("fit", path).stderr
    path.write_text("id of whom\nc1\nc2\n")
    assert (
        "the table has one column: if another sign parts columns, name it with --delimiter" in run("fit", path).stderr
    )
