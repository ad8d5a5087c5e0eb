"""Names segments after their centroids and their members.

Levels are relative to the customer base: standard deviations from its mean, so that a name is right in any currency or
scale. Income and spending score have a grid of names, recency, frequency and monetary value a rule of their own;
elsewhere a name says what stands out. No name has more than four words or 40 characters, and no two of a model are made
of the same words.
"""

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from function.model import Feature

from ..tables.columns import RFM
from ..tables.headers import INCOME, PAIR, SCORE, spelled
from .rfm import habits, rfm_names
from .words import APART, AVERAGE, INCOME_AND_SCORE, RFM_APART, RFM_WORDS, STANDING_OUT_ACTION

STANDS_OUT = 0.5
"""Standard deviations from the mean above which a level is high and below whose negative it is low."""

STANDS_FAR_OUT = 1.5

MOST_WORDS, LONGEST = 4, 40
"""Words and characters of a name at most."""

LINKING = frozenset(
    ["a", "an", "and", "at", "by", "for", "from", "in", "last", "of", "on", "per", "since", "the", "to"]
)
"""Words that say nothing at the end of a name that is cut."""


@dataclass(frozen=True)
class Name:
    """What a segment is called: all that a reader sees of it besides numbers.

    slug : the name for addresses and code, "High-Spending Target" -> "high-spending-target"; made from it if empty
    """

    name: str
    description: str
    action: str
    slug: str = ""

    def __post_init__(self) -> None:
        if not self.slug:
            object.__setattr__(self, "slug", "-".join(spelled(self.name.replace("'", "").lower())))


@dataclass(frozen=True)
class _Draft:
    """A name, and what is left of it where it must be told apart from another: positions of features, and words."""

    name: Name
    shorter: dict[int, str] = field(default_factory=dict)


def name_segments(features: Sequence[Feature], centroids: np.ndarray, X: np.ndarray, labels: np.ndarray) -> list[Name]:
    """Name each segment after its centroid, and of orders after its members' habits.

    Parameters
    ----------
    features : sequence of Feature
    centroids : ndarray of shape (n_segments, n_features), standardised; all different
    X : ndarray of shape (n_customers, n_features), in the features' units; a sample of the customers is enough
    labels : ndarray of shape (n_customers,), rows of `centroids`

    Returns
    -------
    list of Name, all names and slugs different
    """
    names = [feature.name for feature in features]
    readable = [reading_case(feature.label) for feature in features]
    if sorted(names) == sorted(PAIR):
        drafts = [_by_income_and_score(z[names.index(INCOME)], z[names.index(SCORE)]) for z in centroids]
    elif sorted(names) == sorted(RFM):
        drafts = _by_rfm(features, centroids, X, labels)
    else:
        drafts = [_by_what_stands_out(readable, z) for z in centroids]
    apart = [
        RFM_APART.get(name, tuple(f"{word} {label}" for word in APART))
        for name, label in zip(names, readable, strict=True)
    ]
    return _tell_apart(apart, centroids, drafts)


def level(z: float) -> str:
    """Return "low", "middle" or "high" for a distance from the mean in standard deviations."""
    return "high" if z > STANDS_OUT else "low" if z < -STANDS_OUT else "middle"


