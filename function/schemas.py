"""Request and answer types, built from the model's features."""

from collections.abc import Generator, Sequence
from typing import Annotated, Any

import msgspec

from .model.assignment import Assignment, Scores
from .model.changes import Change, Changes
from .model.content import LARGEST, Feature, Segment, Verdict, most_gaps
from .model.segmenter import Place, Segmenter, is_complete
from .repeats import repeats
from .validation import MAX_CUSTOMERS, UNREADABLE, diagnose


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
    probability: float
    borderline: bool
    runner_up: RunnerUp
    typical: bool
    incomplete: bool
    out_of_range: list[str]
    model: str


class Advised(Scored, frozen=True):
    """The answer for a single customer of whom only the segment is asked: also what it is and what to do."""

    description: str
    action: str


class Answer(Advised, frozen=True):
    """The answer for a single customer: also what would change the segment.

    changes : empty for a customer with gaps
    """

    changes: list[Change]


class Batch(msgspec.Struct, frozen=True):
    """The answer for many customers, in the order of the request."""

    segments: list[Scored]


class ModelAnswer(msgspec.Struct, frozen=True):
    """The answer of ``GET /model``: all that a client needs to build its inputs and to draw the segments."""

    hash: str
    features: list[Feature]
    segments: list[Segment]
    variance: float
    metrics: dict[str, float]
    warnings: list[str]
    verdict: Verdict | None
    incomplete: int


Customer = tuple[float | None, ...]
"""One value per feature, in the model's order; None where it is missing."""


