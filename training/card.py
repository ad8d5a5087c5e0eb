"""Writes the model card, models/README.md: every number in it is computed.

References
----------
Mitchell, M. et al. (2019). Model cards for model reporting. FAT* '19, 220-229. https://doi.org/10.1145/3287560.3287596
"""

from collections.abc import Sequence

from function.model import Feature, Model, Segmenter

from .continuity import Continuity
from .customers import Customers
from .fitting import Fit
from .selection import AS_CLEAR, AS_STABLE, MARGIN, STABLE, Selection

_USE = """\
## What it is for

Telling groups of customers apart, so that a shop can speak to each group in a way that suits it, and finding the group
of one customer from the features below.

## What it is not for

Decisions that matter to the person: credit, prices for one person, employment, insurance or access to anything. A
segment is a rough description of a group and often wrong about one person. It knows nothing but the features below. It
speaks for the customers it was trained on: train it again on your own, and again when they change."""

_CENTROIDS = """\
A segment's figures are those of its centroid, the mean of its customers (the geometric mean where a feature is
standardised as its logarithm). A customer further from it than 99 % of them is answered with `typical: false`."""

_RULE = f"""\
A number of segments is stable if refits on 80 % subsamples agree with the fit to everyone: a mean adjusted Rand index
of {STABLE} or more. Of the stable numbers the highest silhouette sets the mark, and the largest that is as stable
(within {AS_STABLE}) and nearly as clear (within {1 - AS_CLEAR:.0%}) is chosen."""


def write_card(segmenter: Segmenter, customers: Customers, fit: Fit) -> str:
    """Describe a model in Markdown.

    Parameters
    ----------
    segmenter : Segmenter, as saved
    customers : Customers it was fitted to
    fit : Fit it was saved from

    Returns
    -------
    str
    """
    model = segmenter.model
    parts = [
        f"# Customer segments `{segmenter.hash}`",
        _summary(model),
        *(f"> **Warning.** {warning}" for warning in model.warnings),
        _USE,
        "## Segments",
        _segments(model),
        _CENTROIDS,
        "## Features",
        _features(model.features),
        "## Quality",
        _quality(model),
        "## Number of segments",
        _selection(fit.selection),
        "## What changed",
        *_changes(segmenter.model, fit.continuity),
        "## Data",
        _data(model, customers),
        "## How it was made",
        _versions(model),
    ]
    return "\n\n".join(parts) + "\n"


def table(header: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    """Write a Markdown table; `right` are the positions of the columns of numbers."""
    rule = ["---:" if i in right else "---" for i in range(len(header))]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in (header, rule, *rows)
    )


def number(value: float) -> str:
    """Write a number with four significant digits, or all digits before the point: 60.56; 12,345."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def quantity(value: float, feature: Feature) -> str:
    """Write a feature's value with its unit: 55.3 k$."""
    return f"{number(value)} {feature.unit}".strip()


def titled(feature: Feature) -> str:
    """Write a feature's label with its unit: Annual income (k$)."""
    return f"{feature.label} ({feature.unit})" if feature.unit else feature.label


def _summary(model: Model) -> str:
    made = model.provenance
    labels = ", ".join(feature.label.lower() for feature in model.features)
    return (
        f"K-Means with {len(model.segments)} segments on {len(model.features)} standardised features ({labels}), "
        f"trained on {made['rows']:,} customers of `{made['source']}` on {made['trained_at']}. "
        "Written by `python -m training fit`; not edited by hand."
    )


def _segments(model: Model) -> str:
    header = ["id", "Segment", "Customers", "Share", *map(titled, model.features), "Description", "What to do"]
    rows = []
    for s in model.segments:
        figures = [f"{s.size:,}", f"{s.share:.1%}", *map(number, s.centroid)]
        rows.append([str(s.id), f"{s.name} (`{s.slug}`)", *figures, s.description, s.action])
    return table(header, rows, right=(0, *range(2, 4 + len(model.features))))


