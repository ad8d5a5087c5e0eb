"""Which figures of segments are hidden because they could tell of persons: of few customers, or giving those away.

A hidden figure can be worked out from the others of its row and column and their totals, unless some of these are
hidden too. Statistical offices hide for each such cell three more that make a rectangle with it: what is taken off one
corner may have been added to the next, so none of the four is known.

References
----------
Cox, L. H. (1980). Suppression methodology and statistical disclosure control. Journal of the American Statistical
    Association 75(370), 377-385. https://doi.org/10.1080/01621459.1980.10477481
Hundepool, A. et al. (2012). Statistical Disclosure Control, ch. 4 (the hypercube method). Wiley.
    https://doi.org/10.1002/9781118348239
"""

import numpy as np

FEWEST = 10
"""Customers of a figure from which it is shown: fewer could tell of persons."""


def hide_counts(counts: np.ndarray, fewest: int = FEWEST) -> np.ndarray:
    """Return which cells of a table are hidden if all totals are known.

    Cells of few customers, and for each of them a rectangle within which it may be any of `fewest` numbers and more, or
    of as many as there can be. Of several rectangles the one that hides the fewest customers besides.

    Parameters
    ----------
    counts : ndarray of int of shape (n_segments, n_values), customers; of each value at least `fewest`

    Returns
    -------
    ndarray of bool of the same shape
    """
    few = counts < fewest
    hidden = few.copy()
    if min(counts.shape) < 2:
        return hidden
    for row, column in np.argwhere(few & (counts.sum(axis=1, keepdims=True) > 0)):
        more = np.minimum(counts[row], counts[:, [column]])
        less = np.minimum(counts[row, column], counts)
        width = np.minimum(more + less, fewest)
        width[row], width[:, column] = -1, -1
        shown = np.where(hidden, 0, counts)
        cost = np.where(width == width.max(), shown + shown[row] + shown[:, [column]], np.inf)
        other_row, other_column = np.unravel_index(cost.argmin(), cost.shape)
        hidden[np.ix_([row, other_row], [column, other_column])] = True
    return hidden


def hide_means(counts: np.ndarray, fewest: int = FEWEST) -> np.ndarray:
    """Return which segments' means are hidden if the mean of all is known, so that no few customers' follows from it.

    Parameters
    ----------
    counts : ndarray of int of shape (n_segments,), customers

    Returns
    -------
    ndarray of bool of the same shape
    """
    hidden = counts < fewest
    for place in np.argsort(counts, kind="stable"):
        kept_apart = np.count_nonzero(counts[hidden]) > 1 and counts[hidden].sum() >= fewest
        if kept_apart or not counts[hidden].any():
            break
        hidden[place] = True
    return hidden
