"""A job from its table to its answer: the commands that are run, and what they leave in the folder."""

import asyncio
import base64
import csv
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import child
from .commands import FIT, MEASURE, MOVEMENT, SCORE, Command, shared_options
from .upload import MAX_BYTES, MODEL

MODEL_FIELDS = ("hash", "features", "segments", "variance", "metrics", "warnings", "verdict", "incomplete")
"""What the function tells of its model by GET /model."""
_TRIAL, _FILE, _CARD, _REPORT = "trial", "segmenter.joblib", "README.md", "report.html"
_SCORED, _MOVERS, _PAGE = "scored.csv", "movers.csv", "page.html"
_WHOLE, _DECIMAL, _TEXT = ("segment_id",), ("recency_days", "frequency", "monetary"), ("customer_id",)
Line = dict[str, Any]

csv.field_size_limit(MAX_BYTES)  # a cell may be as long as the table


@dataclass(frozen=True)
class Job:
    """What is to be done.

    command : Command
    words : its options as arguments
    files : names of what was sent, in the folder
    folder : Path, the job's own
    """

    command: Command
    words: list[str]
    files: list[str]
    folder: Path

    def run(self, *words: str, processor: int) -> AsyncIterator[Line]:
        """Yield what a command says that runs in the folder."""
        return child.run(words, self.folder, processor)

    def read(self, name: str) -> str:
        """Return the text that a command has written."""
        return (self.folder / name).read_text(encoding="utf-8")


async def work(job: Job, processor: int) -> AsyncIterator[Line]:
    """Yield what is being done, and at last the result.

    Parameters
    ----------
    job : Job
    processor : number of the processor that it may use

    Raises
    ------
    JobError
        It fails, or takes too long.
    """
    steps = {FIT: _fit, SCORE: _score, MOVEMENT: _movement, MEASURE: _measure}[job.command]
    with _in_time() as until:
        async for line in _each(steps(job, processor), until):
            yield line


@contextmanager
def _in_time() -> Iterator[float]:
    try:
        yield asyncio.get_running_loop().time() + child.SECONDS
    except TimeoutError as error:
        raise child.too_long() from error


async def _each(lines: AsyncIterator[Line], until: float) -> AsyncIterator[Line]:
    """Yield lines that come in time; what they come from is ended in any case."""
    async with aclosing(lines):  # type: ignore[type-var]
        while True:
            async with asyncio.timeout_at(until):
                line = await anext(lines, None)
            if line is None:
                return
            yield line


async def _fit(job: Job, processor: int) -> AsyncIterator[Line]:
    result: Line = {}
    async for line in job.run("fit", *job.files, "--out", _TRIAL, *job.words, processor=processor):
        if "result" in line:
            result = line["result"]
        else:
            yield line
    model = f"{_TRIAL}/{_FILE}"
    result = {
        "model": {name: result["model"].get(name) for name in MODEL_FIELDS},
        "notes": result["notes"],
        "file": base64.b64encode((job.folder / model).read_bytes()).decode(),
        "card": job.read(f"{_TRIAL}/{_CARD}"),
        "report": job.read(f"{_TRIAL}/{_REPORT}"),
    }
    options = shared_options(job.words, SCORE)
    async for line in job.run("score", *job.files, _SCORED, "--model", model, *options, processor=processor):
        yield {"result": {**result, "rows": _rows(job.folder / _SCORED)}} if "result" in line else line


async def _score(job: Job, processor: int) -> AsyncIterator[Line]:
    model = ["--model", MODEL] if MODEL in job.files else []
    tables = [file for file in job.files if file != MODEL]
    async for line in job.run("score", *tables, _SCORED, *model, *job.words, processor=processor):
        yield _add(line, lambda: {"out": None, "rows": _rows(job.folder / _SCORED)})


async def _movement(job: Job, processor: int) -> AsyncIterator[Line]:
    pages = ("--out-html", _PAGE)
    async for line in job.run("movement", *job.files, _MOVERS, *pages, *job.words, processor=processor):
        yield _add(line, lambda: {"report": job.read(_PAGE), "movers": job.read(_MOVERS)})


async def _measure(job: Job, processor: int) -> AsyncIterator[Line]:
    async for line in job.run("measure", *job.files, "--out", _PAGE, *job.words, processor=processor):
        yield _add(line, lambda: {"report": job.read(_PAGE)})


def _add(line: Line, more: Callable[[], Line]) -> Line:
    """Add to a result what the command has written; None takes something away."""
    if "result" not in line:
        return line
    return {"result": {name: part for name, part in {**line["result"], **more()}.items() if part is not None}}


def _rows(path: Path) -> dict[str, list[Any]]:
    """Return a scored table by column, in its order: segments and, of orders, each customer's number and features."""
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        headers = next(reader)
        from_orders = headers[: len(_TEXT) + len(_DECIMAL)] == [*_TEXT, *_DECIMAL]
        names = [name for name in headers if name in _WHOLE or (from_orders and name in (*_TEXT, *_DECIMAL))]
        columns: dict[str, list[Any]] = {name: [] for name in names}
        places = [(columns[name], headers.index(name), _reader(name)) for name in names]
        for row in reader:
            for column, place, read in places:
                column.append(read(row[place]) if row[place] else None)
    return columns


def _reader(name: str) -> Callable[[str], Any]:
    return int if name in _WHOLE else float if name in _DECIMAL else str


def encode(line: Line) -> bytes:
    """Return a line of the answer."""
    return json.dumps(line, ensure_ascii=False, allow_nan=False).encode() + b"\n"
