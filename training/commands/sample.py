"""The command sample: a made-up table to try things with."""

import dataclasses
from pathlib import Path

import click

from ..engines.output import check_csv
from ..tables import synthetic
from . import console
from .options import seed_option

_HELD_BACK = 0.2
"""Share of the customers who are held back from a made-up campaign."""


@click.command(short_help="Make up a table of customers or orders to try things with.")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--orders", is_flag=True, help="Write a shop's orders instead, with a campaign in them.")
@click.option("--campaign", default="", metavar="NAME", help="Orders: the campaign's name.  [default: spring]")
@seed_option
@console.json_option
def sample(out: Path, orders: bool, campaign: str, random_state: int) -> None:
    """Write a made-up customer table to OUT.

    OUT is a CSV with five groups of income and spending score; nobody in it is real. With --orders it holds two years
    of a shop's orders. A campaign changed the last month, but not for the customers whom holdout holds back from a
    campaign of that name at 20 percent.

    \b
    Examples:
      python -m training sample customers.csv
      python -m training sample orders.csv --orders
    """
    check_csv(out)
    if campaign and not orders:
        raise click.UsageError("--campaign is about an order table: add --orders")
    if orders:
        _sample_orders(out, random_state, campaign or "spring")
        return
    count = synthetic.write_customers(out, random_state)
    console.result([], {"out": str(out), "customers": count})
    console.aside(f"{count} made-up customers written to {out}")


def _sample_orders(out: Path, random_state: int, campaign: str) -> None:
    from ..targeting.plan import place  # noqa: PLC0415 - part of SciPy takes a fifth of a second

    shop = synthetic.write_orders(out, random_state, lambda email: place(email, campaign) < _HELD_BACK)
    console.result([], {"out": str(out), "campaign": campaign, **dataclasses.asdict(shop)})
    console.aside(
        f"{shop.orders:,} made-up orders of {shop.customers:,} customers written to {out}. From {synthetic.CAMPAIGN} "
        f"on {shop.written_to:,} of them heard of the campaign {campaign}, which brought {shop.extra_buyers:,} buyers."
    )
