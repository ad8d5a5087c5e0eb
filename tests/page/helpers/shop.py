"""A made-up shop with a campaign: orders, the assignment and two scored tables, with contacts that must not leave."""

import contextlib
import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.helpers import command_line

DAYS = ("2026-05-01", "2026-05-31")
NAMES = ("Zoë", "Jean-Luc", "O'Brien", "=SUM(A1)", "Müller, Anna", "李小龙")


@dataclass(frozen=True)
class Shop:
    """Files of a shop, and what the command line says of them.

    folder : Path, with orders.csv, spring.csv (the assignment), may.csv, june.csv (scored) and movers.csv
    measured, moved : results of measure and movement as JSON
    """

    folder: Path
    measured: dict[str, Any]
    moved: dict[str, Any]


def open_shop(folder: Path) -> Shop:
    """Make the files of a shop, measure its campaign and compare its tables."""
    model = ("--model", "shop/segmenter.joblib")
    _train(folder, "sample", "orders.csv", "--orders")
    _train(folder, "fit", "orders.csv", "--orders", "--as-of", "2026-05-01", "--out", "shop", "--k", "5")
    for name, day in (("may.csv", "2026-05-01"), ("june.csv", "2026-06-01")):
        _train(folder, "score", "orders.csv", name, "--orders", "--as-of", day, *model)
        _name_customers(folder / name)
    _train(folder, "holdout", "may.csv", "spring.csv", "--campaign", "spring", "--share", "20", "--day", DAYS[0])
    return Shop(
        folder,
        _train(folder, "measure", "spring.csv", "orders.csv", "--from", DAYS[0], "--to", DAYS[1]),
        _train(folder, "movement", "may.csv", "june.csv", "movers.csv"),
    )


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def _train(folder: Path, *words: str) -> Any:
    """Run a command on the folder's files; return its result."""
    with contextlib.chdir(folder):
        done = command_line.run(*words, "--json")
    return json.loads(done.stdout.splitlines()[-1])["result"]


def _name_customers(path: Path) -> None:
    """Add a name and an address to each customer of a scored table."""
    table = rows(path)
    for number, row in enumerate(table):
        row["Full name"] = NAMES[number % len(NAMES)]
        row["Address"] = f"{number} Secret Road"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(table[0]))
        writer.writeheader()
        writer.writerows(table)
