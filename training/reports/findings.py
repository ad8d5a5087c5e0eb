"""What a fit found, in words and tables of text: the same for the card and the report."""

from dataclasses import dataclass

from function.model import Feature, Model, Segment, Segmenter

from ..clustering.n_clusters import (
    AS_BEFORE,
    AS_CLEAR,
    AS_STABLE,
    DISSOLVES,
    FIRM,
    MARGIN,
    SMALLEST,
    SMALLEST_SHARE,
    STABLE,
    Selection,
)
from ..fit import Fit
from ..naming.continuity import Continuity
from ..naming.names import reading_case
from ..naming.words import VERDICTS
from ..tables.customers import Customers
from ..targeting.profile import Profile
from .tables import Table, mean

NAMED = 8
"""So many features are named where the model is told in a sentence; of more the card has a table."""


@dataclass(frozen=True)
class Findings:
    """What the card and the report say.

    segmenter : Segmenter, as saved
    customers : Customers it was fitted to
    fit : Fit it was saved from
    profile : Profile by columns that were not clustered on, if there are any
    """

    segmenter: Segmenter
    customers: Customers
    fit: Fit
    profile: Profile | None = None

    @property
    def model(self) -> Model:
        """The saved model."""
        return self.segmenter.model

    @property
    def notes(self) -> list[str]:
        """Sentences on what was read and done: of the table, then of the fit."""
        return [*self.customers.notes, *self.fit.notes]


def titled(feature: Feature) -> str:
    """Write a feature's label with its unit: Annual income (k$)."""
    return f"{feature.label} ({feature.unit})" if feature.unit else feature.label


def summary(model: Model) -> str:
    """Say in a sentence what was fitted to what."""
    made = model.provenance
    labels = ", ".join(reading_case(feature.label) for feature in model.features)
    named = f" ({labels})" if len(model.features) <= NAMED else ""
    return (
        f"K-Means with {len(model.segments)} segments on {len(model.features)} standardised features{named}, "
        f"trained on {made['rows']:,} customers of {made['source']} on {made['trained_at']}."
    )


def sizes(model: Model) -> Table:
    """List the segments with their sizes."""
    valued = any(s.value_share is not None for s in model.segments)
    rows = []
    for s in model.segments:
        shares = [f"{s.share:.1%}", *([percent(s.value_share)] if valued else []), percent(s.firmness)]
        rows.append([str(s.id), f"{s.name} ({s.slug})", f"{s.size:,}", *shares])
    header = ["id", "Segment", "Customers", "Share", *(["Share of value"] if valued else []), "Found again"]
    return Table("The segments", header, rows, (0, *range(2, len(header))))


def segments(model: Model) -> Table:
    """List the segments with size and centroid."""
    table = sizes(model)
    rows = [[*row, *map(mean, s.centroid, model.features)] for row, s in zip(table.rows, model.segments, strict=True)]
    header = [*table.header, *map(titled, model.features)]
    return Table("The mean customer of each segment", header, rows, (0, *range(2, len(header))))


def worth(segment: Segment, label: str) -> str:
    """Say what part of the customers and of their value a segment is: "8% of customers, 41% of revenue"."""
    share = f"{100 * segment.share:.0f}% of customers"
    return share if segment.value_share is None else f"{share}, {100 * segment.value_share:.0f}% of {label}"


def used(model: Model, left_out: float) -> str:
    """Say how many customers the fit rests on, what share of the rows it left out, and who is counted besides."""
    fitted = f"Fitted to {model.provenance['rows']:,} customers; {left_out:.1%} of the rows left out."
    if not model.incomplete:
        return fitted
    sizes = sum(segment.size for segment in model.segments)
    return f"{fitted} Sizes and shares are of {sizes:,}: {model.incomplete:,} with gaps are counted too."


