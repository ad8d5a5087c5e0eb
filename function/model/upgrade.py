"""Reads model files of earlier formats as ones of today's.

Format 1 had a flag where a feature now has an offset, and left the variance within segments to be worked out.
"""

from typing import Any

import msgspec

from .content import FORMAT_VERSION, ModelError


class _First(msgspec.Struct):
    """What is looked at of a model of format 1; whatever else it holds is kept as it is."""

    features: list[dict[str, Any]]
    metrics: dict[str, float]
    provenance: dict[str, Any]


def upgrade(content: Any) -> Any:
    """Return a model file's content in today's format.

    Parameters
    ----------
    content : plain data, of any format

    Returns
    -------
    plain data : of today's format if it was of an earlier one, else as it came

    Raises
    ------
    ModelError
        Content of an earlier format that lacks what the new one needs, or of a later one.
    msgspec.ValidationError
        Content that says it is of an earlier format and is not.
    """
    version = content.get("format_version") if isinstance(content, dict) else None
    if isinstance(version, int) and version > FORMAT_VERSION:
        advice = "the model is newer than the function; deploy the function that came with it"
        raise ModelError(f"format_version: expected {FORMAT_VERSION}, found {version}: {advice}")
    if version != 1:
        return content
    first = msgspec.convert(content, _First)
    return {
        **content,
        "format_version": 2,
        "features": list(map(_with_offset, first.features)),
        "variance": _variance(first),
    }


def _with_offset(feature: dict[str, Any]) -> dict[str, Any]:
    rest = {name: value for name, value in feature.items() if name != "log"}
    return {**rest, "offset": 0.0 if feature.get("log") is True else None}


def _variance(first: _First) -> float:
    rows = first.provenance.get("rows")
    inertia = first.metrics.get("inertia")
    if not isinstance(rows, int) or rows < 1 or inertia is None or not first.features:
        raise ModelError("format 1 without features, inertia and rows: fit the model again")
    return inertia / (rows * len(first.features))
