"""`rfm` writes the table of customers that orders make."""

import pytest

from function.model import load
from tests.helpers.command_line import invoke


@pytest.mark.slow
@pytest.mark.parametrize("name", ["rfm.csv", "rfm.parquet"])
def test_rfm_writes_a_table_that_fits_to_the_same_segments_as_the_orders(orders, tmp_path, name):
    assert invoke("rfm", orders, tmp_path / name).exit_code == 0
    features = "recency_days,frequency,monetary"
    assert invoke("fit", tmp_path / name, "--features", features, "--k", "4", "--out", tmp_path / "a").exit_code == 0
    assert invoke("fit", orders, "--orders", "--k", "4", "--out", tmp_path / "b").exit_code == 0
    a, b = (load(tmp_path / folder / "segmenter.joblib").model for folder in "ab")
    assert [(s.name, s.size, s.centroid) for s in a.segments] == [(s.name, s.size, s.centroid) for s in b.segments]


def test_a_table_that_cannot_be_written_is_exit_code_1_and_leaves_nothing(orders, tmp_path):
    done = invoke("rfm", orders, tmp_path / "none" / "rfm.csv")
    assert done.exit_code == 1
    assert "rfm.csv: cannot be written" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_orders_before_since_do_not_count(orders, tmp_path):
    assert invoke("rfm", orders, tmp_path / "a.csv", "--since", "2024-06-01").exit_code == 0
    assert len((tmp_path / "a.csv").read_text().splitlines()) < 121
