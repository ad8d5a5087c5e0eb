"""Files of format 1 load as they always did."""

from typing import Any

import msgspec
import pytest

from function.model import ModelError, loads, pickled
from tests.helpers import models


def _first(**changes: Any) -> dict[str, Any]:
    """Return a model as format 1 had it, with a logged feature."""
    features = [models.feature("x"), models.feature("spend", min=1.0, max=100.0, offset=0.0)]
    segments = [models.segment(i, [2.0 + 6 * i, 5.0 + 70 * i]) for i in range(2)]
    content = msgspec.to_builtins(models.model(features, segments))
    for feature in content["features"]:
        feature["log"] = feature.pop("offset") is not None
        del feature["fixed"], feature["day"]
    for segment in content["segments"]:
        del segment["firmness"], segment["value_share"]
    for golden in content["golden"]:
        del golden["probability"]
    del content["variance"], content["verdict"], content["incomplete"]
    figures = {"metrics": {"inertia": 40.0}, "provenance": {"rows": 20}}
    return {**content, "format_version": 1, **figures, **changes}


def _load(content: dict[str, Any]) -> Any:
    return loads(pickled.dumps(content))


def test_a_flag_becomes_an_offset_and_the_variance_is_worked_out():
    segmenter = _load(_first())
    assert segmenter.model.format_version == 2
    assert [feature.offset for feature in segmenter.model.features] == [None, 0.0]
    assert segmenter.model.variance == 1.0  # 40 / (20 customers * 2 features)
    assert segmenter.assign((3.0, 6.0)).segment.id == 0


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"provenance": {"rows": 0}}, "format 1 without features, inertia and rows: fit the model again"),
        ({"provenance": {}}, "format 1 without features, inertia and rows: fit the model again"),
        ({"metrics": {}}, "format 1 without features, inertia and rows: fit the model again"),
        ({"features": []}, "format 1 without features, inertia and rows: fit the model again"),
        ({"features": 5}, "Expected `array`, got `int`"),
        ({"format_version": 2}, "Object contains unknown field `log`"),
        ({"format_version": 3}, "format_version: expected 2, found 3: the model is newer than the function; deploy"),
    ],
)
def test_what_cannot_be_upgraded_is_refused(changes, reason):
    with pytest.raises(ModelError, match=reason):
        _load(_first(**changes))
