"""What may be asked of the service: four commands of the command line, with those options that name no file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from .problem import JobError

LONGEST = 10_000
"""Letters of an option's value."""

_ORDER_OPTIONS = (
    *("customer", "date", "amount", "order", "status", "refunded", "currency", "amount-per"),
    *("date-format", "decimal"),
)
_DAYS = ("since", "as-of")
_FILE_OPTIONS = ("delimiter",)
_ON, _OFF = ("", "true"), ("false",)


@dataclass(frozen=True)
class Command:
    """A command of the command line, as the service offers it.

    name : its name
    tables : names of the tables that it reads, in the order of its arguments
    options : those with a value that may be given
    flags : those without
    takes_model : whether a model may be sent along
    """

    name: str
    tables: tuple[str, ...]
    options: tuple[str, ...]
    flags: tuple[str, ...] = ()
    takes_model: bool = False


FIT = Command(
    "fit",
    ("table",),
    ("k", "features", "seed", "value", *_ORDER_OPTIONS, *_DAYS, *_FILE_OPTIONS),
    ("orders", "no-log", "no-header"),
)
SCORE = Command(
    "score", ("table",), (*_ORDER_OPTIONS, *_DAYS, *_FILE_OPTIONS), ("orders", "no-header"), takes_model=True
)
MOVEMENT = Command("movement", ("table", "now"), ("key", "value", *_FILE_OPTIONS))
MEASURE = Command("measure", ("table", "orders"), ("from", "to", "key", *_ORDER_OPTIONS, *_FILE_OPTIONS))
COMMANDS = {f"/{command.name}": command for command in (FIT, SCORE, MOVEMENT, MEASURE)}
"""The commands by their paths."""


def read_options(command: Command, query: Iterable[tuple[str, str]]) -> list[str]:
    """Return a query's options as arguments of the command line, each in one word.

    Parameters
    ----------
    command : Command
    query : names and values, as the sender chose them

    Raises
    ------
    JobError
        400 for an option that the command does not take here, or a value that none of its options has.
    """
    words = []
    for name, value in query:
        if name in command.flags and value in (*_ON, *_OFF):
            words += [f"--{name}"] if value in _ON else []
        elif name in command.options and len(value) <= LONGEST and value.isprintable():
            words.append(f"--{name}={value}")
        else:
            raise JobError("request", HTTPStatus.BAD_REQUEST, _refusal(command, name))
    return words


def shared_options(words: Sequence[str], command: Command) -> list[str]:
    """Return those arguments that another command takes too."""
    taken = {f"--{name}" for name in (*command.options, *command.flags)}
    return [word for word in words if word.partition("=")[0] in taken]


def _refusal(command: Command, name: str) -> str:
    if name in command.flags:
        return f"Option {name}: expected no value, or true or false."
    if name in command.options:
        return f"Option {name}: expected at most {LONGEST:,} letters, without control characters."
    return f"The options of {command.name} are {', '.join((*command.options, *command.flags))}."