def _features(features: Sequence[Feature]) -> str:
    header = ["Name", "Label", "Unit", "Smallest", "Largest", "Step", "Mean", "Standard deviation", "Standardised as"]
    rows = []
    for f in features:
        figures = [number(f.min), number(f.max), number(f.step), f"{f.mean:.6g}", f"{f.scale:.6g}"]
        rows.append([f"`{f.name}`", f.label, f.unit, *figures, "logarithm" if f.log else "value"])
    return table(header, rows, right=range(3, 8))


def _quality(model: Model) -> str:
    metrics = model.metrics
    sample = int(metrics["silhouette_rows"])
    where = "every customer" if sample == model.provenance["rows"] else f"a random sample of {sample:,} customers"
    rows = [
        [
            "Inertia",
            f"{metrics['inertia']:.10g}",
            "sum of squared standardised distances to the centroids, lower is tighter",
        ],
        ["Silhouette", f"{metrics['silhouette']:.6f}", f"-1 to 1, higher is clearer; measured on {where}"],
        ["Davies-Bouldin", f"{metrics['davies_bouldin']:.6f}", "0 and up, lower is clearer"],
        ["Calinski-Harabasz", f"{metrics['calinski_harabasz']:.6f}", "0 and up, higher is clearer"],
    ]
    return table(["Figure", "Value", "Meaning"], rows, right=(1,))


def _selection(selection: Selection) -> str:
    chosen = selection.chosen
    rows = [
        [f"**{c.n_clusters}**" if c is chosen else f"{c.n_clusters}", f"{c.silhouette:.4f}", f"{c.stability:.4f}"]
        for c in selection.candidates
    ]
    given = "The number was given, not chosen." if len(rows) == 1 else _RULE
    verdict = (
        f"On as many customers without groups the silhouette of {chosen.n_clusters} segments reaches "
        f"{selection.without_groups:.4f}. Segments are called reliable if they are stable and their silhouette is "
        f"higher than that by more than {MARGIN}: these {'are' if selection.reliable else 'are not'}."
    )
    measured = (
        f"Measured on {selection.rows:,} customers (Rousseeuw 1987; Ben-Hur et al. 2002; Tibshirani et al. 2001)."
    )
    return "\n\n".join(
        [given, table(["Segments", "Silhouette", "Stability"], rows, right=(0, 1, 2)), verdict, measured]
    )


def _changes(model: Model, continuity: Continuity) -> list[str]:
    if not continuity.since:
        return ["Nothing: this is the first model, or was fitted with `--fresh`."]
    rows = []
    for new, old, moved in zip(model.segments, continuity.predecessors, continuity.moved, strict=True):
        before = [f"{old.size:,}", f"{old.share:.1%}", f"{moved:.3f}"] if old else ["", "", ""]
        what = "continues" if old else "new"
        rows.append([str(new.id), new.name, what, *before, f"{new.size:,}", f"{new.share:.1%}"])
    rows += [
        [str(old.id), old.name, "retired", f"{old.size:,}", f"{old.share:.1%}", "", "", ""]
        for old in continuity.retired
    ]
    header = ["id", "Segment", "", "Customers before", "Share before", "Moved by", "Customers now", "Share now"]
    summary = (
        f"Compared with model `{continuity.since}`: {continuity.changed:.1%} of the customers in this table are in "
        "another segment than that model puts them in. Centroids moved by so many standard deviations:"
    )
    return [summary, table(header, rows, right=(0, 3, 4, 5, 6, 7))]


def _data(model: Model, customers: Customers) -> str:
    made = model.provenance
    lines = [
        f"- Table: `{made['source']}`, SHA-256 `{made['sha256']}`",
        f"- Customers used: {customers.rows:,} ({customers.left_out:.1%} of the rows left out)",
        *(f"- {note}" for note in customers.notes),
        "- The table is not part of the model, and no row of it is: centroids, spreads and ranges only.",
    ]
    return "\n".join(lines)


def _versions(model: Model) -> str:
    made = model.provenance
    versions = made["versions"]
    names = ", ".join(f"{name} {number}" for name, number in versions.items()) if isinstance(versions, dict) else ""
    return (
        f"Random state {made['random_state']}; {names}. The same table, options and versions make the same model "
        "but for its date."
    )