def reading_case(label: str) -> str:
    """Return a label as inside a sentence: "TOTAL_SPEND" and "TotalSpend" -> "total spend"; "VIP visits" stays."""
    text = label.replace("_", " ").strip()
    if text.isupper():
        return text.lower()
    if " " not in text:
        text = re.sub(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    return " ".join(word if word[1:].isupper() else word.lower() for word in text.split())


def free(text: str, taken: Callable[[str], bool]) -> str:
    """Return the first of "text (2)", "text (3)" ... that is not taken."""
    return next(numbered for number in itertools.count(2) if not taken(numbered := f"{text} ({number})"))


def _by_income_and_score(income: float, score: float) -> _Draft:
    return _Draft(Name(*INCOME_AND_SCORE[level(income), level(score)]))


def _by_rfm(features: Sequence[Feature], centroids: np.ndarray, X: np.ndarray, labels: np.ndarray) -> list[_Draft]:
    members = habits(features, centroids, X, labels)
    drafts = []
    for name, habit in zip(rfm_names(members), members, strict=True):
        text, action = RFM_WORDS[name]
        drafts.append(_Draft(Name(name, f"{text} {habit.sentence}", action)))
    return drafts


def _by_what_stands_out(labels: Sequence[str], z: np.ndarray) -> _Draft:
    """Name by the two features that stand out most, or by one where two would be too many words."""
    order = [int(i) for i in np.argsort(-np.abs(z), kind="stable") if level(z[i]) != "middle"][:2]
    if not order:
        return _Draft(Name(*AVERAGE))
    long = "; ".join(f"{labels[i]} is {_compared(z[i])}" for i in order)
    short = ", ".join(f"{_degree(z[i])} {labels[i]}" for i in order)
    shorter = {i: _short(f"{level(z[i])} {labels[i]}") for i in order}
    plain = ", ".join(f"{level(z[i])} {labels[i]}" for i in order)
    first = f"{_degree(z[order[0]])} {labels[order[0]]}"
    name = next(filter(_fits, [short, plain, first]), shorter[order[0]])
    return _Draft(Name(_sentence(name), f"{_sentence(long)}.", STANDING_OUT_ACTION.format(what=short)), shorter)


def _degree(z: float) -> str:
    return ("very " if abs(z) > STANDS_FAR_OUT else "") + level(z)


def _compared(z: float) -> str:
    return ("far " if abs(z) > STANDS_FAR_OUT else "") + ("above average" if z > 0 else "below average")


def _tell_apart(apart: Sequence[tuple[str, ...]], centroids: np.ndarray, drafts: list[_Draft]) -> list[Name]:
    """Say of segments of the same words in which feature they differ most, or number them."""
    names = [draft.name for draft in drafts]
    for key in dict.fromkeys(_words(name.name) for name in names):
        members = [i for i, draft in enumerate(drafts) if _words(draft.name.name) == key]
        if len(members) < 2:
            continue
        feature = int(np.ptp(centroids[members], axis=0).argmax())
        ranked = sorted(members, key=lambda i: (centroids[i][feature], centroids[i].tolist()))
        for rank, i in enumerate(ranked):
            place = apart[feature][0 if rank == 0 else 2 if rank == len(ranked) - 1 else 1]
            names[i] = replace(names[i], name=_placed(drafts[i], place, feature), slug="")
    return _numbered(names, drafts)


def _placed(draft: _Draft, place: str, feature: int) -> str:
    """Return a name with its place among its like: "Standard (higher spending score)", "High age (lower spend)"."""
    bases = [draft.name.name, *(_sentence(words) for i, words in draft.shorter.items() if i != feature)]
    words = place.split()
    texts = [f"{base} ({suffix})" for base in bases if place for suffix in (place, f"{words[0]} {words[-1]}")]
    return next(filter(_fits, texts), _sentence(place) if draft.shorter and place and _fits(place) else bases[-1])


def _numbered(names: Sequence[Name], drafts: Sequence[_Draft]) -> list[Name]:
    """Add numbers to names of the same words, and to those whose slugs are the same."""
    words, slugs = set[tuple[str, ...]](), set[str]()

    def taken(text: str) -> bool:
        return _words(text) in words or Name(text, "", "").slug in slugs

    told: list[Name] = []
    for name, draft in zip(names, drafts, strict=True):
        shorter = [draft.name.name, *map(_sentence, draft.shorter.values()), _short(draft.name.name, MOST_WORDS - 1)]
        base = next(text for text in shorter if _fits(f"{text} (99)"))
        text = free(base, taken) if taken(name.name) else name.name
        told.append(replace(name, name=text, slug=""))
        words.add(_words(text))
        slugs.add(told[-1].slug)
    return told


def _words(text: str) -> tuple[str, ...]:
    """Return what two names must not share, whatever the order of their words."""
    return tuple(sorted(spelled(text.lower())))


def _fits(text: str) -> bool:
    return len(text) <= LONGEST and len(text.split()) <= MOST_WORDS


def _short(text: str, most: int = MOST_WORDS) -> str:
    """Return the first words of a text, as many as fit into a name."""
    whole = text.split()
    words = whole[:most]
    while len(words) > 2 and (
        len(" ".join(words)) > LONGEST - len(" (99)") or (words != whole and words[-1] in LINKING)
    ):
        words.pop()
    short = " ".join(words)
    return short if len(short) <= LONGEST - len(" (99)") else f"{short[: LONGEST - len(' (99)') - 1]}…"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
