"""`profile` describes segments by columns that did not make them."""

import csv
import json
import re

import numpy as np
import pytest

from tests.helpers.command_line import rows, run


def test_segments_are_described_by_another_column(shop, tmp_path):
    table = rows(shop / "july.csv")
    rng = np.random.default_rng(63)
    with (tmp_path / "told.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, [*table[0], "channel", "shoe size"])
        writer.writeheader()
        for row in table:
            online = rng.random() < (0.8 if row["segment_id"] == "0" else 0.3)
            writer.writerow({**row, "channel": "online" if online else "store", "shoe size": rng.integers(36, 46)})
    done = run("profile", tmp_path / "told.csv", "--describe", "channel,shoe size")
    assert re.search(r"channel online: \d\d% here", done.stdout)
    assert "shoe size" not in done.stdout
    result = json.loads(
        run("profile", tmp_path / "told.csv", "--describe", "channel", "--json").stdout.splitlines()[-1]
    )["result"]
    assert result["descriptors"][0]["matters"] is True
    assert sum(result["descriptors"][0]["overall"]) == pytest.approx(1)


def test_a_table_without_segments_is_refused(shop):
    done = run("profile", shop / "orders.csv", "--describe", "email", code=1)
    assert "score the table" in done.stderr
