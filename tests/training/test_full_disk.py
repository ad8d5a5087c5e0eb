"""Training onto a disk that fills up leaves what was there, and says so."""

import math
import shutil
import subprocess

import pytest
from click.testing import CliRunner

from tests.helpers.tools import absent
from training.commands import main
from training.commands.options import CARD, MODEL, REPORT
from training.tables.synthetic import write_customers

PAGE = 4096
IN_ORDER = [REPORT, CARD, MODEL]  # as they are written


@pytest.fixture
def disk(tmp_path):
    """Return a disk of one megabyte; only root may make one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True, check=False)
    if mounted.returncode:
        absent("a small disk cannot be mounted here: " + mounted.stderr.decode().strip())
    yield disk
    subprocess.run(["umount", disk], check=True)


def fit(tmp_path, folder, seed):
    return CliRunner().invoke(main, ["fit", str(tmp_path / "customers.csv"), "--out", str(folder), "--seed", str(seed)])


def contents(folder):
    return [(folder / name).read_bytes() for name in IN_ORDER]


@pytest.mark.slow
@pytest.mark.parametrize("missing", range(len(IN_ORDER)))
def test_what_does_not_fit_is_named_and_all_that_was_there_stays(tmp_path, disk, missing):
    write_customers(tmp_path / "customers.csv", 0)
    for seed in (1, 2):
        assert fit(tmp_path, tmp_path / "elsewhere", seed).exit_code == 0
    pages = [math.ceil(len(content) / PAGE) for content in contents(tmp_path / "elsewhere")]
    assert fit(tmp_path, disk, 1).exit_code == 0
    before = contents(disk)
    (disk / "filler").write_bytes(bytes(shutil.disk_usage(disk).free - sum(pages[:missing]) * PAGE))
    result = fit(tmp_path, disk, 2)
    assert result.exit_code == 1
    assert f"Error: {disk / IN_ORDER[missing]}: cannot be written: no space left on device" in result.stderr
    assert sorted(path.name for path in disk.iterdir()) == sorted([*IN_ORDER, "filler"])
    assert contents(disk) == before
