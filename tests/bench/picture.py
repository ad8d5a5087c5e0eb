"""Draws how the commands on orders grow: `python -m tests.bench.picture KEPT SVG`, of what the bench of orders kept."""

import itertools
from collections.abc import Iterable
from pathlib import Path

import click
import msgspec
from matplotlib import pyplot

from tests.bench.orders import LARGEST, Measured

COLOURS = dict(
    zip(("fit", "score", "measure", "movement", "rfm", "drift", "holdout"), map("C{}".format, range(7)), strict=True)
)
STYLES = {"ours": "o-", "plain": "x:"}


def draw(measured: Iterable[Measured], path: Path) -> None:
    """Draw seconds of processors and peak memory over the number of orders, on logarithmic axes."""
    pyplot.rcParams["svg.fonttype"] = "none"
    figure, axes = pyplot.subplots(1, 2, figsize=(9.5, 3.4), layout="constrained")
    shown = sorted((each.command, each.way, each.size, each.run.processor, each.run.memory) for each in measured)
    for (command, way), group in itertools.groupby(shown, lambda each: each[:2]):
        if way not in STYLES:
            continue
        _, _, sizes, *figures = zip(*group, strict=True)
        label = command if way == "ours" else f"plain SQL for {command}"
        for axis, values in zip(axes, figures, strict=True):
            axis.plot(sizes, values, STYLES[way], color=COLOURS[command], label=label, linewidth=1.2, markersize=4)
    for axis, title in zip(axes, ("Seconds of processors", "Peak memory, MB"), strict=True):
        axis.set(xscale="log", yscale="log", xlabel="million orders", title=title)
        axis.minorticks_off()
        axis.xaxis.set_major_formatter(lambda size, _: f"{size / 1e6:g}")
        axis.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes[1].axhline(LARGEST, color="grey", linewidth=0.8)
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside right center", fontsize=8)
    figure.savefig(path, metadata={"Date": None})


@click.command(help=__doc__.splitlines()[0])
@click.argument("kept", type=click.Path(path_type=Path, exists=True))
@click.argument("svg", type=click.Path(path_type=Path))
def main(kept: Path, svg: Path) -> None:
    """Draw what was measured."""
    draw((msgspec.json.decode(line, type=Measured) for line in kept.read_bytes().splitlines()), svg)


if __name__ == "__main__":
    main()