def firmness(model: Model) -> str:
    """Say how firm the segments are, and which of them can be relied on."""
    firm = [segment.name for segment in model.segments if (segment.firmness or 0) >= FIRM]
    others = len(model.segments) - len(firm)
    reliable = "all segments" if not others else ", ".join(firm) if firm else "none"
    return (
        "Found again: how far each segment overlaps with the most similar one of refits on 80% subsamples (mean "
        f"Jaccard index; Hennig 2007). From {FIRM:.0%} on a segment is firm and can be relied on, below "
        f"{DISSOLVES:.0%} it dissolves. Firm here: {reliable}."
    )


def percent(share: float | None) -> str:
    """Write a share as 41%; nothing if it is not known."""
    return "" if share is None else f"{share:.0%}"


def candidates(selection: Selection) -> Table:
    """List the numbers of segments that were tried."""
    rows = [
        [f"{c.n_clusters}{' (chosen)' if c is selection.chosen else ''}", f"{c.silhouette:.4f}", f"{c.stability:.4f}"]
        for c in selection.candidates
    ]
    return Table("Numbers of segments tried", ["Segments", "Silhouette", "Stability"], rows, (1, 2))


def rule(selection: Selection) -> str:
    """Say how the number of segments was chosen."""
    if len(selection.candidates) == 1:
        return "The number of segments was given, not chosen."
    return (
        "A number of segments is stable if refits on 80% subsamples agree with the fit to everyone: a mean adjusted "
        f"Rand index of {STABLE} or more. Of the stable numbers the highest silhouette sets the mark, and the largest "
        f"that is as stable (within {AS_STABLE}) and nearly as clear (within {1 - AS_CLEAR:.0%}) is chosen. A number "
        f"whose smallest segment has less than {SMALLEST_SHARE:.0%} of the customers, or fewer than {SMALLEST}, is "
        "passed over."
    )


def verdict(selection: Selection) -> str:
    """Say whether there are groups at all, and what that means for using them."""
    return (
        f"{VERDICTS[selection.verdict]} On as many customers without groups, but with the same ranges, spreads and "
        f"margins, the silhouette of {selection.chosen.n_clusters} segments reaches {selection.without_groups:.4f}. "
        f"Segments are natural if they are stable and their silhouette is higher than that by {MARGIN} or more, "
        f"reproducible if they are stable only, constructed if they are not; within {AS_BEFORE} of a cut the last "
        f"model's word stands. Measured on {selection.rows:,} customers (Rousseeuw 1987; Ben-Hur et al. 2002; "
        "Tibshirani et al. 2001; Hennig and Lin 2015; Dolnicar and Leisch 2010). Groups of less than about 2% of the "
        "customers are not looked for."
    )


def changes(continuity: Continuity) -> str:
    """Say how many customers changed segment since the last model."""
    if not continuity.since:
        return "This model continues no other."
    return (
        f"Compared with model {continuity.since}, {continuity.changed:.1%} of the customers in this table are in "
        "another segment than that model puts them in."
    )


def changed_segments(model: Model, continuity: Continuity) -> Table:
    """List what became of each segment of the last model, and the new ones."""
    rows = []
    for new, old, moved in zip(model.segments, continuity.predecessors, continuity.moved, strict=True):
        before = [f"{old.size:,}", f"{old.share:.1%}", f"{moved:.3f}"] if old else ["", "", ""]
        renamed = f', was "{old.name}"' if old and old.name != new.name else ""
        what = f"continues{renamed}" if old else "new"
        rows.append([str(new.id), new.name, what, *before, f"{new.size:,}", f"{new.share:.1%}"])
    rows += [
        [str(old.id), old.name, "retired", f"{old.size:,}", f"{old.share:.1%}", "", "", ""]
        for old in continuity.retired
    ]
    header = ["id", "Segment", "What", "Customers before", "Share before", "Moved by", "Customers now", "Share now"]
    caption = "Segments before and now; centroids moved by so many standard deviations"
    return Table(caption, header, rows, (0, 3, 4, 5, 6, 7))
