"""Writes the model card, models/README.md: every number in it is computed.

References
----------
Mitchell, M. et al. (2019). Model cards for model reporting. FAT* '19, 220-229. https://doi.org/10.1145/3287560.3287596
"""

import re
from collections.abc import Sequence

from function.model import Feature, Model

from ..targeting.profile import Profile
from . import findings, profiles
from .findings import Findings
from .pages import RIGHT_TO_LEFT_WORDS
from .tables import Table, number

_USE = """\
## What it is for

Telling groups of customers apart, so that a shop can speak to each group in a way that suits it, and finding the group
of one customer from the features below.

## What it is not for

Decisions that matter to the person: credit, prices for one person, employment, insurance or access to anything. A
segment is a rough description of a group and often wrong about one person. It knows nothing but the features below. It
speaks for the customers it was trained on: train it again on your own, and again when they change."""

_MARKS = re.compile(r"[\\`*|~\[\]]|^[#>+-]|(?<!\w)_|_(?!\w)")

_CENTROIDS = """\
A segment's figures are those of its centroid, the mean of its customers (the geometric mean where a feature is
standardised as its logarithm). A customer further from it than 99% of them is answered with `typical: false`."""


def write_card(learned: Findings) -> str:
    """Describe a model in Markdown.

    Parameters
    ----------
    learned : Findings

    Returns
    -------
    str
    """
    model, fit, profile = learned.model, learned.fit, learned.profile
    parts = [
        f"# Customer segments `{learned.segmenter.hash}`",
        escaped(findings.summary(model)) + " Written by `python -m training fit`; not edited by hand.",
        *(f"> **Warning.** {escaped(warning)}" for warning in model.warnings),
        _USE,
        "## Segments",
        markdown(findings.segments(model)),
        escaped(findings.firmness(model)),
        _CENTROIDS,
        "\n".join(
            f"- **{escaped(s.name)}** ({escaped(findings.worth(s, learned.customers.value_label))}). "
            f"{escaped(s.description)} {escaped(s.action)}"
            for s in model.segments
        ),
        *(_profile(profile) if profile else []),
        "## Features",
        markdown(_features(model.features)),
        "## Quality",
        markdown(_quality(model)),
        "## Number of segments",
        findings.rule(fit.selection),
        markdown(findings.candidates(fit.selection)),
        findings.verdict(fit.selection),
        "## What changed",
        findings.changes(fit.continuity),
        *([markdown(findings.changed_segments(model, fit.continuity))] if fit.continuity.since else []),
        "## Data",
        _data(learned),
        "## How it was made",
        _versions(model),
    ]
    return "\n\n".join(parts) + "\n"


def markdown(table: Table) -> str:
    """Write a table in Markdown."""
    rule = ["---:" if i in table.numbers else "---" for i in range(len(table.header))]
    lines = (table.header, rule, *table.rows)
    return "\n".join(
        "| " + " | ".join(cell if line is rule else escaped(cell) for cell in line) + " |" for line in lines
    )


def escaped(text: str) -> str:
    """Write a text so that it reads the same in Markdown: on one line, without marks of Markdown or HTML.

    Words from right to left keep to themselves between U+2068 and U+2069, so that what is beside them keeps its place.
    """
    line = RIGHT_TO_LEFT_WORDS.sub("\u2068\\1\u2069", " ".join(text.split()))
    return _MARKS.sub(r"\\\g<0>", line.replace("&", "&amp;").replace("<", "&lt;"))


def _profile(profile: Profile) -> list[str]:
    told = [
        f"- **{escaped(name)}:** {escaped(' '.join(said) or profiles.NOTHING)}" for name, said in profiles.told(profile)
    ]
    hidden = [profiles.HIDDEN] if profiles.hides(profile) else []
    parts = (f"{escaped(table.caption)}\n\n{markdown(table)}" for table in profiles.tables(profile))
    return ["## Who they are", "\n".join(told), *parts, *hidden]


def _features(features: Sequence[Feature]) -> Table:
    header = ["Name", "Label", "Unit", "Smallest", "Largest", "Step", "Mean", "Standard deviation", "Standardised as"]
    rows = []
    for f in features:
        figures = [number(f.min), number(f.max), number(f.step), f"{f.mean:.6g}", f"{f.scale:.6g}"]
        rows.append([f.name, f.label, f.unit, *figures, _standardised_as(f)])
    return Table("Features", header, rows, range(3, 8))


def _standardised_as(feature: Feature) -> str:
    if feature.offset is None:
        return "value"
    return f"logarithm of value + {number(feature.offset)}" if feature.offset else "logarithm"


def _quality(model: Model) -> Table:
    metrics = model.metrics
    sample = int(metrics["silhouette_rows"])
    where = "every customer" if sample == model.provenance["rows"] else f"a random sample of {sample:,} customers"
    rows = [
        ["Inertia", f"{metrics['inertia']:.10g}", "sum of squared standardised distances to the centroids"],
        ["Silhouette", f"{metrics['silhouette']:.6f}", f"-1 to 1, higher is clearer; measured on {where}"],
        ["Davies-Bouldin", f"{metrics['davies_bouldin']:.6f}", "0 and up, lower is clearer"],
        ["Calinski-Harabasz", f"{metrics['calinski_harabasz']:.6f}", "0 and up, higher is clearer"],
    ]
    return Table("Quality", ["Figure", "Value", "Meaning"], rows, (1,))


def _data(learned: Findings) -> str:
    made = learned.model.provenance
    lines = [
        f"- Table: {escaped(str(made['source']))}, SHA-256 `{made['sha256']}`",
        f"- {escaped(findings.used(learned.model, learned.customers.left_out))}",
        *(f"- {escaped(note)}" for note in learned.notes),
        "- The table is not part of the model, and no row of it is: centroids, spreads and ranges only.",
    ]
    return "\n".join(lines)


def _versions(model: Model) -> str:
    made = model.provenance
    versions = made["versions"]
    names = ", ".join(f"{name} {number}" for name, number in versions.items()) if isinstance(versions, dict) else ""
    return (
        f"Random state {made['random_state']}; {names}. The same table, options, versions and last model make the same "
        "model but for its date."
    )
