"""What is half made goes with the process that makes it, or with the next one."""

import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.helpers.service import PYTHONPATH
from training.engines.output import write_whole
from training.engines.unfinished import scratch_folder, unfinished, whole

HOLD = """
import sys, pathlib
from training.engines.unfinished import scratch_folder, whole
with scratch_folder() as folder, whole(pathlib.Path("out.csv")) as partial:
    (folder / "rows").write_text("a customer's")
    print(folder, partial.absolute(), flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def scratch(tmp_path, monkeypatch):
    """Let scratch folders be made in a folder of the test."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def holder(tmp_path):
    """Return another process that has a scratch folder and a partial file, and both their paths."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": PYTHONPATH},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process, [Path(name) for name in process.stdout.readline().split()]
    process.kill()
    process.communicate()


def test_the_next_run_removes_what_a_killed_one_left(scratch, holder):
    process, paths = holder
    process.kill()
    process.wait()
    assert all(path.exists() for path in paths)
    with scratch_folder() as folder, whole(scratch / "another.csv") as partial:
        assert sorted(scratch.iterdir()) == sorted([folder, partial])


def test_what_a_living_process_works_on_stays(scratch, holder):
    _, paths = holder
    with scratch_folder(), whole(scratch / "another.csv"):
        pass
    assert all(path.exists() for path in paths)


def test_files_of_others_stay_whatever_they_are_called(scratch):
    names = ["customer-segments-of-2024", "customer-segments-" + "g" * 32, ".out.partial", "segments-12345678"]
    for name in names:
        (scratch / name).mkdir()
    target = scratch / "target"
    target.mkdir()
    (scratch / ("customer-segments-" + "0" * 32)).symlink_to(target)
    with scratch_folder():
        pass
    assert len(list(scratch.iterdir())) == len(names) + 2


def test_a_result_has_the_mode_of_the_file_that_it_replaces(tmp_path):
    path = tmp_path / "out.csv"
    path.write_text("old")
    path.chmod(0o600)
    write_whole(path, b"new")
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("new", 0o600)


@pytest.mark.parametrize("exists", [True, False])
def test_a_result_goes_where_a_link_points_and_the_link_stays(tmp_path, exists):
    target, link = tmp_path / "results" / "scored.csv", tmp_path / "out.csv"
    target.parent.mkdir()
    if exists:
        target.write_text("old")
    link.symlink_to(target)
    write_whole(link, b"new")
    assert (link.is_symlink(), target.read_text(), list(target.parent.iterdir())) == (True, "new", [target])


def test_a_result_that_fails_leaves_the_old_one_alone(tmp_path):
    path = tmp_path / "out.csv"
    path.write_text("old")

    def fail():
        with whole(path) as partial:
            partial.write_text("half")
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match=r"No space left on device: '.*out\.csv'"):
        fail()
    assert [file.read_text() for file in tmp_path.iterdir()] == ["old"]


def test_a_result_may_have_the_longest_name_there_is(tmp_path):
    path = tmp_path / ("n" * 251 + ".csv")
    write_whole(path, b"whole")
    assert path.read_bytes() == b"whole"


def test_a_device_stays_one_and_a_full_one_says_so(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_whole(pipe, b"page")
    assert os.read(reader, 10) == b"page"
    assert pipe.is_fifo()
    os.close(reader)
    with pytest.raises(OSError, match="No space left on device: '/dev/full'"):
        write_whole(Path("/dev/full"), b"page")
    assert Path("/dev/full").is_char_device()


def test_what_is_unfinished_is_removed_in_any_case():
    removed = []
    with pytest.raises(KeyError), unfinished("name", lambda: removed.append("name")):
        raise KeyError
    assert removed == ["name"]
