"""Carries segments over from the last model: who is still the same, who is new, who is gone.

A new segment continues an old one if its centroid lies less than half way from the old centroid to that one's nearest
neighbour, in the new table's standard deviations. Of all ways to pair them the one with the least total distance is
taken. A segment that continues keeps id and slug, and is named anew after what it is now; a new one gets an id never
used before.

References
----------
Kuhn, H. W. (1955). The Hungarian method for the assignment problem. Naval Research Logistics Quarterly 2, 83-97.
    https://doi.org/10.1002/nav.3800020109
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from function.model import Feature, Model, Segment, Segmenter

from ..clustering.features import standardise
from ..clustering.kmeans import distances
from ..clustering.passes import WholeTable
from ..engines.engine import identifier
from ..scoring.nearest import by_position, nearest
from .names import Name

CLOSE_ENOUGH = 0.5
"""Share of the way to the old centroid's nearest neighbour within which a segment is still the same."""

_OLD_ID = '"#old_id"'


@dataclass(frozen=True)
class Continuity:
    """How the new segments relate to the old ones.

    ids, names : one a new segment; the slugs are those of the old segments that continue
    predecessors : the old segment that each new one continues, or None
    moved : how far its centroid moved, in standard deviations; 0 for a new one
    retired : old segments that none continues
    retired_ids : all ids that were ever used and are no more
    since : short hash and date of the old model, for reports; empty if there is none
    changed : share of the new table's customers whose segment is another than by the old model
    """

    ids: list[int]
    names: list[Name]
    predecessors: list[Segment | None] = field(default_factory=list)
    moved: list[float] = field(default_factory=list)
    retired: list[Segment] = field(default_factory=list)
    retired_ids: list[int] = field(default_factory=list)
    since: str = ""
    changed: float = 0.0


def begin(names: Sequence[Name]) -> Continuity:
    """Return the segments of a first model: numbered from 0."""
    return Continuity(list(range(len(names))), list(names))


def carry_over(
    features: Sequence[Feature], centroids: np.ndarray, names: Sequence[Name], last: Segmenter
) -> Continuity:
    """Match new segments to those of the last model.

    Parameters
    ----------
    features : sequence of Feature, the new ones
    centroids : ndarray of shape (n_segments, n_features), standardised
    names : sequence of Name, what the new segments would be called
    last : Segmenter, the last model

    Returns
    -------
    Continuity
    """
    old = last.model
    pairs = _match(features, centroids, old)
    predecessors = [old.segments[pairs[i][0]] if i in pairs else None for i in range(len(names))]
    used = {*old.retired_ids, *(segment.id for segment in old.segments)}
    fresh = itertools.count(max(used) + 1)
    ids = [segment.id if segment else next(fresh) for segment in predecessors]
    retired = [segment for segment in old.segments if segment not in predecessors]
    return Continuity(
        ids=ids,
        names=_names(predecessors, names),
        predecessors=predecessors,
        moved=[pairs[i][1] if i in pairs else 0.0 for i in range(len(names))],
        retired=retired,
        retired_ids=sorted(used - set(ids)),
        since=f"{last.hash} of {old.provenance.get('trained_at', 'unknown date')}",
    )


def share_changed(table: WholeTable, centroids: np.ndarray, ids: Sequence[int], last: Segmenter) -> float:
    """Return the share of customers whose segment is another than by the last model.

    Parameters
    ----------
    table : WholeTable, the new customers and features
    centroids : ndarray of shape (n_segments, n_features), standardised
    ids : sequence of int, of the segments
    last : Segmenter
    """
    names = [feature.name for feature in table.features]
    if names != [feature.name for feature in last.model.features]:
        return 1.0
    before = nearest(table.sql, last.model.features, last.centroids, names)
    old_ids = by_position([str(segment.id) for segment in last.model.segments])
    columns = ", ".join([*map(identifier, names), f"{old_ids} AS {_OLD_ID}"])
    now = nearest(
        f"(SELECT {columns} FROM ({before}) AS old) AS before", table.features, centroids, [_OLD_ID.strip('"')]
    )
    same = f"avg(CASE WHEN {_OLD_ID} = {by_position(list(map(str, ids)))} THEN 1.0 ELSE 0.0 END)"
    return 1 - float(table.engine.rows(f"SELECT {same} FROM ({now}) AS now")[0][0])


def _match(features: Sequence[Feature], centroids: np.ndarray, old: Model) -> dict[int, tuple[int, float]]:
    """Return for each new segment that continues one the old one's position and the distance."""
    if [feature.name for feature in features] != [feature.name for feature in old.features]:
        return {}
    before = np.array([segment.centroid for segment in old.segments])
    lowest = [-np.inf if feature.offset is None else feature.min for feature in features]
    before = standardise(features, np.maximum(before, lowest))
    apart = distances(centroids, before)
    reach = CLOSE_ENOUGH * (distances(before, before) + np.diag([np.inf] * len(before))).min(axis=0)
    allowed = apart < reach
    never = 1 + apart.sum()
    rows, columns = linear_sum_assignment(np.where(allowed, apart, never))
    return {int(i): (int(j), float(apart[i, j])) for i, j in zip(rows, columns, strict=True) if allowed[i, j]}


def _names(predecessors: Sequence[Segment | None], names: Sequence[Name]) -> list[Name]:
    """Return the new names, with the slugs of the segments that continue, and slugs that no other has of new ones.

    Which of two things stands out more may change with each table: what is said in another order is no new name.
    """
    slugs = {old.slug for old in predecessors if old}
    told: list[Name] = []
    for old, name in zip(predecessors, names, strict=True):
        slug = old.slug if old else next(slug for slug in _slugs(name.slug) if slug not in slugs)
        text = old.name if old and _parts(old.name) == _parts(name.name) else name.name
        told.append(replace(name, name=text, slug=slug))
        slugs.add(slug)
    return told


def _parts(name: str) -> frozenset[str]:
    return frozenset(name.lower().split(", "))


def _slugs(slug: str) -> Iterator[str]:
    yield slug
    yield from (f"{slug}-{number}" for number in itertools.count(2))
