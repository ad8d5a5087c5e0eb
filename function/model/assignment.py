"""What is answered about where a customer belongs."""

import math

import msgspec

from .content import Segment

BORDERLINE = math.log(4)
"""Below these log-odds an answer is borderline: its segment is less than four times as likely as the second choice."""


class Assignment(msgspec.Struct, frozen=True, gc=False):
    """Where a customer belongs; of one with gaps as far as the known features say.

    segment, runner_up : nearest and second nearest (ties go to the first in the model's list)
    confidence : d2 / (d1 + d2), 0.5 on a border to 1 on a centroid; d1, d2 the standardised distances to the two
    probability : that it is the segment and not the runner-up, 0.5 to 1: 1 / (1 + e^-m), where the log-odds m are
        (d2^2 - d1^2) / (2 variance), as K-Means has it, whose segments are round and alike
    borderline : m is below `BORDERLINE`
    typical : d1 is within the segment's radius
    incomplete : a value is missing
    out_of_range : names of the features outside the training table's range
    """

    segment: Segment
    runner_up: Segment
    confidence: float
    probability: float
    borderline: bool
    typical: bool
    incomplete: bool
    out_of_range: list[str]


class Scores(msgspec.Struct, frozen=True, gc=False):
    """The answers to customers without the rest: each list has the length (n_customers,)."""

    segments: list[Segment]
    confidences: list[float]
    probabilities: list[float]
