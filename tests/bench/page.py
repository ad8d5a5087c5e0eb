"""Measure the page in Chromium, from a user's movement to the frame on the screen: ``python -m tests.bench.page``.

Drags and keys come in as the browser's own input, and the browser's own trace tells when it made the event and when
the frame that shows it was presented (EventLatency). A frame of the screen lasts 16.7 ms; an event waits for the next
one to begin, so without any work on it the time from event to screen lies between nothing and a little over a frame.
The processor time of the page's main thread holds on a busy machine too; it has the preview, the request, the
confirmation, and what drawing both takes.
"""

import collections
import contextlib
import json
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from playwright.sync_api import Browser, CDPSession, Page
from rich.console import Console
from rich.table import Table

from function.model import Model
from tests.helpers import models, service
from tests.page.helpers import chromium, site

EVENTS = 200
SHIPPED = service.ROOT / "models" / "segmenter.joblib"
FRAME_MS = 1000 / 60
PAUSE_MS = 33
_TIE = "() => addEventListener('input', () => requestAnimationFrame(() => {}))"
"""Without a request for a frame the trace does not tie a drag, which is handled within one, to the frame it changed."""
TRACED = ["cc", "benchmark", "input", "disabled-by-default-devtools.timeline.frame"]
WAIT = "wait for the next frame to begin"
STAGES = {
    "to the page's process": ["BrowserMainToRendererCompositor"],
    WAIT: ["RendererCompositorToMain", "RendererMainFinishedToBeginImplFrame"],  # a drag waits before, a key after
    "the page's scripts": ["RendererMainProcessing"],
    "styles, layout, painting": ["RendererMainFinishedToCommit", "SendBeginMainFrameToCommit"],
    "raster": ["EndCommitToActivation"],
    "drawing": ["SubmitCompositorFrameToPresentationCompositorFrame"],
}
_METRICS = {
    "ScriptDuration": "scripts",
    "RecalcStyleDuration": "styles",
    "LayoutDuration": "layout",
    "TaskDuration": "all together",
}


@click.command(help=__doc__.splitlines()[0])
@click.option("--events", default=EVENTS, show_default=True, help="Movements of each kind for each model.")
def main(*, events: int) -> None:
    """Measure three models and print the figures."""
    console = Console()
    with tempfile.TemporaryDirectory() as folder, chromium.launched() as browser:
        paths = {"the shipped model": SHIPPED}
        for features, segments in [(8, 11), (30, 50)]:
            path = paths[f"{features} features, {segments} segments"] = Path(folder) / f"{segments}.joblib"
            models.write(path, _grid(features, segments))
        for name, path in paths.items():
            for kind, move in {"drag": _drag, "arrow key": _press}.items():
                latencies, stages, busy = _measure(browser, path, Path(folder), events, move)
                console.print(_table(f"{name}, {kind}, {len(latencies)} events", latencies, stages))
                console.print("Processor time of the page's main thread an event:", ", ".join(busy), end="\n\n")


def _grid(n_features: int, n_segments: int) -> Model:
    features = [models.feature(f"feature_{i}", step=0.01) for i in range(n_features)]
    at = [[(3 * s + 7 * f + s * f) % 11 * 0.9 + s / 100 for f in range(n_features)] for s in range(n_segments)]
    return models.model(features, [models.segment(i, place, share=1 / n_segments) for i, place in enumerate(at)])


def _drag(page: Page, events: int) -> None:
    """Drag the slider's thumb to and fro."""
    box = page.get_by_role("slider").first.bounding_box()
    left, width, y = box["x"] + 20, box["width"] - 40, box["y"] + box["height"] / 2
    page.mouse.move(left, y)
    page.mouse.down()
    for number in range(events):
        page.mouse.move(left + (number * 37) % width, y)
        page.wait_for_timeout(PAUSE_MS)
    page.mouse.up()


