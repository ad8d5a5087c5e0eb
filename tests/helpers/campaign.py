"""A campaign of spring in the shop that the tests of the commands share."""

import csv
from pathlib import Path

import numpy as np

from tests.helpers.command_line import rows

MAY = ("--from", "2026-05-01", "--to", "2026-05-31")
"""The days that count."""


def spring(shop: Path, path: Path, effect: float, share: float = 0.3) -> Path:
    """Write an assignment of January's customers, and orders of May with an effect on those written to."""
    rng = np.random.default_rng(62)
    orders = ["customer_id,order_id,order_date,amount", "stranger,x0,2025-07-01,5.00", "stranger,x1,2026-06-01,5.00"]
    with path.open("w", newline="") as file:
        january = rows(shop / "january.csv")
        writer = csv.DictWriter(file, [*january[0], "campaign", "group", "findable", "share", "day"])
        writer.writeheader()
        for row in january:
            control = rng.random() < share
            group = "control" if control else "treated"
            writer.writerow(
                {**row, "campaign": "spring", "group": group, "findable": "true", "share": share, "day": "2026-05-01"}
            )
            if rng.random() < 0.2 + (0 if control else effect):
                orders.append(f"{row['customer_id']},o{len(orders)},2026-05-10,{rng.lognormal(3, 0.5):.2f}")
    (path.parent / "may.csv").write_text("\n".join(orders) + "\n")
    return path.parent / "may.csv"
