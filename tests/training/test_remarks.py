"""What is said about a model beside its figures."""

import msgspec
import pytest

from tests.helpers.tables import fitted, read
from training.fit import Options


def test_a_small_segment_is_a_warning(engine, tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("age,visits\n" + "".join(f"{20 + i % 7},{i % 5}\n" for i in range(40)) + "90,80\n91,82\n")
    model = fitted(engine, read(engine, path, ["age", "visits"]), Options(2)).model
    assert model.warnings[-1:] == ["The smallest segment has only 2 customers, so its description is a rough one."]
    assert msgspec.json.decode(msgspec.json.encode(model.segments))[1]["size"] == 2


@pytest.mark.parametrize(
    ("sizes", "gaps", "warned"),
    [((50, 9), 0, ["smallest"]), ((50, 10), 0, []), ((86, 10), 4, []), ((84, 10), 6, ["6% of"])],
)
def test_nothing_is_warned_of_from_ten_customers_and_up_to_one_row_in_twenty(engine, tmp_path, sizes, gaps, warned):
    path = tmp_path / "table.csv"
    rows = [f"{far + i % 7},{far + i % 5}\n" for far, size in zip((20, 90), sizes, strict=True) for i in range(size)]
    path.write_text("age,visits\n" + "".join(["21,\n"] * gaps + rows))
    said = fitted(engine, read(engine, path, ["age", "visits"]), Options(2)).model.warnings
    assert [word in warning for word, warning in zip(warned, said, strict=True)] == [True] * len(warned)


def test_the_warning_names_the_column_that_costs_most_rows(engine, tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("a,b,c\n" + "1,2,3\n2,1,4\n9,8,7\n8,9,9\n" + "1,,3\n2,,4\n9,,7\n" + ",2,3\n" + ",,5\n2,inf,9\n")
    model = fitted(engine, read(engine, path, ["a", "b", "c"]), Options(2)).model
    assert model.warnings[0] == (
        "60% of the table's rows could not be used in the fit, so segments may not speak for everyone. Without B it "
        "would be 20%."
    )


def test_no_column_is_blamed_where_none_alone_costs_a_row(engine, tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("a,b\n1,2\n2,1\n9,8\n8,9\nNA,-\nNA,-\n")
    model = fitted(engine, read(engine, path, ["a", "b"]), Options(2)).model
    assert model.warnings[0] == (
        "33% of the table's rows could not be used in the fit, so segments may not speak for everyone."
    )
