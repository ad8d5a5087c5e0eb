"""Measure the page in Chromium, from a slider's event to the painted preview: ``python -m tests.bench.page``."""

import contextlib
import statistics
import tempfile
from pathlib import Path
from typing import Any

import click
from playwright.sync_api import Browser, CDPSession
from rich.console import Console
from rich.table import Table

from function.model import Model
from tests import models, service
from tests.browser import chromium, site

EVENTS = 200
SHIPPED = service.ROOT / "models" / "segmenter.joblib"

_MEASURE = """async (events) => {
    const slider = document.querySelector('input[type=range]');
    const status = document.querySelector('[data-slot="status"]');
    const [low, high] = [Number(slider.min), Number(slider.max)];
    const painted = () => new Promise((resolve) => requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now());
        port2.postMessage(null);
    }));
    const confirmed = () => new Promise((resolve) => {
        const look = () => status.querySelector('[data-kind="confirmed"]') && resolve(performance.now());
        new MutationObserver(look).observe(status, { childList: true });
    });
    const { FUNCTION_URL } = await import('./config.js');
    const { features } = await (await fetch(`${FUNCTION_URL}/model`)).json();
    const body = JSON.stringify(Object.fromEntries(features.map(({ name, min }) => [name, min])));
    const headers = { 'Content-Type': 'application/json' };
    const samples = [];
    for (let i = 0; i < events; i++) {
        await painted();
        const asked = performance.now();
        await (await fetch(`${FUNCTION_URL}/segment`, { method: 'POST', headers, body })).json();
        const trip = performance.now() - asked;
        await painted();
        const start = performance.now();
        const answer = confirmed();
        slider.value = String(low + ((i * 37) % 100) / 100 * (high - low));
        slider.dispatchEvent(new Event('input', { bubbles: true }));
        const shown = performance.now();
        document.body.offsetHeight;
        const laidOut = performance.now();
        const paint = await painted();
        samples.push({ shown: shown - start, laidOut: laidOut - start, paint: paint - start,
            confirmed: (await answer) - start, trip });
    }
    return samples;
}"""

_ROWS = {
    "shown": "event to changed document",
    "laidOut": "event to finished layout",
    "paint": "event to painted frame (waits for the screen's next frame)",
    "trip": "one request by itself",
    "confirmed": "event to the function's confirmation",
}


_PARTS = {
    "ScriptDuration": "scripts, the measuring ones too",
    "RecalcStyleDuration": "styles",
    "LayoutDuration": "layout",
    "TaskDuration": "all together: the above, painting, two requests and the confirmation",
}


@click.command(help=__doc__)
@click.option("--events", default=EVENTS, show_default=True, help="Slider events a model.")
def main(*, events: int) -> None:
    """Measure both models and print the figures."""
    console = Console()
    with tempfile.TemporaryDirectory() as folder, chromium.launched() as browser:
        large = Path(folder) / "large.joblib"
        models.write(large, _large())
        for name, path in {"the shipped model": SHIPPED, "30 features, 50 segments": large}.items():
            samples, busy = _measure(browser, path, Path(folder), events)
            console.print(_table(f"{name}, {events} events", samples))
            console.print("Processor time of the page's main thread an event:", *busy, sep="\n  ", end="\n\n")


def _large() -> Model:
    features = [models.feature(f"feature_{i}") for i in range(30)]
    centroids = [[(3 * s + 7 * f + s * f) % 11 * 0.9 + s / 100 for f in range(30)] for s in range(50)]
    return models.model(features, [models.segment(i, at, share=0.02) for i, at in enumerate(centroids)])


def _measure(browser: Browser, model: Path, folder: Path, events: int) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the samples, and where the processor time went: that holds on a busy machine too."""
    with contextlib.ExitStack() as stack:
        running = stack.enter_context(service.running(model, folder / "log", ALLOWED_ORIGINS="*"))
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        stack.callback(page.close)
        page.goto(stack.enter_context(site.serving(running.url)))
        page.locator("[data-kind='confirmed']").wait_for()
        devtools = page.context.new_cdp_session(page)
        devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
        before = _metrics(devtools)
        samples = page.evaluate(_MEASURE, events)
        after = _metrics(devtools)
        return samples, [f"{(after[key] - before[key]) / events * 1000:.1f} ms {text}" for key, text in _PARTS.items()]


def _metrics(devtools: CDPSession) -> dict[str, float]:
    return {metric["name"]: metric["value"] for metric in devtools.send("Performance.getMetrics")["metrics"]}


def _table(title: str, samples: list[dict[str, Any]]) -> Table:
    table = Table("ms", "median", "99 %", "max", title=title)
    for key, label in _ROWS.items():
        values = sorted(sample[key] for sample in samples)
        figures = statistics.median(values), values[int(len(values) * 0.99)], values[-1]
        table.add_row(label, *(f"{figure:.1f}" for figure in figures))
    return table


if __name__ == "__main__":
    main()
