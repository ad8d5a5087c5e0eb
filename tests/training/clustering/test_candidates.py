"""Which numbers of segments are worth a try."""

import pytest

from tests.helpers.tables import fitted, read
from training.files.source import DataError
from training.fit import Options


def test_fewer_different_customers_than_segments_are_refused(engine, tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("age,visits\n" + "1,2\n2,3\n3,3\n4,1\n" * 5)
    with pytest.raises(DataError, match="at least 10 different customers for 5 segments, found 4; lower --k or add"):
        fitted(engine, read(engine, path, ["age", "visits"]), Options(5))
