"""What commands say: to a person at a terminal, or with --json as lines of JSON to a program.

A person reads the result on standard output; progress, notes and warnings are on standard error. A program reads lines
of JSON on standard output: {"progress": ...} while there is work, then one {"result": {..., "notes": [...],
"warnings": [...]}} or {"error": {"message": ..., "code": ...}}.
"""

import contextlib
import functools
import json
import math
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

_KEY = "training.json"


def json_option(command: Callable[..., None]) -> Callable[..., None]:
    """Add --json to a command."""
    return click.option(
        "--json",
        is_flag=True,
        expose_value=False,
        callback=_remember,
        help="Print progress and the result as lines of JSON.",
    )(command)


@contextlib.contextmanager
def progress(first: str) -> Iterator[Callable[[str], None]]:
    """Show what is being done and for how long; yields what to call with the next step."""
    if _as_json():
        _line({"progress": first})
        yield lambda step: _line({"progress": step})
        return
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (SpinnerColumn(), BarColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=_aside(), transient=True) as bar:
        task = bar.add_task(first, total=None)
        yield lambda step: bar.update(task, description=step)


def note(text: str) -> None:
    """Say what was repaired, left out or computed."""
    if _as_json():
        _said()["notes"].append(text)
    else:
        _say(f"Note: {text}")


def notes(texts: Iterable[str]) -> None:
    """Say one after the other."""
    for text in texts:
        note(text)


def warn(text: str) -> None:
    """Say what keeps the result from being relied on."""
    if _as_json():
        _said()["warnings"].append(text)
    else:
        _say(f"Warning: {text}", style="yellow")


def aside(text: str) -> None:
    """Say what a person wants to know and a program has in the result."""
    if not _as_json():
        _say(text)


def result(lines: list[str], content: dict[str, Any]) -> None:
    """Print the result: lines for a person, its content for a program; nan and infinity become null."""
    if _as_json():
        _line({"result": {**_plain(content), **_said()}})
    else:
        for line in lines:
            click.echo(line)


def failed(message: str, code: int) -> bool:
    """Print an error as JSON if a program is listening; says whether one is."""
    if _as_json():
        _line({"error": {"message": message, "code": code}})
    return _as_json()


def listen(context: click.Context, *, is_program: bool) -> None:
    """Remember who listens: a program, by lines of JSON, or a person."""
    context.meta[_KEY] = {"notes": [], "warnings": []} if is_program else None


def _say(text: str, style: str | None = None) -> None:
    if sys.stderr.isatty():
        _aside().print(text, style=style)
    else:
        click.echo(text, err=True)


@functools.cache
def _aside() -> "Console":
    from rich.console import Console  # noqa: PLC0415 - a file or a program has no use for it

    return Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)


def _remember(context: click.Context, _option: click.Parameter, value: bool) -> None:
    listen(context, is_program=value)


def _as_json() -> bool:
    context = click.get_current_context(silent=True)
    return bool(context and context.meta.get(_KEY) is not None)


def _said() -> dict[str, list[str]]:
    said: dict[str, list[str]] = click.get_current_context().meta[_KEY]
    return said


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def _line(content: dict[str, Any]) -> None:
    click.echo(json.dumps(content, ensure_ascii=False, allow_nan=False))
