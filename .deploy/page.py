"""What goes into the page's bucket, and what of a bucket is not the page's.

::

    page.py build STATIC OUT URL...      make OUT/index.html and OUT/VERSION/ of the folder STATIC
    page.py names < OBJECTS              names of all objects
    page.py foreign < OBJECTS            names of the objects that are not of a page put there by deploy.sh
    page.py mark VERSION < OBJECTS       what to mark index.html with: the version and the two that it was of before
    page.py obsolete < OBJECTS           names of the page's own objects that are of no version in that mark

OBJECTS is what ``gcloud storage objects list --format=json`` prints.

A version is a folder that is named by its content, so that a visitor gets the modules of one version, never a mixture
of two, and browsers keep them for a year. Only index.html keeps its place; it names the version. It comes last: a
version that it never was of, as its upload was stopped, is in no mark. Comments and indentation are for who reads the
source, a quarter of the bytes: they stay out, and what is left keeps its lines.
"""

import hashlib
import json
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

INDEX = "index.html"
MARK = "segment-page"
"""Metadata of the page's objects: the version they are of, and on index.html the versions before it too."""

MODEL_LINK = '<link rel="preload" as="fetch" href="{}/model" crossorigin="anonymous" referrerpolicy="no-referrer">'
"""Asks for the model while the modules are loaded, so that a function that sleeps wakes up meanwhile."""

FOR_READERS = re.compile(
    r"^[ \t]*/\*(?:(?!\*/).)*\*/[ \t]*$|/\*\* @type \{(?:(?!\*/).)*\*/ ?|^[ \t]+", re.MULTILINE | re.DOTALL
)
"""In a script or a stylesheet: a comment that has its lines to itself or says the type of what follows; indentation."""

KEPT = 2
"""Versions that stay beside the latest, for tabs that are open."""


@dataclass(frozen=True)
class Stored:
    """An object of a bucket.

    mark : empty if it has none
    """

    name: str
    mark: str

    @property
    def ours(self) -> bool:
        """Whether it is where deploy.sh puts what it marks so."""
        return bool(self.mark) and (self.name == INDEX or self.name.startswith(f"{self.mark}/"))


def build(static: Path, out: Path, urls: list[str]) -> str:
    """Make the folder for the bucket and return the version.

    Parameters
    ----------
    static : the page's files, config.js for this function among them
    out : a new folder
    urls : scheme and host of the function, and of the training service if there is one: all that the page may call
    """
    for url in urls:
        if not re.fullmatch(r"https://[a-z0-9.-]+", url):
            raise ValueError(f"a function's address: expected https:// and a host, found {url!r}")
    staged = out / "staged"
    shutil.copytree(static, staged)
    for path in staged.rglob("*.*"):
        if path.suffix in {".js", ".css"}:
            path.write_bytes(condensed(path.read_bytes()))
    version = digest(staged)
    page = rewritten((staged / INDEX).read_text(encoding="utf-8"), version, urls)
    (out / INDEX).write_text(page, encoding="utf-8")
    (staged / INDEX).unlink()
    staged.rename(out / version)
    return version


def condensed(source: bytes) -> bytes:
    """Return a script or stylesheet without indentation and comments but those behind code; their lines stay, blank."""
    text = FOR_READERS.sub(lambda part: "\n" * part[0].count("\n"), source.decode("utf-8"))
    return text.encode("utf-8")


def digest(static: Path) -> str:
    """Name the content of a folder: 16 hexadecimal digits."""
    total = hashlib.sha256()
    for path in sorted(path for path in static.rglob("*") if path.is_file()):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(static).as_posix()}\0{content}\n".encode())
    return total.hexdigest()[:16]


def rewritten(page: str, version: str, urls: list[str]) -> str:
    """Return index.html with its files from the version's folder, allowed to call these functions and nothing else."""
    page = re.sub(r'\b(href|src)="(?!"|#|/|[a-z]+:)', rf'\g<1>="{version}/', page)
    page = re.sub(r"connect-src [^;\"]*", " ".join(["connect-src 'self'", *urls]), page)
    return page.replace("</title>", "</title>\n  " + MODEL_LINK.format(urls[0]), 1)


def read_objects(listing: str) -> list[Stored]:
    """Read what gcloud lists."""
    objects: list[dict[str, Any]] = json.loads(listing or "[]")
    return [Stored(each["name"], (each.get("custom_fields") or {}).get(MARK, "")) for each in objects]


def foreign(objects: list[Stored]) -> list[str]:
    """Return the names of the objects that are not the page's."""
    return [each.name for each in objects if not each.ours]


def served(objects: list[Stored]) -> list[str]:
    """Return the versions that index.html was of, the latest first, as its mark has them."""
    return next((each.mark.split() for each in objects if each.name == INDEX), [])


def mark(objects: list[Stored], version: str) -> str:
    """Return what index.html is marked with when it comes to be of this version."""
    before = [each for each in served(objects) if each != version]
    return " ".join([version, *before[:KEPT]])


def obsolete(objects: list[Stored]) -> list[str]:
    """Return the names of the page's objects that no visitor needs any more."""
    kept = served(objects)
    return [each.name for each in objects if each.ours and each.name != INDEX and each.mark not in kept]


def main(command: str, *arguments: str) -> None:
    """Do what the command line says."""
    if command == "build":
        static, out, *urls = arguments
        build(Path(static), Path(out), urls)
        return
    objects = read_objects(sys.stdin.read())
    if command == "names":
        lines = [each.name for each in objects]
    elif command == "foreign":
        lines = foreign(objects)
    elif command == "mark":
        lines = [mark(objects, *arguments)]
    else:
        lines = obsolete(objects)
    sys.stdout.writelines(f"{line}\n" for line in lines)


if __name__ == "__main__":
    main(*sys.argv[1:])
