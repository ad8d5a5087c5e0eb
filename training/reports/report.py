"""Writes models/report.html: one file that shows the segments and how they were found; no customer is in it."""

from . import findings, plots, profiles
from .findings import Findings
from .pages import render


def write_report(learned: Findings) -> str:
    """Describe a model as a page of HTML with its pictures inside.

    Parameters
    ----------
    learned : Findings

    Returns
    -------
    str
    """
    model, profile = learned.model, learned.profile
    selection, continuity = learned.fit.selection, learned.fit.continuity
    return render(
        "report.html.j2",
        hash=learned.segmenter.hash,
        summary=findings.summary(model),
        warnings=model.warnings,
        segments=model.segments,
        value_label=learned.customers.value_label,
        more_features=len(model.features) > 2,
        colours=plots.css_colours(model),
        drawn_map=plots.draw_map(model),
        width=plots.WIDTH,
        height=plots.HEIGHT,
        drawn_profiles=plots.draw_profiles(model),
        shown=plots.SHOWN,
        sizes=findings.sizes(model),
        firmness=findings.firmness(model),
        told=profiles.told(profile) if profile else [],
        nothing=profiles.NOTHING,
        profile_tables=profiles.tables(profile) if profile else [],
        hidden=profiles.HIDDEN if profile and profiles.hides(profile) else "",
        rule=findings.rule(selection),
        verdict=findings.verdict(selection),
        drawn_selection=plots.draw_selection(selection) if len(selection.candidates) > 1 else None,
        candidates=findings.candidates(selection),
        changes=findings.changes(continuity),
        changed=findings.changed_segments(model, continuity) if continuity.since else None,
        notes=learned.notes,
        used=findings.used(model, learned.customers.left_out),
    )
