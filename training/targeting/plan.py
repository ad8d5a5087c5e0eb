"""Who is held back from a campaign, and how small an effect can then be seen.

A customer's place on a scale from 0 to 1 is a hash of campaign and customer: the same in every file, on every machine
and for every segment, another in every campaign. A larger share only adds customers to the control group. The page
draws by the same rule (static/customers/files/control_group.js), and so do the engines for texts of ASCII (`place_of`);
tests/cases/control_group.json holds all to it.

References
----------
Fowler, G., Noll, L. C. and Vo, K.-P. (1991). FNV-1a, 32-bit.
Appleby, A. (2011). MurmurHash3, 32-bit (the finishing steps).
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

SPAN = 2**32
"""How many places there are; as whole numbers they go from 0 to below it."""

CONFIDENCE = 0.95
"""Share of intervals that hold the true difference."""

POWER = 0.8
"""Chance of seeing an effect of the smallest size that is called visible."""

_BITS = SPAN - 1
_APART = NormalDist().inv_cdf((1 + CONFIDENCE) / 2) + NormalDist().inv_cdf(POWER)


def place(customer: str, campaign: str = "") -> float:
    """Return a customer's place from 0 to below 1; without a campaign the same in all of them.

    Parameters
    ----------
    customer : str, who it is, normalised
    campaign : str, its name
    """
    value = _add(customer, beginning(campaign))
    value = (value ^ value >> 16) * 0x85EBCA6B & _BITS
    value = (value ^ value >> 13) * 0xC2B2AE35 & _BITS
    return float(value ^ value >> 16) / SPAN


def beginning(campaign: str) -> int:
    """Return what the hash has become before the customer: of the campaign's name, where it has one."""
    return _add(f"{campaign}|", 0x811C9DC5) if campaign else 0x811C9DC5


def _add(text: str, value: int) -> int:
    """Return FNV-1a, continued by a text in UTF-16."""
    for byte in text.encode("utf-16-le"):
        value = (value ^ byte) * 0x01000193 & _BITS
    return value


@dataclass(frozen=True)
class Advice:
    """What can be seen if a share of customers is held back.

    customers, held_back : how many could be found, and how many of them are held back
    base_rate : share that buys without the campaign
    visible : smallest difference of that share seen in four of five campaigns; infinite if a group is empty, nan
        where nobody or everybody buys, which leaves nothing to reckon chance by
    halving_share : share that would halve it; nan where none does
    visible_at_half : what would be seen if half were held back, the least there is
    """

    customers: int
    held_back: int
    base_rate: float
    visible: float
    halving_share: float
    visible_at_half: float

    @property
    def hopeless(self) -> bool:
        """Whether only an increase by half or more would be seen."""
        return self.visible > self.base_rate / 2


def advise(customers: int, held_back: int, base_rate: float) -> Advice:
    """Work out what can be seen.

    Parameters
    ----------
    customers, held_back : int, how many could be found and how many of them are held back
    base_rate : float, share that buys without the campaign, 0 to 1

    Returns
    -------
    Advice
    """
    deviation = math.sqrt(base_rate * (1 - base_rate)) or math.nan
    spread = 4 * held_back * (customers - held_back) / customers**2 if customers else 0.0
    return Advice(
        customers=customers,
        held_back=held_back,
        base_rate=base_rate,
        visible=smallest_visible(deviation, customers - held_back, held_back),
        halving_share=(1 - math.sqrt(1 - 4 * spread)) / 2 if 0 < 4 * spread <= 1 else math.nan,
        visible_at_half=smallest_visible(deviation, customers - customers // 2, customers // 2),
    )


def smallest_visible(deviation: float, treated: int, control: int) -> float:
    """Return the difference of means that would be seen in four of five cases; infinite for an empty group.

    Parameters
    ----------
    deviation : float, standard deviation of the figure; sqrt(p (1 - p)) for a rate p
    treated, control : int, customers in each group
    """
    if min(treated, control) < 1:
        return math.inf
    return _APART * deviation * math.sqrt(1 / treated + 1 / control)


def drawn(advice: Advice) -> str:
    """Say how many are held back: of 24 customers 1 is held back."""
    of = f"{advice.customers:,} {'customer' if advice.customers == 1 else 'customers'}"
    return f"of {of} {advice.held_back:,} {'is' if advice.held_back == 1 else 'are'} held back"


def sentence(advice: Advice) -> str:
    """Say it in a line: how many are held back, what can be seen, and what would show more."""
    said = f"{drawn(advice)}: "
    if math.isinf(advice.visible):
        return f"{said}nothing can be seen with an empty group."
    if advice.visible > 1:
        return f"{said}nothing can be seen of so few customers."
    if math.isnan(advice.visible):
        who = "everybody" if advice.base_rate else "nobody"
        return f"{said}what you will see cannot be said, as {who} bought in the days that were measured."
    said += f"you will see a change of {100 * advice.visible:.1f} or more buyers in 100 customers; "
    halved = (
        f"{math.ceil(100 * advice.halving_share)}% held back would halve that; "
        if not math.isnan(advice.halving_share)
        else ""
    )
    return f"{said}{halved}with half held back, {100 * advice.visible_at_half:.1f}."
