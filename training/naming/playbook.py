"""The shop's own words from a TOML file: which features are fixed, and what segments are called, by their slugs.

fixed = ["Income"]
changeable = ["Tenure"]

[careful]
name = "Quality seekers"
action = "Invite them to the tasting."
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from function.model import Feature, Segmenter

from ..files.errors import DataError, NoFileError
from ..files.source import list_names
from ..tables.headers import key as plain
from .names import Name, free

KEYS = ("name", "description", "action")
LONGEST = 200
"""Characters in a text, so that it fits beside one customer."""

PLAYBOOK = "playbook"
"""Entry of the model's provenance: the words given, so that they survive retraining without the file."""

FIXED = "fixed"
"""Another: what was said of features, "yes" or "no" by name."""

_LISTS = {"fixed": True, "changeable": False}
"""Lists of features in the file -> whether those in it are fixed."""

Texts = dict[str, dict[str, str]]
"""Slug -> "name", "description" or "action" -> text."""


@dataclass(frozen=True)
class Playbook:
    """What the shop says.

    texts : of segments
    fixed : name or label of a feature -> whether no change of it is to be proposed; the others are as training thinks
    """

    texts: Texts = field(default_factory=dict)
    fixed: dict[str, bool] = field(default_factory=dict)


def read_playbook(path: Path) -> Playbook:
    """Read and check a playbook.

    Returns
    -------
    Playbook

    Raises
    ------
    NoFileError
        The file cannot be read.
    DataError
        It is no TOML, or holds anything but lists of features and tables of one-line texts.
    """
    try:
        with path.open("rb") as file:
            content = tomllib.load(file)
    except OSError as error:
        raise NoFileError(f"{path}: cannot be read: {(error.strerror or 'unknown reason').lower()}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: expected TOML: {error}") from error
    lists = {name: content.pop(name) for name in _LISTS if isinstance(content.get(name), list)}
    for slug, texts in content.items():
        _check(f"{path}: [{slug}]", texts)
    return Playbook(content, _read_fixed(path, lists))


def apply_playbook(playbook: Texts, names: Sequence[Name]) -> list[Name]:
    """Replace the texts of segments that the playbook speaks of; another segment of such a name is numbered.

    Raises
    ------
    DataError
        The playbook speaks of a segment that is not there, or gives two segments one name.
    """
    slugs = [name.slug for name in names]
    unknown = [slug for slug in playbook if slug not in slugs]
    if unknown:
        raise DataError(f"playbook: [{unknown[0]}]: expected a segment's slug, one of {', '.join(slugs)}")
    given = [texts["name"] for texts in playbook.values() if "name" in texts]
    for text in given:
        if given.count(text) > 1:
            raise DataError(f'playbook: expected a name for each segment of its own, found "{text}" twice')
    taken = {*given, *(name.name for name in names)}
    called = []
    for name in names:
        texts = playbook.get(name.slug, {})
        if "name" not in texts and name.name in given:
            texts = {**texts, "name": free(name.name, taken.__contains__)}
        called.append(replace(name, **texts))
    return called


def entries(playbook: Texts) -> dict[str, str]:
    """Return a playbook as the model remembers it: dict from "slug.key" to text."""
    return {f"{slug}.{key}": text for slug, texts in playbook.items() for key, text in texts.items()}


def remembered(last: Segmenter | None, names: Sequence[Name]) -> Texts:
    """Return the playbook that the last model remembers, of the segments that are still there."""
    kept = last.model.provenance.get(PLAYBOOK) if last else None
    playbook: Texts = {}
    for entry, text in kept.items() if isinstance(kept, dict) else ():
        slug, _, key = entry.rpartition(".")
        if slug in {name.slug for name in names}:
            playbook.setdefault(slug, {})[key] = text
    return playbook


def merge(before: Texts, given: Texts) -> Texts:
    """Return both playbooks in one; what is given goes before what is remembered."""
    return {slug: {**before.get(slug, {}), **given.get(slug, {})} for slug in {**before, **given}}


def remembered_fixed(last: Segmenter | None, features: Sequence[Feature]) -> dict[str, bool]:
    """Return what the last model remembers of which features are fixed, of those that are still there."""
    kept = last.model.provenance.get(FIXED) if last else None
    names = {feature.name for feature in features}
    return {name: told == "yes" for name, told in kept.items() if name in names} if isinstance(kept, dict) else {}


def resolve_fixed(fixed: dict[str, bool], features: Sequence[Feature]) -> dict[str, bool]:
    """Return what a playbook says of which features are fixed, by their names in the model.

    Raises
    ------
    DataError
        It speaks of a feature that is not there.
    """
    names = {plain(text): feature.name for feature in features for text in (feature.label, feature.name)}
    for told in fixed:
        if plain(told) not in names:
            labels = list_names([feature.label for feature in features])
            raise DataError(
                f'playbook: expected features of the model in fixed and changeable, found "{told}", not in {labels}'
            )
    return {names[plain(told)]: value for told, value in fixed.items()}


def apply_fixed(fixed: dict[str, bool], features: Sequence[Feature]) -> list[Feature]:
    """Return the features with what was said of which are fixed, by name."""
    return [msgspec.structs.replace(feature, fixed=fixed.get(feature.name, feature.fixed)) for feature in features]


def _read_fixed(path: Path, lists: dict[str, list[object]]) -> dict[str, bool]:
    fixed: dict[str, bool] = {}
    for name, features in lists.items():
        for feature in features:
            if not isinstance(feature, str):
                raise DataError(f"{path}: {name}: expected a list of features' names")
            if fixed.setdefault(feature, _LISTS[name]) is not _LISTS[name]:
                raise DataError(f'{path}: expected "{feature}" in fixed or in changeable, found it in both')
    return fixed


def _check(where: str, texts: object) -> None:
    if not isinstance(texts, dict):
        raise DataError(f"{where}: expected a table with {', '.join(KEYS)}, found a value")
    for key, text in texts.items():
        if key not in KEYS:
            raise DataError(f"{where}: expected {', '.join(KEYS)}, found {key}")
        if not isinstance(text, str) or not text.strip() or "\n" in text or len(text) > LONGEST:
            raise DataError(f"{where}: {key}: expected one line of 1 to {LONGEST} characters")
