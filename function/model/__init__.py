"""The segmentation model: what it holds, how it assigns a customer, how it is saved and loaded."""

from .content import FORMAT_VERSION, LARGEST, RESERVED, Feature, Golden, Histogram, Model, ModelError, Segment, Verdict
from .file import encode, load, loads
from .segmenter import BORDERLINE, Assignment, Segmenter
from .version import VERSION

__all__ = [
    "BORDERLINE",
    "FORMAT_VERSION",
    "LARGEST",
    "RESERVED",
    "VERSION",
    "Assignment",
    "Feature",
    "Golden",
    "Histogram",
    "Model",
    "ModelError",
    "Segment",
    "Segmenter",
    "Verdict",
    "encode",
    "load",
    "loads",
]
