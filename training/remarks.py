"""What is said about a model beside its figures: warnings, which stay in it, and notes."""

from collections.abc import Sequence

from function.model import Segment

from .clustering.n_clusters import FIRM, Selection
from .files.source import count
from .naming.words import VERDICTS
from .tables.customers import Customers


def warnings(customers: Customers, segments: Sequence[Segment], selection: Selection) -> list[str]:
    """Return what is to be known before segments are relied on.

    Parameters
    ----------
    customers : Customers
    segments : Segments of the model
    selection : Selection, how their number was chosen

    Returns
    -------
    list of str, sentences
    """
    warnings = [VERDICTS["constructed"]] if selection.verdict == "constructed" else []
    loose = [f'"{s.name}" ({s.firmness:.0%})' for s in segments if s.firmness is not None and s.firmness < FIRM]
    if loose:
        warnings.append(
            f"Not to be relied on, as less than {FIRM:.0%} of it is found again in fits to other customers of the same "
            f"kind: {', '.join(loose)}."
        )
    if customers.left_out > 0.05:
        label, share = customers.costliest or ("", 0.0)
        without = f" Without {label} it would be {share:.0%}." if label else ""
        warnings.append(
            f"{customers.left_out:.0%} of the table's rows could not be used in the fit, so segments may not speak for "
            f"everyone.{without}"
        )
    smallest = min(segment.size for segment in segments)
    if smallest < 10:
        customers_of_it = count(smallest, "customer")
        warnings.append(f"The smallest segment has only {customers_of_it}, so its description is a rough one.")
    return warnings


def gaps(customers: int) -> list[str]:
    """Say how customers with gaps are counted, if there are any."""
    if not customers:
        return []
    return [
        f"{count(customers, 'customer')} without a value of each feature: not used in the fit, but counted in the "
        "segments' sizes and shares, in the segment that is nearest by the values they have."
    ]
