"""`./deploy.sh local` in a fresh copy of the repository: the real script, its own .venv, free ports."""

import contextlib
import fcntl
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.helpers.service import PATIENCE_SECONDS, ROOT, free_port, wait_until

pytestmark = pytest.mark.slow

NOT_SOURCE = shutil.ignore_patterns(".git", ".venv", ".tools", "__pycache__", ".*_cache", ".hypothesis")


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A fresh copy of the repository: no .venv; beside it a link to its deploy.sh."""
    folder = tmp_path_factory.mktemp("copy")
    name = """'café' of "mine\""""
    (folder / "segments").symlink_to(f"{name}/deploy.sh")
    return Path(shutil.copytree(ROOT, folder / name, ignore=NOT_SOURCE))


class Service:
    """`deploy.sh local` as a process group of its own, as a terminal runs it: by a link, and from another folder."""

    def __init__(self, folder, port, page_port, *options, **env):
        self.port, self.page_port = port, page_port
        self.log = folder / f"log-{port}"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                ["./segments", "local", f"--port={port}", "--page-port", str(page_port), *options],
                cwd=folder.parent,
                env=os.environ | {"CDPATH": "/"} | env,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def await_start(self, sign="Ctrl-C"):
        while sign not in self.output() and self.process.poll() is None:
            time.sleep(0.05)
        assert self.process.poll() is None, self.output()
        return self

    def output(self):
        return self.log.read_text()

    def end(self, number=None):
        """Send a signal to the group, as Ctrl-C does, and return the exit code."""
        if number:
            os.killpg(self.process.pid, number)
        return self.process.wait(timeout=PATIENCE_SECONDS)

    def running(self):
        """Command line by process id of what runs in the group."""
        lines = {}
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it ended while we looked
                if os.getpgid(int(folder.name)) == self.process.pid:
                    lines[int(folder.name)] = (folder / "cmdline").read_text().replace("\0", " ")
        return lines


@pytest.fixture
def start(copy):
    started = []

    def start(port=None, page_port=None, *options, **env):
        options = options or ("--without-training",)
        started.append(Service(copy, port or free_port(), page_port or free_port(), *options, **env))
        return started[-1]

    yield start
    for service in started:
        if service.process.poll() is None:
            service.end(signal.SIGTERM)


def get(address):
    with urllib.request.urlopen(address, timeout=PATIENCE_SECONDS) as answer:
        return answer.read().decode()


