"""The OpenAPI document: valid, true, and all that it says of the running function holds."""

import html
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from jsonschema import Draft202012Validator

from function.model import VERSION
from tests.helpers import models, service


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[service.Service]:
    """Yield a running function whose features have odd names, a unit and a logarithm."""
    folder = tmp_path_factory.mktemp("odd")
    features = [
        models.feature("it's a/b~c", min=1.0, offset=0.0, label="Spend", unit="k$"),
        models.feature("größe <&>"),
    ]
    segments = [models.segment(i, [3.0**i, 2.0 * i]) for i in range(3)]
    models.write(folder / "segmenter.joblib", models.model(features, segments))
    with service.running(folder / "segmenter.joblib", folder / "log", AIP_PREDICT_ROUTE="/predict") as running:
        yield running


@pytest.fixture(scope="module")
def document(odd: service.Service) -> dict:
    """Return the document as served."""
    answer = odd.send("/openapi.json")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    return answer.json()


def _operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


def test_it_is_valid(document):
    assert document["openapi"].startswith("3.1")
    import openapi_spec_validator  # noqa: PLC0415 - half a second, which each process of pytest would take

    openapi_spec_validator.validate(document)


def test_every_operation_is_described_once(document, odd):
    ids = [operation["operationId"] for _, _, operation in _operations(document)]
    assert len(set(ids)) == len(ids)
    paths = odd.send("/nope").json()["detail"].removeprefix("The paths are ").removesuffix(".").split(", ")
    assert set(document["paths"]) == set(paths)
    for path, method, operation in _operations(document):
        assert odd.send(path, method=method, body=b"" if method == "POST" else None).status != 405
        assert operation["summary"]


def test_a_customer_s_values_have_their_names_units_and_limits(document):
    customer = document["components"]["schemas"]["Customer"]
    spend, size = customer["properties"].items()
    assert spend == (
        "it's a/b~c",
        {"anyOf": [_number("Spend in k$; trained on 1 to 10", exclusiveMinimum=0), {"type": "null"}], "default": None},
    )
    assert size == (
        "größe <&>",
        {"anyOf": [_number("Größe <&>; trained on 0 to 10", minimum=-1e15), {"type": "null"}], "default": None},
    )
    assert customer["required"] == []
    assert customer["additionalProperties"] is False


def _number(description: str, **lowest: float) -> dict:
    return {"type": "number", "description": description, **lowest, "maximum": 1e15}


@pytest.mark.parametrize(
    ("customer", "fits"),
    [
        ({"it's a/b~c": 1, "größe <&>": 2}, True),
        ({"it's a/b~c": None, "größe <&>": 2}, True),
        ({"it's a/b~c": 1}, True),
        ({"it's a/b~c": None}, False),
        ({"it's a/b~c": None, "größe <&>": None}, False),
        ({}, False),
    ],
)
def test_the_schema_says_how_many_values_may_be_missing_and_the_function_agrees(document, odd, customer, fits):
    schema = {"$ref": "#/components/schemas/Customer", "components": document["components"]}
    assert Draft202012Validator(schema).is_valid(customer) == fits
    assert (odd.post(customer).status == 200) == fits


def test_every_example_is_answered_as_the_document_says(document, odd):
    sent = 0
    for path, method, operation in _operations(document):
        answers = operation["responses"]["200"]["content"].get("application/json", {}).get("examples", {})
        asked = operation["requestBody"]["content"]["application/json"]["examples"] if method == "POST" else {}
        assert set(answers) == (set(asked) or set(answers))
        for name, answer in answers.items():
            reply = odd.post(asked[name]["value"], path) if asked else odd.send(path)
            assert (reply.status, reply.json()) == (200, answer["value"]), (path, name)
            sent += 1
    assert sent >= 15


def test_every_example_fits_its_schema(document):
    for path, method, operation in _operations(document):
        contents = [operation["responses"]["200"]["content"]]
        contents += [operation["requestBody"]["content"]] if method == "POST" else []
        for content in contents:
            described = content.get("application/json", {})
            for name, example in described.get("examples", {}).items():
                schema = {**described["schema"], "components": document["components"]}
                faults = [error.message for error in Draft202012Validator(schema).iter_errors(example["value"])]
                assert faults == [], (path, name)


@pytest.mark.slow
def test_schemathesis_finds_nothing(odd, tmp_path):
    program = Path(sys.executable).with_name("schemathesis")
    options = [
        "--checks",
        "all",
        "--max-examples",
        str(settings.default.max_examples // 20),
        "--seed",
        "1",
        "--no-color",
    ]
    done = subprocess.run(
        [program, "run", f"{odd.url}/openapi.json", *options],
        cwd=tmp_path, env={**os.environ, "COLUMNS": "200"}, capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-1000:]
    assert "No issues found" in done.stdout


def test_the_document_is_made_only_when_asked_for(square_file):
    program = f"""
import sys
from functions_framework import create_app
from starlette.testclient import TestClient
client = TestClient(create_app("segment", {str(service.ROOT / "function" / "main.py")!r}))
loaded = lambda: [name for name in sys.modules if name.endswith((".openapi", ".page"))]
client.post("/segment", json={{"x": 3, "y": 2}})
print(len(loaded()))
client.get("/")
print(len(loaded()))
"""
    environment = {**os.environ, "MODEL_PATH": str(square_file)}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=280, check=True
    )
    assert done.stdout.splitlines()[-1] == "2"
    assert "0" in done.stdout.splitlines()


def test_the_page_shows_the_model_and_runs_no_script(odd, document):
    answer = odd.send("/")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    text = answer.body.decode()
    assert "<script" not in text
    assert "http" not in text.replace("http-equiv", "")
    assert "größe &lt;&amp;&gt;" in text
    assert "größe <&>" not in text
    assert f"Version {VERSION}, model <code>{document['info']['x-model']}</code>" in text
    assert odd.send("/model").json()["hash"] == document["info"]["x-model"]


def test_the_commands_of_the_page_work_as_they_stand(odd):
    commands = [
        shlex.split(html.unescape(command).replace("$URL", odd.url))
        for command in re.findall(r"<pre[^>]*>(curl .*?)</pre>", odd.send("/").body.decode())
    ]
    assert len(commands) >= 15
    for command in commands:
        address = command[1].removeprefix(odd.url)
        answer = odd.post(json.loads(command[-1]), address) if "-d" in command else odd.send(address)
        assert answer.status == 200
