"""Chooses a customer table's columns, or says which there are and gives a command line that works."""

import csv
import shlex

from .cells import is_numeric
from .engine import Engine, identifier
from .features import Column, UnknownColumnError, find_columns, find_id
from .tables import DataError, Source


def choose_columns(engine: Engine, source: Source, features: str | None) -> list[Column]:
    """Find the columns that become features.

    Parameters
    ----------
    engine : Engine
    source : Source
    features : str, headers separated by commas (quoted if they hold one); None for annual income and spending score

    Returns
    -------
    list of Column

    Raises
    ------
    DataError
        A column is not there, or there is no such pair; the message lists the numeric columns and a ready command line.
    """
    headers = list(source.columns)
    wanted = [name.strip() for name in next(csv.reader([features])) or [""]] if features is not None else None
    try:
        columns = find_columns(headers, wanted)
    except UnknownColumnError as error:
        raise DataError(
            f"{source.path}: expected a column {identifier(str(error))}, found {', '.join(headers)}"
        ) from error
    if columns and len({column.header for column in columns}) < len(columns):
        raise DataError(f"{source.path}: expected different columns in --features, found one twice")
    if columns is None:
        raise DataError(_no_pair(engine, source))
    return columns


def _no_pair(engine: Engine, source: Source) -> str:
    problem = f"{source.path}: expected columns for annual income and spending score, found no such pair"
    numeric = [header for header in source.columns if is_numeric(engine, source, header)]
    usable = [header for header in numeric if header != find_id(numeric, [])]
    if not usable:
        return f"{problem} and no other column of numbers"
    quoted = ",".join(f'"{header}"' if "," in header else header for header in usable)
    command = shlex.join(["python", "-m", "training", "fit", str(source.path), "--features", quoted])
    choose = f"choose among them: {command}; or add --orders if each row is an order"
    return f"{problem}; numeric columns: {', '.join(usable)}; {choose}"
