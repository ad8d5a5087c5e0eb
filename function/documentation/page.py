"""The documentation as a page: plain HTML without scripts, of the OpenAPI document and the model."""

import base64
import hashlib
import html
import json
import shlex
from pathlib import Path
from typing import Any

from ..replies import JSON
from ..schemas import ModelAnswer

_STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")


def render(document: dict[str, Any], model: ModelAnswer) -> tuple[bytes, str]:
    """Return the page and the Content-Security-Policy that it runs under.

    Parameters
    ----------
    document : dict, OpenAPI
    model : ModelAnswer

    Returns
    -------
    body : bytes, HTML
    policy : str, allows the page's own style and nothing else
    """
    info = document["info"]
    body = f"""<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{_text(info["title"])}</title>
<style>{_STYLE}</style>
<header>
<h1>{_text(info["title"])}</h1>
<p>{_text(info["description"])} Version {_text(info["version"])}, model <code>{_text(model.hash)}</code>.</p>
<nav><a href="#features">Features</a> <a href="#segments">Segments</a> <a href="#operations">Operations</a>
<a href="openapi.json">OpenAPI</a> <a href="model">Model</a></nav>
</header>
<main>
{_warnings(model)}
<section id="features"><h2>Features</h2>{_features(model)}</section>
<section id="segments"><h2>Segments</h2>{_segments(model)}</section>
<section id="operations"><h2>Operations</h2>
<p>In the commands, <code>$URL</code> is the address of this page without its last slash.</p>
{_operations(document)}</section>
</main>
</html>
"""
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return body.encode(), policy


def _warnings(model: ModelAnswer) -> str:
    return "".join(f'<p role="note">{_text(warning)}</p>' for warning in model.warnings)


def _features(model: ModelAnswer) -> str:
    rows = [
        [
            f"<code>{_text(feature.name)}</code>",
            _text(feature.label),
            _text(feature.unit),
            f"{feature.min:g} to {feature.max:g}",
        ]
        for feature in model.features
    ]
    return _table(["Name", "Label", "Unit", "Trained on"], rows)


def _segments(model: ModelAnswer) -> str:
    rows = [
        [
            str(segment.id),
            f"<strong>{_text(segment.name)}</strong>",
            f"{segment.share:.0%}",
            _text(segment.description),
            _text(segment.action),
        ]
        for segment in model.segments
    ]
    return _table(["Id", "Segment", "Share", "Who they are", "What to do"], rows)


def _operations(document: dict[str, Any]) -> str:
    shown = [
        (path, method.upper(), operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if _answers(operation)
    ]
    return "".join(_operation(*operation, is_open=number == 0) for number, operation in enumerate(shown))


def _operation(path: str, method: str, operation: dict[str, Any], *, is_open: bool) -> str:
    asked = operation["requestBody"]["content"][JSON]["examples"] if "requestBody" in operation else {}
    examples = "".join(_example(path, name, asked.get(name), answer) for name, answer in _answers(operation).items())
    description = f"<p>{_text(operation['description'])}</p>" if operation["description"] else ""
    return (
        f"<details{' open' * is_open}><summary><code><b>{method}</b> {_text(path)}</code> {_text(operation['summary'])}"
        f"</summary>{description}{examples}</details>"
    )


def _answers(operation: dict[str, Any]) -> dict[str, Any]:
    """Return the examples of answers; a page has none."""
    examples: dict[str, Any] = operation["responses"]["200"]["content"].get(JSON, {}).get("examples", {})
    return examples


def _example(path: str, name: str, asked: dict[str, Any] | None, answer: dict[str, Any]) -> str:
    command = f'curl "$URL{path}"'
    if asked:
        body = json.dumps(asked["value"], ensure_ascii=False)
        command += f" -H 'Content-Type: {JSON}' -d {shlex.quote(body)}"
    text = json.dumps(answer["value"], indent=1, ensure_ascii=False)
    return f"<h3>{_text(name)}</h3>{_block(command)}{_block(text)}"


def _block(text: str) -> str:
    return f'<pre tabindex="0">{_text(text)}</pre>'


def _table(titles: list[str], rows: list[list[str]]) -> str:
    head = "".join(f'<th scope="col">{title}</th>' for title in titles)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _text(text: str) -> str:
    return html.escape(text)
