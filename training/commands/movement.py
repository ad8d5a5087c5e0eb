"""The command movement: who moved between two scored tables."""

from collections.abc import Callable
from pathlib import Path

import click

from ..engines.engine import Engine
from ..engines.output import check_out, check_page, write_whole
from ..files.formats import open_table
from ..files.source import FileOptions, count
from ..reports import flows as flows_page
from ..targeting.movement import AGEING, compare, write_movers
from ..targeting.scored import open_scored
from . import console
from .options import keep_formulas_option, key_option, reading_options, table_argument


@click.command(short_help="Say who moved between two scored tables.")
@table_argument
@click.argument("now")
@click.argument("out", required=False, default="")
@key_option
@click.option("--value", default="", metavar="COLUMN", help="Column of what a customer is worth.  [default: monetary]")
@click.option("--out-html", type=click.Path(dir_okay=False, path_type=Path), help="HTML page to write the matrix to.")
@keep_formulas_option
@reading_options
@console.json_option
def movement(
    table: str,
    start: Callable[[], Engine],
    file: FileOptions,
    now: str,
    out: str,
    key: str,
    value: str,
    out_html: Path | None,
    keep_formulas: bool,
) -> None:
    """Say who moved between TABLE and NOW, two tables scored by one model.

    Movement is split into exchange, which includes the noise at the borders of segments, and net flows, of which only
    those beyond chance are reported. OUT lists the customers who moved, with all that NOW says of them.

    \b
    Examples:
      python -m training movement january.csv july.csv
      python -m training movement january.csv july.csv movers.csv --out-html movement.html
    """
    for read in (table, now):
        if out:
            check_out(read, out)
    check_page(out_html)
    with start() as engine, console.progress("Reading the tables") as progress:
        if out:
            engine.check_place(out)
        then_source, now_source = open_table(engine, table, file), open_table(engine, now, file)
        then_scored = open_scored(engine, then_source, key, value)
        now_scored = open_scored(engine, now_source, key, value)
        progress("Comparing")
        moved = compare(engine, then_scored, now_scored)
        if out:
            progress("Writing who moved")
            write_movers(engine, moved, now_scored, out, keep_formulas=keep_formulas)
    if out_html:
        write_whole(out_html, flows_page.write(moved, then_source.name, now_source.name).encode())
    for scored in (then_scored, now_scored):
        if scored.without_id:
            console.note(f"{scored.source}: {count(scored.without_id, 'row')} left out: no {scored.key}.")
    if moved.ages:
        console.note(AGEING)
    console.result(flows_page.lines(moved), flows_page.content(moved))
