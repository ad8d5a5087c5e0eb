"""Finds the columns that become features, and describes each as the model shows it: name, label, unit, step."""

import keyword
import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from function.model import Feature

INCOME, SCORE = "annual_income", "spending_score"
PAIR = (INCOME, SCORE)
"""The default features, whatever their headers are in the table at hand."""

RFM = ("recency_days", "frequency", "monetary")
"""The features computed from orders."""

SKEWED = 1.0
"""Skewness above which a positive feature may be standardised as its logarithm."""

MORE_SYMMETRIC = 0.5
"""... if that leaves less than this share of the skewness."""

_ALIASES = {
    INCOME: (
        "annualincome",
        "annualincomek",
        "annualincomekusd",
        "annualincomeusd",
        "yearlyincome",
        "income",
        "incomek",
        "incomekusd",
        "incomeusd",
        "householdincome",
        "salary",
    ),
    SCORE: ("spendingscore", "spendingscore1100", "spendscore", "spending", "score"),
}
_IDS = (
    "customerid",
    "custid",
    "customernumber",
    "customerno",
    "customer",
    "clientid",
    "client",
    "userid",
    "memberid",
    "id",
)
_UNITS = {
    "kusd": "k$",
    "usd": "$",
    "keur": "k€",
    "eur": "€",
    "gbp": "£",
    "days": "days",
    "years": "years",
    "months": "months",
    "pct": "%",
    "percent": "%",
    "km": "km",
}
_RESERVED = {"customers"}


@dataclass(frozen=True)
class Column:
    """A column of a table and the feature it becomes."""

    header: str
    name: str
    label: str
    unit: str


class UnknownColumnError(Exception):
    """A column that was asked for is not in the table; holds its name."""


def find_columns(headers: list[str], wanted: list[str] | None) -> list[Column] | None:
    """Find the features' columns.

    Parameters
    ----------
    headers : list of str, the table's
    wanted : list of str, columns asked for, as in the table but for case, spaces and signs; None for the pair

    Returns
    -------
    list of Column, or None if there is no default pair

    Raises
    ------
    UnknownColumnError
        A column that was asked for is not there.
    """
    if wanted is None:
        pair = [_by_alias(headers, name) for name in PAIR]
        return _describe([header for header in pair if header]) if all(pair) else None
    return _describe([_by_name(headers, name) for name in wanted])


def find_id(headers: list[str], features: list[Column]) -> str | None:
    """Return the header of the customer's id, if there is one that is not a feature."""
    taken = {column.header for column in features}
    keys = {key(header): header for header in reversed(headers) if header not in taken}
    return next((keys[alias] for alias in _IDS if alias in keys), None)


def match_columns(headers: Sequence[str], features: Sequence[Feature]) -> dict[str, str]:
    """Return the header of each feature that has one: the name itself, else a header that makes it, else its label."""
    made = {column.name: column.header for column in reversed(_describe(list(headers)))}
    found = {}
    for feature in features:
        alias = _by_alias(list(headers), feature.name) if feature.name in PAIR else None
        alike = next((header for header in headers if key(header) in (key(feature.name), key(feature.label))), None)
        header = feature.name if feature.name in headers else made.get(feature.name) or alias or alike
        if header:
            found[feature.name] = header
    return found


def key(header: str) -> str:
    """Reduce a header to what people agree on: no case, spaces, signs or bracketed unit."""
    text = re.sub(r"[(\[].*?[)\]]", "", header)
    return re.sub(r"[\W_]+", "", (text if re.search(r"\w", text) else header).lower())


def wants_log(values: np.ndarray) -> bool:
    """Whether logarithms make values markedly more symmetric: all positive, skewness above 1, and more than halved."""
    if values.min() <= 0:
        return False
    raw = skewness(values)
    return raw > SKEWED and abs(skewness(np.log(values))) < MORE_SYMMETRIC * raw


def skewness(values: np.ndarray) -> float:
    """Return the third standardised moment; 0 if the values are all the same."""
    deviations = values - values.mean()
    scale = float(values.std())
    return float((deviations**3).mean()) / scale**3 if scale else 0.0


@dataclass(frozen=True)
class Statistics:
    """What a feature's description needs of its values.

    min, max : in the feature's unit
    mean, scale : with the population's standard deviation; of the logarithms if the feature is standardised so
    whole : whether all are whole numbers
    """

    min: float
    max: float
    mean: float
    scale: float
    whole: bool


