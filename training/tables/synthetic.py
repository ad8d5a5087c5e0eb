"""Makes up a customer table for trying things out: five groups of income and spending score, nobody real."""

import csv
from pathlib import Path

import numpy as np

GROUPS = (  # customers, income in k$ (mean, deviation), score (mean, deviation)
    (80, (56.0, 9.0), (50.0, 6.5)),
    (40, (88.0, 15.0), (82.0, 8.0)),
    (35, (90.0, 15.0), (17.0, 8.0)),
    (25, (26.0, 7.0), (79.0, 9.0)),
    (20, (25.0, 7.0), (20.0, 9.0)),
)
HEADER = ("CustomerID", "Annual Income (k$)", "Spending Score (1-100)")


def write_customers(path: Path, random_state: int) -> int:
    """Write a made-up customer table.

    Parameters
    ----------
    path : Path of the CSV to write
    random_state : int; the same number makes the same table

    Returns
    -------
    int, the number of customers
    """
    random = np.random.default_rng(random_state)
    income = np.concatenate([random.normal(*income, count) for count, income, _ in GROUPS])
    score = np.concatenate([random.normal(*score, count) for count, _, score in GROUPS])
    shuffled = random.permutation(len(income))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for number, i in enumerate(shuffled, start=1):
            writer.writerow([number, max(8, round(income[i])), min(100, max(1, round(score[i])))])
    return len(income)
