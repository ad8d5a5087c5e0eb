"""Files that must not outlive their process: results that are half written, scratch folders with customers' rows.

They are removed at the end of the block that makes them, on a signal by `remove_unfinished`, and where neither came
to that, as after kill -9, by the next run. Each is locked as long as its process lives, which tells that run which ones
are abandoned.
"""

import contextlib
import fcntl
import os
import re
import secrets
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

_FOLDER, _PARTIAL = "customer-segments-{}", ".customer-segments-{}.partial"
_SECRET = "[0-9a-f]{32}"  # noqa: S105 - the form of one
_TRIES = 3  # threads that are about to end with the process may make a file while the folder is removed

_removals: dict[str, Callable[[], object]] = {}  # of the process, as its signals are


def partial_name() -> str:
    """Return a name for what will be renamed when it is whole; nobody can foresee it, so no link of that name waits."""
    return _PARTIAL.format(secrets.token_hex(16))


@contextlib.contextmanager
def unfinished(name: str, remove: Callable[[], object]) -> Iterator[None]:
    """Remove what is made inside, at the end or when a signal ends the process."""
    _removals[name] = remove
    try:
        yield
    finally:
        remove()
        del _removals[name]


def remove_unfinished() -> None:
    """Remove what is being made at this moment."""
    for remove in list(_removals.values()):
        with contextlib.suppress(OSError):
            remove()


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """Make a folder for as long as the block lasts; remove those of processes that were killed."""
    parent = Path(tempfile.gettempdir())
    _remove_abandoned(parent, _FOLDER)
    folder = parent / _FOLDER.format(secrets.token_hex(16))
    with unfinished(str(folder), lambda: _remove(folder)), _locked(folder, lambda: folder.mkdir(mode=0o700)):
        yield folder


@contextlib.contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Yield an empty file beside one, which takes the one's place, and its mode, at the end of the block.

    Through a symbolic link what it points to is replaced, and the link stays, as with `cp`.

    Raises
    ------
    OSError
        It cannot be made or moved; names `path`.
    """
    target = Path(os.path.realpath(path))
    _remove_abandoned(target.parent, _PARTIAL)
    partial = target.with_name(partial_name())

    def make() -> None:
        partial.touch(exist_ok=False)
        if target.is_file():
            partial.chmod(stat.S_IMODE(target.stat().st_mode))

    with unfinished(str(partial), lambda: _remove(partial)), naming(path), _locked(partial, make) as descriptor:
        yield partial
        os.fsync(descriptor)
        partial.replace(target)


@contextlib.contextmanager
def naming(path: Path) -> Iterator[None]:
    """Let errors name the file that is wanted, not the one that stands in for it."""
    try:
        yield
    except OSError as error:
        if error.filename is not None and not _named(_PARTIAL).fullmatch(Path(error.filename).name):
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error


@contextlib.contextmanager
def _locked(path: Path, make: Callable[[], object]) -> Iterator[int]:
    """Make a file or folder and lock it; again if a run that removes abandoned ones came between the two."""
    while True:
        make()
        with contextlib.suppress(FileNotFoundError):
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
            with contextlib.suppress(OSError):  # a file system without locks: nobody will find it abandoned either
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            if path.exists():
                break
            os.close(descriptor)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _named(form: str) -> re.Pattern[str]:
    return re.compile(re.escape(form).replace(re.escape("{}"), _SECRET))


def _remove_abandoned(folder: Path, form: str) -> None:
    """Remove what processes of this user left in a folder that are no more."""
    name = _named(form)
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for path in [Path(entry) for entry in entries if name.fullmatch(entry.name)]:
            with contextlib.suppress(OSError):
                _remove_if_abandoned(path)


def _remove_if_abandoned(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if os.fstat(descriptor).st_uid == os.getuid():
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # raises where its process lives
            _remove(path)
    finally:
        os.close(descriptor)


def _remove(path: Path) -> None:
    if not path.is_dir():
        path.unlink(missing_ok=True)
    for _ in range(_TRIES):
        shutil.rmtree(path, ignore_errors=True)
