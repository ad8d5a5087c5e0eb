"""Request and answer types, built from the model's features."""

from typing import Annotated, Any

import msgspec

from .changes import Change, Changes
from .format import LARGEST, Feature, Segment
from .model import Assignment, Segmenter
from .problems import MAX_CUSTOMERS, diagnose


class RunnerUp(msgspec.Struct, frozen=True):
    """The second choice."""

    name: str
    slug: str


class Scored(msgspec.Struct, frozen=True):
    """The answer for one customer of many; the fields of `model.Assignment`."""

    segment_id: int
    segment_name: str
    segment: str
    confidence: float
    borderline: bool
    runner_up: RunnerUp
    typical: bool
    out_of_range: list[str]
    model: str


class Answer(Scored, frozen=True):
    """The answer for a single customer: also what the segment is, what to do and what would change it."""

    description: str
    action: str
    changes: list[Change]


class Batch(msgspec.Struct, frozen=True):
    """The answer for many customers, in the order of the request."""

    segments: list[Scored]


class ModelAnswer(msgspec.Struct, frozen=True):
    """The answer of ``GET /model``: all that a client needs to build its inputs and to draw the segments."""

    hash: str
    features: list[Feature]
    segments: list[Segment]
    metrics: dict[str, float]
    warnings: list[str]


class Schemas:
    """The requests that a model understands and the answers it gives.

    Parameters
    ----------
    segmenter : Segmenter
    """

    def __init__(self, segmenter: Segmenter) -> None:
        self._segmenter = segmenter
        self._features = segmenter.model.features
        self._changes = Changes(segmenter)
        self._runners_up = {segment.id: RunnerUp(segment.name, segment.slug) for segment in segmenter.model.segments}
        customer = _customer_type(self._features)
        customers = Annotated[list[customer], msgspec.Meta(min_length=1, max_length=MAX_CUSTOMERS)]  # type: ignore[valid-type]
        batch = msgspec.defstruct("Customers", [("customers", customers)], forbid_unknown_fields=True)
        self._one = msgspec.json.Decoder(customer)
        self._many: msgspec.json.Decoder[Any] = msgspec.json.Decoder(batch)

    def decode(self, body: bytes) -> tuple[list[tuple[float, ...]], bool]:
        """Read a request.

        Parameters
        ----------
        body : bytes, JSON: an object with one number a feature, or ``{"customers": [such objects]}``

        Returns
        -------
        rows : list of tuples of shape (n_customers, n_features), in the model's feature order
        many : bool, whether the request was a list

        Raises
        ------
        RequestError
            400 for what is no JSON, 422 for JSON that is no customer.
        """
        many = b'"customers"' in body  # a customer's own fields are numbers, so only a list can hold this
        try:
            customers = self._many.decode(body).customers if many else [self._one.decode(body)]
        except (msgspec.DecodeError, RecursionError) as error:
            raise diagnose(body, self._features, many=many) from error
        return [msgspec.structs.astuple(customer) for customer in customers], many

    def answer(self, values: tuple[float, ...]) -> Answer:
        """Assign one customer say what to do and what would change it."""
        assignment = self._segmenter.assign(values)
        segment = assignment.segment
        return Answer(
            **msgspec.structs.asdict(self._scored(assignment)),
            description=segment.description,
            action=segment.action,
            changes=self._changes.find(values),
        )

    def answer_many(self, rows: list[tuple[float, ...]]) -> Batch:
        """Assign customers, in order."""
        return Batch([self._scored(assignment) for assignment in self._segmenter.assign_many(rows)])

    def model(self) -> ModelAnswer:
        """Describe the model."""
        model = self._segmenter.model
        return ModelAnswer(self._segmenter.hash, model.features, model.segments, model.metrics, model.warnings)

    def _scored(self, assignment: Assignment) -> Scored:
        segment = assignment.segment
        return Scored(
            segment.id,
            segment.name,
            segment.slug,
            assignment.confidence,
            assignment.borderline,
            self._runners_up[assignment.runner_up.id],
            assignment.typical,
            assignment.out_of_range,
            self._segmenter.hash,
        )


def _customer_type(features: list[Feature]) -> type[msgspec.Struct]:
    """Build the type of one customer; fields are numbered because a feature's name need not be a Python name."""
    above_zero = Annotated[float, msgspec.Meta(gt=0, le=LARGEST)]
    any_sign = Annotated[float, msgspec.Meta(ge=-LARGEST, le=LARGEST)]
    fields = [(f"f{number}", above_zero if feature.log else any_sign) for number, feature in enumerate(features)]
    names = {f"f{number}": feature.name for number, feature in enumerate(features)}
    return msgspec.defstruct("Customer", fields, rename=names, forbid_unknown_fields=True, frozen=True, gc=False)