def deploy(folder, *arguments, **env):
    return subprocess.run(
        ["./deploy.sh", *arguments],
        cwd=folder,
        env=os.environ | env,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def test_a_fresh_copy_starts_answers_its_own_curl_line_and_stops_on_ctrl_c(copy, start):
    shipped = (copy / "static/config.js").read_bytes()
    service = start().await_start()
    curl = re.search(r"curl .*", service.output()).group()
    answer = subprocess.run(curl, shell=True, capture_output=True, text=True, check=True)
    assert json.loads(answer.stdout)["segment_name"]
    page = f"http://127.0.0.1:{service.page_port}"
    assert page in service.output()
    assert (copy / "static/index.html").read_text() == get(page)
    with urllib.request.urlopen(f"{page}/app.js", timeout=PATIENCE_SECONDS) as answer:
        assert answer.headers["Cache-Control"] == "no-cache", "an update is seen at once"
    function = f"export const FUNCTION_URL = 'http://127.0.0.1:{service.port}';\n"
    assert get(f"{page}/config.js") == function + "export const TRAINING_URL = null;\n"
    assert (copy / "static/config.js").read_bytes() == shipped
    assert service.end(signal.SIGINT) == 0
    assert service.running() == {}


def test_a_second_start_installs_nothing_whatever_is_set_for_others_and_ends_on_sigterm(copy, start):
    deploy(copy, "install", "requirements.txt")
    python = {"PYTHONHOME": "/nowhere", "PYTHONINSPECT": "1", "PYTHONIOENCODING": "ascii", "PYTHONSAFEPATH": "1"}
    service = start(SHELLOPTS="noclobber:noglob", **python).await_start()
    assert "pip" not in service.output()
    assert get(f"http://127.0.0.1:{service.page_port}/style.css")
    service.process.terminate()
    assert service.end() == 0
    assert service.running() == {}


def test_killed_outright_it_leaves_neither_a_process_nor_a_file(copy, start, tmp_path):
    deploy(copy, "install", "requirements.txt")
    service = start(HOME=str(tmp_path), TMPDIR=str(tmp_path)).await_start()
    assert list(tmp_path.iterdir())
    service.process.kill()
    service.process.wait()
    wait_until(lambda: service.running() == {})
    assert list(tmp_path.iterdir()) == []


def test_installations_into_one_folder_wait_for_each_other(copy):
    with (copy / "deploy.sh").open() as script:
        fcntl.flock(script, fcntl.LOCK_EX)
        command = ["./deploy.sh", "install", "requirements.txt"]
        with subprocess.Popen(command, cwd=copy, stdout=subprocess.PIPE, text=True) as waiting:
            assert waiting.stdout.readline() == "Waiting for another ./deploy.sh that installs packages.\n"
            fcntl.flock(script, fcntl.LOCK_UN)
            assert waiting.wait(PATIENCE_SECONDS) == 0


def test_the_training_service_comes_later_answers_the_page_and_leaves_no_job(copy, start):
    port = free_port()
    service = start(None, None, "--training-port", str(port)).await_start(f"http://127.0.0.1:{port}/fit")
    _, stop, later = service.output().partition("Ctrl-C")
    assert stop
    assert "a download of 70 MB" in later
    config = get(f"http://127.0.0.1:{service.page_port}/config.js")
    assert f"export const TRAINING_URL = 'http://127.0.0.1:{port}';\n" in config
    body = "income,visits\n" + "".join(f"{number % 7},{number % 11}\n" for number in range(200))
    request = urllib.request.Request(f"http://127.0.0.1:{port}/fit?features=income,visits&k=2", body.encode())
    request.add_header("Content-Type", "text/csv")
    request.add_header("Origin", f"http://127.0.0.1:{service.page_port}")
    with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == f"http://127.0.0.1:{service.page_port}"
        *_, last = answer.read().decode().splitlines()
    assert len(json.loads(last)["result"]["rows"]["segment_id"]) == 200
    with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
        assert answer.readline() == b'{"progress": "Reading the table"}\n'
        assert service.end(signal.SIGINT) == 0
    assert service.running() == {}
    assert running_in(copy) == []


def test_without_its_packages_function_and_page_go_on(copy, start):
    requirements, stamp = copy / "training/requirements.txt", copy / ".venv/installed-training-requirements.txt"
    whole = requirements.read_text()
    requirements.write_text("./no-such-package\n")
    stamp.unlink(missing_ok=True)
    options = ["--training-port", str(free_port())]
    service = start(None, None, *options).await_start("error: pip could not install training/requirements.txt")
    requirements.write_text(whole)
    assert json.loads(get(f"http://127.0.0.1:{service.port}/health"))
    assert get(f"http://127.0.0.1:{service.page_port}/config.js")
    assert service.end(signal.SIGINT) == 0


def test_ctrl_c_ends_an_installation_too(copy, start):
    requirements, stamp = copy / "training/requirements.txt", copy / ".venv/installed-training-requirements.txt"
    whole = requirements.read_text()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        requirements.write_text(f"http://127.0.0.1:{silent.getsockname()[1]}/never_comes-1-py3-none-any.whl\n")
        stamp.unlink(missing_ok=True)
        service = start(None, None, "--training-port", str(free_port())).await_start()
        silent.settimeout(PATIENCE_SECONDS)
        with silent.accept()[0]:
            requirements.write_text(whole)
            assert service.end(signal.SIGINT) == 0
    assert running_in(copy) == []


def running_in(copy):
    """Return the command lines of the processes whose working directory is the copy, whatever their group."""
    lines = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError, PermissionError):
            if (folder / "cwd").readlink() == copy:
                lines.append((folder / "cmdline").read_text().replace("\0", " "))
    return lines


def test_when_the_page_server_dies_the_function_stops_too(start):
    service = start().await_start()
    server = next(pid for pid, line in service.running().items() if "serve.py" in line)
    os.kill(server, signal.SIGKILL)
    assert service.end() == 1
    assert "ended by itself" in service.output()
    assert service.running() == {}


def test_when_the_page_server_dies_while_the_addresses_are_printed_the_function_stops_too(start):
    service = start()
    printing = None
    while not printing and "Ctrl-C" not in service.output():
        processes = {line.strip(): pid for pid, line in service.running().items()}
        printing = next((pid for line, pid in processes.items() if line.endswith("python -")), None)
    if printing:  # else it was too quick: the server dies a moment later
        os.kill(printing, signal.SIGSTOP)
    server = next(pid for pid, line in service.running().items() if "serve.py" in line)
    os.kill(server, signal.SIGKILL)
    wait_until(lambda: server not in service.running())
    if printing:
        os.kill(printing, signal.SIGCONT)
    assert service.end() == 1
    assert "ended by itself" in service.output()
    assert service.running() == {}


@pytest.mark.parametrize(("option", "place"), [("--port", 0), ("--page-port", 1)])
def test_a_port_in_use_is_named_with_the_option_that_changes_it(start, option, place):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        service = start(*([port, None] if place == 0 else [None, port]))
        assert service.end() == 1
    assert f"error: port {port} is in use" in service.output()
    assert f"choose another port with {option}." in service.output()


