"""Draws a model as SVG: no customer, only what the model itself holds.

Text stays text and takes the page's colour, so that it can be read aloud, found, and seen in the dark.
"""

import io
import math
import re
import textwrap
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from function.model import Feature, Model, Segment

from ..clustering.features import restore, standardise
from ..clustering.n_clusters import Selection
from .colours import COLOURS, colours_of
from .findings import titled

PALETTE = [light for light, _ in COLOURS]

_INK, _GROUND = "#123456", "#fefefe"
"""Stand for the page's own colours of text and ground while a picture is drawn."""

_STYLE: Any = {
    "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 11, "text.parse_math": False,
    "axes.spines.top": False, "axes.spines.right": False,
    **dict.fromkeys(["text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"], _INK),
}  # fmt: skip
_ELLIPSES = (1.0, 2.0)


def draw_map(model: Model) -> str:
    """Draw centroids with one and two standard deviations, over the two features that separate segments best."""
    first, second = separating(model)
    features = [model.features[first], model.features[second]]
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(7.5, 6), layout="constrained")
        axes = figure.subplots()
        colours = colours_of(segment.id for segment in model.segments)
        for segment in model.segments:
            _draw_segment(axes, features, segment, (first, second), PALETTE[colours[segment.id]])
        for feature, set_label, set_scale, set_limits in (
            (features[0], axes.set_xlabel, axes.set_xscale, axes.set_xlim),
            (features[1], axes.set_ylabel, axes.set_yscale, axes.set_ylim),
        ):
            set_label(titled(feature))
            _set_scale(feature, set_scale)
            set_limits(*_limits(feature))
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(lambda value, _: f"{value:,g}")
            axis.set_minor_formatter(lambda _, __: "")
        figure.legend(frameon=False, labelcolor=_INK, loc="outside lower left", ncols=2, markerscale=0.6)
        return _svg(figure, "Map of the segments' centroids; the table below has the numbers")


def draw_selection(selection: Selection) -> str:
    """Draw silhouette and stability over the number of segments."""
    candidates = selection.candidates
    numbers = [candidate.n_clusters for candidate in candidates]
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(7.5, 3.2), layout="constrained")
        axes = figure.subplots()
        axes.plot(numbers, [c.silhouette for c in candidates], "o-", color=PALETTE[0], label="silhouette")
        axes.plot(numbers, [c.stability for c in candidates], "s--", color=PALETTE[1], label="stability")
        axes.axvline(selection.chosen.n_clusters, color=_INK, linewidth=0.8, linestyle=":")
        axes.set(xlabel="Number of segments", xticks=numbers, ylim=(0, 1.05))
        axes.legend(frameon=False, loc="lower left", labelcolor=_INK)
        return _svg(figure, "Silhouette and stability over the number of segments; the table below has the numbers")


def draw_profiles(model: Model) -> str:
    """Draw how far each segment's centroid lies from the average customer, feature by feature."""
    Z = standardise(model.features, np.array([segment.centroid for segment in model.segments]))
    limit = max(1.0, float(np.abs(Z).max()))
    with mpl.rc_context(_STYLE):
        rows, bars = len(model.segments), len(model.features)
        figure = Figure(figsize=(7.5, 0.9 + 0.11 * bars + rows * (0.25 + 0.22 * bars)), layout="constrained")
        axes = figure.subplots()
        height = 0.8 / len(model.features)
        for position, feature in enumerate(model.features):
            at = np.arange(rows) + (position - (len(model.features) - 1) / 2) * height
            axes.barh(at, Z[:, position], height, label=feature.label, color=PALETTE[position % len(PALETTE)])
        axes.axvline(0, color=_INK, linewidth=0.8)
        axes.set(xlim=(-limit * 1.05, limit * 1.05), xlabel="Standard deviations from the average customer")
        axes.set_yticks(range(rows), [textwrap.fill(segment.name, 24) for segment in model.segments])
        axes.invert_yaxis()
        figure.legend(frameon=False, labelcolor=_INK, loc="outside lower left", ncols=2)
        return _svg(figure, "Each segment's distance from the average customer; the table below has the numbers")


def separating(model: Model) -> tuple[int, int]:
    """Return the positions of the two features that separate the segments best, by variance between over within."""
    if len(model.features) < 3:
        return 0, len(model.features) - 1
    Z = standardise(model.features, np.array([segment.centroid for segment in model.segments]))
    shares = np.array([segment.share for segment in model.segments])
    scale = np.array([feature.scale for feature in model.features])
    within = np.array([np.diag(segment.spread) / scale**2 for segment in model.segments])
    ratio = (shares @ Z**2) / np.maximum(shares @ within, 1e-12)
    first, second = sorted(np.argsort(-ratio, kind="stable")[:2].tolist())
    return first, second


def _set_scale(feature: Feature, set_scale: Callable[..., object]) -> None:
    """Give an axis the scale that the feature is standardised on, with the ticks of a logarithm above the offset."""
    if feature.offset:
        # linear up to the offset and logarithmic from there: what the logarithm of value + offset looks like
        set_scale("symlog", linthresh=feature.offset, linscale=math.log10(2))
    else:
        set_scale("linear" if feature.offset is None else "log")


def _limits(feature: Feature) -> tuple[float, float]:
    """Return the feature's range with a twentieth to spare on either side, on its own scale."""
    low, high = feature.standardise(feature.min), feature.standardise(feature.max)
    margin = 0.05 * (high - low)
    return feature.restore(low - margin), feature.restore(high + margin)


def _draw_segment(axes: Axes, features: Sequence[Feature], segment: Segment, pair: tuple[int, int], color: str) -> None:
    centre = np.array([segment.centroid[i] for i in pair])
    scale = np.array([feature.scale for feature in features])
    values, vectors = np.linalg.eigh(np.array(segment.spread)[np.ix_(pair, pair)] / np.outer(scale, scale))
    angle = np.linspace(0, 2 * np.pi, 90)
    circle = vectors @ (np.sqrt(np.maximum(values, 0))[:, None] * np.array([np.cos(angle), np.sin(angle)]))
    start = standardise(features, centre[None])
    for deviations in _ELLIPSES:
        x, y = restore(features, start + deviations * circle.T).T
        axes.fill(x, y, facecolor=color, alpha=0.18, edgecolor=color, linewidth=1)
    axes.plot(*centre, "o", color=color, markersize=17, label=f"{segment.id}  {segment.name}")
    axes.text(x=centre[0], y=centre[1], s=str(segment.id), color=_GROUND, weight="bold", ha="center", va="center")


def _svg(figure: Figure, label: str) -> str:
    """Return the figure as an SVG element that a screen reader announces as one picture."""
    buffer = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": label}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)  # the reader's fonts have it
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :].replace(_INK, "currentColor").replace(_GROUND, "light-dark(#fff, #12161d)")
    for light, dark in COLOURS:
        text = text.replace(light, f"light-dark({light}, {dark})")
    text = re.sub(
        r' id="[\w.]+_\d+"', "", text
    )  # names of groups: nothing refers to them, and each figure has the same
    return text.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