def statistics(values: np.ndarray, log: bool) -> Statistics:
    """Compute the statistics of values, of shape (n_customers,), in the feature's unit."""
    scaled = np.log(values) if log else values
    whole = bool(np.all(values == np.rint(values)))
    return Statistics(float(values.min()), float(values.max()), float(scaled.mean()), float(scaled.std()), whole)


def make_feature(column: Column, found: Statistics, log: bool = False) -> Feature:
    """Describe a feature whose values are not all the same."""
    return Feature(
        name=column.name,
        label=column.label,
        unit=column.unit,
        min=found.min,
        max=found.max,
        step=round_step(found.max - found.min, found.whole),
        mean=found.mean,
        scale=found.scale,
        log=log,
    )


def round_step(span: float, whole: bool) -> float:
    """Return 1, 2 or 5 times a power of ten, about a hundredth of the span; at least 1 for whole numbers."""
    target = span / 100
    power = 10.0 ** math.floor(math.log10(target))
    step = max(factor * power for factor in (1, 2, 5) if factor * power <= target * (1 + 1e-9))
    return max(1.0, float(f"{step:.0e}")) if whole else float(f"{step:.0e}")


def standardise(features: Sequence[Feature], X: np.ndarray) -> np.ndarray:
    """Return X, of shape (n_customers, n_features), in standard deviations from the mean, of logarithms where log."""
    logged = np.column_stack([np.log(x) if feature.log else x for feature, x in zip(features, X.T, strict=True)])
    return (logged - [feature.mean for feature in features]) / [feature.scale for feature in features]


def restore(features: Sequence[Feature], Z: np.ndarray) -> np.ndarray:
    """Return Z, of shape (n, n_features), in the features' units: `standardise` undone."""
    X = Z * [feature.scale for feature in features] + [feature.mean for feature in features]
    return np.column_stack([np.exp(x) if feature.log else x for feature, x in zip(features, X.T, strict=True)])


def _describe(headers: list[str]) -> list[Column]:
    aliases = {header: name for header in headers for name in PAIR if key(header) in _ALIASES[name]}
    pair = sorted(aliases.values()) == sorted(PAIR)
    columns: list[Column] = []
    for header in headers:
        words, unit = _split_unit(header)
        name = aliases[header] if pair and header in aliases else _name(words, unit)
        taken = {column.name for column in columns}
        name = next(n for n in (name, *(f"{name}_{count}" for count in range(2, 99))) if n not in taken)
        columns.append(Column(header, name, words[:1].upper() + words[1:], unit))
    return columns


def _split_unit(header: str) -> tuple[str, str]:
    """Return the words and the unit of a header: "Annual Income (k$)" -> ("annual income", "k$")."""
    bracketed = re.fullmatch(r"(.+?)[\s_]*[(\[](.+?)[)\]][\s_]*", header.strip())
    text, unit = (bracketed[1], bracketed[2].strip()) if bracketed else (header, "")
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    parts = [part for part in re.split(r"[\s_.\-/]+", spaced) if part]
    words = [part if part.isupper() and len(part) > 1 else part.lower() for part in parts]
    if not unit and len(words) > 1 and words[-1] in _UNITS:
        unit = _UNITS[words.pop()]
    return " ".join(words), unit


def _name(words: str, unit: str) -> str:
    """Return the words as a name for JSON and SQL, with the unit where it is a plain word: recency_days."""
    text = unicodedata.normalize("NFKC", f"{words} {unit}" if unit.isalpha() and unit.isascii() else words).lower()
    name = re.sub(r"\W+", "_", text).strip("_") or "feature"
    return f"_{name}" if name[0].isdigit() else f"{name}_" if keyword.iskeyword(name) or name in _RESERVED else name


def _by_alias(headers: list[str], name: str) -> str | None:
    keys = {key(header): header for header in reversed(headers)}
    return next((keys[alias] for alias in _ALIASES[name] if alias in keys), None)


def _by_name(headers: list[str], wanted: str) -> str:
    if wanted in headers:
        return wanted
    keys = {key(header): header for header in reversed(headers)}
    name = next((name for name in PAIR if key(wanted) in _ALIASES[name]), None)
    found = keys.get(key(wanted)) or (_by_alias(headers, name) if name else None)
    if found is None:
        raise UnknownColumnError(wanted)
    return found
