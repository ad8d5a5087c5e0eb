"""The files of the project, in a checkout and in a tree that was unpacked without git."""

import subprocess

from tests.helpers.service import ROOT

MADE = {"__pycache__", "node_modules"}
"""Folders that tools make beside the files."""


def files() -> list[str]:
    """Return the paths of the project's files from its root: what git tracks, or without git what is there."""
    try:
        listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    except (FileNotFoundError, subprocess.CalledProcessError):
        paths = [path.relative_to(ROOT) for path in ROOT.glob("[!.]*") if path.is_file()]
        paths += [path.relative_to(ROOT) for path in ROOT.glob("[!.]*/**/*") if path.is_file()]
        return sorted(str(path) for path in paths if MADE.isdisjoint(path.parts))
    return [path for path in listing.stdout.split("\0") if path and (ROOT / path).exists()]


def outgoing(*folders: str) -> list[str]:
    """Return what of these folders may be uploaded or published: all but their READMEs."""
    return [path for path in files() if path.startswith(folders) and not path.endswith("/README.md")]
