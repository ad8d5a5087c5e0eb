"""Who may import whom, and what the function must not need."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.service import PATIENCE_SECONDS, ROOT

HEAVY = ["sklearn", "scipy", "pandas", "joblib", "numpy", "duckdb"]

TRAINING = [
    "engines",
    "files",
    "contacts",
    "tables",
    "scoring",
    "clustering",
    "naming",
    "targeting",
    "artifact",
    "remarks",
    "fit",
    "reports",
    "exports",
]
"""Rooms and modules of training, from the ground up: none imports what comes after it."""

FUNCTION = [
    ["model"],
    ["problems", "validation", "repeats", "replies", "operations", "origins", "schemas", "stalls", "body", "parts"],
    ["dialects"],
    ["documentation"],
    ["main", "server"],
]
"""Floors of the function, from the ground up."""

PAGE = [
    ["config"],
    ["service"],
    ["ui"],
    ["model"],
    ["map"],
    [
        "customers/store",
        "customers/remote",
        "customers/memory",
        "customers/unsaved",
        "customers/drift",
        "customers/panel",
    ],
    ["customers/contacts"],
    ["customers/table"],
    ["customers/texts", "customers/segments"],
    ["customers/files"],
    ["customer"],
    ["customers/steps"],
    ["customers/training"],
    ["customers/campaigns", "customers/audience", "customers/table.worker"],
    ["customers/shop"],
    ["app"],
]
"""Floors of the page, from the ground up; types are imported too."""

OWN_PARTS = {"routes": None, "oip": {"oip_infer", "status"}, "oip_infer": {"oip_tensors"}}
"""What may be imported inside the dialects besides `status`: the routes know them all, one dialect has parts."""


def _imports(path: Path) -> Iterator[str]:
    """Yield the full name of every module that a file imports, those within functions included."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*above, *([node.module] if node.module else [])])
            names = [f"{module}.{alias.name}" for alias in node.names]
            yield from (name if _is_module(name) else module for name in names)


def _page_imports(path: Path) -> Iterator[str]:
    """Yield the path of each module that a module of the page imports, starts as a worker or takes a type from."""
    for place in re.findall(r"""(?:from |import\(|new URL\()'(\.[^']+\.js)'""", path.read_text()):
        yield (path.parent / place).resolve().relative_to(ROOT / "static").as_posix()


def _is_module(name: str) -> bool:
    place = ROOT / name.replace(".", "/")
    return place.is_dir() or place.with_suffix(".py").is_file()


def _files(folder: str, ending: str = ".py") -> list[str]:
    return sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob(f"*{ending}"))


@pytest.mark.parametrize("file", _files("function"))
def test_the_function_imports_itself_relatively_and_no_other_part(file):
    tree = ast.parse((ROOT / file).read_text())
    absolute = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom) and node.level == 0
            else []
        )
    }
    assert not absolute & {"function", "training", "tests"}
    assert not absolute & (set(HEAVY) - {"numpy"})


@pytest.mark.parametrize("file", _files("training"))
def test_training_imports_only_the_model_of_the_function_and_its_service_which_pages_may_call(file):
    allowed = {"function.model", *(["function.origins"] if file == "training/service.py" else [])}
    for module in _imports(ROOT / file):
        assert module.split(".")[0] != "tests"
        assert module in allowed or module.split(".")[0] != "function"


@pytest.mark.parametrize("file", [file for file in _files("training") if file.split("/")[1] in TRAINING])
def test_inside_training_nothing_imports_what_stands_above_it(file):
    here = TRAINING.index(file.split("/")[1])
    for module in _imports(ROOT / file):
        if module.startswith("training."):
            assert TRAINING.index(module.split(".")[1]) <= here, module


@pytest.mark.parametrize("file", [file for file in _files("function") if not file.endswith("function/__init__.py")])
def test_inside_the_function_nothing_imports_what_stands_above_it(file):
    floors = {room: floor for floor, rooms in enumerate(FUNCTION) for room in rooms}
    here = floors[file.split("/")[1].removesuffix(".py")]
    for module in _imports(ROOT / file):
        if module.startswith("function."):
            assert floors[module.split(".")[1]] <= here, module


@pytest.mark.parametrize("file", [file for file in _files("function") if "/dialects/" in file])
def test_dialects_are_siblings_and_none_imports_another(file):
    allowed = OWN_PARTS.get(Path(file).stem, {"status"})
    for module in _imports(ROOT / file):
        if module.startswith("function.dialects.") and allowed is not None:
            assert module.rpartition(".")[2] in allowed, module


def test_on_the_page_nothing_imports_what_stands_above_it():
    floors = {room: floor for floor, rooms in enumerate(PAGE) for room in rooms}
    modules = [Path(file).relative_to("static") for file in _files("static", ".js")]
    above = [
        (module.as_posix(), imported)
        for module in modules
        for imported in _page_imports(ROOT / "static" / module)
        if floors[_room(imported)] > floors[_room(module.as_posix())]
    ]
    assert above == []
    assert floors.keys() == {_room(module.as_posix()) for module in modules}


def _room(module: str) -> str:
    parts = module.removesuffix(".js").split("/")
    return "/".join(parts[:2]) if parts[0] == "customers" else parts[0]


@pytest.mark.parametrize("folder", ["function", "training"])
def test_no_modules_import_each_other_in_a_circle(folder):
    graph = {
        file.removesuffix(".py").removesuffix("/__init__").replace("/", "."): set(_imports(ROOT / file))
        for file in _files(folder)
    }
    below: set[str] = set()
    while layer := {module for module, needs in graph.items() if module not in below and needs & graph.keys() <= below}:
        below |= layer
    assert sorted(graph.keys() - below) == []


def test_every_room_of_training_is_known_here():
    rooms = {file.split("/")[1].removesuffix(".py") for file in _files("training")}
    assert rooms - {*TRAINING, "__init__", "__main__", "commands", "jobs", "service", "stopping"} == set()


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
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.stdout.splitlines()[-1:] == ["200 kind-0"], done.stderr
