"""Names segments after their centroids and their members.

Income and spending score have a grid of names, recency, frequency and monetary value a rule of their own; elsewhere a
name says what stands out. No name has more than four words or 40 characters, and no two of a model are made of the same
words.
"""

import itertools
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from function.model import Feature

from ..tables.columns import RFM
from ..tables.headers import INCOME, PAIR, SCORE, spelled
from .levels import Levels, level
from .rfm import habits, rfm_names
from .words import APART, AVERAGE, INCOME_AND_SCORE, RFM_APART, RFM_WORDS, STANDING_OUT_ACTION

MOST_WORDS, LONGEST = 4, 40
"""Words and characters of a name at most."""

LOWER, BETWEEN, HIGHER = range(3)
"""Places among segments that share a name."""

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
    """A name, and what there is to tell it apart from another.

    shorter : what is left of it: positions of features, and words
    levels : what it could be called by each feature alone, empty where near the average; none for names of a grid
    """

    name: Name
    shorter: dict[int, str] = field(default_factory=dict)
    levels: tuple[str, ...] = ()


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
        drafts = [_by_what_stands_out(Levels(features, readable), z) for z in centroids]
    apart = [
        RFM_APART.get(name, tuple(f"{word} {label}" for word in APART))
        for name, label in zip(names, readable, strict=True)
    ]
    return _tell_apart(apart, centroids, drafts)


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


def _by_what_stands_out(levels: Levels, z: np.ndarray) -> _Draft:
    """Name by the two features that stand out most, or by one where two would be too many words."""
    order = [int(i) for i in np.argsort(-np.abs(z), kind="stable") if level(z[i]) != "middle"][:2]
    alone = tuple(_short(levels.by_degree(i, z[i])) if level(z[i]) != "middle" else "" for i in range(len(z)))
    if not order:
        return _Draft(Name(*AVERAGE), levels=alone)
    long = "; ".join(levels.compared(i, z[i]) for i in order)
    short = ", ".join(levels.by_degree(i, z[i]) for i in order)
    shorter = {i: _short(levels.plain(i, z[i])) for i in order}
    plain = ", ".join(levels.plain(i, z[i]) for i in order)
    first = levels.by_degree(order[0], z[order[0]])
    name = next(filter(_fits, [short, plain, first]), shorter[order[0]])
    return _Draft(Name(_sentence(name), f"{_sentence(long)}.", STANDING_OUT_ACTION.format(what=short)), shorter, alone)


def _tell_apart(apart: Sequence[tuple[str, ...]], centroids: np.ndarray, drafts: list[_Draft]) -> list[Name]:
    """Say of segments of the same words in which feature they differ most, or leave them to be numbered."""
    names = [draft.name for draft in drafts]
    taken = {_words(name.name) for name in names}
    for key in dict.fromkeys(_words(name.name) for name in names):
        members = [i for i, draft in enumerate(drafts) if _words(draft.name.name) == key]
        if len(members) < 2:
            continue
        feature = int(np.ptp(centroids[members], axis=0).argmax())
        ranked = sorted(members, key=lambda i: (centroids[i][feature], centroids[i].tolist()))
        places = dict(zip(ranked, [LOWER, *[BETWEEN] * (len(ranked) - 2), HIGHER], strict=True))
        texts = {i: _placed(drafts[i], apart[feature][place], feature) for i, place in places.items()}
        if not all(texts[i] and _is_true(drafts[i], place, centroids[i][feature]) for i, place in places.items()):
            alone = {i: _alone(drafts[i], feature, taken) for i in members}
            texts = alone if len(set(map(_words, alone.values()))) == len(members) else texts
        for i in members:
            names[i] = replace(names[i], name=texts[i] or drafts[i].name.name, slug="")
    return _numbered(names, drafts)


def _is_true(draft: _Draft, place: int, z: float) -> bool:
    """Whether nobody is misled: who is called lower than others is not high, nor low who is called higher."""
    return not draft.levels or level(z) != {LOWER: "high", HIGHER: "low"}.get(place)


def _alone(draft: _Draft, feature: int, taken: Collection[tuple[str, ...]]) -> str:
    """Return the name by one feature alone, if nobody else has it; else the name as it was."""
    text = _sentence(draft.levels[feature]) if draft.levels else ""
    return draft.name.name if not text or _words(text) in taken else text


def _placed(draft: _Draft, place: str, feature: int) -> str:
    """Return a name with its place among its like, "High age (lower spend)"; empty if it would be too long."""
    bases = [draft.name.name, *(_sentence(words) for i, words in draft.shorter.items() if i != feature)]
    words = place.split()
    texts = (f"{base} ({suffix})" for base in bases if place for suffix in (place, f"{words[0]} {words[-1]}"))
    return next(filter(_fits, texts), "")


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
