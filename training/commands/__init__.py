"""The command line: `python -m training --help`. A command is a module of its name, imported when it is asked for."""

import importlib
import itertools

import click

from function.model import VERSION, ModelError

from ..engines.engine import EngineError
from ..engines.output import OutputError
from ..files.errors import DataError, NoFileError
from . import console
from .options import Failure

COMMANDS = ("drift", "export", "fit", "holdout", "measure", "movement", "profile", "rfm", "sample", "score")
"""`fit` needs scikit-learn, which takes as long to import as the others to run."""


class _Commands(click.Group):
    """Commands whose errors end as one line: exit code 2 for what was asked for, 1 for what came of it."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return [*COMMANDS]

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(f".{name}", __package__), name)
        return command

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """Note whether a program is listening before anything can be wrong with the command."""
        console.listen(context, is_program="--json" in args)
        return super().parse_args(context, args)

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; an empty value, as a variable of the shell leaves it, never means the folder one is in."""
        for before, value in itertools.pairwise(args):
            if not value or (value.startswith("--") and value.endswith("=") and value.count("=") == 1):
                name = value.rstrip("=") or (before if before.startswith("--") else "the command")
                raise click.UsageError(f"expected a value after {name}, found an empty one", context)
        return super().resolve_command(context, args)

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except (NoFileError, OutputError) as error:
            raise self._misuse(click.UsageError(str(error))) from error
        except (DataError, ModelError, EngineError) as error:
            raise self._failure(str(error)) from error
        except click.ClickException as error:
            raise self._misuse(error) from error
        except OSError as error:
            reason = (error.strerror or "unknown reason").lower()
            raise self._failure(f"{error.filename or 'the result'}: cannot be written: {reason}") from error

    @staticmethod
    def _misuse(error: click.ClickException) -> click.ClickException:
        console.failed(error.format_message(), error.exit_code)
        return error

    @staticmethod
    def _failure(message: str) -> Failure:
        console.failed(message, Failure.exit_code)
        return Failure(message)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(VERSION, prog_name="customer segments")
def main() -> None:
    """Train customer segments: a table in, a model with its card out."""
