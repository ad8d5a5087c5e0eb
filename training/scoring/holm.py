"""What a p value says where several are looked at.

References
----------
Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6(2),
    65-70. https://www.jstor.org/stable/4615733
"""

from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p values adjusted for how many there are.

    Parameters
    ----------
    p_values : sequence of float of length n, 0 to 1

    Returns
    -------
    list of float of length n, in the order given; below a level where all of them together keep it
    """
    order = sorted(range(len(p_values)), key=lambda index: p_values[index])
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    for rank, index in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = largest
    return adjusted
