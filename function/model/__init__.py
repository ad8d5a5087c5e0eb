"""The segmentation model: what it holds, how it assigns a customer, how it is saved and loaded."""

from .assignment import BORDERLINE, Assignment, Scores
from .bounds import FINEST_STEP, MAX_FEATURES
from .content import (
    FORMAT_VERSION,
    LARGEST,
    RESERVED,
    SMALLEST_SCALE,
    Feature,
    Golden,
    Histogram,
    Model,
    ModelError,
    Segment,
    Verdict,
    most_gaps,
)
from .file import encode, load, loads
from .segmenter import Segmenter
from .version import VERSION

__all__ = [
    "BORDERLINE",
    "FINEST_STEP",
    "FORMAT_VERSION",
    "LARGEST",
    "MAX_FEATURES",
    "RESERVED",
    "SMALLEST_SCALE",
    "VERSION",
    "Assignment",
    "Feature",
    "Golden",
    "Histogram",
    "Model",
    "ModelError",
    "Scores",
    "Segment",
    "Segmenter",
    "Verdict",
    "encode",
    "load",
    "loads",
    "most_gaps",
]
