"""Files of a small shop's campaign, what the training service answers of them, and what a visitor does with both."""

import csv
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

SEGMENTS = ("Champions", "At risk", "New")
ASSIGNED = ["customer_id", "E-mail", "segment_id", "segment", "segment_name", "campaign", "group", "findable", "share"]


def _slug(name: str) -> str:
    return name.lower().replace(" ", "-")


def files(folder: Path) -> dict[str, Path]:
    """Write the files of both questions; return them by what their places are called."""
    drawn = [["spring", "treated" if n % 5 else "control", "true", "0.2", "2026-05-01"] for n in range(60)]
    assigned = [
        [f"K{n}", f"k{n}@shop.example", n % 3, _slug(SEGMENTS[n % 3]), SEGMENTS[n % 3], *draw]
        for n, draw in enumerate(drawn)
    ]
    orders = [[f"K{n % 60}", f"k{n % 60}@shop.example", n, f"2026-05-{n % 28 + 1:02d}", n + 0.5] for n in range(90)]
    scored = ["customer_id", "name", "monetary", "segment_id", "segment", "segment_name", "borderline", "model"]
    tables = {
        "Assignment": ("spring.csv", [*ASSIGNED, "day"], assigned),
        "Orders": ("orders.csv", ["customer_id", "email", "order_id", "order_date", "amount"], orders),
        "Then": ("may.csv", scored, _scored(0)),
        "Now": ("june.csv", scored, _scored(1)),
    }
    paths = {}
    for label, (name, header, rows) in tables.items():
        paths[label] = folder / name
        with paths[label].open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, *rows])
    return paths


def _scored(later: int) -> list[list[object]]:
    return [
        [f"K{n}", "Zoë", 10.0 + n, i := (n + later * (n % 2)) % 3, _slug(SEGMENTS[i]), SEGMENTS[i], "false", "abc"]
        for n in range(60)
    ]


def effect(name: str, low: float, high: float, p: float) -> dict[str, Any]:
    """Return what the service says of a segment."""
    treated = {"customers": 160, "buyers": 48, "rate": 0.3, "revenue": 12.345, "revenue_capped": 12.0}
    control = {"customers": 40, "buyers": 8, "rate": 0.2, "revenue": 10.0, "revenue_capped": 9.5}
    middle = {"estimate": (low + high) / 2, "low": low, "high": high}
    extra = {bound: 160 * value for bound, value in middle.items()}
    return {
        "segment": _slug(name),
        "name": name,
        "treated": treated,
        "control": control,
        "rate_difference": middle,
        "rate_p": p,
        "extra_buyers": extra,
        "revenue_difference": middle,
        "revenue_p": p,
        "extra_revenue": extra,
        "told_apart": p < 0.05,
        "rough": True,
        "variance_saved": None,
        "sentence": f"{name or 'All'}: more buyers.",
        "revenue_sentence": "Revenue: more.",
    }


MEASURED: dict[str, Any] = {
    "campaign": "spring",
    "window": {"from": "2026-05-01", "to": "2026-05-30"},
    "share": 0.2,
    "not_findable": 3,
    "sample_ratio_p": 0.69,
    "revenue_cap": 266.2632,
    "all": effect("", 0.05, 0.15, 0.001),
    "segments": [effect(name, -0.1 + place / 10, 0.2, place / 10) for place, name in enumerate(SEGMENTS)],
    "differs_p": {"buyers": 0.5, "revenue": None},
    "notes": ["The segments' effects do not differ beyond chance: go by the line of all."],
    "warnings": [],
    "report": "<!doctype html><title>table.csv</title>",
}
"""What the service answers of the campaign."""

MOVED: dict[str, Any] = {
    "sentences": ["60 customers are in both tables; 30 (50.0%) moved.", "10 net from Champions to At risk."],
    "segments": [{"id": n, "slug": _slug(name), "name": name} for n, name in enumerate(SEGMENTS)],
    "matrix": [[10, 10, 0], [2, 10, 8], [10, 0, 10]],
    "lost": [0, 1, 0],
    "new": [2, 0, 0],
    "no_segment": {"then": 1, "now": 0},
    "in_both": 60,
    "moved": 30,
    "exchange": 4,
    "net": 26,
    "near_border": 7,
    "kept": [0.5, 0.5, None],
    "symmetry": {"statistic": 1.0, "df": 2, "p": 0.5},
    "flows": [
        {"from": "champions", "to": "at-risk", "there": 10, "back": 2, "net": 8, "p": 0.04, "significant": True},
        {"from": "new", "to": "champions", "there": 10, "back": 0, "net": 10, "p": 0.2, "significant": False},
    ],
    "value": None,
    "notes": ["Days since the last order grow."],
    "warnings": [],
    "report": "<!doctype html><title>table.csv and now.csv</title>",
    "movers": "customer_id,segment_then,near_border\n2,At risk,true\n4,Champions,false\n",
}
"""What the service answers of the two tables."""

ANSWERS = {"measure": MEASURED, "movement": MOVED}


def problem(kind: str, detail: str) -> dict[str, Any]:
    """Return the line that ends a job without result."""
    return {"problem": {"type": "about:blank", "title": "No", "status": 422, "kind": kind, "detail": detail}}


def choose(page: Page, paths: dict[str, Path], *labels: str) -> None:
    """Open a question and choose its files."""
    name = "Choose the two files" if "Assignment" in labels else "Choose the two tables"
    page.get_by_role("button", name=name).click()
    for label in labels:
        page.get_by_label(label, exact=True).set_input_files(paths[label])
    expect(page.get_by_text("Columns: Customer = customer_id")).to_have_count(len(labels))
