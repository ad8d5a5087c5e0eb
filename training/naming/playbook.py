"""The shop's own words: names, descriptions and actions from a TOML file, by the segment's slug.

[careful]
name = "Quality seekers"
action = "Invite them to the tasting."
"""

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from function.model import Segmenter

from ..tables.source import DataError
from .names import Name, free

KEYS = ("name", "description", "action")
LONGEST = 200
"""Characters in a text, so that it fits beside one customer."""

PLAYBOOK = "playbook"
"""Entry of the model's provenance: the words given, so that they survive retraining without the file."""

Playbook = dict[str, dict[str, str]]


def read_playbook(path: Path) -> Playbook:
    """Read and check a playbook.

    Returns
    -------
    dict from slug to dict from "name", "description" or "action" to text

    Raises
    ------
    DataError
        The file cannot be read, is no TOML, or holds anything but tables of one-line texts.
    """
    try:
        with path.open("rb") as file:
            content = tomllib.load(file)
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {(error.strerror or 'unknown reason').lower()}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: expected TOML: {error}") from error
    for slug, texts in content.items():
        _check(f"{path}: [{slug}]", texts)
    return content


def apply_playbook(playbook: Playbook, names: Sequence[Name]) -> list[Name]:
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


def entries(playbook: Playbook) -> dict[str, str]:
    """Return a playbook as the model remembers it: dict from "slug.key" to text."""
    return {f"{slug}.{key}": text for slug, texts in playbook.items() for key, text in texts.items()}


def remembered(last: Segmenter | None, names: Sequence[Name]) -> Playbook:
    """Return the playbook that the last model remembers, of the segments that are still there."""
    kept = last.model.provenance.get(PLAYBOOK) if last else None
    playbook: Playbook = {}
    for entry, text in kept.items() if isinstance(kept, dict) else ():
        slug, _, key = entry.rpartition(".")
        if slug in {name.slug for name in names}:
            playbook.setdefault(slug, {})[key] = text
    return playbook


def merge(before: Playbook, given: Playbook) -> Playbook:
    """Return both playbooks in one; what is given goes before what is remembered."""
    return {slug: {**before.get(slug, {}), **given.get(slug, {})} for slug in {**before, **given}}


def _check(where: str, texts: object) -> None:
    if not isinstance(texts, dict):
        raise DataError(f"{where}: expected a table with {', '.join(KEYS)}, found a value")
    for key, text in texts.items():
        if key not in KEYS:
            raise DataError(f"{where}: expected {', '.join(KEYS)}, found {key}")
        if not isinstance(text, str) or not text.strip() or "\n" in text or len(text) > LONGEST:
            raise DataError(f"{where}: {key}: expected one line of 1 to {LONGEST} characters")
