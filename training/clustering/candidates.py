"""The numbers of segments that are worth a try."""

import numpy as np

from ..files.errors import DataError
from ..tables.columns import RFM
from ..tables.customers import Customers
from .n_clusters import CANDIDATES, RFM_CANDIDATES


def candidates(customers: Customers, Z: np.ndarray, n_clusters: int | None) -> list[int]:
    """Return the numbers of segments to try: at least two different customers for each segment.

    Parameters
    ----------
    customers : Customers
    Z : ndarray of shape (n, n_features), as K-Means sees them
    n_clusters : the number that is wanted; None to choose it

    Returns
    -------
    list of int

    Raises
    ------
    DataError
        There are fewer different customers than segments.
    """
    in_order = Z[np.lexsort(Z.T)]
    different = 1 + int((np.diff(in_order, axis=0) != 0).any(axis=1).sum())
    wanted = [n_clusters] if n_clusters else RFM_CANDIDATES if _of_orders(customers) else CANDIDATES
    possible = [k for k in wanted if different >= 2 * k]
    if not possible:
        fewest = wanted[0]
        among = f" among the {len(Z):,} looked at" if len(Z) < customers.rows else ""
        raise DataError(
            f"{customers.source}: expected at least {2 * fewest} different customers for {fewest} segments, found "
            f"{different}{among}; {'lower --k or ' if n_clusters else ''}add customers"
        )
    return possible


def _of_orders(customers: Customers) -> bool:
    """Whether the features are those computed from orders, or what is left of them."""
    names = {column.name for column in customers.columns}
    return len(names) > 1 and names <= set(RFM)
