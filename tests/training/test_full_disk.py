"""Training onto a disk that fills up leaves what was there, and says so."""

import shutil
import subprocess

import pytest
from click.testing import CliRunner

from function.model import load
from tests.helpers.tools import absent
from training.commands import main
from training.commands.options import CARD, MODEL, REPORT
from training.tables.synthetic import write_customers

PAGE = 4096


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


def fit(tmp_path, disk, seed):
    return CliRunner().invoke(main, ["fit", str(tmp_path / "customers.csv"), "--out", str(disk), "--seed", str(seed)])


def fill(disk, spare):
    """Fill the disk up but for some pages."""
    (disk / "filler").write_bytes(bytes(shutil.disk_usage(disk).free - spare * PAGE))


@pytest.mark.parametrize(("spare", "missing", "new"), [(0, MODEL, []), (6, REPORT, [CARD, MODEL])])
def test_what_does_not_fit_is_named_and_what_was_there_stays_whole(tmp_path, disk, spare, missing, new):
    write_customers(tmp_path / "customers.csv", 0)
    assert fit(tmp_path, disk, 1).exit_code == 0
    before = {name: (disk / name).read_bytes() for name in (CARD, MODEL, REPORT)}
    fill(disk, spare)
    result = fit(tmp_path, disk, 2)
    assert result.exit_code == 1
    assert f"Error: {disk / missing}: cannot be written: no space left on device" in result.stderr
    assert sorted(path.name for path in disk.iterdir()) == sorted([CARD, "filler", REPORT, MODEL])
    assert [name for name in sorted(before) if (disk / name).read_bytes() != before[name]] == sorted(new)
    load(disk / MODEL)