def _press(page: Page, events: int) -> None:
    """Move the slider by an arrow key."""
    page.get_by_role("slider").first.focus()
    for number in range(events):
        page.keyboard.press("ArrowRight" if number % 80 < 40 else "ArrowLeft")
        page.wait_for_timeout(PAUSE_MS)


def _measure(
    browser: Browser, model: Path, folder: Path, events: int, move: Callable[[Page, int], None]
) -> tuple[list[float], dict[str, list[float]], list[str]]:
    """Return times from event to screen in ms, those of their stages, and processor times in words."""
    with contextlib.ExitStack() as stack:
        running = stack.enter_context(service.running(model, folder / "log", ALLOWED_ORIGINS="*"))
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        stack.callback(page.close)
        page.goto(stack.enter_context(site.serving(running.url)))
        page.locator("[data-kind='confirmed']").wait_for()
        page.evaluate(_TIE)
        move(page, 20)  # what is compiled and made once
        devtools = page.context.new_cdp_session(page)
        devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
        before = _metrics(devtools)
        browser.start_tracing(page=page, path=folder / "trace.json", categories=TRACED)
        move(page, events)
        browser.stop_tracing()
        after = _metrics(devtools)
        busy = [f"{(after[key] - before[key]) / events * 1000:.1f} ms {text}" for key, text in _METRICS.items()]
        return *_latencies(folder / "trace.json"), busy


def _metrics(devtools: CDPSession) -> dict[str, float]:
    return {metric["name"]: metric["value"] for metric in devtools.send("Performance.getMetrics")["metrics"]}


def _latencies(trace: Path) -> tuple[list[float], dict[str, list[float]]]:
    """Read the events that were presented on the screen."""
    wanted = {"MOUSE_DRAGGED", "KEY_PRESSED", "RAW_KEY_PRESSED"}
    presented: list[float] = []
    stages = collections.defaultdict(list)
    for event in _spans(json.loads(trace.read_bytes())["traceEvents"]):
        parts = {part["name"]: part["ms"] for part in event["parts"]}
        shown = "SubmitCompositorFrameToPresentationCompositorFrame" in parts
        if shown and event["args"]["event_latency"]["event_type"] in wanted:
            presented.append(event["ms"])
            for label, names in STAGES.items():
                stages[label].append(sum(parts.get(name, 0.0) for name in names))
    return presented, stages


def _spans(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the EventLatency spans of a trace with their stages, which have the same id."""
    spans, opened = [], collections.defaultdict(list)
    ours = [event for event in events if event["ph"] in "be" and "benchmark,input" in event["cat"]]
    for event in sorted(ours, key=lambda event: (event["ts"], event["name"] != "EventLatency")):
        stack = opened[event["pid"], event["id2"]["local"]]
        if event["ph"] == "b":
            stack.append({**event, "ms": 0.0, "parts": []})
            stack[0]["parts"].append(stack[-1])
            continue
        number = next((i for i in reversed(range(len(stack))) if stack[i]["name"] == event["name"]), None)
        if number is None:  # it began before the trace
            continue
        span = stack.pop(number)
        span["ms"] = (event["ts"] - span["ts"]) / 1000
        if span["name"] == "EventLatency":
            spans.append(span)
    return spans


def _table(title: str, latencies: list[float], stages: dict[str, list[float]]) -> Table:
    table = Table("ms", "median", "95 %", "max", title=title)
    for label, values in {"event to frame on the screen": latencies, **stages}.items():
        ordered = sorted(values)
        figures = statistics.median(ordered), ordered[int(len(ordered) * 0.95)], ordered[-1]
        table.add_row(label, *(f"{figure:.1f}" for figure in figures))
    work = [latency - wait for latency, wait in zip(latencies, stages[WAIT], strict=True)]
    table.add_row("more than a frame besides the wait", f"{sum(ms > FRAME_MS for ms in work)} events", "", "")
    return table


if __name__ == "__main__":
    main()
