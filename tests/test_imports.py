"""Who may import whom, and what the function must not need."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.service import ROOT

HEAVY = ["sklearn", "scipy", "pandas", "joblib", "numpy", "duckdb", "matplotlib"]


def _imports(path: Path) -> list[tuple[int, str]]:
    """Return (level, module) of every import of a file, those within functions included."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [(0, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append((node.level, node.module or ""))
    return found


def _files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("path", _files("function"), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_function_imports_itself_relatively_and_no_other_part(path):
    absolute = {module.split(".")[0] for level, module in _imports(path) if level == 0}
    assert not absolute & {"function", "training", "tests"}
    assert not absolute & (set(HEAVY) - {"numpy"})


@pytest.mark.parametrize("path", _files("training"), ids=lambda path: str(path.relative_to(ROOT)))
def test_training_imports_only_the_model_of_the_function(path):
    for level, module in _imports(path):
        if level == 0:
            assert module.split(".")[0] != "tests"
            assert module == "function.model" or not module.startswith("function")


def test_the_function_starts_and_answers_where_no_heavy_library_can_be_imported(square_file):
    """Run the app in a process in which importing any of them fails."""
    program = f"""
import sys
for name in {HEAVY!r}:
    sys.modules[name] = None
from functions_framework import create_app
from starlette.testclient import TestClient
client = TestClient(create_app("segment", {str(ROOT / "function" / "main.py")!r}))
answer = client.post("/segment", json={{"x": 3, "y": 2}})
print(answer.status_code, answer.json()["segment"])
"""
    environment = {**os.environ, "MODEL_PATH": str(square_file)}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.splitlines()[-1:] == ["200 kind-0"], done.stderr
