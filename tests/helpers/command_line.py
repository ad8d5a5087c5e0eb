"""The command line in this process."""

import csv
from pathlib import Path

from click.testing import CliRunner, Result

from training.commands import main


def invoke(*arguments: object) -> Result:
    """Run a command, however it ends."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def run(*arguments: object, code: int = 0) -> Result:
    """Run a command that ends as expected."""
    done = invoke(*arguments)
    assert done.exit_code == code, done.output
    return done


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table that a command wrote."""
    return list(csv.DictReader(path.read_text().splitlines()))
