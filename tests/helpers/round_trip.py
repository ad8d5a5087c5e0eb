"""From orders to what a campaign changed, and back, with ids that a spreadsheet would run as formulas."""

import csv
import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from training.commands import main

BEGINNINGS = "=@+-\t"
CUSTOMERS = 60


def formulas_keep_their_customers(folder: Path, *options: str) -> None:
    """Score orders, hold some back, measure and compare: every customer is found in the orders again."""
    orders = folder / "orders.csv"
    _write_orders(orders)
    model = folder / "segmenter.joblib"
    _run("fit", orders, "--orders", "--k", "3", "--out", folder)
    for name, defused in (("then", ()), ("now", ("--keep-formulas",))):
        _run("score", orders, folder / f"{name}.csv", "--orders", "--model", model, *defused)
    with (folder / "then.csv").open(encoding="utf-8", newline="") as file:
        ids = {row["customer_id"] for row in csv.DictReader(file)}
    assert len(ids) == CUSTOMERS
    assert "'=c0" in ids  # defused, or there is nothing to test

    moved = _result("movement", folder / "then.csv", folder / "now.csv", *options)
    assert moved["in_both"] == CUSTOMERS

    held = folder / "held.csv"
    drawn = ("--campaign", "spring", "--share", "20", "--day", "2026-05-01")
    draw = _result("holdout", folder / "then.csv", held, *drawn, "--orders", orders, "--days", "120")
    written = ("--date-format", "%Y-%m-%d", "--from", "2026-05-01", "--to", "2026-05-31")
    measured = _result("measure", held, orders, *written, *options)
    groups = measured["all"]
    assert groups["treated"]["buyers"] == groups["treated"]["customers"]
    assert groups["control"]["buyers"] == groups["control"]["customers"]
    assert draw["all"]["base_rate"] == 1


def _write_orders(path: Path) -> None:
    """Write orders of which each customer has some, the last of them in May."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["customer_id", "order_date", "amount"])
        for number in range(CUSTOMERS):
            customer = f"{BEGINNINGS[number % len(BEGINNINGS)]}c{number}"
            for month in range(1 + number % 4):
                writer.writerow([customer, f"2026-0{1 + month}-15", 10 + number])
            writer.writerow([customer, "2026-05-31", 20 + number])


def _run(*arguments: object) -> str:
    done = CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def _result(*arguments: object) -> Any:
    return json.loads(_run(*arguments, "--json").splitlines()[-1])["result"]