def test_a_damaged_model_does_not_start_and_its_reason_is_shown(copy, start):
    damaged = copy.parent / "damaged.joblib"  # from where deploy.sh is called
    damaged.write_bytes((copy / "models/segmenter.joblib").read_bytes()[:-1])
    service = start(MODEL_PATH=damaged.name, POSIXLY_CORRECT="1")
    assert service.end() == 1
    assert str(damaged) in service.output()
    assert "the function did not start; its reason is above" in service.output()
    assert service.running() == {}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["local", "--port", "http"], "--port: expected a port from 1 to 65535, found 'http'"),
        (["local", "--port", "65536"], "--port: expected a port from 1 to 65535, found '65536'"),
        (["local", "--page-port"], "--page-port: expected a port from 1 to 65535, found ''"),
        (["local", "--port", "8000", "--page-port", "8000"], "--port and --page-port are both 8000"),
        (["local", "--training-port=8000"], "--training-port is another's port: 8000"),
        (["local", "--prot", "8000"], "local: unknown option '--prot'"),
        (["lokal"], "unknown command 'lokal'"),
        (["--port", "8000", "local"], "expected a command first, then its options, found '--port'"),
        (["install", "nowhere.txt"], "no file nowhere.txt"),
        (["install"], "install: expected a requirements file, for example training/requirements.txt"),
    ],
)
def test_misuse_is_named_and_exits_with_2(copy, arguments, expected):
    result = deploy(copy, *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert f"error: {expected}\n" in result.stderr


def test_another_shell_hands_it_to_bash(copy):
    result = subprocess.run(["sh", "deploy.sh", "lokal"], cwd=copy, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr.splitlines()[0]) == (2, "error: unknown command 'lokal'")


def test_help_explains_every_command(copy):
    result = deploy(copy, "--help")
    assert result.returncode == 0
    usage = re.findall(r"\./deploy.sh ([a-z]+) ", result.stdout.partition("\n\n")[0])
    assert usage == ["local", "gcp", "status", "destroy", "train", "install"]
    assert [command for command in usage if f"\n{command} " not in result.stdout] == []


def test_a_requirement_that_cannot_be_installed_is_not_taken_for_installed(copy):
    (copy / "broken.txt").write_text("./no-such-package\n")
    for _ in range(2):
        result = deploy(copy, "install", "broken.txt")
        assert result.returncode == 1
        assert "error: pip could not install broken.txt" in result.stderr


@pytest.mark.parametrize(
    ("program", "message"),
    [
        (
            '[ "$1" = --version ] && echo Python 3.9.2 || exit 3',
            "python3 is Python 3.9.2, expected Python 3.11 or newer.",
        ),
        ('PYTHONPATH=broken exec "$REAL" "$@"', "python3 does not start; its reason is above."),
    ],
)
def test_an_old_python_and_one_that_does_not_start_are_told_apart(tmp_path, program, message):
    result = install_by(tmp_path, program)
    assert result.returncode == 1
    assert f"error: {message}\n" in result.stderr


def install_by(folder, program):
    """Install nothing, in a folder with deploy.sh alone, where python3 is a script; $REAL is a real one."""
    folder.mkdir(exist_ok=True)
    shutil.copy(ROOT / "deploy.sh", folder)
    shutil.copytree(ROOT / ".deploy", folder / ".deploy")
    for name in ("requirements.txt", "broken/encodings.py", "bin/python3"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    python = folder / "bin/python3"
    python.write_text(f"#!/bin/sh\n{program}\n")
    python.chmod(0o755)
    path = f"{python.parent}:{os.environ['PATH']}"
    return deploy(folder, "install", "requirements.txt", PATH=path, REAL=sys.executable)


def test_a_python_newer_than_the_packages_is_named_where_they_cannot_be_installed(tmp_path):
    venv = 'mkdir -p .venv/bin; cp "$0" .venv/bin/python'
    result = install_by(tmp_path, f'case "$*" in *" venv "*) {venv};; *" pip install "*) exit 1;; esac')
    assert result.returncode == 1
    assert result.stderr.endswith(
        " It may be too new: expected Python 3.11 to 3.13; remove .venv and put one of these first in PATH.\n"
    )


def test_in_a_folder_that_was_moved_the_programs_are_installed_anew(tmp_path):
    script = r'#!/bin/sh\nexec "$REAL" "$@"\n'
    make = f"mkdir -p .venv/bin; printf '{script}' >.venv/bin/python; chmod +x .venv/bin/python; echo made >>made"
    old, new = tmp_path / "old", tmp_path / "new"
    assert install_by(old, f'if [ "$2" = venv ]; then {make}; else exec "$REAL" "$@"; fi').returncode == 0
    old.rename(new)
    for said in ("This folder has been moved or copied: .venv is made anew.\n", ""):
        result = deploy(new, "install", "requirements.txt", PATH=f"{new}/bin:{os.environ['PATH']}", REAL=sys.executable)
        assert result.returncode == 0
        assert result.stdout.partition("+")[0] == said
    assert (new / "made").read_text() == "made\n" * 2
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / ".venv").symlink_to(new / ".venv")
    assert "moved" not in install_by(linked, "exit 3").stdout
