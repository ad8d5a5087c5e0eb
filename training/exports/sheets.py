"""The model as a formula of Google Sheets (Excel 365 and others that know LET take it too)."""

from function.model import LARGEST, Feature, Segmenter, most_gaps


def write(segmenter: Segmenter) -> str:
    """Return the formula for the customer in row 2, below the headings: column A has the first feature, and so on.

    It shows nothing where more than half of the cells are empty, or one is not a number or out of bounds. Spreadsheets
    may round the last digits of a constant, so a customer on the very border of two segments may get the other one.
    """
    model = segmenter.model
    cells = [f"{_column(number)}2" for number in range(len(model.features))]
    every = ",".join(cells)
    enough = f"COUNT({every})>={len(cells) - most_gaps(len(cells))},COUNT({every})=COUNTA({every})"
    limits = ",".join(map(_limits, model.features, cells))
    scores = [f"z_{i},{score}" for i, score in enumerate(map(_standardised, model.features, cells))]
    squared = [_squared_distance(cells, centroid) for centroid in segmenter.centroids]
    distances = [f"d_{i},{distance}" for i, distance in enumerate(squared)]
    names = [f"d_{i}" for i in range(len(distances))]
    cases = ",".join(f"{name}=least,{_text(segment.name)}" for name, segment in zip(names, model.segments, strict=True))
    nearest = f"LET({','.join([*scores, *distances])},least,MIN({','.join(names)}),IFS({cases}))"
    return f'=IF(AND({enough}),IF(AND({limits}),{nearest},""),"")\n'


def _limits(feature: Feature, cell: str) -> str:
    if feature.offset is None:
        return f"ABS({cell})<={LARGEST!r}"
    lowest = f"{cell}>=0" if feature.offset else f"OR(ISBLANK({cell}),{cell}>0)"
    return f"{lowest},{cell}<={LARGEST!r}"


def _standardised(feature: Feature, cell: str) -> str:
    value = cell
    if feature.offset is not None:
        value = f"LN({cell}+{_number(feature.offset)})" if feature.offset else f"LN(IF(ISBLANK({cell}),1,{cell}))"
    return f"({value}-{_number(feature.mean)})/{_number(feature.scale)}"


def _squared_distance(cells: list[str], centroid: tuple[float, ...]) -> str:
    """Return the square of the distance by the cells that are not empty; an empty cell counts as 0 in a formula."""
    squares = []
    for i, (cell, coordinate) in enumerate(zip(cells, centroid, strict=True)):
        difference = f"(z_{i}-{_number(coordinate)})"
        squares.append(f"IF(ISBLANK({cell}),0,{difference}*{difference})")
    return "+".join(squares)


def _number(value: float) -> str:
    return f"({value!r})" if value < 0 else repr(value)


def _text(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _column(number: int) -> str:
    """Return the letters of a column: A to Z, then AA."""
    rest, last = divmod(number, 26)
    return (_column(rest - 1) if rest else "") + chr(ord("A") + last)
