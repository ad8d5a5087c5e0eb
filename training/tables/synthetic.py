"""Makes up tables for trying things out, nobody real: customers in five groups, and a shop's orders with a campaign."""

import csv
import datetime
from collections.abc import Callable
from dataclasses import dataclass
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

FIRST, CAMPAIGN = datetime.date(2024, 7, 1), datetime.date(2026, 5, 1)
"""First day of the orders, and of the month of the campaign, with which they end."""

DAYS = (CAMPAIGN - FIRST).days + 31

EFFECT = 0.1
"""Share of those written to who buy because of it, of those who would not have bought."""


@dataclass(frozen=True)
class Habit:
    """How a kind of customer buys.

    customers : how many there are
    came : first and last day, from 0, on which they first order, the last one not included
    orders_a_month : after the first
    amount : of a usual order
    """

    customers: int
    came: tuple[int, int]
    orders_a_month: float
    amount: float


HABITS = (
    Habit(500, (0, 300), 0.8, 70.0),
    Habit(1400, (0, 500), 0.15, 40.0),
    Habit(600, (560, 669), 0.1, 30.0),
    Habit(1500, (0, 500), 0.0, 25.0),
)


@dataclass(frozen=True)
class Shop:
    """What was made up.

    customers, orders : how many
    written_to : customers who had ordered before the campaign and were not held back
    extra_buyers : those of them who bought because of it
    """

    customers: int
    orders: int
    written_to: int
    extra_buyers: int


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


def write_orders(path: Path, random_state: int, held_back: Callable[[str], bool]) -> Shop:
    """Write a made-up shop's orders, of which a campaign caused some.

    Customers come and stay, buy now and then, or buy once. In the month from `CAMPAIGN` on, of those who had ordered
    before, were written to and would have bought nothing, `EFFECT` buy once because of it.

    Parameters
    ----------
    path : Path of the CSV to write: customer_id, email, order_id, order_date, amount
    random_state : int; the same number makes the same orders
    held_back : whether a customer, given by e-mail address, was held back from the campaign

    Returns
    -------
    Shop
    """
    random = np.random.default_rng(random_state)
    orders = [
        (int(day), number, _amount(random, habit))
        for number, habit in enumerate(habit for habit in HABITS for _ in range(habit.customers))
        for day in _days(random, habit)
    ]
    start = (CAMPAIGN - FIRST).days
    known = {number for day, number, _ in orders if day < start}
    buyers = {number for day, number, _ in orders if day >= start}
    written_to = {number for number in known if not held_back(_email(number))}
    persuaded = [number for number in sorted(written_to - buyers) if random.random() < EFFECT]
    orders += [(int(random.integers(start, DAYS)), number, _amount(random, HABITS[1])) for number in persuaded]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("customer_id", "email", "order_id", "order_date", "amount"))
        for order, (day, number, amount) in enumerate(sorted(orders), start=1):
            date = FIRST + datetime.timedelta(days=day)
            writer.writerow((f"C{number:05}", _email(number), order, date.isoformat(), f"{amount:.2f}"))
    return Shop(len(known | buyers), len(orders), len(written_to), len(persuaded))


def _days(random: np.random.Generator, habit: Habit) -> list[int]:
    """Return the days, from 0, that a customer orders on: the first when they come, then by chance."""
    came = int(random.integers(*habit.came))
    again = random.poisson(habit.orders_a_month * (DAYS - came) / 30)
    return sorted([came, *random.integers(came, DAYS, again).tolist()])


def _amount(random: np.random.Generator, habit: Habit) -> float:
    return float(random.lognormal(np.log(habit.amount), 0.4))


def _email(number: int) -> str:
    return f"c{number}@shop.example"
