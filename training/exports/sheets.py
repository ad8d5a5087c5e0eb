"""The model as a formula of Google Sheets (Excel 365 and others that know LET take it too)."""

from function.model import LARGEST, Feature, Segmenter


def write(segmenter: Segmenter) -> str:
    """Return the formula for the customer in row 2, below the headings: column A has the first feature, and so on.

    It shows nothing where a cell is empty, no number or out of bounds. Spreadsheets may round the last digits of a
    constant, so a customer on the very border of two segments may get the other one.
    """
    model = segmenter.model
    cells = [f"{_column(number)}2" for number in range(len(model.features))]
    limits = ",".join(map(_limits, model.features, cells))
    scores = [f"z_{i},{score}" for i, score in enumerate(map(_standardised, model.features, cells))]
    distances = [f"d_{i},{distance}" for i, distance in enumerate(map(_squared_distance, segmenter.centroids))]
    names = [f"d_{i}" for i in range(len(distances))]
    cases = ",".join(f"{name}=least,{_text(segment.name)}" for name, segment in zip(names, model.segments, strict=True))
    nearest = f"LET({','.join([*scores, *distances])},least,MIN({','.join(names)}),IFS({cases}))"
    return f'=IF(COUNT({",".join(cells)})={len(cells)},IF(AND({limits}),{nearest},""),"")\n'


def _limits(feature: Feature, cell: str) -> str:
    return f"{cell}>0,{cell}<={LARGEST!r}" if feature.log else f"ABS({cell})<={LARGEST!r}"


def _standardised(feature: Feature, cell: str) -> str:
    value = f"LN({cell})" if feature.log else cell
    return f"({value}-{_number(feature.mean)})/{_number(feature.scale)}"


def _squared_distance(centroid: tuple[float, ...]) -> str:
    differences = [f"(z_{i}-{_number(coordinate)})" for i, coordinate in enumerate(centroid)]
    return "+".join(f"{difference}*{difference}" for difference in differences)


def _number(value: float) -> str:
    return f"({value!r})" if value < 0 else repr(value)


def _text(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _column(number: int) -> str:
    """Return the letters of a column: A to Z, then AA."""
    rest, last = divmod(number, 26)
    return (_column(rest - 1) if rest else "") + chr(ord("A") + last)