class Answers:
    """The requests that a model understands and the answers it gives.

    Parameters
    ----------
    segmenter : Segmenter

    Attributes
    ----------
    hash : str, names the model
    features : list of Feature
    names : list of str, the features' names
    customer, customers : types of the requests
    row : type of a customer as a list of values in the features' order
    most_gaps : int, values that a customer may lack
    quick : bool, whether `answer` takes milliseconds at most; else `answer_in_steps` is to be asked
    """

    def __init__(self, segmenter: Segmenter) -> None:
        self._segmenter = segmenter
        self._changes = Changes(segmenter)
        self.quick = self._changes.quick
        self._runners_up = {segment.id: RunnerUp(segment.name, segment.slug) for segment in segmenter.model.segments}
        self.hash = segmenter.hash
        self.features = segmenter.model.features
        self.names = [feature.name for feature in self.features]
        self.customer = _customer_type(self.features)
        self.most_gaps = most_gaps(len(self.features))
        self.row = _row_type(self.features)
        customers = Annotated[list[self.customer], msgspec.Meta(min_length=1, max_length=MAX_CUSTOMERS)]  # type: ignore[name-defined]
        self.customers = msgspec.defstruct("Customers", [("customers", customers)], forbid_unknown_fields=True)
        self._one = msgspec.json.Decoder(self.customer)
        self._many: msgspec.json.Decoder[Any] = msgspec.json.Decoder(self.customers)

    def decode(self, body: bytes) -> Customer:
        """Read a request about one customer.

        Parameters
        ----------
        body : bytes, JSON: an object with one number per feature; null or left out where it is missing

        Returns
        -------
        tuple of shape (n_features,), in the model's feature order

        Raises
        ------
        RequestError
            400 for what is not JSON, 422 for JSON that is not a customer, lacks more than half of its values or has one
            twice.
        """
        try:
            values = msgspec.structs.astuple(self._one.decode(body))
        except UNREADABLE as error:
            raise diagnose(body, self.features, many=False) from error
        gaps = values.count(None)
        if gaps > self.most_gaps or repeats(body, len(values) - gaps):
            raise diagnose(body, self.features, many=False)
        return values

    def decode_many(self, body: bytes) -> list[Customer]:
        """Read a request about customers, ``{"customers": [...]}``, as `decode` does one."""
        try:
            rows = [msgspec.structs.astuple(customer) for customer in self._many.decode(body).customers]
        except UNREADABLE as error:
            raise diagnose(body, self.features, many=True) from error
        gaps = [row.count(None) for row in rows]
        if max(gaps) > self.most_gaps or repeats(body, 1 + len(rows) * len(self.names) - sum(gaps)):
            raise diagnose(body, self.features, many=True)
        return rows

    def suffices(self, values: Customer) -> bool:
        """Whether a customer has enough values to be assigned."""
        return values.count(None) <= self.most_gaps

    def answer(self, values: Customer) -> Answer:
        """Assign one customer, and say what to do and what would change it."""
        place = self._segmenter.place(values)
        changes = self._changes.find(values, place) if is_complete(values) else []
        return self._explained(values, place, changes)

    def answer_in_steps(self, values: Customer) -> Generator[None, None, Answer]:
        """Return what `answer` does, in steps of tens of milliseconds at most."""
        place = self._segmenter.place(values)
        changes = []
        if is_complete(values):
            for change in self._changes.steps(values, place):
                changes.append(change)
                yield
        return self._explained(values, place, changes)

    def _explained(self, values: Customer, place: Place, changes: list[Change]) -> Answer:
        assignment = self._segmenter.judge(values, place)
        segment = assignment.segment
        fields = (*self._fields(assignment), segment.description, segment.action, changes)
        return Answer(*fields)

    def advise(self, values: Customer) -> Advised:
        """Assign one customer, and say what to do."""
        assignment = self._segmenter.assign(values)
        segment = assignment.segment
        fields = (*self._fields(assignment), segment.description, segment.action)
        return Advised(*fields)

    def answer_many(self, rows: Sequence[Customer]) -> Batch:
        """Assign customers, in order."""
        return Batch([self._scored(assignment) for assignment in self._segmenter.assign_many(rows)])

    def score_many(self, rows: Sequence[Customer]) -> Scores:
        """Return customers' segments, confidences and probabilities, in order."""
        return self._segmenter.score_many(rows)

    def name_many(self, rows: Sequence[Customer]) -> list[str]:
        """Return the names of customers' segments, in order."""
        return [segment.name for segment in self.score_many(rows).segments]

    def shortest(self, *, full: bool) -> int:
        """Return the length in bytes, comma included, of the shortest answer to one customer of many."""
        segments = self._segmenter.model.segments
        if not full:
            return min(len(msgspec.json.encode(segment.name)) for segment in segments) + 1
        examples = self._segmenter.assign_many([segment.centroid for segment in segments])
        # a confidence has up to 18 digits, and "1.0" has 3
        return min(len(msgspec.json.encode(self._scored(example))) for example in examples) - 15 + 1

    def model(self) -> ModelAnswer:
        """Describe the model."""
        model = self._segmenter.model
        return ModelAnswer(
            self._segmenter.hash,
            model.features,
            model.segments,
            model.variance,
            model.metrics,
            model.warnings,
            model.verdict,
            model.incomplete,
        )

    @property
    def examples(self) -> list[dict[str, float]]:
        """A typical customer of each segment, in round values."""
        centroids = [segment.centroid for segment in self._segmenter.model.segments]
        return [
            {feature.name: _rounded(value, feature) for feature, value in zip(self.features, values, strict=True)}
            for values in centroids
        ]

    def _scored(self, assignment: Assignment) -> Scored:
        return Scored(*self._fields(assignment))

    def _fields(self, assignment: Assignment) -> tuple[Any, ...]:
        """Return the fields of `Scored`."""
        segment = assignment.segment
        return (
            segment.id,
            segment.name,
            segment.slug,
            assignment.confidence,
            assignment.probability,
            assignment.borderline,
            self._runners_up[assignment.runner_up.id],
            assignment.typical,
            assignment.incomplete,
            assignment.out_of_range,
            self.hash,
        )


def _rounded(value: float, feature: Feature) -> float:
    """Round to the feature's step, within its range."""
    near = round(round(value / feature.step) * feature.step, 10)
    inside = min(max(near, feature.min), feature.max)
    return int(inside) if inside.is_integer() else inside


def _customer_type(features: list[Feature]) -> type[msgspec.Struct]:
    """Build the type of one customer; fields are numbered because a feature's name need not be a Python name."""
    fields = [(f"f{number}", _value_type(feature) | None, None) for number, feature in enumerate(features)]
    names = {f"f{number}": feature.name for number, feature in enumerate(features)}
    return msgspec.defstruct("Customer", fields, rename=names, forbid_unknown_fields=True, frozen=True, gc=False)


def _row_type(features: list[Feature]) -> Any:
    """Build the type of one customer as a list."""
    values: Any = tuple[*(_value_type(feature) | None for feature in features)]  # type: ignore[misc]
    enough = {"contains": {"type": "number"}, "minContains": len(features) - most_gaps(len(features))}
    return Annotated[values, msgspec.Meta(extra_json_schema=enough)]


def _value_type(feature: Feature) -> Any:
    unit = f" in {feature.unit}" if feature.unit else ""
    trained = f"{feature.label}{unit}; trained on {feature.min:g} to {feature.max:g}"
    lowest = {"gt": 0} if feature.offset == 0 else {"ge": feature.lowest}
    return Annotated[float, msgspec.Meta(**lowest, le=LARGEST, description=trained)]
